"""How soon a change that someone else makes is on the screen: from the engine's yes to the terminal's bytes."""

from __future__ import annotations

import re
import time
from typing import Any

from tests.lab.cluster.waiting import until

from .others import change_node, change_service, scale
from .recording import RecordingTerminal, opened
from .results import Result, median_at_most
from .setting import Setting

__all__ = ["measure_changes"]

SOON, TASKS_SOON = 0.5, 1.5
"""Seconds within which a service or node, and a task, shall be up to date."""

PATIENCE = 20.0


def measure_changes(setting: Setting) -> list[Result]:
    """Services, nodes and tasks, with the program's first screen, and with one service's tasks on it."""
    lab, effort = setting.lab, setting.effort
    setting.say(f"changes by someone else, {effort.changes} of each kind")
    lab.service("app", replicas=3, options=["--stop-signal", "SIGKILL", "--restart-delay", "4s"])
    lab.service("idle", replicas=2, constraints=["node.labels.lab==nowhere"], wait=False)
    results = []
    with opened(lab.node("n1").url, setting.state) as terminal:
        terminal.wait_for(r"│.app .* 3/3\b")
        terminal.wait_for(r"app\.3 .*● running")
        replicas, rows = _scale_up_and_down(setting, terminal)
        results.append(median_at_most("service scaled: REPLICAS", replicas, SOON))
        results.append(median_at_most("service's image updated: IMAGE", _update_images(setting, terminal), SOON))
        results.append(median_at_most("node's availability: AVAIL", _pause_node(setting, terminal), SOON))
        results.append(median_at_most("service scaled: the new task's row", rows, TASKS_SOON))
        killed = _kill_containers(setting, terminal)
        results.append(median_at_most("container killed: the task's STATE", killed, TASKS_SOON))
        terminal.press("2")
        terminal.wait_for("▌(app|idle)")
        terminal.press("g", "enter")
        terminal.wait_for("Tasks of app")
        killed = _kill_containers(setting, terminal)
        results.append(median_at_most("the same with that service selected", killed, TASKS_SOON))
    lab.remove_services()
    return results


def _scale_up_and_down(setting: Setting, terminal: RecordingTerminal) -> tuple[list[float], list[float]]:
    """Seconds until REPLICAS tells the new number, in both directions, and until the new task's row is there."""
    other = setting.lab.node("n2")
    replicas, rows = [], []
    for _ in range(setting.effort.changes):
        said = change_service(other, "app", scale(4))
        replicas.append(terminal.wait_for(r"│.app .* \d+/4\b", PATIENCE) - said)
        rows.append(terminal.wait_for(r"app\.4 ", PATIENCE) - said)
        terminal.wait_for(r"app\.4 .*● running", PATIENCE)
        setting.pause(0.3, 1.5)
        said = change_service(other, "app", scale(3))
        replicas.append(terminal.wait_for(r"│.app .* \d+/3\b", PATIENCE) - said)
        terminal.wait_for(r"app\.4 ", PATIENCE, absent=True)
        setting.pause(0.3, 1.5)
    return replicas, rows


def _update_images(setting: Setting, terminal: RecordingTerminal) -> list[float]:
    """Seconds until IMAGE shows the new tag of a service without containers."""
    seconds = []
    for number in range(setting.effort.changes):
        tag = f"web:1.{(number + 1) % 2}"
        image = setting.lab.image(tag)

        def edit(spec: dict[str, Any], image: str = image) -> None:
            spec["TaskTemplate"]["ContainerSpec"]["Image"] = image

        said = change_service(setting.lab.node("n2"), "idle", edit)
        seconds.append(terminal.wait_for(rf"│.idle .*{re.escape(tag)} ", PATIENCE) - said)
        setting.pause(0.3, 1.5)
    return seconds


def _pause_node(setting: Setting, terminal: RecordingTerminal) -> list[float]:
    """Seconds until AVAIL shows that a node takes no new tasks, or does again."""
    seconds, identity = [], setting.lab.node("n5").id
    for number in range(2 * ((setting.effort.changes + 1) // 2)):
        wanted = "active" if number % 2 else "pause"

        def edit(spec: dict[str, Any], wanted: str = wanted) -> None:
            spec["Availability"] = wanted

        said = change_node(setting.lab.node("n2"), identity, edit)
        seconds.append(terminal.wait_for(rf"│.n5 .* {wanted}\b", PATIENCE) - said)
        setting.pause(0.3, 1.5)
    return seconds


def _kill_containers(setting: Setting, terminal: RecordingTerminal) -> list[float]:
    """Seconds from a container's end until the row of its slot no longer says that it runs.

    Part of it is the swarm's own: the node's agent must see it, and tell the managers.
    """
    seconds = []
    for number in range(setting.effort.changes):
        slot = 1 + number % 3
        node, container = _container_of(setting, slot)
        setting.lab.node(node).post(f"/containers/{container}/kill")
        said = time.monotonic()
        seconds.append(terminal.wait_for(rf"^│.app\.{slot} +n\d +● running", PATIENCE, absent=True) - said)
        terminal.wait_for(rf"^│.app\.{slot} +n\d +● running", PATIENCE)
        setting.pause(0.3, 1.5)
    return seconds


def _container_of(setting: Setting, slot: int) -> tuple[str, str]:
    """The node on which a slot of the service app runs, and its container."""
    manager = setting.lab.node("n2")
    names = {entry["ID"]: entry["Description"]["Hostname"] for entry in manager.get("/nodes")}

    def running() -> tuple[str, str] | None:
        for task in manager.get('/tasks?filters={"service":["app"],"desired-state":["running"]}'):
            if task["Slot"] == slot and task["Status"]["State"] == "running":
                return names[task["NodeID"]], task["Status"]["ContainerStatus"]["ContainerID"]
        return None

    return until(running, f"app.{slot} to run")
