"""Who runs where: `v` shows nodes as columns and tasks as blocks, and follows the swarm."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from swarmtui.errors import ConnectionBroken
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.placement.blocks import Block
from swarmtui.ui.kit.texts.text import cell_width
from swarmtui.ui.placement.drawing import cell_parts
from tests.ui.driving import Program, running
from tests.ui.scripted import ScriptedSession, live
from tests.unit.swarm.builders import NOW, cluster, node, replicas_on, service, task

SMALL = (80, 24)

NODES = [
    node("mgr1", leader=True, labels={"zone": "a"}),
    node("wrk1", labels={"zone": "b"}),
    node("wrk2", labels={"zone": "a"}, availability="drain"),
    node("wrk3", labels={"zone": "b"}, state="down"),
]


def swarm(*tasks: Task, nodes: list[Node] = NODES) -> Cluster:
    services = [service("api", 1), service("web", 3, reserved_cpus=1, reserved_memory_gb=2)]
    return cluster(nodes, services, tasks)


def session_of(snapshot: Cluster) -> ScriptedSession:
    """A session whose engine's clock stands at the time of the builders."""
    return ScriptedSession(snapshot, live(clock_offset=NOW - time.time()))


async def open_placement(program: Program) -> None:
    await program.see("● live")
    await program.press("v")
    await program.see("Placement by role")


@pytest.mark.parametrize("size", [SMALL, (160, 50)])
async def test_each_state_has_a_sign_that_needs_no_colour(crash_log: Path, size: tuple[int, int]) -> None:
    tasks = [
        *replicas_on("web", "wrk1", "wrk1"),
        task("web", 3, "wrk1", state="preparing"),
        task("web", 4, "wrk3"),
        task("web", 5, state="pending", error="no suitable node"),
        task("api", 1, "mgr1", state="failed", desired="shutdown"),
    ]
    async with running(session_of(swarm(*tasks)), crash_log, size=size) as program:
        await open_placement(program)
        await program.see(r"managers 1 +workers 3")
        await program.see(r"SERVICE +WAITING +.?mgr1 +wrk1 +▽wrk2 +✖wrk3")
        await program.see(r"web +◌ +■■▣ +\?")
        await program.see(r"api +.?✖")
        assert program.shows(r"CPU .*[^▰]▰+▱+.*[^▰]▰+▱")  # 3 of 4 on wrk1, 1 of 4 on wrk3
        assert program.shows("4 nodes, 2 services")
        assert program.says("2 running, 1 starting, 1 waiting, 1 failed, 1 unknown")
        assert program.shows("■ running  ▣ starting  ◌ waiting  □ stopping  ✖ failed  [?] unknown")
        assert program.shows("✖node down")
        assert program.shows("▽drained  ‖paused")
        assert program.shows(r"3/4 CPUs") == (size != SMALL)  # where a column is wide
        assert program.shows(r"6/8 GiB") == (size != SMALL)


async def test_the_blocks_move_as_the_swarm_moves(crash_log: Path) -> None:
    session = session_of(swarm(*replicas_on("web", "wrk1", "mgr1")))
    async with running(session, crash_log, size=SMALL) as program:
        await open_placement(program)
        await program.see(r"web +■ +■$")
        session.tell(swarm(*replicas_on("web", "mgr1", "mgr1")))
        await program.see(r"web +■■$")


async def test_a_line_says_in_words_what_is_under_the_cursor(crash_log: Path) -> None:
    tasks = [*replicas_on("web", "wrk1", "wrk1"), task("web", 3, "wrk1", state="preparing")]
    waiting = task("web", 4, state="pending", error="no suitable node (1 node not available)")
    async with running(session_of(swarm(*tasks, waiting)), crash_log, size=SMALL) as program:
        await open_placement(program)
        await program.press("j", "l")
        await program.see("web on wrk1: 2 running, 1 starting")
        await program.see("wrk1 reserved: 3 of 4 CPUs, 6 GiB of 8 GiB of memory")
        await program.see(r"▌web .*▌■■▣")
        await program.see(r"▌wrk1")
        await program.press("home")
        await program.see("web without a node: 1 waiting")
        await program.see(re.escape("no suitable node (1 node not available)"))
        await program.press("end", "k")
        await program.see("api on wrk3: no task")
        await program.see("wrk3 is down; reserved: 0 of 4 CPUs")


async def test_g_groups_the_nodes_otherwise_and_the_cursor_stays_on_its_node(crash_log: Path) -> None:
    async with running(session_of(swarm(*replicas_on("web", "wrk1"))), crash_log, size=SMALL) as program:
        await open_placement(program)
        await program.press("l")
        await program.see("api on wrk1")
        await program.press("g")
        await program.see("Placement by zone")
        await program.see(r"zone=a 2 +zone=b 2")
        assert program.shows(r"mgr1 +▽wrk2 +▌wrk1")
        await program.press("g")
        await program.see("Placement ungrouped")
        await program.press("g")
        await program.see("Placement by role")


async def test_enter_goes_to_the_tasks_of_the_service_with_the_cursor_on_that_node(crash_log: Path) -> None:
    session = session_of(swarm(*replicas_on("web", "mgr1", "wrk1")))
    async with running(session, crash_log, size=SMALL) as program:
        await open_placement(program)
        await program.press("j", "l", "enter")
        await program.see("Tasks of web")
        await program.see(r"▌web\.2 ")


async def test_enter_on_an_empty_cell_goes_to_the_tasks_of_the_node(crash_log: Path) -> None:
    session = session_of(swarm(*replicas_on("web", "mgr1", "wrk1")))
    async with running(session, crash_log, size=SMALL) as program:
        await open_placement(program)
        await program.press("l", "enter")
        await program.see("Tasks of wrk1")


async def test_escape_leads_back(crash_log: Path) -> None:
    async with running(session_of(swarm()), crash_log, size=SMALL) as program:
        await open_placement(program)
        await program.press("escape")
        await program.see_no("Placement by role")
        await program.see("Services")


async def test_where_the_connection_is_lost_it_says_so(crash_log: Path) -> None:
    session = session_of(swarm(*replicas_on("web", "wrk1")))
    async with running(session, crash_log, size=SMALL) as program:
        await open_placement(program)
        session.tell(connection=live(error=ConnectionBroken("the engine does not answer")))
        await program.see("✖ connection lost")
        assert program.shows(r"web +■")


async def test_a_swarm_without_services_says_so(crash_log: Path) -> None:
    async with running(session_of(cluster(NODES)), crash_log, size=SMALL) as program:
        await open_placement(program)
        await program.see("There are no services.")
        await program.press("enter")
        await program.see("Tasks of mgr1")


async def test_of_500_nodes_those_in_sight_are_drawn_and_the_cursor_reaches_all(crash_log: Path) -> None:
    many = [node("mgr1", leader=True), *(node(f"worker-{number:03}") for number in range(1, 500))]
    session = session_of(swarm(*replicas_on("web", "worker-499"), nodes=many))
    async with running(session, crash_log, size=SMALL) as program:
        await open_placement(program)
        await program.see(r"\d+ more ▸")
        await program.press("j", "end")
        await program.see("web on worker-499: 1 running")
        assert program.shows(r"◂ \d+ more")
        assert not program.shows("more ▸")
        assert program.shows(r"▌web .*▌■")
        await program.press("tab")
        await program.see("web on mgr1: no task")
        await program.press("shift+tab")
        await program.see("web on worker-001: no task")


async def test_strange_and_wide_names_move_no_column(crash_log: Path) -> None:
    odd = [node("mgr\x1b[31m1", leader=True), node("節点一号機は長い名前")]
    services = [service("サービス一", 1), service("web", 1)]
    tasks = [*replicas_on("サービス一", "節点一号機は長い名前"), *replicas_on("web", "節点一号機は長い名前")]
    async with running(session_of(cluster(odd, services, tasks)), crash_log, size=SMALL) as program:
        await open_placement(program)
        await program.see("mgr␛")
        rows = [line for line in program.lines if "■" in line and ("web" in line or "サ" in line)]
        assert len({cell_width(line.partition("■")[0]) for line in rows}) == 1
        assert len(rows) == 2


async def test_the_palette_knows_it(crash_log: Path) -> None:
    async with running(session_of(swarm()), crash_log) as program:
        await program.see("● live")
        await program.press("colon")
        await program.type("placement")
        await program.see("Placement  \\(v\\)")


@pytest.mark.parametrize(
    ("width", "shown"),
    [(14, "■■■■■■■■■■■✖✖"), (8, "11■2✖"), (4, "13✖")],
)
def test_numbers_take_the_place_of_blocks_that_do_not_fit(width: int, shown: str) -> None:
    parts = cell_parts({Block.RUNNING: 11, Block.FAILED: 2}, width)
    assert "".join(text for text, _ in parts) == shown
