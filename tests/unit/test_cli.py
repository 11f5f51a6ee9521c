"""The command line, as a user meets it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from docker import APIClient

from swarmtui import __version__
from tests.patience import DEAD
from tests.processes import started
from tests.stub_engine import StubEngine
from tests.terminal import Terminal
from tests.unit.test_endpoint import add_context


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program without a terminal."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("DOCKER_")}
    return subprocess.run(
        [sys.executable, "-m", "swarmtui", *arguments],
        capture_output=True,
        text=True,
        env={**settings, **environment},
        timeout=DEAD,
        stdin=subprocess.DEVNULL,
    )


def test_version() -> None:
    assert run("--version").stdout.startswith(f"swarmtui, version {__version__} (Python 3.")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("swarmtui ", "debug"),
        ("swarmtui --context pr", "prod"),
        ("swarmtui -H ssh://m", "ssh://mgr1"),
        ("swarmtui demo --scen", "--scenario"),
        ("swarmtui demo --scenario ", "node-dies"),
    ],
)
def test_bash_completes(tmp_path: Path, words: str, offered: str) -> None:
    add_context(tmp_path, "prod", "unix:///prod.sock")
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "config").write_text("Host mgr1\n")
    asked = words.split(" ")
    done = run(
        HOME=str(tmp_path),
        DOCKER_CONFIG=str(tmp_path),
        _SWARMTUI_COMPLETE="bash_complete",
        COMP_WORDS=words,
        COMP_CWORD=str(len(asked) - 1),
    )
    assert f"plain,{offered}" in done.stdout.split("\n"), done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(shell: str) -> None:
    done = run("completion", shell)
    assert f"_SWARMTUI_COMPLETE={shell}_complete" in done.stdout


def test_the_manual_page_has_every_command_and_option() -> None:
    page = run("man").stdout.replace("\\-", "-")
    assert page.startswith(".TH SWARMTUI 1")
    for words in ("--read-only", ".SH NAME\nswarmtui - Show a Docker Swarm live", "swarmtui demo", "--scenario NAME"):
        assert words in page


def test_a_bug_report_names_no_host_and_no_secret(tmp_path: Path) -> None:
    (tmp_path / "swarmtui").mkdir()
    (tmp_path / "swarmtui" / "config.toml").write_text(
        'protected = ["secret-prod"]\n[ssh.hosts]\nmgr = "ops@10.1.2.3"\n'
    )
    add_context(tmp_path, "customer", "ssh://ops@customer.example")
    text = run(
        "debug", DOCKER_CONFIG=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path), DOCKER_HOST="tcp://10.9.8.7:1"
    ).stdout
    for word in ("secret-prod", "10.1.2.3", "customer", "10.9.8.7"):
        assert word not in text
    for line in (
        rf"swarmtui +{__version__}",
        "textual +8",
        "contexts +1 ssh, 1 tcp",
        "protected +1",
        "DOCKER_HOST +set",
    ):
        assert re.search(line, text), text


def test_help_tells_which_swarm_is_meant() -> None:
    text = run("--help").stdout
    assert "--context" in text
    assert "DOCKER_HOST" in text


def test_without_a_terminal_it_says_so() -> None:
    done = run("-H", "unix:///nowhere.sock")
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr
    assert done.stderr.count("swarmtui") == 1, "the program is named once"
    assert "Traceback" not in done.stderr


def test_an_unknown_context_is_named(tmp_path: Path) -> None:
    done = run("--context", "nowhere", DOCKER_CONFIG=str(tmp_path))
    assert done.returncode == 2
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_host_and_context_together_are_refused() -> None:
    done = run("-H", "unix:///a.sock", "-c", "b")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_log_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    done = run("--log-file", str(tmp_path / "missing" / "log"))
    assert done.returncode == 2
    assert "missing" in done.stderr


def test_an_error_obeys_no_escape_sequence_and_is_written_in_characters_of_the_locale() -> None:
    said = run("-c", "läb→x\x1b[1m", "check", LC_ALL="C", PYTHONUTF8="1").stderr
    assert said.startswith('swarmtui: endpoint: There is no docker context "lab>x?[1m"')


WITHOUT_ENGINE = """
import swarmtui.endpoint
from swarmtui.places.survey import Survey
Survey.__init__.__kwdefaults__["within"] = 600.0  # a busy machine is no silent place
swarmtui.endpoint.DEFAULT_SOCKET = "unix:///nowhere/docker.sock"  # the tests' machine may have an engine
from swarmtui.cli import main
main()
"""


def test_started_with_no_engine_at_all_it_shows_where_swarms_could_be(tmp_path: Path) -> None:
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "config").write_text("Host far\n  ProxyJump bastion\n")
    with StubEngine() as engine:
        engine.add_node("mgr1", role="manager", leader=True)
        add_context(tmp_path / ".docker", "prod", engine.url)
        names = ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_TLS", "DOCKER_TLS_VERIFY")
        settings = {**dict.fromkeys(names, ""), "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
        command = (sys.executable, "-c", WITHOUT_ENGINE)
        with Terminal([], command=command, columns=80, rows=24, environment=settings) as terminal:
            terminal.wait_for("No Docker engine was named")
            terminal.wait_for(r"far +ssh host .*through bastion: not tried")
            terminal.wait_for(r"prod +context .*● manager")
            terminal.press("j", "enter")
            terminal.wait_for(r"^ prod .*● live")
            terminal.press("C")
            terminal.wait_for(r"prod +context .*open now")
            terminal.press("q")
            terminal.wait_until_ended()
        assert terminal.exit_status == 0
        assert '"prod"' in (tmp_path / "state" / "swarmtui" / "recent.json").read_text()


def test_a_named_engine_that_fails_shows_its_trouble_and_where_else_to_go(tmp_path: Path) -> None:
    settings = {"XDG_STATE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    with Terminal(["-H", f"unix://{tmp_path}/no.sock"], environment=settings) as terminal:
        terminal.wait_for("What failed: socket")
        terminal.wait_for("C: choose another")
        terminal.press("q")
        terminal.wait_until_ended()


def test_check_finds_everything_that_is_wrong_with_the_settings(tmp_path: Path) -> None:
    (tmp_path / "swarmtui").mkdir()
    path = tmp_path / "swarmtui" / "config.toml"
    path.write_text('theme = "mauve"\nreadonly = true\n[keys]\n"service.scale" = "q"\n[columns]\nnodes = ["cpu"]\n')
    done = run("config", "--check", XDG_CONFIG_HOME=str(tmp_path))
    assert done.returncode == 1
    for number, words in enumerate(("no theme mauve", "Did you mean read_only?"), 1):
        assert f"line {number}" in next(line for line in done.stdout.splitlines() if words in line)
    assert "service.scale cannot have q: that is app.quit" in done.stdout
    assert "nodes have no column cpu" in done.stdout
    path.write_text('theme = "dark"\n')
    assert run("config", "--check", XDG_CONFIG_HOME=str(tmp_path)).stdout == f"{path} is in order.\n"


def test_settings_that_cannot_be_read_make_it_read_only(tmp_path: Path) -> None:
    (tmp_path / "swarmtui").mkdir()
    (tmp_path / "swarmtui" / "config.toml").write_text("read_only = yes\n")
    settings = {name: str(tmp_path) for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME")}
    with Terminal(["-H", f"unix://{tmp_path}/no.sock"], columns=80, rows=24, environment=settings) as terminal:
        terminal.wait_for("READ-ONLY: config.toml is not valid TOML")
        terminal.press("q")
        terminal.wait_until_ended()


def test_what_the_program_does_is_in_the_log_file(tmp_path: Path) -> None:
    log = tmp_path / "log"
    arguments = ["-H", f"unix://{tmp_path}/no.sock", "--log-file", str(log)]
    with Terminal(arguments, environment={"XDG_STATE_HOME": str(tmp_path)}) as terminal:
        terminal.wait_for("What failed: socket")
        terminal.press("q")
        terminal.wait_until_ended()
    assert terminal.exit_status == 0
    assert "no.sock" in log.read_text()


def test_the_demo_can_be_served_to_other_clients(tmp_path: Path) -> None:
    socket = f"unix://{tmp_path}/demo.sock"
    command = [sys.executable, "-m", "swarmtui", "demo", "--listen", socket]
    with started(command) as serving:
        assert serving.stdout is not None
        said = [serving.stdout.readline() for _ in range(8)]
        assert said[0] == f"The embedded swarm answers at {socket}; ctrl+c ends it.\n"
        urls = dict(line.split() for line in said[2:])
        assert list(urls) == ["mgr2", "mgr3", "wrk1", "wrk2", "wrk3", "wrk4"]
        manager, worker = APIClient(base_url=socket), APIClient(base_url=urls["wrk1"])
        assert len(manager.nodes()) == 7
        assert worker.info()["Swarm"]["ControlAvailable"] is False
        manager.close()
        worker.close()
        serving.send_signal(signal.SIGINT)
        assert serving.wait(DEAD) == 0
    assert not (tmp_path / "demo.sock").exists()


def test_a_scenario_that_does_not_exist_is_named(tmp_path: Path) -> None:
    done = run("demo", "--scenario", "nosuch", "--listen", f"unix://{tmp_path}/demo.sock")
    assert done.returncode == 2
    assert "there is no scenario 'nosuch'; there are node-dies, rolling-update" in done.stderr
    assert "Traceback" not in done.stderr
