"""The real program, driven by its keys on a real swarm, and what the engine says of it afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tests.lab.cluster import Lab
from tests.terminal import Terminal

__all__ = ["CURSOR", "node_of", "on_row", "open_on", "running_tasks", "service_of"]

CURSOR = "▌"
"""The sign of the cursor in the pane that has the focus."""


@contextmanager
def open_on(
    url: str, state: Path, *options: str, columns: int = 120, rows: int = 36, path: str = ""
) -> Iterator[Terminal]:
    """The program on an engine, in a terminal.

    Args:
        url: the engine's.
        state: the program's state directory (audit log, crash log).
        path: what the program finds other programs by; "" for the path of the tests.
    """
    environment = {"XDG_STATE_HOME": str(state), "DOCKER_HOST": "", "DOCKER_CONTEXT": ""}
    if path:
        environment["PATH"] = path
    with Terminal(["-H", url, *options], columns=columns, rows=rows, environment=environment) as terminal:
        yield terminal


def on_row(terminal: Terminal, pane: str, name: str) -> None:
    """Put the cursor of a pane ("1", "2", "3") on the row that begins with a name."""
    terminal.press(pane)
    while distance := _distance(terminal, name):
        terminal.press("j" if distance > 0 else "k")
        terminal.until(partial(_moved, terminal, name, distance), f"the cursor on the way to {name}")


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


def service_of(lab: Lab, name: str) -> dict[str, Any]:
    """A service as the engine gives it."""
    service: dict[str, Any] = lab.manager().get(f"/services/{name}")
    return service


def running_tasks(lab: Lab, service: str) -> dict[str, str]:
    """The running tasks of a service that are meant to run: ID → node ID."""
    tasks: list[dict[str, Any]] = lab.manager().get(f'/tasks?filters={{"service":["{service}"]}}')
    return {
        task["ID"]: task["NodeID"]
        for task in tasks
        if task["Status"]["State"] == "running" and task["DesiredState"] == "running"
    }
