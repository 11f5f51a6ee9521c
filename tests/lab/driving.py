"""The real program, driven by its keys on a real swarm, and what the engine says of it afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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
    terminal.wait_for(rf"[│ {CURSOR}]{name}\b")
    for key in ["g", *["j"] * 30]:
        try:
            terminal.wait_for(rf"{CURSOR}{name}\b", 0.6)
        except AssertionError:
            terminal.press(key)
        else:
            return
    raise AssertionError(f"the cursor does not come to {name}:\n{terminal.text}")


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
