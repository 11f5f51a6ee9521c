"""What is found on a real swarm that is well, while its services are updated and scaled: nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.lab.cluster import Lab
from tests.lab.diagnosing import JSON, Watch, service_spec, watching

from .others import Edit, Restless, change_service, scale
from .results import Result, at_most
from .setting import say

__all__ = ["measure_healthy"]

SERVICES = 20
SECOND = 1_000_000_000
LOOK = 0.5
"""Seconds from one look to the next."""
PAUSE = 2.0
"""Seconds from one change to the next."""
ROLLING = {"Parallelism": 1, "Delay": SECOND, "Monitor": 2 * SECOND}
TAGS = ("web:1.0", "web:1.1", "web:1.2")


def measure_healthy(lab: Lab, minutes: float) -> Iterator[Result]:
    """Make twenty services, change one every few seconds, and look all the time.

    Args:
        minutes: how long, from the first look on: the services still start then.
    """
    say(f"healthy: {SERVICES} services, changed all the time for {minutes:g} min")
    manager = lab.manager()
    names = [f"s{number}" for number in range(SERVICES)]
    with watching(lab) as watch:
        for number, name in enumerate(names):
            manager.post("/services/create", {"Name": name, **_spec(lab, number)})
        changes = [partial(_change, lab, number, name) for number, name in enumerate(names)]
        with Restless(changes, PAUSE) as restless:
            found, looks = _look(watch, minutes * 60)
        for name in names:
            lab.wait_settled(name)
        found |= {f"{key}, at the end": words for key, words in _look(watch, 5.0)[0].items()}
    lab.remove_services()
    for line in found.values():
        say(f"healthy: {line}")
    note = f"{restless.count} changes, {looks} looks; {'; '.join(found.values())}"
    yield at_most(f"findings on a healthy swarm in {minutes:g} min", len(found), 0, "", note)


def _look(watch: Watch, seconds: float) -> tuple[dict[str, str], int]:
    """Each finding in the words in which it was first seen, and how often was looked."""
    begun, found, looks = time.monotonic(), dict[str, str](), 0
    while (passed := time.monotonic() - begun) < seconds:
        looks += 1
        for (rule, name), each in watch.found().items():
            words = f"after {passed:.0f} s: {rule} on {name}: {each.summary} ({'; '.join(each.evidence)})"
            found.setdefault(f"{rule} on {name}", words)
        time.sleep(LOOK)
    return found, looks


def _spec(lab: Lab, number: int) -> JSON:
    """Services of all sorts: replicated and global, with reservations, constraints, limits per node and ports."""
    replicas: int | None = 2 + number % 2
    parts: dict[str, Any] = {"UpdateConfig": {**ROLLING, "Order": "start-first" if number % 4 == 0 else "stop-first"}}
    if number % 10 == 1:
        replicas = None
    if number % 5 == 2:
        parts["Resources"] = {"Reservations": {"NanoCPUs": SECOND // 100, "MemoryBytes": 16 << 20}}
    if number % 5 == 3:
        parts["Placement"] = {"MaxReplicas": 2}
    if number == 4:
        parts["Placement"] = {"Constraints": ["node.role==manager"]}
    if number == 9:
        parts["EndpointSpec"] = {"Ports": [{"TargetPort": 8080, "PublishedPort": 8080, "PublishMode": "ingress"}]}
    if number == 14:
        parts["EndpointSpec"] = {"Ports": [{"TargetPort": 8080, "PublishedPort": 9090, "PublishMode": "host"}]}
    return service_spec(lab.image(TAGS[0]), replicas=replicas, **parts)


def _change(lab: Lab, number: int, name: str, turn: int) -> None:
    """By turns another image, more replicas, all tasks anew, and fewer replicas."""
    edits: tuple[Edit, ...] = (_image(lab.image(TAGS[(turn // 4 + 1) % len(TAGS)])), scale(4), _force, scale(2))
    edit = edits[(turn + number) % len(edits)]
    if number % 10 == 1 and edit not in (edits[0], _force):
        edit = _force
    change_service(lab.node("n2"), name, edit)


def _image(image: str) -> Edit:
    def edit(spec: dict[str, Any]) -> None:
        spec["TaskTemplate"]["ContainerSpec"]["Image"] = image

    return edit


def _force(spec: dict[str, Any]) -> None:
    spec["TaskTemplate"]["ForceUpdate"] = spec["TaskTemplate"].get("ForceUpdate", 0) + 1
