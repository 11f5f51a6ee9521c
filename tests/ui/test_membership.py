"""An engine in no swarm, a locked one, one whose managers lost their quorum: what can be done from its screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from swarmtui.errors import NoLeader, NotAManager, NothingListens, NotInSwarm, SwarmLocked
from swarmtui.swarm.membership.changes import InitSwarm
from swarmtui.swarm.objects.engine import EngineInfo, EngineSwarm
from tests.stub_engine import StubEngine
from tests.ui.driving import Program, open_on, running
from tests.ui.scripted import ScriptedSession, live
from tests.ui.test_layout import SMALL
from tests.unit.swarm import builders

TOKEN = "SWMTKN-1-stub-worker-0"


@pytest.fixture(autouse=True)
def _two_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of this machine come and go with the labs of other tests, and each takes a row of a dialog."""
    monkeypatch.setattr("swarmtui.engine.session.addresses_of", lambda _: ("192.0.2.2", "10.0.0.1"))


async def offered(program: Program, words: str) -> None:
    """Wait until a key is offered, and the engine has told its name, too: that comes in an answer of its own."""
    await program.see(words)
    await program.until(lambda: program.main.observation.info.name, "the engine's name")


async def test_a_swarm_is_made_on_an_engine_that_is_in_none(engine: StubEngine, crash_log: Path) -> None:
    engine.no_swarm()
    async with open_on(engine.url, crash_log, size=SMALL, wait=False) as program:
        await offered(program, "I  create a swarm here")
        await program.until(lambda: "I Init" in program.lines[-1] and "J Join" in program.lines[-1], "the footer")
        await program.press("K", "Q", "W")
        assert len(program.app.screen_stack) == 1, "nothing to unlock, to recover or to leave"
        await program.press("I")
        await program.see(r"\(●\) let the engine choose")
        await program.see(r"\$ docker swarm init$|\$ docker swarm init +│")
        await program.press(*["down"] * 12, "enter")
        await program.read("Type the address, or the interface")
        await program.type("eth0")
        await program.see(r"\$ docker swarm init --advertise-addr eth0")
        await program.press("enter")
        await program.see("▸ Create a swarm ◂")
        await program.press("enter")
        await program.see("✔ Create a swarm on mgr1: it is the first manager of a new swarm")
        await program.see(r"web +replicated")
        (request,) = engine.asked("POST /swarm/init")
        assert request.body["AdvertiseAddr"] == "eth0"


async def test_the_addresses_that_are_known_can_be_chosen(crash_log: Path) -> None:
    outside = live(error=NotInSwarm("It is in no swarm."), last_answer=None)
    session = ScriptedSession(connection=outside, info=EngineInfo(name="n1"))
    session.own_addresses = ("10.1.0.7", "fd00::7")
    async with running(session, crash_log) as program:
        await program.press("I")
        await program.see(r"\( \) 10\.1\.0\.7")
        await program.press("down", "down")
        await program.see(r"\$ docker swarm init --advertise-addr fd00::7")
        await program.press("enter", "enter")
        await program.until(lambda: session.applied, "the action")
        action = session.applied[0][0]
        assert isinstance(action, InitSwarm)
        assert action.address == "fd00::7"


async def test_an_engine_joins_with_a_pasted_line_and_leaves_again(engine: StubEngine, crash_log: Path) -> None:
    engine.no_swarm()
    async with open_on(engine.url, crash_log, wait=False) as program:
        await offered(program, "J  join one")
        await program.press("J")
        await program.read("Paste the token, or the whole join command")
        await program.type("hello")
        await program.read("A join token begins with SWMTKN-")
        await program.press("ctrl+u")
        await program.type(f"docker swarm join --token {TOKEN} 10.0.0.1:2377")
        await program.press("enter")
        await program.see(r"Managers +10\.0\.0\.1:2377")
        assert TOKEN not in program.words + program.app.export_screenshot()
        await program.press("tab", "tab", "down", "down")
        await program.see(r"\$ docker swarm join --token '•+' --availability drain")
        await program.press("enter")
        await program.see("▸ Join the swarm ◂")
        await program.press("enter")
        await program.read("is a worker: only managers know the swarm")
        await program.see("it has joined as a worker")
        (request,) = engine.asked("POST /swarm/join")
        assert request.body["JoinToken"] == TOKEN
        assert request.body["Availability"] == "drain"
        await program.press("W")
        await program.see(r"\$ docker swarm leave +│")
        await program.see("▸ Cancel ◂")
        await program.press("tab", "enter")
        await program.see("J  join one")
        await program.see("✔ Let mgr1 leave the swarm: mgr1 is no longer in a swarm")


async def test_the_engine_s_no_to_a_join_is_shown(engine: StubEngine, crash_log: Path) -> None:
    engine.no_swarm()
    async with open_on(engine.url, crash_log, wait=False) as program:
        await offered(program, "J  join one")
        await program.press("J")
        await program.type("SWMTKN-1-of-another-swarm")
        await program.press("enter")
        await program.read("Type the address of a manager")
        await program.type("10.0.0.1")
        await program.press("enter", "enter", "enter")
        await program.see("✖ Let mgr1 join the swarm at 10.0.0.1:2377: invalid join token")
        await program.see("J  join one")


async def test_a_manager_leaves_by_force_with_its_name_typed(engine: StubEngine, crash_log: Path) -> None:
    engine.info["Swarm"]["NodeID"] = engine.node("mgr1")["ID"]
    async with open_on(engine.url, crash_log) as program:
        await program.on_row("8", "This engine")
        await program.press("enter")
        await program.read("can leave without force only as a worker. Demote it first")
        await program.press("down")
        await program.read("A manager that leaves by force still counts as one: managers 3/3, can lose 1 → 2/3")
        await program.press("enter")  # on to the line for the name
        await program.type("mgr1")
        await program.press("enter")
        await program.see("▸ Leave the swarm ◂")
        assert not engine.asked("POST")
        await program.press("enter")
        await program.see("I  create a swarm here")
        assert not program.shows("web +replicated"), "the swarm that was left is gone from the screen"
        (request,) = engine.asked("POST /swarm/leave")
        assert request.query == {"force": "true"}


async def test_a_locked_manager_is_unlocked(engine: StubEngine, crash_log: Path) -> None:
    engine.unlock_key = "SWMKEY-1-the-right-one"
    engine.locked()
    async with open_on(engine.url, crash_log, size=SMALL, wait=False) as program:
        await offered(program, "K  unlock it with the key")
        await program.until(lambda: "K Unlock" in program.lines[-1], "the footer")
        await program.press("K")
        await program.read("It was shown when autolock was turned on, and when the key was last rotated")
        await program.type("SWMKEY-1-wrong")
        assert not program.shows("wrong")
        await program.press("enter", "enter")
        await program.read("invalid key provided")
        await program.press("K")
        await program.type("SWMKEY-1-the-right-one")
        await program.see(r"\$ docker swarm unlock +│")
        assert "the-right-one" not in program.words + program.app.export_screenshot()
        await program.press("enter", "enter")
        await program.see(r"web +replicated")
        await program.see("✔ Unlock mgr1: unlocked")


async def test_a_locked_engine_leaves_by_force_only(engine: StubEngine, crash_log: Path) -> None:
    engine.locked()
    async with open_on(engine.url, crash_log, wait=False) as program:
        await offered(program, "W  leave the swarm by force")
        await program.press("W")
        await program.read("mgr1 is locked: unlock it first")
        await program.press("down")
        await program.read("The swarm data on this locked manager is deleted")
        assert program.says("type mgr1 to confirm")


async def test_a_locked_engine_may_tell_of_itself_only_while_the_dialog_is_open(crash_log: Path) -> None:
    locked = live(last_answer=None, error=SwarmLocked("The swarm is locked."))
    session = ScriptedSession(connection=locked, info=EngineInfo())
    async with running(session, crash_log) as program:
        await program.see("W  leave the swarm by force")
        await program.press("W")
        await program.read("The engine has not told yet whether it is in a swarm")
        session.tell(info=EngineInfo(name="mgr1", swarm=EngineSwarm(local_node_state="locked")))
        await program.read("mgr1 is locked: unlock it first")
        await program.press("down")
        await program.read("The swarm data on this locked manager is deleted")


async def test_a_lost_quorum_is_explained_and_nothing_is_done(crash_log: Path) -> None:
    info = EngineInfo(name="mgr1", swarm=EngineSwarm("node-mgr1", "10.0.0.7", "active", True))
    session = ScriptedSession(builders.cluster(builders.managers(3, unreachable=2)), live(), info=info)
    async with running(session, crash_log, size=SMALL) as program:
        await program.press("Q")
        assert len(program.app.screen_stack) == 1, "there is a leader"
        session.tell(connection=live(error=NoLeader("The swarm has no leader.", "Start the lost managers again.")))
        await program.see("Q  how to recover the")
        await program.press("Q")
        await program.see("The managers have lost their quorum")
        assert program.says("3 managers, 1 reachable, majority 2, no quorum; not reachable: mgr2, mgr3.")
        for _ in range(20):
            await program.press("j")
        await program.read("Never do this on two managers")
        await program.press("c")
        await program.read("Command copied (if your terminal allows it). It was not run.")
        assert program.app.clipboard == "docker swarm init --force-new-cluster --advertise-addr 10.0.0.7"
        await program.press("enter", "escape")
        await program.see_no("The managers have lost their quorum")
        assert not session.applied


async def test_keys_for_troubles_that_are_not_there_do_nothing(crash_log: Path) -> None:
    session = ScriptedSession(connection=live(last_answer=None, error=NothingListens("Nobody listens.")))
    async with running(session, crash_log) as program:
        await program.see("Nobody listens")
        await program.press("I", "J", "K", "Q", "W")
        assert len(program.app.screen_stack) == 1
        session.tell(connection=live(last_answer=None, error=NotAManager("It is a worker.")))
        await program.see("W  leave this swarm")
        await program.press("I", "J", "K", "Q")
        assert len(program.app.screen_stack) == 1


async def test_a_dialog_that_a_low_terminal_made_scroll_is_whole_again_in_a_higher_one(crash_log: Path) -> None:
    world = builders.cluster(builders.managers(3), [builders.service("web", 2)], swarm=builders.swarm())
    session = ScriptedSession(world)
    async with running(session, crash_log) as program:
        await program.on_row("8", "Certificate expiry")
        await program.press("enter", "ctrl+u", "9", "h")
        await program.read("$ docker swarm update --cert-expiry 9h")
        for rows in range(22, 10, -1):  # one of them is just too low
            await program.resize(120, rows)
            await program.resize(120, 36)
            await program.read("$ docker swarm update --cert-expiry 9h")
            await program.see(r"expiry 9h +│[^\n]*\n[^\n]*│ +│[^\n]*\n[^\n]*Cancel +Set it")  # and no row too many
