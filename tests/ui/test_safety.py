"""What keeps a user from harm: read-only, a connection that is lost or stale, and somebody else's change."""

from __future__ import annotations

import time
from pathlib import Path

from swarmtui.errors import EngineSilent
from tests.ui.driving import Program, open_on, running
from tests.ui.scripted import ScriptedSession, live
from tests.ui.simulated import SimulatedSwarm
from tests.unit.swarm import builders


async def test_read_only_refuses_every_change(swarm: SimulatedSwarm, crash_log: Path) -> None:
    async with open_on(swarm.url, crash_log, read_only=True) as program:
        assert program.shows("READ-ONLY")
        for pane, name, keys in (("2", "web", ["plus", "minus", "s"]), ("1", "wrk1", ["d", "p", "a"])):
            await program.on_row(pane, name)
            for key in keys:
                await program.press(key)
                await program.read("Read-only: this program was started with --read-only.")
                await program.press("down", "tab", "tab", "tab", "enter", "enter", "escape")
                await program.see_no("Cancel")
                await program.press(pane)
        await program.press("t")
        await program.see("SWMTKN-1-•")
        await program.press("r")
        await program.read("Read-only: this program")
        await program.press("escape", "escape")
    assert not swarm.asked("POST")


async def test_the_button_goes_off_when_the_connection_is_lost_under_a_dialog(
    swarm: SimulatedSwarm, program: Program
) -> None:
    await program.open_dialog("2", "web", "plus")
    await program.press("right")
    await program.see("▸ Scale web ◂")
    swarm.fault("mgr1", "kill")
    await program.read("The connection is lost; changes are refused until it is back")
    await program.press("enter")
    await program.see_no("Scale web from")  # the focus was on Cancel by then
    await program.press("plus")
    await program.read("The connection is lost")
    swarm.fault("mgr1", "revive")
    await program.see_no("The connection is lost")
    await program.confirm("Scale web")
    await program.see("✔ Scale web from 3 to 4")
    assert swarm.replicas() == 4
    assert len(swarm.asked("POST")) == 1


async def test_the_button_goes_off_when_the_engine_falls_silent_under_a_dialog(crash_log: Path) -> None:
    cluster = builders.cluster([builders.node("n1", leader=True)], [builders.service("web", 3)])
    session = ScriptedSession(cluster)
    async with running(session, crash_log) as program:
        await program.open_dialog("2", "web", "plus")
        await program.see("1 task will start")
        session.set_quietly(live(last_answer=time.monotonic() - 9.0, overdue_after=4.0))
        await program.read("The engine is slow to answer: what you see may be old.")
        await program.press("enter")
        assert not session.applied
        await program.press("plus")
        session.tell(connection=live(error=EngineSilent("It does not answer.")))
        await program.read("The connection is lost")
        session.tell(connection=live())
        await program.see_no("The connection is lost")
        await program.press("right")
        await program.see("▸ Scale web ◂")


async def conflict(swarm: SimulatedSwarm, program: Program) -> None:
    """Somebody else scales web to 5 between the user's look and the user's yes."""
    await program.open_dialog("2", "web", "plus")
    await program.see("Scale web from 3 to 4")
    swarm.before("GET /services/", lambda: swarm.set_replicas("web", 5))
    await program.confirm("Scale web")
    await program.see("Somebody else changed replicas of web")
    assert program.shows("when you looked +3")
    assert program.shows("now, by another +5")
    assert program.shows("what you asked for +4")
    await program.see("▸ Cancel ◂")


async def test_a_conflict_is_left_alone_by_enter(swarm: SimulatedSwarm, program: Program) -> None:
    await conflict(swarm, program)
    await program.press("enter")
    await program.see("• Scale web from 3 to 4: left alone: somebody else changed it")
    assert swarm.replicas() == 5
    await program.press("escape", "escape")
    await program.see_no("left alone")


async def test_a_conflict_is_overruled_by_its_button(swarm: SimulatedSwarm, program: Program) -> None:
    await conflict(swarm, program)
    await program.press("tab")
    await program.see("▸ Scale web anyway ◂")
    await program.press("enter")
    await program.see("✔ Scale web from 5 to 4")
    assert swarm.replicas() == 4


async def test_a_change_of_another_field_is_no_conflict(swarm: SimulatedSwarm, program: Program) -> None:
    await program.open_dialog("2", "web", "plus")

    def label() -> None:
        swarm.change_service("web", lambda spec: spec["Labels"].update(by="other"))

    swarm.before("POST /services/", label)
    await program.confirm("Scale web")
    await program.see("✔ Scale web from 3 to 4")
    assert swarm.service("web")["Spec"]["Labels"] == {"by": "other"}
    assert swarm.replicas() == 4
