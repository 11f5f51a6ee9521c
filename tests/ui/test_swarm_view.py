"""The swarm view: what it says, what Enter changes, and keys that nobody sees who should not."""

from __future__ import annotations

from pathlib import Path

import pytest

from swarmtui.engine.polling.observation import Secret
from swarmtui.errors import EngineSilent
from swarmtui.ui.membership import unlock_key
from tests.stub_engine import StubEngine
from tests.ui.driving import Program, open_on, running
from tests.ui.scripted import ScriptedSession, live
from tests.ui.test_layout import SMALL
from tests.unit.swarm import builders

pytestmark = pytest.mark.usefixtures("engine")
"""The program is on the stub, which tells afterwards what it was asked."""

MASK = "SWMKEY-1-•"
KEY = "SWMKEY-1-of-the-test"


async def open_setting(program: Program, label: str) -> None:
    await program.on_row("8", label)
    await program.press("enter")


def everything(program: Program) -> str:
    """The screen and its picture, as text."""
    return program.words + program.app.export_screenshot()


def leaks(directory: Path) -> list[Path]:
    """The files that hold the key."""
    return [path for path in directory.rglob("*") if path.is_file() and KEY in path.read_text()]


async def test_how_the_swarm_stands(engine: StubEngine, crash_log: Path) -> None:
    async with open_on(engine.url, crash_log, size=SMALL) as program:
        await program.press("8")
        await program.see("Task history limit +⏎ +5 tasks")
        for line in (
            f"ID +{engine.swarm['ID']}",
            r"Managers +3/3, can lose 1",
            r"Leader +mgr1 at 10.99.0.10:2377",
            r"Join tokens +⏎ +••••••••",
            r"Autolock +⏎ +off",
            r"Unlock key +⏎ +none: autolock is off",
            r"Certificate expiry +⏎ +90 d",
            r"Dispatcher heartbeat +⏎ +5 s",
            r"Raft snapshot interval +⏎ +10000 log entries",
        ):
            assert program.shows(line), line
        await program.press("g", "enter")
        assert len(program.app.screen_stack) == 1, "an ID cannot be changed"
        await program.on_row("8", "Root CA")
        await program.read("Signs every node's certificate")
        await program.press("escape")
        await program.until(lambda: not program.shows("Task history limit"))


async def test_a_swarm_that_is_not_known_yet(crash_log: Path) -> None:
    session = ScriptedSession(builders.cluster([builders.node("n1", leader=True)]))
    async with running(session, crash_log) as program:
        await program.press("8")
        await program.see("loading the swarm …")
        await program.press("enter")
        session.tell(builders.cluster([builders.node("n1", leader=True)], swarm=builders.swarm(rotating=True)))
        await program.see("being rotated: nodes are getting new certificates")
        await open_setting(program, "Autolock")
        await program.read("The root certificate is being rotated")
        assert len(program.app.screen_stack) == 1
        await program.press("Z")
        await program.see("Root CA")
        assert not program.shows("Task history"), "only what asks for attention"


async def test_a_number_is_changed_and_bad_input_is_told(engine: StubEngine, program: Program) -> None:
    await open_setting(program, "Task history limit")
    await program.see("It is 5 now")
    before = dict(engine.swarm["Spec"])
    await program.press("backspace")
    await program.read("Type a whole number")
    await program.type("x")
    await program.read("Type a whole number")
    await program.press("enter")
    await program.see("▸ Cancel ◂")
    await program.press("shift+tab", "backspace", "9")
    await program.see(r"\$ docker swarm update --task-history-limit 9")
    await program.press("enter")
    await program.see("▸ Set it ◂")
    assert not engine.asked("POST")
    await program.press("enter")
    await program.see("✔ Set the task history limit from 5 to 9: now 9")
    await program.see("Task history limit +⏎ +9 tasks")
    assert engine.swarm["Spec"] == {**before, "Orchestration": {"TaskHistoryRetentionLimit": 9}}


async def test_a_duration_is_changed_and_bad_input_is_told(engine: StubEngine, program: Program) -> None:
    await open_setting(program, "Certificate expiry")
    await program.see("90 d")
    await program.press("ctrl+u")
    await program.type("5 minutes or so")
    await program.read("Type a duration: 10s, 30m, 1h30m, 90d")
    await program.press("ctrl+u")
    await program.type("30m")
    await program.read("cannot be less than 1 h")
    await program.press("ctrl+u")
    await program.type("30 days")
    await program.see(r"\$ docker swarm update --cert-expiry 720h")
    await program.press("enter", "enter")
    await program.see("✔ Set the certificate expiry from 90 d to 30 d")
    assert engine.swarm["Spec"]["CAConfig"] == {"NodeCertExpiry": 30 * 86400 * 10**9}


async def test_somebody_else_has_changed_the_same_setting(engine: StubEngine, program: Program) -> None:
    await open_setting(program, "Task history limit")
    await program.press("backspace", "9", "enter")
    await program.see("▸ Set it ◂")
    engine.swarm["Spec"]["Orchestration"]["TaskHistoryRetentionLimit"] = 3
    engine.touch("swarm", engine.swarm)
    await program.press("enter")
    await program.read("Somebody else changed task history limit of the swarm")
    await program.see(r"now, by another +3")


async def test_read_only(engine: StubEngine, crash_log: Path) -> None:
    async with open_on(engine.url, crash_log, read_only=True) as program:
        await open_setting(program, "Root CA")
        await program.read("Read-only: this program was started with --read-only")
        await program.press("tab", "enter", "enter")
        assert not engine.asked("POST")


# ------------------------------------------------------------------------------------------------ the unlock key


async def test_a_new_unlock_key_stays_until_it_is_saved(engine: StubEngine, program: Program) -> None:
    await open_setting(program, "Autolock")
    await program.read("Without the key a locked manager is lost")
    await program.confirm("Turn autolock on")
    await program.see("The new unlock key: save it now")
    await program.see(engine.unlock_key)
    for key in ("escape", "ctrl+c", "enter"):
        await program.press(key)
        await program.see("The new unlock key")
    await program.read("Type saved once the key is written down")
    await program.type("yes")
    await program.press("enter")
    await program.see("The new unlock key")
    await program.press("ctrl+u")
    await program.type("Saved")
    await program.press("enter")
    await program.see_no("The new unlock key")
    assert engine.unlock_key not in everything(program)
    await program.see("✔ Turn autolock on: autolock is on")
    await program.see(r"Autolock +⏎ +on")


async def test_the_unlock_key_is_masked_shown_copied_and_rotated(
    engine: StubEngine, crash_log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.swarm["Spec"]["EncryptionConfig"]["AutoLockManagers"] = True
    engine.unlock_key = KEY
    async with open_on(engine.url, crash_log) as program:
        await open_setting(program, "Unlock key")
        await program.see(MASK)
        assert KEY not in everything(program)
        await program.press("v")
        await program.see(KEY)
        assert program.says("It is hidden again after 15 seconds")
        await program.press("v")
        await program.see_no(KEY)
        monkeypatch.setattr(unlock_key, "REVEALED_FOR", 0.05)
        await program.press("v")
        await program.see_no(KEY)
        await program.see(MASK)
        await program.press("c")
        await program.read("Key copied")
        assert program.app.clipboard == KEY
        monkeypatch.setattr(unlock_key, "REVEALED_FOR", 15.0)
        await program.press("r")
        await program.read("The current unlock key stops working")
        await program.confirm("Rotate the key")
        await program.see("The new unlock key: save it now")
        assert engine.unlock_key != KEY
        await program.see(engine.unlock_key)
        await program.press("tab", "v")
        await program.see_no(engine.unlock_key)
        await program.press("v")
        await program.see(engine.unlock_key)
        await program.press("tab")
        await program.type("saved")
        await program.press("enter")
        await program.see_no("The new unlock key")
        await open_setting(program, "Root CA")
        await program.confirm("Rotate the CA")
        await program.read("The swarm's keys have just been changed, and its managers are still adopting them")
        assert len(engine.asked("POST /swarm/update")) == 1


async def test_a_picture_of_the_screen_holds_no_unlock_key(
    engine: StubEngine, crash_log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DOWNLOAD_DIR", str(tmp_path))
    engine.swarm["Spec"]["EncryptionConfig"]["AutoLockManagers"] = True
    engine.unlock_key = KEY
    async with open_on(engine.url, crash_log) as program:
        await open_setting(program, "Unlock key")
        await program.see(MASK)
        await program.press("v")
        await program.see(KEY)
        program.app._take_screenshot()
        await program.see_no(KEY)
        await program.until(lambda: list(tmp_path.glob("*.svg")), "the picture")
        await program.read("Saved to")
    assert not leaks(tmp_path)


async def test_a_swarm_that_does_not_tell_its_new_key(crash_log: Path) -> None:
    snapshot = builders.cluster(builders.managers(1), swarm=builders.swarm(autolock=True))
    session = ScriptedSession(snapshot)
    async with running(session, crash_log) as program:
        await open_setting(program, "Unlock key")
        await program.see("loading the key …")
        await program.press("v", "c", "r")
        assert program.app.clipboard == ""
        session.keys_asked[-1].set_exception(EngineSilent("The engine [/x] does not answer."))
        await program.read("✖ The engine [/x] does not answer. Any manager shows it: docker swarm unlock-key.")
        await program.press("escape")
        await program.see_no("Unlock key$")
        await program.press("enter")
        session.keys_asked[-1].set_result(Secret(""))
        await program.read("There is none: autolock is off")
        await program.press("escape")


# ------------------------------------------------------------------------------------------------ labels, removal


async def test_labels_are_edited_as_a_set(engine: StubEngine, crash_log: Path) -> None:
    engine.node("wrk1")["Spec"]["Labels"] = {"disk": "ssd", "zone": "a", "odd": "two\nlines", "[/x]": "y"}
    engine.add_service("db", constraints=["node.labels.disk==ssd"])
    engine.settle()
    async with open_on(engine.url, crash_log) as program:
        await program.on_row("1", "wrk1")
        await program.press("L")
        await program.see("disk=ssd")
        assert program.says("Kept unchanged, as no line can express them: odd")
        assert program.says("These are the labels it has")
        await program.press("up", "end", *["backspace"] * 3)
        await program.type("hdd")
        await program.read("disk: ssd becomes hdd")
        await program.read("db loses wrk1 (it requires node.labels.disk==ssd)")
        await program.press("enter")
        await program.type("=x")
        await program.read("Line 3 has no name before the =")
        await program.press("backspace", "backspace")
        await program.type("zone=b")
        await program.read("Line 4: zone is listed twice")
        await program.press(*["backspace"] * 6)
        await program.type("room=2nd floor")
        await program.see(r"\$ docker node update --label-add disk=hdd --label-add 'room=2nd floor' wrk1")
        await program.press("tab", "tab")
        await program.see("▸ Set the labels ◂")
        await program.press("enter")
        await program.see("✔ Change the labels of wrk1")
        assert engine.node("wrk1")["Spec"]["Labels"] == {
            "[/x]": "y",
            "disk": "hdd",
            "room": "2nd floor",
            "zone": "a",
            "odd": "two\nlines",
        }
        assert engine.node("wrk1")["Spec"]["Role"] == "worker"


async def test_a_node_that_is_ready_is_removed_by_force_alone(engine: StubEngine, program: Program) -> None:
    await program.on_row("1", "wrk1")
    await program.press("delete")
    await program.read("wrk1 is ready: the engine removes only nodes that are down")
    await program.see(r"\(●\) once it is down")
    await program.press("enter")
    await program.see("▸ Cancel ◂")
    await program.press("shift+tab", "down")
    await program.see(r"\$ docker node rm --force")
    assert program.says("It is cut off, not drained")
    assert program.says("type wrk1 to confirm")
    await program.press("enter")
    await program.type("wrk1")
    await program.press("enter")
    await program.see("▸ Remove wrk1 ◂")
    assert not engine.asked("DELETE")
    await program.press("enter")
    await program.see("✔ Remove wrk1 from the swarm by force: wrk1 is no longer in the swarm")
    (request,) = engine.asked("DELETE /nodes")
    assert request.query == {"force": "true"}


async def test_a_node_that_is_down_and_a_manager(engine: StubEngine, program: Program) -> None:
    engine.set_node("wrk2", state="down")
    await program.see(r"wrk2 +worker +✖ down")
    await program.on_row("1", "wrk2")
    await program.press("ctrl+x")
    await program.confirm("Remove wrk2")
    await program.see("✔ Remove wrk2 from the swarm")
    await program.on_row("1", "mgr3")
    await program.press("ctrl+x")
    await program.read("mgr3 is a manager, and the engine does not remove managers. Demote it first, then remove it.")
    await program.see(r"\$ docker node demote mgr3")
    await program.confirm("Demote mgr3")
    await program.until(lambda: engine.node("mgr3")["Spec"]["Role"] == "worker")
    await program.see("mgr3 is leaving the managers")
    await program.see(r"mgr3 +manager → worker")
    await program.press("delete")
    await program.read("mgr3 is just leaving")


async def test_the_last_manager_is_neither_demoted_nor_removed(crash_log: Path) -> None:
    session = ScriptedSession(builders.cluster([builders.node("mgr1", leader=True)]), live())
    async with running(session, crash_log) as program:
        await program.on_row("1", "mgr1")
        await program.press("delete")
        await program.read("mgr1 is the last manager: a swarm needs one. Promote another node first.")
