"""The real program, driven by its keys on a real swarm, and what the engine says of it afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tests.lab.cluster import Lab, Node
from tests.lab.cluster.waiting import until
from tests.patience import Deadline
from tests.terminal import Terminal

__all__ = [
    "CURSOR",
    "confirm",
    "container_of",
    "kill_task",
    "leave",
    "node_of",
    "on_row",
    "on_service",
    "open_on",
    "press_button",
    "running_tasks",
    "service_of",
]

STAYS_OFF = 5.0
"""Seconds of a machine that has time, after which a button that has not got the focus was off."""

CURSOR = "▌"
"""The sign of the cursor in the pane that has the focus."""
REFUSED = re.compile("(?i)changes are refused")
"""Said while an answer is overdue, as on a busy machine: a dialog's button is off meanwhile."""


@contextmanager
def open_on(
    url: str,
    state: Path,
    *options: str,
    columns: int = 120,
    rows: int = 36,
    path: str = "",
    docker_config: Path | None = None,
) -> Iterator[Terminal]:
    """The program on an engine, in a terminal.

    Args:
        url: the engine's.
        state: the program's state directory (audit log, crash log).
        path: what the program finds other programs by; "" for the path of the tests.
        docker_config: the directory with docker's config.json; None for the user's.
    """
    environment = {"XDG_STATE_HOME": str(state), "DOCKER_HOST": "", "DOCKER_CONTEXT": ""}
    if path:
        environment["PATH"] = path
    if docker_config is not None:
        environment["DOCKER_CONFIG"] = str(docker_config)
    with Terminal(["-H", url, *options], columns=columns, rows=rows, environment=environment) as terminal:
        yield terminal


def on_row(terminal: Terminal, pane: str, name: str) -> None:
    """Put the cursor of a pane ("1", "2", "3") on the row that begins with a name."""
    terminal.press(pane)
    while distance := _distance(terminal, name):
        terminal.press("j" if distance > 0 else "k")
        terminal.until(partial(_moved, terminal, name, distance), f"the cursor on the way to {name}")


def on_service(terminal: Terminal, name: str, tasks: int) -> None:
    """Put the cursor on a service, and wait until so many running tasks of it are on the screen.

    For keys that mean these: the program knows how many run before it knows which.
    """
    on_row(terminal, "2", name)
    # Beside those of others, where the cursor began on it.
    row = re.compile(rf"\b{re.escape(name)}\.\S+ +\S+ +● running")
    terminal.until(lambda: len(row.findall(terminal.text)) == tasks, f"{tasks} running tasks of {name}")


def confirm(terminal: Terminal, button: str) -> None:
    """Go from Cancel, which has the focus, to the button beside it, and press that.

    It may be off at first, while what the dialog asks the engine for is not there, or an answer is overdue: tab is
    pressed again then.
    """
    terminal.until(lambda: "▸ Cancel ◂" in terminal.text and not REFUSED.search(terminal.text), "a dialog on Cancel")
    deadline = Deadline()
    terminal.press("tab")
    while not terminal.comes(f"▸ {button} ◂", STAYS_OFF):
        assert not deadline.over, f"the button of {button} is off\n{terminal.text}"
        terminal.press("tab")
    press_button(terminal, button)


def press_button(terminal: Terminal, button: str, *keys: str) -> None:
    """Press a dialog's button, which keys lead to; nothing of the dialog is on the screen afterwards.

    What is told of the change can be awaited (`wait_until_told`): no key comes after Enter.
    """
    terminal.press(*keys)
    terminal.wait_for(f"▸ {button} ◂")
    terminal.press("enter")
    terminal.wait_for(f"▸ {button} ◂", absent=True)


def leave(terminal: Terminal, shown: str) -> None:
    """Press escape, and wait until what is left is off the screen: the next key would be taken for one with alt."""
    terminal.press("escape")
    terminal.wait_for(shown, absent=True)


def _distance(terminal: Terminal, name: str) -> int:
    """How many lines the cursor is from the row of a name, once it is in that pane."""
    [distance] = terminal.until(lambda: _rows_to(terminal, name), f"the cursor in the pane of {name}")
    return distance


def _rows_to(terminal: Terminal, name: str) -> tuple[int] | None:
    """How many lines below the cursor the row of a name is; None while the cursor is in another pane."""
    lines = terminal.text.splitlines()
    row = re.compile(rf"(?<=[│ {CURSOR}]){re.escape(name)}\b")
    wanted = [(y, found.start() - 1) for y, line in enumerate(lines) for found in row.finditer(line)]
    for y, line in enumerate(lines):
        for at, x in wanted:
            if line[x : x + 1] == CURSOR:
                return (at - y,)
    return None


def _moved(terminal: Terminal, name: str, distance: int) -> bool:
    return _rows_to(terminal, name) not in (None, (distance,))


def node_of(lab: Lab, name: str) -> dict[str, Any]:
    """A node as the engine gives it."""
    nodes: list[dict[str, Any]] = lab.manager().get("/nodes")
    return next(node for node in nodes if node["Description"]["Hostname"] == name)


def container_of(node: Node, name: str) -> str:
    """The ID of the only container on a node of a service ("web"), or of a task in its slot ("web.1").

    Of a task that is just replaced there may be none, or two.
    """

    def only() -> str:
        found = node.docker("ps", "--quiet", "--no-trunc", "--filter", rf"name=^{re.escape(name)}\.").split()
        return found[0] if len(found) == 1 else ""

    return until(only, f"one container of {name} on {node.name}")


def kill_task(lab: Lab, service: str, slot: int) -> str:
    """Kill the container of the task that runs in a slot, behind the swarm's back. Returns its node's name."""

    def running() -> dict[str, Any] | None:
        wanted = f'{{"service":["{service}"],"desired-state":["running"]}}'
        tasks: list[dict[str, Any]] = lab.manager().get(f"/tasks?filters={wanted}")
        return next((each for each in tasks if each["Slot"] == slot and each["Status"]["State"] == "running"), None)

    task = until(running, f"{service}.{slot} to run")
    assert task is not None
    node = next(each for each in lab.nodes if each.id == task["NodeID"])
    node.docker("kill", task["Status"]["ContainerStatus"]["ContainerID"])
    return node.name


def service_of(lab: Lab, name: str) -> dict[str, Any]:
    """A service as the engine gives it."""
    service: dict[str, Any] = lab.manager().get(f"/services/{name}")
    return service


def running_tasks(lab: Lab, service: str, count: int | None = None) -> dict[str, str]:
    """The running tasks of a service that are meant to run: ID → node ID.

    Args:
        count: wait until there are so many: a busy machine's node may be lost for a moment, and its task replaced.
    """

    def found() -> dict[str, str]:
        tasks: list[dict[str, Any]] = lab.manager().get(f'/tasks?filters={{"service":["{service}"]}}')
        return {
            task["ID"]: task["NodeID"]
            for task in tasks
            if task["Status"]["State"] == "running" and task["DesiredState"] == "running"
        }

    if count is not None:
        until(lambda: len(found()) == count, f"{count} running tasks of {service}")
    return found()
