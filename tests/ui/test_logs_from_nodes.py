"""Logs straight from the nodes: offered where the manager gets none, followed from container to container."""

from __future__ import annotations

from pathlib import Path

from swarmtui.engine.streams.log_lines import NOTICE, LogPhase, LogStatus
from swarmtui.errors import LoginRefused
from swarmtui.swarm.cluster import Cluster
from swarmtui.ui.logs import straight_feed
from tests.ui.driving import Program, running
from tests.ui.scripted import ScriptedSession
from tests.ui.scripted_log import ScriptedLog
from tests.unit.swarm import builders

FAR = "0123456789abcdefghijklmno"


def swarm(second: str = "two", created: float = 600, replicas: int = 2, down: bool = False) -> Cluster:
    tasks = [builders.task("web", 1, "wrk1", id="task-web-1", container="one")]
    more = range(2, replicas + 1)
    tasks += [
        builders.task("web", slot, "wrk2", id=f"task-{second}-{slot}", container=f"{second}{slot}", created=created)
        for slot in more
    ]
    nodes = [builders.node("wrk1"), builders.node("wrk2", state="down" if down else "ready")]
    return builders.cluster(nodes, [builders.service("web", replicas, status=(replicas, replicas))], tasks)


async def open_web(program: Program, session: ScriptedSession) -> ScriptedLog:
    await program.see("web +replicated|web +▰")
    await program.on_row("2", "web")
    await program.press("l")
    await program.see("Logs of web")
    return session.logged[-1]


async def test_where_the_manager_gets_no_lines_from_a_node_it_is_offered_to_ask_that_itself(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        log = await open_web(program, session)
        log.write("hello")
        await program.see("1 line")
        assert not program.shows("straight")
        log.write(f"Error grabbing logs: warning: incomplete log stream. node {FAR} is not available", source=NOTICE)
        await program.see("missing: d reads straight from the nodes")
        log.write("it is back", node=FAR)
        await program.see_no("d reads straight")


async def test_each_container_is_read_on_its_node_and_d_goes_back(crash_log: Path) -> None:
    session = ScriptedSession(swarm(down=True))
    async with running(session, crash_log) as program:
        through = await open_web(program, session)
        await program.see("no lines from wrk2: not ready")
        await program.read("d reads straight from the nodes")
        await program.press("d")
        await program.read("straight from 2 nodes, d goes back")
        assert through.closed
        asked = [(each.node.name, each.id) for each, _ in session.nodes.logged]
        assert asked == [("wrk2", "two2"), ("wrk1", "one")], "first where the manager hears nothing"
        (_, two), (_, one) = session.nodes.logged
        one.write("first", stamp="2026-03-01T12:00:00.000000001Z")
        two.write("second", task="task-two-2", node="node-wrk2", stamp="2026-03-01T12:00:00.000000002Z")
        await program.see(r"web\.2@wrk2 +second")
        assert program.shows(r"web\.1@wrk1 +first")
        await program.press("d")
        await program.see_no("straight from 2")
        assert (one.closed, two.closed) == (1, 1)
        assert not session.logged[-1].closed


async def test_a_container_that_comes_in_place_of_another_is_followed_from_its_beginning(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        await open_web(program, session)
        await program.press("d")
        await program.see("straight from 2 nodes")
        (_, one), (_, two) = session.nodes.logged
        assert one.request.tail == 500
        session.tell(swarm("new", created=1))
        await program.until(lambda: len(session.nodes.logged) == 3, "the new container")
        container, new = session.nodes.logged[-1]
        assert (container.id, new.request.tail) == ("new2", None), "all of it: it is new"
        two.write("last words", task="task-two-2")
        await program.see("last words")
        assert not two.closed, "it is read to its end"
        two.status = LogStatus(LogPhase.ENDED)
        session.tell(swarm("new", created=1.5))
        await program.until(lambda: two.closed, "the end of the old one")


async def test_a_node_that_is_not_reached_is_named_with_what_helps(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        await open_web(program, session)
        await program.press("d")
        await program.see("straight from 2 nodes")
        log = session.nodes.logged[-1][1]
        log.status = LogStatus(LogPhase.BROKEN, LoginRefused("ops is not let in."), retries=False)
        await program.see(r"not connected \(ctrl\+r tries again\) web\.2@wrk2: ops is not let in")
        await program.press("ctrl+r")
        await program.until(lambda: log.reconnected, "another try")


async def test_only_so_many_are_followed_and_the_rest_is_told(crash_log: Path) -> None:
    session = ScriptedSession(swarm(replicas=20))
    async with running(session, crash_log) as program:
        await open_web(program, session)
        await program.press("d")
        await program.see("4 containers left out")
        assert len(session.nodes.logged) == straight_feed.MOST_CONTAINERS


async def test_a_service_without_containers_says_so(crash_log: Path) -> None:
    bare = builders.cluster([builders.node("wrk1")], [builders.service("web", 1, status=(0, 1))], [])
    session = ScriptedSession(bare)
    async with running(session, crash_log) as program:
        await open_web(program, session)
        await program.press("d")
        await program.see("○ no container")


async def test_the_log_of_a_task_goes_on_in_its_replacements_container(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        await program.see("web +replicated|web +▰")
        await program.on_row("3", "web.2")
        await program.press("l")
        await program.see(r"Logs of web\.2")
        await program.press("d")
        await program.see("straight from 1 node")
        opened = len(session.logged)
        session.tell(replaced())
        await program.until(lambda: len(session.nodes.logged) == 2, "the new container")
        container, new = session.nodes.logged[-1]
        assert container.id == "new2"
        new.write("hello again", task="task-new-2", node="node-wrk2")
        await program.see("hello again")
        assert len(session.logged) == opened, "the manager is not asked"


def replaced() -> Cluster:
    """web.2 has failed, and another task has taken its place."""
    return builders.cluster(
        [builders.node("wrk1"), builders.node("wrk2")],
        [builders.service("web", 2, status=(2, 2))],
        [
            builders.task("web", 1, "wrk1", id="task-web-1", container="one"),
            builders.task("web", 2, "wrk2", id="task-new-2", container="new2", created=1),
            builders.task(
                "web",
                2,
                "wrk2",
                id="task-two-2",
                container="two2",
                created=600,
                since=3,
                state="failed",
                desired="shutdown",
                exit_code=1,
            ),
        ],
    )
