"""The update of a service, watched: what each slot has got to, what comes next, and the keys that act."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import msgspec

from swarmtui.errors import ConnectionBroken
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.service import UpdateConfig
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.units import SECOND
from tests.ui.driving import Program, running
from tests.ui.scripted import ScriptedSession, live
from tests.ui.simulated import SPEED, Json, SimulatedSwarm
from tests.unit.swarm.builders import NOW, ago, cluster, managers, node, service, task

OLD, NEW = "shop/web:1", "shop/web:2"
SMALL = (80, 24)


def rolling(replicas: int = 50, state: str = "updating", **policy: object) -> Cluster:
    """web goes from OLD to NEW: two slots are replaced, the third starts, the fourth has failed, the others wait."""
    web = service("web", replicas, image=NEW, update=state, update_started=ago(7200), rollback_to=True)
    given = UpdateConfig(2, 10 * SECOND, "pause", 600 * SECOND, 0.1, "start-first")
    given = msgspec.structs.replace(given, **policy)
    web = msgspec.structs.replace(web, spec=msgspec.structs.replace(web.spec, update_config=given))
    tasks: list[Task] = []
    for slot in range(1, replicas + 1):
        on = f"wrk{slot % 2 + 1}"
        replaced = slot <= 4
        if slot == 1:
            tasks.append(task("web", slot, on, image=NEW, created=7000, since=6990))
        elif slot == 2:
            tasks.append(task("web", slot, on, image=NEW, created=20, since=12))
        elif slot == 3:
            tasks.append(task("web", slot, on, image=NEW, created=1, state="preparing"))
        elif slot == 4:
            error = "task: non-zero exit (137)"
            tasks.append(task("web", slot, on, image=NEW, created=5, state="ready", desired="ready"))
            tasks.append(
                task("web", slot, on, image=NEW, created=20, since=8, state="failed", desired="shutdown", error=error)
            )
        if not replaced:
            tasks.append(task("web", slot, on, image=OLD))
        else:
            tasks.append(task("web", slot, on, image=OLD, state="shutdown", desired="shutdown", since=20))
    return cluster([*managers(1), node("wrk1"), node("wrk2")], [web], tasks)


def session_of(snapshot: Cluster) -> ScriptedSession:
    """A session whose engine's clock stands at the time of the builders."""
    return ScriptedSession(snapshot, live(clock_offset=NOW - time.time()))


def on(swarm: SimulatedSwarm, node: str, service: str) -> list[int]:
    """The slots of a service that run on a node."""
    node_id = swarm.node(node)["ID"]
    return [task["Slot"] for task in swarm.running(service) if task["NodeID"] == node_id]


def on_image(swarm: SimulatedSwarm, image: str) -> list[Json]:
    """The tasks of web that have an image."""
    return [task for task in swarm.tasks_of("web") if task["Spec"]["ContainerSpec"]["Image"] == image]


async def watch(program: Program, name: str = "web") -> None:
    await program.on_row("2", name)
    await program.press("w")


async def test_one_key_shows_the_update_and_those_in_trouble_first(crash_log: Path) -> None:
    async with running(session_of(rolling()), crash_log, size=SMALL) as program:
        await watch(program)
        await program.see(r"web updating 2 of 50 slots, begun 2 h ago")
        await program.see(r"Image +shop/web:1 → shop/web:2")
        await program.read("web.4 on wrk1: exit 137 (killed)")
        assert program.shows(r"Pace +2 at a time, start-first, 10 s apart, each monitored for 10 min")
        assert program.says("1 failure, 5 allowed (10% of 50 slots); 5 more pause the update")
        assert program.says("about 17 min left: a task takes 9 s to start; the newest task is monitored for 9 min more")
        rows = [line for line in program.lines if " shop/web:" in line and " web." in f" {line[1:]}"]
        assert [row.split()[0].lstrip("▌") for row in rows[:5]] == ["web.4", "web.3", "web.2", "web.5", "web.6"]
        assert program.shows(r"web\.4 +wrk1 +shop/web:1 → 2 +✖ exit 137 \(killed\)")
        assert program.shows(r"web\.3 +wrk2 +shop/web:1 → 2 +◌ preparing for \d+ s")
        assert program.shows(r"web\.2 .*◌ runs, monitored for 9 min more")
        assert program.shows(r"web\.5 .*○ not replaced yet")
        await program.press("G")
        await program.see(r"web\.1 .*● replaced, runs for 1 h")
        await program.press("escape")
        await program.see(r"2 Services")


async def test_the_log_of_the_failed_slot_is_one_key_away(crash_log: Path) -> None:
    session = session_of(rolling())
    async with running(session, crash_log, size=SMALL) as program:
        await watch(program)
        await program.see(r"▌web\.4")
        await program.press("l")
        await program.until(lambda: session.logged, "a log")
        assert session.logged[0].target.kind is Kind.TASK
        await program.press("q")
        await program.see("web updating")


async def test_a_paused_update_is_resumed_or_rolled_back_from_here(crash_log: Path) -> None:
    session = session_of(rolling(5, "paused"))
    async with running(session, crash_log, size=SMALL) as program:
        await watch(program)
        await program.see(r"✖ web paused at 2 of 5 slots")
        await program.read("paused until you resume it or roll back")
        await program.see(r"E Resume +R Roll back")
        for key in ("E", "R"):
            await program.press(key)
        await program.until(lambda: len(session.inspected) == 2, "the service as it is now is asked for")
        assert {(kind, object_id) for kind, object_id, _ in session.inspected} == {(Kind.SERVICE, "service-web")}


async def test_what_goes_on_is_followed_until_its_end(crash_log: Path) -> None:
    session = session_of(rolling())
    async with running(session, crash_log, size=SMALL) as program:
        await watch(program)
        await program.see(r"web updating 2 of 50")
        done = service("web", 2, image=NEW, update="completed", update_started=ago(60), update_completed=ago(10900))
        tasks = [task("web", slot, "wrk1", image=NEW, created=50, since=45) for slot in (1, 2)]
        session.tell(cluster([*managers(1), node("wrk1")], [done], tasks))
        await program.read("web is not being updated; its last update completed 3 h ago.")
        await program.see(r"web\.1 .*● replaced, runs for")
        session.tell(cluster(managers(1)))
        await program.read("web is gone from the swarm.")


async def test_without_an_update_there_is_nothing_to_watch_and_it_says_so(crash_log: Path) -> None:
    session = session_of(cluster(managers(1), [service("web", 2)]))
    async with running(session, crash_log, size=SMALL) as program:
        await watch(program)
        await program.read("web is not being updated, and was not since it was created or last changed.")
        await program.see("No task is being replaced.")
        await program.press("E", "R")
        assert not session.inspected


async def test_while_the_connection_is_lost_what_is_shown_is_grey_and_stands_still(crash_log: Path) -> None:
    session = session_of(rolling())
    async with running(session, crash_log, size=SMALL) as program:
        await watch(program)
        await program.see(r"web updating 2 of 50")
        session.tell(connection=live(error=ConnectionBroken("The connection broke."), clock_offset=NOW - time.time()))
        await program.read("The connection is lost or slow: this may be old.")
        assert program.shows(r"web updating 2 of 50")


async def test_it_is_found_by_words_from_another_pane(crash_log: Path) -> None:
    async with running(session_of(rolling(5)), crash_log) as program:
        await program.see(r"web +replicated")
        await program.press("1", "colon")
        await program.type("watch the update")
        await program.see("Watch the update of a service")
        await program.press("enter")
        await program.see("which one")
        await program.press("enter")
        await program.see(r"web updating 2 of 5 slots")


async def test_an_update_goes_through_and_the_panel_follows_it(swarm: SimulatedSwarm, program: Program) -> None:
    await watch(program)
    await program.read("web is not being updated")

    def change(spec: dict[str, object]) -> None:
        spec["UpdateConfig"] = {"Parallelism": 1, "Delay": 5 * SECOND, "Monitor": 5 * SECOND}
        template = spec["TaskTemplate"]
        assert isinstance(template, dict)
        template["ContainerSpec"]["Image"] = "nginx:1.28"

    swarm.speed(0)
    swarm.change_service("web", change)
    swarm.pass_until(lambda: len(on_image(swarm, "nginx:1.28")) == 2, "the second slot's turn")
    await program.see(r"web updating \d of 3 slots")
    await program.see(r"Image .*web:1.2 → nginx:1.28")
    await program.see(r"about .* left")
    await program.see(r"web\.\d .*web:1.2 → nginx:1.28 +● replaced")
    swarm.speed(SPEED)
    await program.read("web is not being updated; its last update completed")
    assert len(swarm.running("web")) == 3


async def test_a_scaling_is_watched_slot_by_slot_with_what_holds_it_up(swarm: SimulatedSwarm, program: Program) -> None:
    await watch(program)
    await program.see(r"web 3 of 3 running")
    await program.see(r"web\.1 .*● runs for")
    swarm.change_service("web", lambda spec: spec["TaskTemplate"].update(Placement={"MaxReplicas": 1}))
    swarm.set_replicas("web", 7)
    await program.see(r"web 5 of 7 running: 2 held up")
    await program.see(r"Held up +limit of 1 per node reached on every node")
    assert program.shows(r"web\.\d .*◌ pending: limit of 1 per node reached")
    swarm.speed(0)
    swarm.set_replicas("web", 2)
    await program.see(r"web \d of 2 running; \d stopping")
    await program.see(r"web\.\d .*○ stopping for")
    swarm.speed(SPEED)
    await program.see(r"web 2 of 2 running")


async def test_a_force_update_is_watched_as_an_update(swarm: SimulatedSwarm, program: Program) -> None:
    await watch(program)
    swarm.speed(0)
    swarm.change_service("web", lambda spec: spec["TaskTemplate"].update(ForceUpdate=1))
    swarm.pass_until(
        lambda: any(each["Spec"].get("ForceUpdate") for each in swarm.running("web")), "the first that is replaced"
    )
    await program.see(r"web updating [12] of 3 slots")
    await program.see(r"web\.\d .*○ not replaced yet")
    assert program.shows(r"Image +.*web:1\.2, force-updated")
    swarm.speed(SPEED)
    await program.read("web is not being updated; its last update completed")


async def test_a_drain_is_watched_from_node_to_node(swarm: SimulatedSwarm, program: Program) -> None:
    def only_here(spec: dict[str, Any]) -> None:
        spec["TaskTemplate"]["Placement"] = {"Constraints": ["node.hostname == wrk1"]}

    swarm.change_service("api", only_here)
    swarm.wait(lambda: on(swarm, "wrk1", "api"), "api has moved")
    swarm.set_replicas("web", 10)
    swarm.wait(lambda: len(swarm.running("web")) == 10, "web runs")
    number = len(on(swarm, "wrk1", "web"))
    await program.on_row("1", "wrk1")
    await program.press("w")
    await program.see(rf"wrk1 is active, not drained: {number + 2} tasks here")
    await program.see(r"api\.1 .*running here for")
    await program.press("a")
    await program.see("Availability of wrk1")
    await program.press("j", "j", "enter")
    await program.see("▸ Drain wrk1 ◂")
    await program.press("enter")
    await program.see(
        rf"wrk1 is drained: {number + 2} of {number + 2} tasks have left, {number} of {number + 1} run elsewhere"
        r" \(1 waiting for a node\)"
    )
    await program.see(r"Held up +api: wrk1 is drained")
    assert program.shows(r"api\.1 +◌ pending: wrk1 is drained")
    assert program.shows(r"web\.\d+ +(mgr\d|wrk2) +● runs there for")
    assert program.shows(r"agent\.wrk1 +○ stopped, starts nowhere else")
    swarm.change_service("api", lambda spec: spec["TaskTemplate"].update(Placement={}))
    await program.see(rf"{number + 1} of {number + 1} run elsewhere$")
    await program.press("escape")
    await program.see(r"▌wrk1 .*drain")
