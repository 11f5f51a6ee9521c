"""What SSH asks, and what is on the screen of a tunnel: dialogs, the header, notices."""

from __future__ import annotations

import time
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

from swarmtui.engine.polling.observation import ConnectionStatus
from swarmtui.errors import SSHFailed
from swarmtui.tunnel.questions import (
    HostKeyQuestion,
    PassphraseQuestion,
    PasswordQuestion,
    Prompt,
    PromptsQuestion,
)
from swarmtui.tunnel.status import TunnelPhase, TunnelStatus
from tests.patience import DEAD
from tests.ui.driving import Program, running
from tests.ui.scripted import ScriptedSession, live
from tests.unit.swarm import builders

FINGERPRINT = "SHA256:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg"
HOST_KEY = HostKeyQuestion(
    "prod", "10.0.0.1:2222", "jump host 1 of 2", "ssh-ed25519", FINGERPRINT, Path.home() / ".ssh" / "known_hosts"
)
PASSPHRASE = PassphraseQuestion(Path("/keys/id_ed25519"), 1, 3)
PASSWORD = PasswordQuestion("ops", "mgr1", 2, 3)
CODES = PromptsQuestion(
    "ops",
    "mgr1",
    "Two [/factors]",
    "Look at\nyour device.\x1b[31m",
    (Prompt("Password: "), Prompt("Code: ", echo=True)),
)


def swarm() -> ScriptedSession:
    return ScriptedSession(builders.cluster([builders.node("n1", leader=True)], [builders.service("web", 2)]))


def ask(session: ScriptedSession, question: Any) -> Future[Any]:
    if isinstance(question, HostKeyQuestion):
        return session.desk.confirm_host_key(question)
    if isinstance(question, PromptsQuestion):
        return session.desk.ask_prompts(question)
    return session.desk.ask_secret(question)


async def closed(program: Program) -> None:
    await program.until(lambda: len(program.app.screen_stack) == 1, "the dialog closed")


# ------------------------------------------------------------------------------------------------ host keys


async def test_an_unknown_host_key_is_shown_whole_and_no_is_the_default(crash_log: Path) -> None:
    session = swarm()
    async with running(session, crash_log, size=(80, 24)) as program:
        answer = ask(session, replace(HOST_KEY, others=("/home/me/.ssh/known_hosts:7",)))
        await program.see("Its host key is unknown")
        for text in ("10.0.0.1:2222", "jump host 1 of 2", "ssh-ed25519", FINGERPRINT, "~/.ssh/known_hosts"):
            assert program.shows(text.replace("+", r"\+")), text
        assert program.says("known with other keys (/home/me/.ssh/known_hosts:7)")
        assert program.shows("▸ No ◂"), "Enter alone trusts nobody"
        await program.press("enter")
        await closed(program)
        assert answer.result(DEAD) is False


async def test_a_host_key_is_trusted_by_going_to_yes(crash_log: Path) -> None:
    session = swarm()
    async with running(session, crash_log) as program:
        answer = ask(session, HOST_KEY)
        await program.see("Its host key is unknown")
        await program.press("right")
        await program.see("▸ Yes, trust it ◂")
        await program.press("enter")
        await closed(program)
        assert answer.result(DEAD) is True


# ------------------------------------------------------------------------------------------------ secrets


async def test_a_passphrase_is_never_on_the_screen(crash_log: Path) -> None:
    session = swarm()
    async with running(session, crash_log) as program:
        answer = ask(session, PASSPHRASE)
        await program.see("Passphrase of the key /keys/id_ed25519")
        await program.type("q?hunter2")
        assert not program.shows("hunter2")
        assert program.shows("•••••••••")
        await program.press("enter")
        await closed(program)
        assert answer.result(DEAD) == "q?hunter2"


async def test_a_secret_cannot_be_copied_out_of_its_line(crash_log: Path) -> None:
    session = swarm()
    async with running(session, crash_log) as program:
        answer = ask(session, PASSPHRASE)
        await program.see("Passphrase")
        await program.type("hunter2")
        await program.press("ctrl+a", "ctrl+x")
        assert program.app.clipboard == ""
        await program.press("ctrl+c")
        await closed(program)
        assert program.app.clipboard == ""
        assert answer.result(DEAD) is None


async def test_another_attempt_says_so(crash_log: Path) -> None:
    session = swarm()
    async with running(session, crash_log) as program:
        answer = ask(session, PASSWORD)
        await program.see("Password of ops on mgr1")
        assert program.says("That was not right. Attempt 2 of 3.")
        await program.press("escape")
        await closed(program)
        assert answer.result(DEAD) is None


async def test_several_prompts_are_answered_one_after_the_other(crash_log: Path) -> None:
    session = swarm()
    async with running(session, crash_log) as program:
        answer = ask(session, CODES)
        await program.see("mgr1 asks ops")
        assert program.says("Two [/factors]"), "a server's words are no markup"
        assert program.says("your device.␛[31m")
        await program.type("secret")
        await program.press("enter")
        await program.type("123456")
        assert program.shows("123456"), "the server says that it may be seen"
        assert not program.shows("secret")
        await program.press("enter")
        await closed(program)
        assert answer.result(DEAD) == ("secret", "123456")


# ------------------------------------------------------------------------------------------------ coming and going


async def test_a_question_that_is_taken_back_takes_its_dialog_with_it(crash_log: Path) -> None:
    session = swarm()
    async with running(session, crash_log) as program:
        answer = ask(session, PASSPHRASE)
        await program.see("Passphrase")
        answer.cancel()
        await closed(program)


async def test_one_question_after_the_other_is_asked(crash_log: Path) -> None:
    session = swarm()
    async with running(session, crash_log) as program:
        first, second = ask(session, PASSPHRASE), ask(session, HOST_KEY)
        await program.see("Passphrase")
        await program.type("a")
        await program.press("enter")
        await program.see("Its host key is unknown")
        await program.press("escape")
        await closed(program)
        assert (first.result(DEAD), second.result(DEAD)) == ("a", False)


async def test_a_question_waits_for_the_end_of_another_dialog(crash_log: Path) -> None:
    session = swarm()
    async with running(session, crash_log) as program:
        await program.see("web +replicated")
        await program.press("2", "s")
        await program.see("Replicas")
        answer = ask(session, PASSPHRASE)
        await program.press("4")
        assert program.shows("Replicas"), "what is typed there is no passphrase"
        await program.press("escape")
        await program.see("Passphrase")
        await program.press("escape")
        assert answer.result(DEAD) is None


# ------------------------------------------------------------------------------------------------ the state of a tunnel


def tunnelled(**more: Any) -> TunnelStatus:
    return TunnelStatus(**{"phase": TunnelPhase.LIVE, "way": ("bastion", "mgr1"), "means": "stream forwarding", **more})


async def test_the_first_paint_tells_what_ssh_is_doing(crash_log: Path) -> None:
    doing = "connecting: jump host 1 of 2 bastion"
    status = ConnectionStatus(tunnel=tunnelled(phase=TunnelPhase.CONNECTING, doing=doing))
    session = ScriptedSession(connection=status)
    async with running(session, crash_log, size=(80, 24)) as program:
        await program.see(f"◌ {doing}")
        assert program.shows("Connecting …")
        session.tell(connection=replace(status, tunnel=replace(status.tunnel or tunnelled(), asks=True)))
        await program.see("◌ waits for your answer")


async def test_the_header_tells_the_way_and_another_manager(crash_log: Path) -> None:
    session = swarm()
    async with running(session, crash_log, size=(160, 50)) as program:
        session.tell(connection=live(tunnel=tunnelled()))
        await program.see("via bastion")
        assert not program.shows("dial-stdio")
        session.tell(connection=live(tunnel=tunnelled(means="docker system dial-stdio"), manager="mgr2"))
        await program.see("through mgr2")
        assert program.shows("dial-stdio")


async def test_a_lost_tunnel_tells_its_cause_and_the_next_try(crash_log: Path) -> None:
    session = swarm()
    error = SSHFailed("Nothing listens at mgr1:22.", "Is sshd running there?", layer="TCP")
    lost = tunnelled(phase=TunnelPhase.LOST, error=error)
    async with running(session, crash_log) as program:
        soon = time.monotonic() + 9000.0
        session.tell(connection=live(error=error, tunnel=lost, next_try=soon, trying="mgr2"))
        await program.see(r"✖ reconnecting, data \d+ (s|min) old   retrying in 2 h$")
        await program.see("trying mgr2")
        await program.read("✖ TCP: Nothing listens at mgr1:22. Is sshd running there?")
        await program.read("Trying mgr2 …")
        session.tell(connection=live(error=error, tunnel=lost))
        await program.see(r"✖ reconnecting, data \d+ (s|min) old   ctrl\+r: try again")
        await program.press("ctrl+r")
        assert session.refreshed == 1


async def test_notices_are_told_once(crash_log: Path) -> None:
    session = swarm()
    async with running(session, crash_log) as program:
        session.tell(connection=live(notices=("ControlMaster [is] not honoured.",)))
        await program.read("ControlMaster [is] not honoured.")
        session.tell(connection=live(notices=("ControlMaster [is] not honoured.", "Continuing through mgr2.")))
        await program.read("Continuing through mgr2.")
        assert program.text.count("ControlMaster") == 1
