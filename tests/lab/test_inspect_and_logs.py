"""Inspect and logs on a real swarm: each kind against the engine's own JSON, and what tasks really write."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from swarmtui.endpoint import Endpoint
from swarmtui.engine.session import Session
from swarmtui.engine.streams.log_lines import STDERR, STDOUT, LogLine, LogPhase, LogRequest
from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.object_kinds import describe
from swarmtui.swarm.specs.yaml_text import yaml_text
from tests.lab.cluster import Lab, Node
from tests.lab.cluster.waiting import until
from tests.lab.driving import leave, on_row, open_on, running_tasks, service_of
from tests.patience import DEAD, ends
from tests.terminal import Terminal

TALKS = "i=0; while true; do i=$((i+1)); echo line $i; echo wrong $i >&2; sleep 0.3; done"
COLOURED = r"printf '\033[32mgreen\033[0m\r\n'; printf 'a%%\rb%%\r\n'; sleep 600"


class Reader:
    """A followed log, and all that came from it."""

    def __init__(self, session: Session, kind: Kind, object_id: str, request: LogRequest | None = None) -> None:
        self.stream = session.logs(Target(kind, object_id, "", 0), request or LogRequest())
        self.lines: list[LogLine] = []

    def until(self, condition: Callable[[list[LogLine]], object], what: str) -> None:
        def met() -> bool:
            self.lines += self.stream.take().lines
            return bool(condition(self.lines))

        until(met, what, interval=0.05, detail=lambda: f"{self.stream.status} {self.lines[-5:]}")


def numbers(lines: list[LogLine], task_id: str, word: str = "line") -> list[int]:
    return [
        int(found[1])
        for each in lines
        if each.task_id == task_id and (found := re.fullmatch(rf"{word} (\d+)", each.text))
    ]


def test_logs_and_inspect(swarm: Lab, tmp_path: Path) -> None:
    talks = swarm.service("talks", replicas=2, options=["--env", "DB_PASSWORD=hunter2"], args=["sh", "-c", TALKS])
    swarm.service("tty", replicas=1, options=["--tty"], args=["sh", "-c", COLOURED])
    session = Session(Endpoint(swarm.manager().url, "lab"))
    try:
        session.start(lambda: None)
        follow_a_service(swarm, session, talks)
        follow_a_terminal_and_a_task(swarm, session)
        until(lambda: knows_tasks(session, talks), "the swarm to be known, with the tasks of talks")
        inspect_each_kind(swarm, session)
    finally:
        ends(session.close, "closing")
    drive_it(swarm, tmp_path)


def follow_a_service(lab: Lab, session: Session, service_id: str) -> None:
    """Lines of both tasks and both streams come, and over a break each comes once."""
    tasks = running_tasks(lab, "talks", 2)
    log = Reader(session, Kind.SERVICE, service_id)
    log.until(lambda lines: all(len(numbers(lines, task)) > 3 for task in tasks), "lines of both tasks")
    assert {each.source for each in log.lines} == {STDOUT, STDERR}
    assert {each.node_id for each in log.lines} == set(tasks.values())
    assert all(each.text.startswith("wrong") is (each.source == STDERR) for each in log.lines)
    log.stream.reconnect()
    so_far = {task: max(numbers(log.lines, task)) for task in tasks}
    log.until(
        lambda lines: all(max(numbers(lines, task)) > so_far[task] + 3 for task in tasks), "lines after the break"
    )
    for task in tasks:
        for word in ("line", "wrong"):
            seen = numbers(log.lines, task, word)
            assert seen == list(range(seen[0], seen[0] + len(seen))), "a line is missing or comes twice"
    until(lambda: log.stream.status.phase is LogPhase.FOLLOWING, "the log to be followed")
    since = Reader(session, Kind.SERVICE, service_id, LogRequest(since=time.time() - 1.5, tail=None))
    since.until(lambda lines: len(lines) > 4, "lines since a moment")
    assert min(numbers(since.lines, task)[0] for task in tasks if numbers(since.lines, task)) > 1
    for each in (log, since):
        each.stream.close()


def follow_a_terminal_and_a_task(lab: Lab, session: Session) -> None:
    """A terminal's output is not in frames; a task's log is its own."""
    log = Reader(session, Kind.SERVICE, service_of(lab, "tty")["ID"])
    log.until(lambda lines: len(lines) >= 2, "the terminal's lines")
    assert [each.text.rstrip("\r") for each in log.lines] == ["\x1b[32mgreen\x1b[0m", "a%\rb%"]
    assert log.lines[0].task_id in running_tasks(lab, "tty")
    log.stream.close()
    task, node = next(iter(running_tasks(lab, "talks").items()))
    own = Reader(session, Kind.TASK, task, LogRequest(tail=5))
    own.until(lambda lines: len(lines) > 8, "the task's lines")
    assert {(each.task_id, each.node_id) for each in own.lines} == {(task, node)}
    own.stream.close()


def inspect_each_kind(lab: Lab, session: Session) -> None:
    """What is inspected is the engine's JSON, nothing lost, in words and as YAML; but for the join tokens."""
    manager = lab.manager()
    manager.docker("secret", "create", "lab-secret", "-", stdin="s3cret")
    manager.docker("config", "create", "lab-config", "-", stdin="listen 80\n")
    manager.docker("network", "create", "--driver", "overlay", "lab-net")
    until(lambda: manager.get("/networks/lab-net")["IPAM"]["Config"], "lab-net to have addresses")
    cluster = session.observation().cluster
    assert cluster is not None
    try:
        for kind, path, words in (
            (Kind.NODE, next(f"/nodes/{each['ID']}" for each in manager.get("/nodes")), "availability"),
            (Kind.SERVICE, f"/services/{service_of(lab, 'talks')['ID']}", "talks.1"),
            (Kind.TASK, f"/tasks/{next(iter(running_tasks(lab, 'talks')))}", "container"),
            (Kind.SECRET, f"/secrets/{manager.get('/secrets')[0]['ID']}", "lab-secret"),
            (Kind.CONFIG, f"/configs/{manager.get('/configs')[0]['ID']}", "listen 80"),
            (Kind.NETWORK, "/networks/lab-net", "10.0."),
            (Kind.SWARM, "/swarm", "Raft"),
        ):
            asked = until(partial(inspected, manager, session, kind, path), f"{path} to be the engine's own JSON")
            assert yaml.safe_load(yaml_text(asked)) == asked
            said = str(describe(kind, asked, Scene(cluster, time.time())))
            assert words in said
            assert "hunter2" not in said
    finally:
        for kind_, name in (("secret", "lab-secret"), ("config", "lab-config"), ("network", "lab-net")):
            manager.docker(kind_, "rm", name)


def knows_tasks(session: Session, service_id: str) -> bool:
    cluster = session.observation().cluster
    return cluster is not None and bool(cluster.tasks_of(service_id))


def inspected(manager: Node, session: Session, kind: Kind, path: str) -> dict[str, Any] | None:
    """What the program is given of an object; None where the engine changed it meanwhile."""

    def given() -> dict[str, Any]:
        content: dict[str, Any] = manager.get(path)
        content.pop("JoinTokens", None)
        return steady(content)

    before = given()
    asked: dict[str, Any] = session.inspect(kind, path.rpartition("/")[2]).result(DEAD)
    if before != given():
        return None
    assert steady(asked) == before
    return asked


def steady(content: dict[str, Any]) -> dict[str, Any]:
    """Without what changes by itself from one answer to the next."""
    return {key: value for key, value in content.items() if key not in ("Version", "UpdatedAt")}


def is_still(terminal: Terminal) -> bool:
    """Whether nothing is written for two seconds: what ticks writes each second."""
    written = terminal.bytes_written
    time.sleep(2)
    return terminal.bytes_written == written


def drive_it(lab: Lab, state: Path) -> None:
    """The same by keys in the real program."""
    with open_on(lab.node("n1").url, state) as terminal:
        terminal.wait_for("talks")
        on_row(terminal, "2", "talks")
        terminal.press("l")
        terminal.wait_for(r"talks\.\d@n\d +! wrong \d+")
        terminal.press("q")
        terminal.wait_for("Logs of", absent=True)
        on_row(terminal, "2", "tty")
        terminal.press("l")
        terminal.wait_for("green")
        until(lambda: is_still(terminal), "a log without news that writes nothing")
        terminal.press("q")
        terminal.wait_for("Logs of", absent=True)
        on_row(terminal, "2", "talks")
        terminal.press("space", "space", "l")  # with tty, which comes after it
        terminal.wait_for("Logs of talks and tty ── ● following")
        terminal.wait_for(r"talks\.\d@n\d +! wrong \d+")
        terminal.press("e")
        terminal.wait_for(r"tty\.1@n\d +2 +0 +\d+ (s|min) ago")
        terminal.wait_for(r"talks\.[12]@n\d +\d+ +[1-9]\d* +\d+ s ago")
        terminal.press("enter")
        terminal.wait_for(r"only talks\.[12]: ")
        terminal.press("a", "q")
        terminal.wait_for("Logs of", absent=True)
        terminal.wait_for("2 marked")
        leave(terminal, "2 marked")
        on_row(terminal, "2", "talks")
        terminal.press("i")
        terminal.wait_for(r"talks\.1 +running on n\d")
        terminal.press("y")
        terminal.wait_for(r"Name: talks")
        terminal.press("/")
        terminal.type("hunter2|DB_")
        terminal.wait_for("DB_PASSWORD=••••")
        terminal.press("enter", "l")
        terminal.wait_for(r"talks\.\d@n\d +! wrong \d+")
        lab.node("n1").stop()
        try:
            terminal.press("ctrl+q")
            terminal.wait_until_ended()  # an engine that hangs does not hold the exit
        finally:
            lab.node("n1").resume()
