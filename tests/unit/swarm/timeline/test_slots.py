"""What a slot went through: with what the swarm has forgotten, in words, and on a scale."""

from __future__ import annotations

import msgspec
import pytest

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.logs.succession import Succession
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.timeline.keeper import TimelineKeeper
from swarmtui.swarm.timeline.slot_life import (
    SlotLife,
    changes_between,
    messages_of,
    slot_life,
    state_in,
    summary_of,
)
from swarmtui.swarm.timeline.slot_memory import MOST_OF_A_SLOT
from swarmtui.ui.kit.texts.text_lines import plain
from swarmtui.ui.tasks.slot_drawing import SlotLine, Window, slot_lines
from tests.unit.swarm.builders import NOW, cluster, managers, node, service, task

NODES = [*managers(1), node("wrk1"), node("wrk2")]
WEB_1 = "service-web/1/"


def failed(number: int, on: str, began: float, ended: float, *, code: int = 137, error: str = "") -> Task:
    return task(
        "web",
        1,
        on,
        id=f"old-{number}",
        state="failed",
        desired="shutdown",
        created=began,
        since=ended,
        error=error or f"task: non-zero exit ({code})",
        exit_code=code,
    )


def swarm_with(*tasks: Task) -> Cluster:
    return cluster(NODES, [service("web")], list(tasks))


def life_after(*snapshots: Cluster) -> SlotLife:
    keeper = TimelineKeeper()
    for place, snapshot in enumerate(snapshots):
        keeper.observe(snapshot, NOW + place)
    return slot_life(snapshots[-1], keeper.timeline, "service-web", WEB_1)


def test_a_slot_keeps_the_tasks_that_the_swarm_forgot() -> None:
    runs = task("web", 1, "wrk1", id="first", created=100, since=90)
    ended = msgspec.structs.replace(failed(1, "wrk1", 100, 10), id="first")
    second = task("web", 1, "wrk2", id="second", created=8, since=5)
    life = life_after(swarm_with(runs), swarm_with(ended, second), swarm_with(second))
    assert [(each.task.id, each.forgotten) for each in life.lives] == [("second", False), ("first", True)]
    assert life.lives[1].ran_since == NOW - 90
    assert life.lives[1].lasted(NOW) == 80.0
    assert summary_of(life, NOW) == "2 tasks in 1 min on 2 nodes, 1 failed"
    assert [*changes_between(life.lives[1], life.lives[0], swarm_with(second))] == ["moved from wrk1 to wrk2"]


def test_a_task_that_goes_without_an_end_is_gone() -> None:
    runs = task("web", 1, "wrk1", id="first", created=100, since=90)
    snapshot = swarm_with(task("web", 1, "wrk2", id="second", created=1, since=0))
    life = life_after(swarm_with(runs), snapshot)
    assert state_in(life.lives[1], snapshot, NOW + 5).words == "gone after 1 min, last seen running"


def test_a_slot_is_remembered_within_bounds() -> None:
    tasks = [failed(number, "wrk1", 1000 - number * 2, 999 - number * 2) for number in range(MOST_OF_A_SLOT + 20)]
    keeper = TimelineKeeper()
    for each in tasks:
        keeper.observe(swarm_with(each), NOW)
    newest = [former.task.id for former in keeper.timeline.formers[WEB_1]]
    assert len(newest) == MOST_OF_A_SLOT
    assert newest[0] == tasks[-2].id


def test_a_slot_outlives_its_service_within_the_program() -> None:
    runs = task("web", 1, "wrk1", id="first", created=100, since=90)
    keeper = TimelineKeeper()
    keeper.observe(swarm_with(runs), NOW)
    keeper.observe(cluster(NODES, [], []), NOW + 1)
    assert [former.task.id for former in keeper.timeline.formers[WEB_1]] == ["first"]


def test_a_node_is_the_slot_of_a_global_service() -> None:
    tasks = [
        task("agent", 0, "wrk1", id="a", created=50),
        task("agent", 0, "wrk2", id="b", created=50),
        task("agent", 0, "wrk1", id="older", created=90, state="failed", desired="shutdown", since=60),
    ]
    snapshot = cluster(NODES, [service("agent", None, mode="global")], tasks)
    life = slot_life(snapshot, TimelineKeeper().timeline, "service-agent", "service-agent/0/node-wrk1")
    assert [each.task.id for each in life.lives] == ["a", "older"]


@pytest.mark.parametrize(
    ("ended", "words", "told"),
    [
        (
            failed(1, "wrk1", 100, 10),
            "failed after 1 min: exit 137 (killed)",
            ["exit code 137 (SIGKILL: killed, often out of memory or after the grace period)"],
        ),
        (
            failed(1, "wrk1", 100, 10, code=1, error="task: non-zero exit (1): dockerexec: unhealthy container"),
            "failed after 1 min: unhealthy: its health check failed and Swarm stopped it, exit 1",
            ["exit code 1 (an error in the program)", "task: non-zero exit (1): dockerexec: unhealthy container"],
        ),
        (
            failed(1, "wrk1", 100, 10, code=0, error="No such image: shop/web:9"),
            "failed after 1 min: No such image: shop/web:9",
            ["No such image: shop/web:9"],
        ),
        (
            task("web", 1, "wrk1", state="shutdown", desired="shutdown", created=100, since=10),
            "stopped by Swarm after 1 min",
            [],
        ),
        (task("web", 1, "wrk1", state="orphaned", desired="remove", created=100, since=10), "lost with its node", []),
    ],
)
def test_an_end_is_told_in_words(ended: Task, words: str, told: list[str]) -> None:
    [life] = life_after(swarm_with(ended)).lives
    assert state_in(life, swarm_with(ended), NOW).words.startswith(words)
    assert [*messages_of(life)] == told


# ------------------------------------------------------------------------------------------------ drawn


def drawn(life: SlotLife, width: int = 78, zoom: int | None = None) -> list[SlotLine]:
    return slot_lines(life, swarm_with(), NOW, zoom, width)


def bars(lines: list[SlotLine]) -> list[str]:
    return [plain(line.line).partition("▕")[2].partition("▏")[0] for line in lines if "▕" in plain(line.line)]


def test_bars_stand_on_one_scale_with_the_end_at_its_place() -> None:
    tasks = [
        failed(1, "wrk1", 100, 60),
        failed(2, "wrk1", 60, 30),
        task("web", 1, "wrk2", id="now", created=30, since=20),
    ]
    lines = drawn(life_after(swarm_with(*tasks)), zoom=0)
    scale, newest, second, first = bars(lines)
    assert scale.endswith("now")
    assert " 1 min " in scale
    assert newest.endswith("╌╌━━━━━●")
    assert second == f"{' ' * 10}{'━' * 8}✖".ljust(26)
    assert first == f"{'━' * 10}✖".ljust(26)


def test_a_long_life_before_a_crash_loop_does_not_hide_the_loop() -> None:
    tasks = [
        failed(0, "wrk1", 30 * 86400, 100),
        *(failed(number, "wrk1", 100 - number * 10, 95 - number * 10) for number in range(1, 5)),
        task("web", 1, "wrk1", id="now", created=50, since=48),
    ]
    life = life_after(swarm_with(*tasks))
    assert Window.of(life, NOW, None).last - Window.of(life, NOW, None).first < 600
    assert Window.of(life, NOW, 0).first == NOW - 30 * 86400
    assert bars(drawn(life))[-1].startswith("◂")


@pytest.mark.parametrize("width", [8, 20, 78, 158])
@pytest.mark.parametrize("zoom", [None, 0, 3, 16])
def test_every_bar_is_as_wide_as_the_scale(width: int, zoom: int | None) -> None:
    tasks = [
        failed(0, "wrk1", 30 * 86400, 29 * 86400),
        failed(1, "wrk1", 5000, 4000),
        failed(2, "wrk1", 0.2, 0.1),
        task("web", 1, "", id="now", state="pending", created=0, since=0, error="no suitable node"),
    ]
    assert len({len(bar) for bar in bars(drawn(life_after(swarm_with(*tasks)), width, zoom))}) == 1


def test_what_comes_from_outside_is_made_visible() -> None:
    snapshot = swarm_with(failed(1, "wrk1", 100, 10, error="boom \x1b[31m\n[/x] second line"))
    text = "\n".join(plain(line.line) for line in drawn(life_after(snapshot)))
    assert "\x1b" not in text
    assert "[/x] second line" in text


# ------------------------------------------------------------------------------------------------ its log


def target(task_id: str) -> Target:
    return Target(Kind.TASK, task_id, "web.1", 0)


def test_a_log_goes_on_in_the_next_task_that_writes() -> None:
    old = failed(1, "wrk1", 100, 60)
    rejected = task("web", 1, "wrk1", id="rejected", state="rejected", desired="shutdown", created=59, since=58)
    waiting = task("web", 1, "", id="new", state="pending", created=50)
    starts = task("web", 1, "wrk2", id="new", created=50, since=40)
    timeline = TimelineKeeper().timeline
    succession = Succession(target("old-1"))
    assert succession.handover(swarm_with(old, rejected), timeline, NOW) is None
    assert succession.handover(swarm_with(old, rejected, waiting), timeline, NOW) is None
    found = succession.handover(swarm_with(old, rejected, starts), timeline, NOW)
    assert found is not None
    assert found.to.id == "new"
    assert found.words == (
        "web.1 on wrk1 failed within 40 s: exit 137 (killed). 1 task after it wrote nothing that is left."
        " Its replacement on wrk2:"
    )
    assert Succession(target("new")).handover(swarm_with(old, rejected, starts), timeline, NOW) is None
