"""Availability, drain, promote, demote: focus, name and ID, command, and what cannot be asked for."""

from __future__ import annotations

from pathlib import Path

from swarmtui.engine.polling.observation import Outcome
from tests.ui.driving import Program, open_on, running
from tests.ui.scripted import ScriptedSession
from tests.ui.simulated import SPEED, SimulatedSwarm
from tests.ui.test_layout import SMALL
from tests.unit.swarm import builders


async def test_drain_says_what_will_happen_and_does_it_when_told(swarm: SimulatedSwarm, program: Program) -> None:
    await program.open_dialog("1", "wrk1", "d")
    assert program.shows(f"node wrk1 +ID {swarm.node('wrk1')['ID']}")
    assert program.shows(r"\$ docker node update --availability drain wrk1")
    assert program.shows("Global services just stop on wrk1: agent")
    await program.press("enter")
    await program.see_no("Cancel")
    assert not swarm.asked("POST"), "Enter alone is Cancel"
    await program.press("d")
    await program.confirm("Drain wrk1")
    await program.see("✔ Drain wrk1: wrk1 is empty")
    assert swarm.node("wrk1")["Spec"]["Availability"] == "drain"
    await program.see(r"wrk1 +worker +● ready +drain")
    await program.press("d")
    await program.read("wrk1 is already drained; a sets it back to active")
    assert len(program.app.screen_stack) == 1


async def test_availability_is_chosen_and_the_button_follows(swarm: SimulatedSwarm, program: Program) -> None:
    await program.open_dialog("1", "wrk2", "a")
    assert program.shows(r"\(●\) active")
    assert program.says("wrk2 is already set to active")
    assert program.shows(f"node wrk2 +ID {swarm.node('wrk2')['ID']}")
    assert not program.shows("docker node update")
    await program.press("enter")
    await program.see("▸ Cancel ◂")  # there is nothing to do yet
    await program.press("shift+tab", "down")
    await program.see(r"\$ docker node update --availability pause wrk2")
    await program.press("j")
    await program.see(r"\$ docker node update --availability drain wrk2")
    await program.press("up", "enter")
    await program.see("▸ Pause wrk2 ◂")
    await program.press("enter")
    await program.see("✔ Pause wrk2")
    assert swarm.node("wrk2")["Spec"]["Availability"] == "pause"
    await program.click("wrk1")
    await program.press("a")
    await program.click("drain: its tasks")
    await program.see("Drain wrk1")


async def test_promote_and_demote(swarm: SimulatedSwarm, program: Program) -> None:
    await program.open_dialog("1", "wrk1", "p")
    assert program.shows(r"\$ docker node promote wrk1")
    assert program.says("4 managers tolerate 1 failing, the same as 3")
    swarm.speed(0)
    await program.confirm("Promote wrk1")
    await program.see("▸ Promote wrk1 to manager: wrk1 is joining the managers")
    assert swarm.node("wrk1")["Spec"]["Role"] == "manager"
    swarm.speed(SPEED)
    await program.see("✔ Promote wrk1 to manager: wrk1 is a manager")
    await program.open_dialog("1", "mgr3", "m")
    assert program.shows(r"\$ docker node demote mgr3")
    await program.press("escape")
    await program.see_no("Cancel")


async def test_what_makes_no_sense_is_refused_with_a_reason(swarm: SimulatedSwarm, program: Program) -> None:
    await program.on_row("1", "mgr2")
    await program.press("p")
    await program.read("mgr2 is already a manager")
    await program.on_row("1", "wrk1")
    await program.press("m")
    await program.read("wrk1 is not a manager")
    assert len(program.app.screen_stack) == 1


async def test_the_last_manager_is_not_demoted(crash_log: Path) -> None:
    session = ScriptedSession(builders.cluster([builders.node("mgr1", leader=True), builders.node("wrk1")]))
    async with running(session, crash_log) as program:
        await program.on_row("1", "mgr1")
        await program.press("m")
        await program.read("mgr1 is the last manager: a swarm needs one. Promote another node first.")


async def test_what_costs_the_quorum_wants_the_name_typed(swarm: SimulatedSwarm, crash_log: Path) -> None:
    swarm.fault("mgr3", "kill")
    async with open_on(swarm.url, crash_log, size=SMALL) as program:
        await program.open_dialog("1", "mgr2", "m")
        await program.see("Cancel")
        assert program.says("The quorum would be lost")
        assert program.shows("type mgr2")
        await program.type("mgr3")
        await program.press("enter", "enter")
        assert program.shows("mgr3 "), "another name does nothing, and can be corrected"
        await program.press("backspace", "2")
        await program.press("enter")
        await program.see("▸ Demote mgr2 ◂")
        assert not swarm.asked("POST")
        await program.press("enter")
        await program.see("✖ Demote mgr2")
        assert swarm.node("mgr2")["Spec"]["Role"] == "manager", "the engine itself refuses this"


async def test_many_consequences_leave_the_buttons_in_sight(crash_log: Path) -> None:
    """A node with the only replica of many services, in the smallest terminal."""
    names = [f"shop_component-with-a-long-name-{number:02}" for number in range(40)]
    nodes = [builders.node("mgr1", leader=True), builders.node("wrk1"), builders.node("wrk2", availability="drain")]
    services = [builders.service(name, 1, constraints=[f"node.hostname=={'wrk1' * 9}"]) for name in names]
    tasks = [builders.task(name, 1, "wrk1") for name in names]
    session = ScriptedSession(builders.cluster(nodes, services, tasks))
    async with running(session, crash_log, size=SMALL) as program:
        await program.open_dialog("1", "wrk1", "d")
        await program.see("▸ Cancel ◂")
        assert program.says("Outage of")
        last = "$ docker node update --availability drain wrk1"
        assert not program.says(last)
        for _ in range(30):
            await program.press("pagedown")
        await program.read(last)
        await program.resize(160, 50)
        await program.see("▸ Cancel ◂")
        await program.resize(*SMALL)
        await program.see("▸ Cancel ◂")


async def test_a_node_that_goes_while_its_dialog_is_open(crash_log: Path) -> None:
    managers = [*builders.managers(3), builders.node("wrk1")]
    session = ScriptedSession(builders.cluster(managers))
    async with running(session, crash_log) as program:
        await program.open_dialog("1", "wrk1", "d")
        await program.see("No task has to move away from wrk1")
        session.tell(builders.cluster(managers[:3]))
        await program.read("wrk1 is no longer in the swarm: the engine will refuse this")
        await program.confirm("Drain wrk1")
        (action, typed, future) = session.applied[0]
        assert (action.target.id, typed) == ("node-wrk1", "")
        future.set_result(Outcome(10))
        await program.see("▲ Drain wrk1: overtaken: wrk1 was removed")


async def test_nodes_of_one_name_are_told_apart_by_their_id(crash_log: Path) -> None:
    twins = [builders.node("wrk1", id="old-one", state="down"), builders.node("wrk1", id="new-one")]
    session = ScriptedSession(builders.cluster([builders.node("mgr1", leader=True), *twins]))
    async with running(session, crash_log) as program:
        await program.on_row("1", "wrk1")
        await program.press("d")
        await program.read("2 nodes are called wrk1. This is the one with ID new-one")
        assert program.shows("node wrk1 +ID new-one")
