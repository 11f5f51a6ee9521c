"""What is wrong, why, and the keys that help: from the first screen to a dialog that is filled in."""

from __future__ import annotations

import inspect
import re
import time
from pathlib import Path

import pytest

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis import remedies
from swarmtui.swarm.diagnosis.finding import THE_SWARM, Remedy, Subject
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.node import Node
from swarmtui.ui.commands.registry import COMMANDS
from swarmtui.ui.findings.messages import RemedyAsked
from swarmtui.ui.shell import main_screen
from tests.ui.driving import CURSOR, Program, running
from tests.ui.scripted import ScriptedSession, live
from tests.ui.simulated import SimulatedSwarm
from tests.unit.swarm import builders


def managers() -> list[Node]:
    """Three, each on a host of its own."""
    names = ("mgr1", "mgr2", "mgr3")
    return [builders.node(name, manager=True, leader=name == "mgr1", address=f"10.0.0.{name[-1]}") for name in names]


def crashing(number_of_managers: int = 3) -> Cluster:
    """web fails again and again on wrk1; api is well."""
    error = "task: non-zero exit (137)"
    ends = [
        builders.task("web", 1, "wrk1", state="failed", desired="shutdown", created=old, since=old - 5, error=error)
        for old in (70, 50, 30)
    ]
    web = builders.service("web", 1, status=(1, 1), rollback_to=True)
    tasks = [*ends, builders.task("web", 1, "wrk1", created=10), *builders.replicas_on("api", "wrk1")]
    nodes = [*managers()[:number_of_managers], builders.node("wrk1", address="10.0.0.9")]
    return builders.cluster(nodes, [web, builders.service("api", 1, status=(1, 1))], tasks)


def session_of(cluster: Cluster) -> ScriptedSession:
    """A session whose engine's clock stands at the time of the builders."""
    return ScriptedSession(cluster, live(clock_offset=builders.NOW - time.time()))


async def test_the_header_counts_what_is_wrong_and_one_key_shows_it(crash_log: Path) -> None:
    session = session_of(crashing())
    async with running(session, crash_log, size=(80, 24)) as program:
        await program.see("✖ 1 critical")
        await program.press("exclamation_mark")
        await program.see(r"✖ critical +service web +crash loop: 3 failures in 40 s, exit 137")
        await program.see(r"web\.1 on wrk1: 3 failures in a row")
        assert program.says("Why: ")
        await program.see(r" l Show the log of web\.1")
        await program.see(r" R Roll back web")
        await program.press("R")
        await program.until(lambda: session.inspected, "the service as it is now is asked for")
        assert session.inspected[0][:2] == (Kind.SERVICE, "service-web")


async def test_the_worst_comes_under_the_cursor_though_a_lesser_one_was_found_before_it(
    crash_log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main_screen, "LOOK", 0.0)  # as if the machine had no time: a rule, then all else again
    world = crashing(1)
    session = session_of(world)

    def the_worst_is_found() -> bool:
        session.tell(cluster=world)  # each news shows what has been found by then
        return program.shows("✖ critical")

    async with running(session, crash_log, size=(120, 40)) as program:
        await program.press("exclamation_mark")
        await program.until(the_worst_is_found, "the worst")
        await program.until(lambda: program.line(CURSOR).startswith(f"{CURSOR}✖ critical"), "the cursor on the worst")


async def test_the_row_says_what_helps_and_its_keys_lead_the_line_of_keys(crash_log: Path) -> None:
    session = session_of(crashing())
    async with running(session, crash_log, size=(80, 24)) as program:
        await program.see("✖ 1 critical")
        await program.on_row("2", "web")
        await program.see(r"web .*✖ looping 3×: exit 137")
        await program.see(r"✖ crash loop: 3 failures in 40 s, exit 137")
        await program.see(r"l Show the log of web\.1 · ")
        assert program.says("R Roll back web")
        assert program.says("Why: ")
        assert program.lines[-1].split("  ")[0].split()[:2] == ["l", "Logs"]
        assert program.lines[-1].index("R Roll back") < program.lines[-1].index("s Scale")
        await program.on_row("2", "api")
        await program.see(r"^ s Scale")


async def test_the_keys_that_help_a_service_work_on_its_tasks(crash_log: Path) -> None:
    session = session_of(crashing())
    async with running(session, crash_log, size=(80, 24)) as program:
        await program.see("✖ 1 critical")
        await program.on_row("2", "web")
        await program.press("3", "g")
        await program.see("R Roll back")
        await program.press("R")
        await program.until(lambda: session.inspected, "the service as it is now is asked for")
        assert session.inspected[0][:2] == (Kind.SERVICE, "service-web")


async def test_enter_offers_all_that_helps_and_the_object_itself(crash_log: Path) -> None:
    async with running(session_of(crashing()), crash_log) as program:
        await program.see("✖ 1 critical")
        await program.press("exclamation_mark", "enter")
        await program.read("Change the image of web")
        await program.press("end", "enter")
        await program.until(lambda: program.cursor_on("web"), "the cursor on web among the services")


def pending(number: int) -> Cluster:
    """So many services wait for a node with a label, and one wants no tasks; nobody uses another label of a node."""
    nodes = [*managers(), builders.node("wrk1", address="10.0.0.9", labels={"ghost": "1"})]
    names = [f"s{each}" for each in range(number)]
    services = [builders.service(each, 1, constraints=["node.labels.gpu==true"]) for each in names]
    services.append(builders.service("web", 0, constraints=["node.labels.gpu==true"]))
    tasks = [builders.task(each, 1, state="pending", error="no suitable node", created=300) for each in names]
    return builders.cluster(nodes, services, tasks)


async def test_one_begins_with_the_worst_and_stays_at_what_one_has_chosen(crash_log: Path) -> None:
    session = session_of(pending(0))
    async with running(session, crash_log, size=(80, 24)) as program:
        await program.press("exclamation_mark")
        await program.see("1 node label unused: ghost")
        await program.press("2")
        session.tell(pending(30))
        await program.see("✖ 30 critical")
        await program.press("exclamation_mark")
        await program.see(r"▌✖ critical +service s0 .* 5 min")
        await program.see(r" L Label mgr1 with gpu=true")
        await program.press("j", "2", "exclamation_mark")
        await program.see(r"▌✖ critical +service s1 ")


async def test_a_swarm_that_is_well_says_so(crash_log: Path) -> None:
    well = builders.cluster(
        managers(), [builders.service("web", 1, status=(1, 1))], builders.replicas_on("web", "mgr1")
    )
    async with running(session_of(well), crash_log) as program:
        await program.see("services 1/1")
        await program.press("exclamation_mark")
        await program.see("Nothing is wrong, as far as can be seen.")
        assert not program.shows("critical|warning")


@pytest.mark.parametrize(
    ("remedy", "shown"),
    [
        (Remedy("service.scale", Subject(Kind.SERVICE, "web", ""), "", (("replicas", "7"),)), "Scale web from 3 to 7"),
        (Remedy("service.image", Subject(Kind.SERVICE, "web", ""), "", (("image", "web:9"),)), "web:9"),
        (Remedy("service.limits", Subject(Kind.SERVICE, "web", ""), "", (("memory reserved", "64m"),)), "64"),
        (
            Remedy("service.constraints", Subject(Kind.SERVICE, "web", ""), "", (("add", "node.role==worker"),)),
            "node.role==worker",
        ),
        (Remedy("node.labels", Subject(Kind.NODE, "wrk1", ""), "", (("add", "gpu=true"),)), "gpu=true"),
        (Remedy("node.availability", Subject(Kind.NODE, "wrk1", ""), "", (("availability", "pause"),)), "Pause wrk1"),
        (remedies.create_ingress(), "[x] ingress"),
    ],
    ids=lambda value: value.command if isinstance(value, Remedy) else "",
)
async def test_the_dialog_of_a_remedy_is_filled_in_and_enter_alone_changes_nothing(
    swarm: SimulatedSwarm, program: Program, remedy: Remedy, shown: str
) -> None:
    cluster = program.main.observation.cluster
    assert cluster is not None
    subject = remedy.subject
    if subject != THE_SWARM:
        found = (cluster.objects(subject.kind) or {}).values()
        thing = next(each for each in found if each.name == subject.id)
        subject = Subject(subject.kind, thing.id, thing.name)
    program.app.post_message(RemedyAsked(Remedy(remedy.command, subject, "", remedy.values)))
    await program.until(lambda: program.app.screen.is_modal, "the dialog")
    await program.read(shown)
    await program.see("▸ Cancel ◂")
    await program.press("enter")
    await program.until(lambda: not program.app.screen.is_modal, "the dialog's end")
    assert not swarm.asked("POST")


def test_each_remedy_has_a_command() -> None:
    views = {"logs.open", "inspect.readable"}
    named = set(re.findall(r'(?:Remedy|set_form_field)\(\s*"([\w.-]+)"', inspect.getsource(remedies)))
    assert len(named) > 15
    assert (named | set(remedies.COMMANDS)) - views <= COMMANDS.keys()


async def test_the_findings_begin_at_the_row_that_one_comes_from(crash_log: Path) -> None:
    cluster = crashing()
    nodes = [*managers(), builders.node("wrk1", address="10.0.0.9"), builders.node("wrk2", state="down")]
    session = session_of(cluster.with_all(Node, nodes))
    async with running(session, crash_log, size=(80, 24)) as program:
        await program.see("✖ 2 critical|✖ 1 critical")
        await program.on_row("2", "web")
        await program.press("exclamation_mark")
        await program.see("▌✖ critical +service web")
        await program.read("✖ crash loop: 3 failures in 40 s, exit 137 (killed)")  # the row has no room for all of it
        await program.on_row("1", "wrk2")
        await program.press("exclamation_mark")
        await program.see("▌.* node wrk2")
        await program.on_row("2", "api")
        await program.press("exclamation_mark")
        await program.see("▌.* node wrk2")  # nothing is wrong with api: the cursor stays
