"""A service made by the form, and specs edited in a real $EDITOR in a real terminal; afterwards the engine is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab.cluster import Lab
from tests.lab.cluster.waiting import until
from tests.lab.driving import confirm, node_of, on_row, open_on, running_tasks, service_of
from tests.terminal import Terminal

EDITOR = """\
#!/bin/sh
ls -l "$1" > {said}
dirname "$1" >> {said}
echo x >> {count}
echo "this is editing $(wc -l < {count}); press enter"
read answer
. {script}
"""


class Scripted:
    """An editor that waits for Enter, and then does what it is told to."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "edit"
        self.said = directory / "said"
        self._script = directory / "script"
        self.path.write_text(EDITOR.format(said=self.said, script=self._script, count=directory / "count"))
        self.path.chmod(0o755)

    def does(self, commands: str) -> None:
        self._script.write_text(commands + "\n")


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scripted:
    scripted = Scripted(tmp_path)
    monkeypatch.setenv("EDITOR", str(scripted.path))
    monkeypatch.delenv("VISUAL", raising=False)
    return scripted


@pytest.fixture
def program(swarm: Lab, tmp_path: Path, editor: Scripted) -> Iterator[Terminal]:
    """The program on n1, at 80x24."""
    swarm.manager().docker("network", "create", "--driver", "overlay", "front")
    with open_on(swarm.node("n1").url, tmp_path, columns=80, rows=24) as terminal:
        terminal.wait_for("No services")
        yield terminal


def typed(terminal: Terminal, text: str, *, then: str = "enter") -> None:
    terminal.type(text)
    terminal.wait_for(text[:20].replace("(", r"\("))
    terminal.press(then)


def audit_of(state: Path) -> list[dict[str, Any]]:
    (log,) = state.rglob("audit.jsonl")
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_a_service_by_the_form(swarm: Lab, program: Terminal, tmp_path: Path) -> None:
    image = swarm.image("web")
    program.press("2", "n")
    program.wait_for("Create a service")
    typed(program, image)
    typed(program, "shop")
    program.press("tab", "tab", "tab", "backspace", "2")  # entrypoint, command, mode, replicas
    program.wait_for("--replicas 2")
    program.press("pagedown", "enter")
    program.wait_for("▾ Ports and networks")
    typed(program, "8088:80,mode=host", then="tab")
    typed(program, "front", then="pagedown")
    program.press("enter")
    program.wait_for("▾ Environment and labels")
    typed(program, "DB_PASSWORD=hunter2", then="tab")
    typed(program, "team=shop", then="ctrl+s")
    confirm(program, "Create shop")
    program.wait_until_told("✔ Create service shop")
    spec = service_of(swarm, "shop")["Spec"]
    template = spec["TaskTemplate"]
    assert spec["Labels"] == {"team": "shop"}
    assert spec["Mode"] == {"Replicated": {"Replicas": 2}}
    assert template["ContainerSpec"]["Image"].startswith(f"{image}@sha256:")
    assert template["ContainerSpec"]["Env"] == ["DB_PASSWORD=hunter2"]
    assert len(template["Networks"]) == 1
    [port] = spec["EndpointSpec"]["Ports"]
    assert (port["PublishedPort"], port["TargetPort"], port["PublishMode"]) == (8088, 80, "host")
    running_tasks(swarm, "shop", 2)
    [entry] = audit_of(tmp_path)
    assert entry["outcome"] == "done"
    assert "hunter2" not in json.dumps(entry)
    assert "DB_PASSWORD=••" in entry["command"]


def test_specs_in_an_editor(swarm: Lab, program: Terminal, editor: Scripted, tmp_path: Path) -> None:
    swarm.service("web", replicas=2, options=["--env", "API_TOKEN=t0psecret"])
    before = service_of(swarm, "web")["Spec"]
    on_row(program, "2", "web")
    editor.does("""sed -i 's/Replicas: 2/Replicas: 3/; s/^Labels: .*/Labels: [oh/' "$1" """)
    program.press("e")
    program.wait_for("this is editing 1")
    program.press("enter")
    program.wait_for("This cannot be read, line")
    program.wait_for("▸ e  Edit again ◂")
    editor.does("""sed -i 's/^Labels: .*/Labels: {"0123": "yes", tier: front}/' "$1" """)
    program.press("enter")
    program.wait_for("this is editing 2")
    mode, directory = editor.said.read_text().splitlines()
    assert mode.startswith("-rw------- ")
    program.press("enter")
    program.wait_for("1 task will start")
    confirm(program, "Change web")
    program.wait_until_told("✔ Change the spec of web")
    assert not Path(directory).exists()
    after = service_of(swarm, "web")["Spec"]
    assert after == {**before, "Labels": {"0123": "yes", "tier": "front"}, "Mode": {"Replicated": {"Replicas": 3}}}
    until(lambda: len(running_tasks(swarm, "web")) == 3, "three tasks")

    editor.does("""sed -i 's/^Labels:.*/Labels: {disk: ssd}/' "$1" """)
    on_row(program, "1", "n5")
    program.press("e")
    program.wait_for("this is editing 3")
    program.press("enter")
    confirm(program, "Change n5")
    program.wait_until_told("✔ Change the spec of n5")
    assert node_of(swarm, "n5")["Spec"]["Labels"] == {"disk": "ssd"}
    assert "t0psecret" not in "".join(path.read_text() for path in tmp_path.rglob("*.jsonl"))


def test_a_placement_that_is_taken_out_crashes_no_manager(swarm: Lab, program: Terminal, editor: Scripted) -> None:
    """Where a placement is missing that tasks have, the leader crashes, then the next one: moby issue 37883."""
    swarm.service("web", replicas=2, constraints=["node.role==worker"])
    on_row(program, "2", "web")
    editor.does("""sed -i '/^  Placement:/,/^  [^ P]/{/^  [^ P]/!d}' "$1" """)
    program.press("e")
    program.wait_for("this is editing 1")
    program.press("enter")
    confirm(program, "Change web")
    program.wait_until_told("✔ Change the spec of web")
    assert service_of(swarm, "web")["Spec"]["TaskTemplate"]["Placement"] == {}
    swarm.wait_settled("web")
    # Nothing starts a crashed engine again here. Who leads does not tell: a busy swarm elects another leader, too.
    assert all(node.alive for node in swarm.nodes)


def test_a_spec_changed_by_another_meanwhile(swarm: Lab, program: Terminal, editor: Scripted) -> None:
    """What others change elsewhere in the spec stays; what both have changed is asked about."""

    def meanwhile(*options: str) -> None:
        swarm.node("n2").docker("service", "update", "--detach", *options, "web")

    swarm.service("web", replicas=1)
    on_row(program, "2", "web")
    editor.does("""sed -i 's/Replicas: 1/Replicas: 2/' "$1" """)
    program.press("e")
    program.wait_for("this is editing 1")
    meanwhile("--label-add", "by=other")
    until(lambda: service_of(swarm, "web")["Spec"]["Labels"] == {"by": "other"}, "the other's change")
    program.press("enter")
    program.wait_for("Your change is merged into it")
    confirm(program, "Change web")
    program.wait_until_told("✔ Change the spec of web")
    spec = service_of(swarm, "web")["Spec"]
    assert spec["Labels"] == {"by": "other"}
    assert spec["Mode"]["Replicated"]["Replicas"] == 2

    editor.does("""sed -i 's/Replicas: 2/Replicas: 3/' "$1" """)
    program.press("e")
    program.wait_for("this is editing 2")
    meanwhile("--replicas", "0")
    until(lambda: service_of(swarm, "web")["Spec"]["Mode"]["Replicated"]["Replicas"] == 0, "the other's change")
    program.press("enter")
    confirm(program, "Change web")
    program.wait_for("Somebody else changed")
    program.press("escape")
    program.wait_for("left alone: somebody else changed it")
    assert service_of(swarm, "web")["Spec"]["Mode"]["Replicated"]["Replicas"] == 0
