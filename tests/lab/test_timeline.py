"""What others do with docker's own program stands in the time line, while it happens and for who comes afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from swarmtui.endpoint import Endpoint
from swarmtui.engine.session import Session
from swarmtui.swarm.timeline.event import Category, Source
from swarmtui.swarm.timeline.timeline import Entry
from tests.lab.cluster import Lab
from tests.lab.driving import CURSOR, kill_task, node_of, on_row, open_on
from tests.patience import until

CLOCKS = 2.0
"""Seconds between a change and the time told for it, at most: an engine tells some times in whole seconds."""

UPDATE = ("service", "update", "--detach", "--quiet")

LINUX = "node.platform.os==linux"
PORT = "published=8093,target=80,mode=host"

STACK = """
version: "3.7"
services:
  front:
    image: {image}
    deploy: {{replicas: 1}}
"""

Did = tuple[tuple[str, ...], tuple[str, ...], str, str]
"""What is done by docker, the sentences that tell it, and the object: its kind and name."""


def changes(lab: Lab) -> list[Did]:
    """In this order, each upon what the ones before have left."""
    web, newer = lab.image("web"), lab.image("web:1.1")
    w, itself = ("service", "web"), ("swarm", "the swarm")
    return [
        (("service", "scale", "--detach", "web=3"), ("web scaled from 2 to 3",), *w),
        ((*UPDATE, "--image", newer, "web"), (f"web: image changed from {web}",), *w),
        ((*UPDATE, "--env-add", "DB_PASSWORD=hunter2", "web"), ("environment variable DB_PASSWORD set",), *w),
        ((*UPDATE, "--env-add", "DB_PASSWORD=hunter3", "web"), ("environment variable DB_PASSWORD changed",), *w),
        ((*UPDATE, "--env-rm", "DB_PASSWORD", "web"), ("environment variable DB_PASSWORD removed",), *w),
        ((*UPDATE, "--label-add", "tier=front", "web"), ("web: label tier=front set",), *w),
        ((*UPDATE, "--label-rm", "tier", "web"), ("web: label tier removed",), *w),
        ((*UPDATE, "--container-label-add", "a=b", "web"), ("web: container label a=b set",), *w),
        ((*UPDATE, "--args", "sleep 9999", "web"), ("web: arguments ",), *w),
        ((*UPDATE, "--mount-add", "type=volume,source=data,target=/d", "web"), ("web: mount data:/d added",), *w),
        ((*UPDATE, "--limit-memory", "64m", "web"), ("web: limits changed from none to 64 MiB of memory",), *w),
        ((*UPDATE, "--constraint-add", LINUX, "web"), (f"web: constraint {LINUX} added",), *w),
        ((*UPDATE, "--restart-condition", "on-failure", "web"), ("web: restart policy ",), *w),
        ((*UPDATE, "--update-parallelism", "2", "web"), ("web: update policy ",), *w),
        ((*UPDATE, "--publish-add", PORT, "web"), ("web: port 8093→80/tcp host added",), *w),
        ((*UPDATE, "--stop-grace-period", "1s", "web"), ("web: grace period ",), *w),
        ((*UPDATE, "--force", "web"), ("web was restarted by force",), *w),
        (("secret", "create", "db_v1", "/etc/hostname"), ("secret db_v1 was created",), "secret", "db_v1"),
        ((*UPDATE, "--secret-add", "db_v1", "web"), ("web: secret db_v1 added",), *w),
        (("secret", "create", "db_v2", "/etc/hostname"), ("secret db_v2 was created",), "secret", "db_v2"),
        (
            (*UPDATE, "--secret-rm", "db_v1", "--secret-add", "db_v2", "web"),
            ("web: secret db_v1 replaced by db_v2",),
            *w,
        ),
        (("secret", "rm", "db_v1"), ("secret db_v1 was removed",), "secret", "db_v1"),
        (("config", "create", "conf", "/etc/hostname"), ("config conf was created",), "config", "conf"),
        (("network", "create", "-d", "overlay", "back"), ("network back was created: overlay",), "network", "back"),
        (("network", "rm", "back"), ("network back was removed",), "network", "back"),
        (("node", "update", "--label-add", "disk=ssd", "n4"), ("n4: label disk=ssd set",), "node", "n4"),
        (("node", "update", "--availability", "drain", "n4"), ("n4 is drained",), "node", "n4"),
        (("node", "update", "--availability", "active", "n4"), ("n4 is active again",), "node", "n4"),
        (("node", "promote", "n5"), ("n5 was promoted to manager",), "node", "n5"),
        (("node", "demote", "n5"), ("n5 was demoted to worker",), "node", "n5"),
        (("swarm", "join-token", "--rotate", "--quiet", "worker"), ("the worker join token was rotated",), *itself),
        (("swarm", "update", "--task-history-limit", "6"), ("task history changed from 5 to 6",), *itself),
        (("swarm", "update", "--task-history-limit", "5"), ("task history changed from 6 to 5",), *itself),
        (("service", "rm", "gone"), ("gone was removed",), "service", "gone"),
    ]  # fmt: skip


def session_on(lab: Lab) -> Session:
    session = Session(Endpoint(lab.node("n1").url, "lab"))
    session.start(lambda: None)
    return session


def found(session: Session, text: str) -> Entry | None:
    return next((entry for entry in session.timeline.entries if text in entry.text), None)


def see(session: Session, text: str) -> Entry:
    """Wait until a sentence stands in the time line."""
    entry = until(
        lambda: found(session, text),
        text,
        detail=lambda: "\n".join(entry.text for entry in session.timeline.entries[:40]),
    )
    assert entry is not None
    return entry


def test_what_docker_does_is_told_as_it_happens_and_afterwards(swarm: Lab, tmp_path: Path) -> None:
    manager = swarm.node("n1")
    swarm.service("web", replicas=2, options=["--stop-grace-period", "2s"])
    swarm.service("gone", replicas=0, wait=False)
    file = tmp_path / "stack.yml"
    file.write_text(STACK.format(image=swarm.image("web")))
    session = session_on(swarm)
    try:
        until(lambda: session.timeline.began and found(session, "web was created"), "the first look")
        for command, texts, kind, name in changes(swarm):
            if command[:2] == ("node", "demote"):
                until(lambda: node_of(swarm, "n5").get("ManagerStatus"), "n5 to be a manager")
            begun = time.time()
            swarm.insist(*command)
            ended = time.time()
            for text in texts:
                check(session, text, kind, name, begun, ended)
        kill_a_container(swarm, session)
        begun = time.time()
        manager.docker("stack", "deploy", "--compose-file", str(file), "shop")
        created = "shop_front was created: replicated, 1 wanted"
        check(session, created, "service", "shop_front", begun, time.time())
        fresh = swarm.fresh_engine("late")
        token = manager.get("/swarm")["JoinTokens"]["Worker"]
        begun = time.time()
        fresh.docker("swarm", "join", "--token", token, f"{manager.address}:2377")
        check(session, "late joined the swarm as a worker", "node", "late", begun, time.time())
        begun = time.time()
        fresh.docker("swarm", "leave")
        until(lambda: node_of(swarm, "late")["Status"]["State"] == "down", "the manager to miss the node")
        check(session, "late is down", "node", "late", begun, time.time())
        begun = time.time()
        manager.docker("node", "rm", "--force", "late")
        check(session, "late was removed from the swarm", "node", "late", begun, time.time())
        assert "hunter" not in repr(session.timeline.entries)
    finally:
        session.close()
    afterwards(swarm)
    the_slot(swarm, tmp_path)


def check(session: Session, text: str, kind: str, name: str, begun: float, ended: float) -> Entry:
    """Wait for the sentence of a change: it is about an object, and tells the time of the change.

    Args:
        begun, ended: when the change was made, in seconds since 1970.
    """
    entry = see(session, text)
    took = time.time() - ended
    print(f"{text}: {took:.1f} s")
    event = entry.event
    assert (event.kind.word, event.name, event.source) == (kind, name, Source.SEEN), entry
    late = took if event.category is Category.REMOVED else 0.0  # there it is the time at which that was seen
    assert begun - CLOCKS <= event.at <= ended + late + CLOCKS, (entry, begun, ended)
    return entry


def kill_a_container(lab: Lab, session: Session) -> None:
    begun = time.time()
    node = kill_web_1(lab)
    until(lambda: any(is_killed(task) for task in lab.node("n1").get("/tasks")), "the manager to know the failed task")
    entry = check(session, f"web.1 failed on {node}", "task", "web.1", begun, time.time())
    assert "exit 137 (killed)" in entry.text


def kill_web_1(lab: Lab) -> str:
    """Kill the container of web.1. Returns its node's name."""
    lab.wait_settled("web")
    return kill_task(lab, "web", 1)


def the_slot(lab: Lab, state: Path) -> None:
    """In the program: what a slot went through, and its log, that goes on in the replacement's."""
    with open_on(lab.node("n1").url, state, columns=80, rows=24) as terminal:
        terminal.wait_for("web")
        on_row(terminal, "2", "web")
        terminal.press("enter")
        terminal.wait_for(rf"{CURSOR}web\.1")
        terminal.press("enter")
        terminal.wait_for(r"Slot web\.1 ── ● running for")
        terminal.press("l")
        terminal.wait_for(r"Logs of web\.1 ── ● following")
        node = kill_web_1(lab)
        terminal.wait_for(rf"» web\.1 on {node} failed after .*: exit 137 \(killed\)")
        terminal.press("q")
        terminal.wait_for(r"Slot web\.1 ── ● running for")
        terminal.wait_for(r"━✖.*✖ failed after")


def is_killed(task: dict[str, Any]) -> bool:
    return "(137)" in task["Status"].get("Err", "")


def afterwards(lab: Lab) -> None:
    """What the swarm keeps is told to who comes now, and said to be from before."""
    lab.wait_settled("web")  # of slots that do not run, low numbers are not the ones that stay
    lab.insist("service", "scale", "--detach", "web=1")
    session = session_on(lab)
    try:
        told: Callable[[str], Entry] = lambda text: see(session, text)  # noqa: E731
        for text in (
            "web was created: replicated, 1 wanted",
            "web scaled from 3 to 1",
            "shop_front was created",
            "secret db_v2 was created",
            "config conf was created",
            "n5 joined the swarm as a worker",
            "the swarm was created",
            "web.1 failed on",
        ):
            assert told(text).event.source is Source.KEPT, text
    finally:
        session.close()
