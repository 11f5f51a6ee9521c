"""Logins that no sshd of the lab can be made to ask for, at a real SSH server of asyncssh's on the loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar

import asyncssh
import pytest

from swarmtui.errors import HostKeyRefused, LoginRefused, SSHFailed
from swarmtui.tunnel.hops import HopConnection, open_hop
from swarmtui.tunnel.login.memory import Memory, Patience, is_password_prompt
from swarmtui.tunnel.questions import (
    HostKeyQuestion,
    NobodyToAsk,
    PasswordQuestion,
    Prompt,
    PromptQueue,
    PromptsQuestion,
)
from swarmtui.tunnel.ssh_config.host_settings import HostSettings
from tests.patience import DEAD

Prompts = list[tuple[str, bool]]


class Noted(asyncssh.SSHServer):
    """Notes its connections, so that they can be waited for."""

    connections: ClassVar[list[asyncssh.SSHServerConnection]] = []

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.connections.append(conn)


class Server(Noted):
    """Asks for a password and a code at once, and then for a colour."""

    def __init__(self) -> None:
        self._stage = 0

    def begin_auth(self, username: str) -> bool:
        return True

    def kbdint_auth_supported(self) -> bool:
        return True

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> Any:
        return "Two factors", "Look at your device.", "", [("Password: ", False), ("Code: ", True)]

    def validate_kbdint_response(self, username: str, responses: Any) -> Any:
        self._stage += 1
        if self._stage == 1:
            return responses == ["secret", "123456"] and ("", "", "", [("Colour? ", True)])
        return responses == ["blue"]


class PasswordServer(Noted):
    """Takes the password "right"."""

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def kbdint_auth_supported(self) -> bool:
        return False  # asyncssh would ask for the password that way too

    def validate_password(self, username: str, password: str) -> bool:
        return password == "right"


HOST_KEY = asyncssh.generate_private_key("ssh-ed25519")


@asynccontextmanager
async def serving(factory: Callable[[], asyncssh.SSHServer], directory: Path) -> AsyncIterator[HostSettings]:
    """A server, and the settings of somebody who knows it."""
    listener = await asyncssh.listen("127.0.0.1", 0, server_factory=factory, server_host_keys=[HOST_KEY])
    port = listener.get_port()
    known = directory / "known_hosts"
    known.write_text(f"[127.0.0.1]:{port} {HOST_KEY.export_public_key().decode()}")
    yield HostSettings(
        alias="prod",
        hostname="127.0.0.1",
        user="ops",
        port=port,
        key_name=f"[127.0.0.1]:{port}",
        user_known_hosts=(known,),
        connect_timeout=DEAD,
    )
    listener.close()
    await listener.wait_closed()
    while Noted.connections:
        connection = Noted.connections.pop()
        connection.abort()
        await connection.wait_closed()
    await asyncio.sleep(0)  # their transports close in the next round


async def login(settings: HostSettings, memory: Memory) -> HopConnection:
    return await open_hop(settings, "", None, memory, lambda _: None)


async def answered(desk: PromptQueue, *answers: Any) -> list[Any]:
    """Answer questions as they come; gives the questions."""
    asked = []
    for answer in answers:
        async with asyncio.timeout(DEAD):
            while (shown := desk.current) is None:  # noqa: ASYNC110 (the desk belongs to another thread)
                await asyncio.sleep(0.005)
        asked.append(shown.question)
        shown.answer(answer)
    return asked


async def test_several_prompts_one_after_another(tmp_path: Path) -> None:
    desk = PromptQueue(lambda: None)
    async with serving(Server, tmp_path) as settings:
        answering = asyncio.ensure_future(answered(desk, ("secret", "123456"), ("blue",)))
        hop = await login(settings, Memory(desk))
        asked = await answering
        hop.abort()
    prompts = (Prompt("Password: ", False), Prompt("Code: ", True))
    assert asked[0] == PromptsQuestion("ops", "prod", "Two factors", "Look at your device.", prompts)
    assert asked[1].prompts == (Prompt("Colour? ", True),)


async def test_declined_prompts(tmp_path: Path) -> None:
    async with serving(Server, tmp_path) as settings:
        with pytest.raises(LoginRefused) as caught:
            await login(settings, Memory(NobodyToAsk()))
    assert caught.value.accepted == ("keyboard-interactive",)
    assert "declined" in caught.value.remedy


async def test_password_that_was_changed_meanwhile_is_asked_for_again(tmp_path: Path) -> None:
    desk = PromptQueue(lambda: None)
    memory = Memory(desk)
    async with serving(PasswordServer, tmp_path) as settings:
        memory._passwords["ops", settings.key_name] = "old"
        answering = asyncio.ensure_future(answered(desk, "right"))
        hop = await login(settings, memory)
        assert await answering == [PasswordQuestion("ops", "prod", 1, 3)]
        hop.abort()
        hop = await login(settings, memory)  # asks nothing
        hop.abort()


async def test_prompts_go_with_their_connection(tmp_path: Path) -> None:
    desk = PromptQueue(lambda: None)
    async with serving(Server, tmp_path) as settings:
        connecting = asyncio.ensure_future(login(settings, Memory(desk)))
        async with asyncio.timeout(DEAD):
            while (shown := desk.current) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        Noted.connections[0].abort()
        with pytest.raises(SSHFailed):
            await connecting
        async with asyncio.timeout(DEAD):
            while shown.is_open:  # noqa: ASYNC110
                await asyncio.sleep(0.005)


async def test_password_question_outlives_its_connection(tmp_path: Path) -> None:
    """The server hangs up on who thinks for two minutes; the answer is for the next connection."""
    desk = PromptQueue(lambda: None)
    memory = Memory(desk)
    async with serving(PasswordServer, tmp_path) as settings:
        connecting = asyncio.ensure_future(login(settings, memory))
        async with asyncio.timeout(DEAD):
            while (shown := desk.current) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        Noted.connections[0].abort()
        with pytest.raises(SSHFailed):
            await connecting
        assert shown.is_open
        assert memory.is_asking
        shown.answer("right")
        async with asyncio.timeout(DEAD):
            await memory.until_answered()
        hop = await login(settings, memory)
        hop.abort()
    assert desk.current is None


async def test_unknown_key_is_asked_about_outside_of_any_connection(tmp_path: Path) -> None:
    desk = PromptQueue(lambda: None)
    async with serving(PasswordServer, tmp_path) as settings:
        settings.user_known_hosts[0].unlink()
        answering = asyncio.ensure_future(answered(desk, False))
        with pytest.raises(HostKeyRefused):
            await login(settings, Memory(desk))
        question = (await answering)[0]
    assert isinstance(question, HostKeyQuestion)
    assert question.fingerprint == HOST_KEY.get_fingerprint()
    assert question.file == settings.user_known_hosts[0]


async def test_key_is_good_for_this_run_where_the_file_cannot_be_written(tmp_path: Path) -> None:
    class Trusting(NobodyToAsk):
        asked = 0

        def confirm_host_key(self, question: HostKeyQuestion) -> Future[bool]:
            self.asked += 1
            future: Future[bool] = Future()
            future.set_result(True)
            return future

    questions = Trusting()
    memory = Memory(questions)
    async with serving(PasswordServer, tmp_path) as settings:
        settings.user_known_hosts[0].unlink()
        (tmp_path / "known_hosts").symlink_to("/proc/no/such/place")
        for _ in range(2):
            with pytest.raises(LoginRefused):
                await login(settings, memory)
    assert questions.asked == 1


async def test_silent_server(tmp_path: Path) -> None:
    gone = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        gone.set()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = HostSettings("prod", "127.0.0.1", "ops", port, key_name="prod", connect_timeout=0.2)
    with pytest.raises(SSHFailed, match=r"No answer from prod .* within 0.2 s"):
        await login(settings, Memory(NobodyToAsk()))
    async with asyncio.timeout(DEAD):
        await gone.wait()
    server.close()


async def test_name_that_cannot_be_one() -> None:
    settings = HostSettings("prod", "x" * 70, "ops", key_name="prod")
    with pytest.raises(SSHFailed) as caught:
        await login(settings, Memory(NobodyToAsk()))
    assert caught.value.layer == "DNS"


async def test_patience_stands_still_while_the_user_thinks(monkeypatch: pytest.MonkeyPatch) -> None:
    loop, patience = asyncio.get_running_loop(), Patience(DEAD)
    clock = loop.time

    async def thinking() -> str:
        async with patience.paused():
            monkeypatch.setattr(loop, "time", lambda: clock() + 2 * DEAD)
            await asyncio.sleep(0.01)  # what is over by then would end it
        await asyncio.sleep(0.01)
        return "done"

    assert await patience.keep(thinking()) == "done"
    with pytest.raises(TimeoutError):
        await Patience(0.01).keep(asyncio.sleep(DEAD))


@pytest.mark.parametrize(
    ("text", "password"),
    [
        ("Password: ", True),
        ("(ops@mgr1) Password: ", True),
        ("Kennwort: ", True),
        ("Verification code: ", False),
        ("One-time password (OATH): ", False),
        ("Passcode or option (1-3): ", False),
        ("New password: ", False),
    ],
)
def test_what_is_remembered_is_a_password(text: str, password: bool) -> None:
    assert is_password_prompt(text) is password
