"""Compose files and docker's own program, with a stand-in for it that says what it was given."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from swarmtui.endpoint import Endpoint, TLSFiles
from swarmtui.engine.stacks import docker_here
from swarmtui.errors import ConnectionBroken, DockerFailed, DockerMissing, NotPossible
from swarmtui.swarm.stacks.changes import DeployStack
from swarmtui.swarm.stacks.compose import Comparison
from swarmtui.swarm.stacks.compose_files import ComposeFiles
from tests.patience import DEAD
from tests.stub_engine import StubEngine
from tests.unit.engine.conftest import Watched, eventually, watching

COMPOSE = """\
services:
  web:
    image: nginx:1.28
    deploy: {replicas: 3}
  api:
    image: ${IMAGE:-api:1}
"""

DockerScript = Callable[[str], Path]


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DockerScript:
    """Puts a docker program of our own on the path; it writes its command line and environment to `asked`."""
    directory = tmp_path / "bin"
    directory.mkdir()
    monkeypatch.setenv("PATH", f"{directory}:/usr/bin:/bin")

    def install(script: str) -> Path:
        program = directory / "docker"
        asked = tmp_path / "asked"
        program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> {asked}\nenv | grep ^DOCKER >> {asked}.env\n{script}\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return asked

    return install


@pytest.fixture
def no_docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "compose.yml"
    path.write_text(COMPOSE)
    return path


@pytest.fixture
def shop(engine: StubEngine) -> StubEngine:
    """A stack with a web that is older than the file's, and a db that is not in it."""
    for name in ("shop_web", "shop_db"):
        engine.add_service(name)["Spec"]["Labels"] = {"com.docker.stack.namespace": "shop"}
    return engine


def render(file: Path) -> str:
    """What a docker does that can render: here it puts the image in."""
    return f"sed 's/\\${{IMAGE:-api:1}}/api:7/' {file}"


# ------------------------------------------------------------------------------------------------ comparing

IGNORING = """time="2026-01-01T00:00:00Z" level=warning msg="ignoring IP-address (127.0.0.1:8088:80/tcp)\""""


def test_what_docker_warns_of_is_shown_and_never_read_as_yaml(
    shop: StubEngine, watched: Watched, docker: DockerScript, file: Path
) -> None:
    docker(f"echo '{IGNORING}' >&2; {render(file)}")
    found = watched.session.compare(ComposeFiles((str(file),)), "shop").result(DEAD)
    assert found.warnings == ("ignoring IP-address (127.0.0.1:8088:80/tcp)",)
    said = {consequence.text for consequence in DeployStack.of(found).impact(watched.cluster).consequences}
    assert "ignoring IP-address (127.0.0.1:8088:80/tcp)" in said


def test_a_failure_begins_with_the_error_and_not_with_a_notice(docker: DockerScript) -> None:
    notice = "Since --detach=false was not specified, tasks will be created in the background."
    docker(f"""echo Creating; echo "{notice}" >&2; echo "no such network" >&2; exit 1""")
    with pytest.raises(DockerFailed) as caught:
        docker_here.run(Endpoint("unix:///nowhere", "x"), ["stack", "deploy"], threading.Event())
    assert str(caught.value).startswith("no such network docker exited with status 1.")
    assert caught.value.output[0] == "Creating"


STORED = (("secrets", "shop_key"), ("configs", "shop_conf"))
FILES = """\
services:
  web:
    image: a:1
    secrets: [key]
    configs: [conf]
secrets:
  key: {file: ./key.txt}
configs:
  conf: {file: ./conf.txt}
"""


def test_a_changed_config_file_is_told_before_swarm_refuses_it(
    engine: StubEngine, watched: Watched, docker: DockerScript, file: Path
) -> None:
    file.write_text(FILES)
    file.with_name("key.txt").write_text("new")
    file.with_name("conf.txt").write_text("new")
    secret, config = (engine.add_shared(kind, name, stack="shop") for kind, name in STORED)
    secret["CreatedAt"] = "2020-01-01T00:00:00.123Z"
    config["Spec"]["Data"] = "b2xk"
    docker(f"cat {file}")
    found = watched.session.compare(ComposeFiles((str(file),)), "shop").result(DEAD)
    [obstacle] = found.obstacles
    assert obstacle.startswith("Swarm cannot change the config shop_conf, and its file has different content now.")
    assert "shop_conf-v2" in obstacle
    [warning] = found.warnings
    assert warning.startswith("The file of the secret shop_key was written after the secret was created.")
    assert "shop_key-v2" in warning


def test_a_file_that_is_not_there_is_told_before_the_name_of_the_stack(watched: Watched, tmp_path: Path) -> None:
    with pytest.raises(NotPossible, match=r"There is no file /nowhere\.yml"):
        watched.session.compare(ComposeFiles(("/nowhere.yml",)), "").result(DEAD)


def test_a_rendered_file_is_compared_whole(
    shop: StubEngine, watched: Watched, docker: DockerScript, file: Path
) -> None:
    asked = docker(render(file))
    found = watched.session.compare(ComposeFiles((str(file),)), "shop").result(DEAD)
    said = {each.name: (each.what, each.changes) for each in found.services}
    assert said["api"] == ("added", ("api:7", "1 replica"))
    assert said["db"] == ("removed", ())
    assert said["web"][0] == "changed"
    assert "image nginx:1.27 → nginx:1.28" in said["web"][1]
    assert "environment −A" in said["web"][1]
    assert asked.read_text() == f"--host {shop.url} stack config --compose-file {file}\n"
    assert "docker rendered the file" in found.how


def test_an_older_docker_leaves_us_to_read_the_file(
    shop: StubEngine, watched: Watched, docker: DockerScript, file: Path
) -> None:
    docker("""echo "unknown shorthand flag: 'c' in -c" >&2; exit 125""")
    found = watched.session.compare(ComposeFiles((str(file),)), "shop").result(DEAD)
    assert "read as it stands" in found.how
    assert {each.name: each.what for each in found.services} == {"api": "added", "db": "removed", "web": "changed"}
    assert found.obstacles == ()


@pytest.mark.usefixtures("no_docker")
def test_without_docker_it_is_said_what_to_install(shop: StubEngine, watched: Watched, file: Path) -> None:
    found = watched.session.compare(ComposeFiles((str(file),)), "shop").result(DEAD)
    assert found.obstacles[0].startswith("There is no docker program on this machine")
    assert "docker-ce-cli" in found.obstacles[0]
    assert found.services


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "names no services"),
        ("services: {}", "names no services"),
        ("- a\n- b", "names no services"),
        ("a: [", r"cannot be read in line 1"),
        ("services:\n\tweb: {}", r"cannot be read in line 2"),
        ("\x00", "cannot be read"),
    ],
)
@pytest.mark.usefixtures("no_docker")
def test_files_that_are_no_compose_files(watched: Watched, file: Path, content: str, words: str) -> None:
    file.write_text(content)
    with pytest.raises(NotPossible, match=words):
        watched.session.compare(ComposeFiles((str(file),)), "shop").result(DEAD)


def test_files_that_cannot_be_read(watched: Watched, tmp_path: Path) -> None:
    for path, words in (
        (str(tmp_path / "none.yml"), "There is no file"),
        (str(tmp_path), "is not a plain file"),
        ("a\0b", "cannot be read|There is no file"),
    ):
        with pytest.raises(NotPossible, match=words):
            watched.session.compare(ComposeFiles((path,)), "shop").result(DEAD)


def test_what_docker_says_against_a_file_is_shown(watched: Watched, docker: DockerScript, file: Path) -> None:
    docker("echo 'services.web Additional property imgae is not allowed' >&2; exit 15")
    with pytest.raises(NotPossible, match="Additional property imgae is not allowed"):
        watched.session.compare(ComposeFiles((str(file),)), "shop").result(DEAD)


def test_a_stack_of_a_name_that_begins_alike_is_another_one(
    shop: StubEngine, watched: Watched, docker: DockerScript, file: Path
) -> None:
    docker(render(file))
    found = watched.session.compare(ComposeFiles((str(file),)), "sho").result(DEAD)
    assert {each.what for each in found.services} == {"added"}


# ------------------------------------------------------------------------------------------------ deploying


def test_it_is_run_against_the_engine_that_is_connected(
    shop: StubEngine, docker: DockerScript, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://203.0.113.1:2375")
    monkeypatch.setenv("DOCKER_CONTEXT", "other")
    asked = docker("echo Creating service shop_api; echo and more >&2")
    log = tmp_path / "audit.jsonl"
    with watching(shop.url, audit_log=log) as watched:
        watched.until_complete()
        action = DeployStack.of(Comparison(ComposeFiles((str(file),)), "shop"), prune=True)
        outcome = watched.session.apply(action).result(DEAD)
    assert outcome.output == ("Creating service shop_api", "and more")
    assert asked.read_text() == f"--host {shop.url} stack deploy --compose-file {file} --prune shop\n"
    assert Path(f"{asked}.env").read_text() == "DOCKER_CLI_HINTS=false\n"
    (line,) = [json.loads(each) for each in log.read_text().splitlines()]
    assert (line["action"], line["outcome"], line["kind"]) == ("stack.deploy", "done", "stacks")
    assert line["command"] == f"docker stack deploy --compose-file {file} --prune shop"


def test_its_error_is_told_with_its_words(watched: Watched, docker: DockerScript, file: Path) -> None:
    docker("echo Creating network shop_front; echo 'failed to create service: no such image' >&2; exit 1")
    with pytest.raises(DockerFailed, match="no such image") as caught:
        watched.session.apply(DeployStack.of(Comparison(ComposeFiles((str(file),)), "shop"))).result(DEAD)
    assert caught.value.output[0] == "Creating network shop_front"
    assert "stays done" in caught.value.remedy


@pytest.mark.usefixtures("no_docker")
def test_it_is_refused_where_docker_has_gone(watched: Watched, file: Path) -> None:
    with pytest.raises(DockerMissing):
        watched.session.apply(DeployStack.of(Comparison(ComposeFiles((str(file),)), "shop"))).result(DEAD)


def test_leaving_the_program_ends_it(watched: Watched, docker: DockerScript, file: Path) -> None:
    asked = docker("sleep 60")
    future = watched.session.apply(DeployStack.of(Comparison(ComposeFiles((str(file),)), "shop")))
    eventually(asked.exists)
    watched.session.close()
    with pytest.raises(ConnectionBroken):
        future.result(DEAD)


def test_it_is_ended_when_it_takes_too_long(docker: DockerScript) -> None:
    docker("sleep 60")
    with pytest.raises(DockerFailed, match=r"longer than 0\.3 s"):
        docker_here.run(Endpoint("unix:///nowhere", "x"), ["version"], threading.Event(), within=0.3)


def test_certificates_are_handed_on(docker: DockerScript, tmp_path: Path) -> None:
    asked = docker("true")
    files = TLSFiles(tmp_path / "ca", tmp_path / "cert", tmp_path / "key")
    docker_here.run(Endpoint("tcp://10.0.0.1:2376", "x", tls=files), ["info"], threading.Event())
    assert asked.read_text() == (
        f"--host tcp://10.0.0.1:2376 --tlsverify --tlscacert {tmp_path}/ca --tlscert {tmp_path}/cert"
        f" --tlskey {tmp_path}/key info\n"
    )
