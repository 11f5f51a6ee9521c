"""Everything that is done to an existing service, by keys on a real swarm; afterwards the engine is asked."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from swarmtui.ui.services.commands import SERVICE_COMMANDS
from tests.lab.cluster import Lab
from tests.lab.cluster.waiting import until
from tests.lab.driving import node_of, on_row, open_on, running_tasks, service_of
from tests.terminal import Terminal
from tests.unit.swarm.spec_deletions import DELETIONS, full_spec, without

QUICK = ["--update-monitor", "1s", "--update-parallelism", "0", "--rollback-monitor", "1s", "--stop-grace-period", "1s"]


@pytest.fixture
def program(swarm: Lab, tmp_path: Path) -> Iterator[Terminal]:
    """The program on n1, on a swarm without services."""
    with open_on(swarm.node("n1").url, tmp_path) as terminal:
        terminal.wait_for("No services")
        yield terminal


def change(program: Terminal, what: str) -> None:
    """Choose from the menu of changes."""
    program.press("E")
    program.wait_for("Change web: what")
    offered = [command.name for command in SERVICE_COMMANDS if command.menu]
    program.press(*["down"] * offered.index(f"service.{what}"), "enter")
    program.wait_for("Nothing changed yet")


def add(program: Terminal, line: str) -> None:
    program.press("a")
    program.wait_for("keep the line")
    program.type(line)
    program.press("enter")
    program.wait_for("enter change|⏎ change")


def confirm(program: Terminal, button: str, *, done: str) -> None:
    """Go to the button, wherever the focus is; press it, and wait until it is done."""
    for _ in range(20):
        if f"▸ {button} ◂" in program.text:
            break
        program.press("tab")
        try:  # a field has no sign of the focus that could be awaited
            program.wait_for(f"▸ {button} ◂", 0.4)
        except AssertionError:
            continue
    program.wait_for(f"▸ {button} ◂")
    program.press("enter")
    program.wait_for(f"✔ {done}")


def spec_of(lab: Lab, name: str = "web") -> dict[str, Any]:
    spec: dict[str, Any] = service_of(lab, name)["Spec"]
    return spec


def changed(spec: dict[str, Any], value: object, *path: str) -> dict[str, Any]:
    """A copy with one value changed; `None` takes it away."""
    copied = copy.deepcopy(spec)
    part = copied
    for key in path[:-1]:
        part = part.setdefault(key, {})
    if value is None:
        part.pop(path[-1], None)
    else:
        part[path[-1]] = value
    return copied


def test_image_force_update_and_roll_back(swarm: Lab, program: Terminal) -> None:
    swarm.service("web", "web:1.0", replicas=2, options=[*QUICK, "--env", "A=1", "--label", "team=ops"])
    before = spec_of(swarm)
    on_row(program, "2", "web")
    program.press("u")
    program.wait_for("already has this image")
    program.press("backspace")
    program.type("1")
    program.wait_for("All 2 tasks are replaced, all at once, stop-first")
    program.wait_for("--no-resolve-image")
    confirm(program, "Update web", done="Update web from")
    image = ("TaskTemplate", "ContainerSpec", "Image")
    assert spec_of(swarm) == changed(before, swarm.image("web:1.1"), *image)

    tasks, updated = running_tasks(swarm, "web"), spec_of(swarm)
    program.press("r")
    program.wait_for("Force-update web .rolling restart.")
    confirm(program, "Force-update web", done="Force-update web")
    assert spec_of(swarm) == changed(updated, 1, "TaskTemplate", "ForceUpdate")
    assert not tasks.keys() & running_tasks(swarm, "web").keys()

    program.press("R")
    program.wait_for("ForceUpdate: 1")
    confirm(program, "Roll back web", done="Roll back web")
    assert spec_of(swarm) == updated
    assert service_of(swarm, "web")["UpdateStatus"]["State"] == "rollback_completed"


def test_environment_labels_and_limits(swarm: Lab, program: Terminal) -> None:
    swarm.service("web", replicas=2, options=[*QUICK, "--env", "A=1", "--env", "DB_PASSWORD=hunter2"])
    before = spec_of(swarm)
    on_row(program, "2", "web")
    change(program, "environment")
    assert "hunter2" not in program.text
    add(program, "LEVEL=debug it")
    program.wait_for("LEVEL=debug it")
    program.press("up", "up", "delete")
    confirm(program, "Change web", done="Change the environment of web")
    env = ["DB_PASSWORD=hunter2", "LEVEL=debug it"]
    assert spec_of(swarm) == (after := changed(before, env, "TaskTemplate", "ContainerSpec", "Env"))

    tasks = running_tasks(swarm, "web")
    program.press("L")
    program.wait_for("Nothing changed yet")
    add(program, "team=ops")
    program.wait_for("No task is restarted")
    confirm(program, "Change web", done="Change the labels of web")
    assert spec_of(swarm) == (after := changed(after, {"team": "ops"}, "Labels"))
    assert running_tasks(swarm, "web") == tasks

    change(program, "limits")
    program.type("0.5")
    program.press("down")
    program.type("64m")
    confirm(program, "Change web", done="Change the limits and reservations of web")
    limits = {"NanoCPUs": 500_000_000, "MemoryBytes": 64 << 20}
    found = spec_of(swarm)
    assert found["TaskTemplate"]["Resources"]["Limits"] == limits
    assert changed(found, None, "TaskTemplate", "Resources") == changed(after, None, "TaskTemplate", "Resources")


def test_constraints_move_only_what_no_longer_fits(swarm: Lab, program: Terminal) -> None:
    swarm.service("web", replicas=5, options=QUICK)
    before, tasks = spec_of(swarm), running_tasks(swarm, "web")
    n5 = node_of(swarm, "n5")["ID"]
    staying = {task: node for task, node in tasks.items() if node != n5}
    assert len(staying) < 5
    on_row(program, "2", "web")
    change(program, "constraints")
    add(program, "node.hostname != n5")
    program.wait_for("n5 no longer fits")
    confirm(program, "Change web", done="Change the placement of web")
    after = running_tasks(swarm, "web")
    assert staying.items() <= after.items(), "a task on a node that fits was replaced"
    assert n5 not in after.values()
    placement = {**before["TaskTemplate"]["Placement"], "Constraints": ["node.hostname!=n5"]}
    assert spec_of(swarm) == changed(before, placement, "TaskTemplate", "Placement")


def test_ports_and_a_port_that_is_taken(swarm: Lab, program: Terminal) -> None:
    swarm.service("api", replicas=1, publish=["8080:80"])
    swarm.service("web", replicas=1, options=QUICK)
    before = spec_of(swarm)
    on_row(program, "2", "web")
    change(program, "ports")
    add(program, "8080:80")
    program.wait_for("api already has port 8080/tcp .ingress.")
    program.press("tab", "tab", "enter")
    program.wait_for("✖ Change the published ports of web: .*already in use by service")
    assert spec_of(swarm) == before

    change(program, "ports")
    add(program, "8081:80")
    confirm(program, "Change web", done="Change the published ports of web")
    ports = [{"Protocol": "tcp", "TargetPort": 80, "PublishedPort": 8081, "PublishMode": "ingress"}]
    assert spec_of(swarm) == changed(before, ports, "EndpointSpec", "Ports")


def test_a_paused_update_is_resumed_and_keeps_what_it_has_done(swarm: Lab, program: Terminal) -> None:
    options = ["--update-monitor", "60s", "--update-delay", "5s", "--stop-grace-period", "1s"]
    swarm.service("web", "web:1.0", replicas=3, options=options)
    on_row(program, "2", "web")
    program.press("u")
    program.wait_for("already has this image")
    program.press("backspace")
    program.type("1")
    program.press("enter", "enter")
    program.wait_for("updating 1/3")
    kill_a_new_task(swarm)
    until(lambda: service_of(swarm, "web")["UpdateStatus"]["State"] == "paused", "the update pauses")
    until(lambda: len(running_tasks(swarm, "web")) == 3, "the killed task has a successor")
    done = {task for task in running_tasks(swarm, "web") if image_of(swarm, task) == swarm.image("web:1.1")}
    assert len(done) == 1
    spec = spec_of(swarm)

    program.press("E")
    program.wait_for("Change web: what")
    program.press("up", "enter")
    program.wait_for("It continues with 2 tasks not reached yet")
    program.press("tab", "enter")
    until(lambda: all(image_of(swarm, task) == swarm.image("web:1.1") for task in running_tasks(swarm, "web")), "all")
    assert done <= running_tasks(swarm, "web").keys(), "a task of the update was replaced by resuming it"
    assert spec_of(swarm) == changed(spec, 60_000_000_001, "UpdateConfig", "Monitor")
    assert service_of(swarm, "web")["PreviousSpec"] == spec


def kill_a_new_task(lab: Lab) -> None:
    """Kill the container of a task that the update has made."""
    tasks = lab.manager().get('/tasks?filters={"service":["web"]}')
    new = next(
        task
        for task in tasks
        if task["Spec"]["ContainerSpec"]["Image"] == lab.image("web:1.1") and task["Status"]["State"] == "running"
    )
    node = next(each for each in lab.nodes if node_of(lab, each.name)["ID"] == new["NodeID"])
    node.docker("kill", new["Status"]["ContainerStatus"]["ContainerID"])


def image_of(lab: Lab, task: str) -> str:
    return str(lab.manager().get(f"/tasks/{task}")["Spec"]["ContainerSpec"]["Image"])


def test_removing_needs_the_name(swarm: Lab, program: Terminal) -> None:
    swarm.service("web", replicas=1)
    on_row(program, "2", "web")
    program.press("delete")
    program.wait_for("type web to confirm")
    program.type("web")
    program.press("enter", "enter")
    program.wait_for("✔ Remove the service web")
    assert swarm.manager().get("/services") == []


def test_what_is_taken_out_of_a_spec_replaces_tasks_or_not(swarm: Lab) -> None:
    """The judge's table of fields is an engine's."""
    node, image = swarm.manager(), swarm.image("web")
    names = {f"web{number}": path for number, path in enumerate(DELETIONS)}

    def tasks(name: str) -> set[str]:
        found = node.get(f'/tasks?filters={{"service":["{name}"],"desired-state":["running"]}}')
        return {task["ID"] for task in found if task["Status"]["State"] == "running"}

    def other_tasks(name: str) -> set[str]:
        return tasks(name) - before[name]

    for name in names:
        node.post("/services/create", full_spec(image, name))
    before = {name: until(partial(tasks, name), f"a task of {name}") for name in names}
    for name, path in names.items():
        service = node.get(f"/services/{name}")
        version = service["Version"]["Index"]
        node.post(f"/services/{name}/update?version={version}", without(service["Spec"], path))
    replaced = [name for name, path in names.items() if DELETIONS[path]]
    for name in replaced:
        until(partial(other_tasks, name), f"another task instead of that without {names[name]}")
    assert [names[name] for name in names if name not in replaced and tasks(name) != before[name]] == []
