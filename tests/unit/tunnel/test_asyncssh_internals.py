"""What is used of asyncssh's inner parts does what it is used for, with a server that is asyncssh's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh
import pytest

from swarmtui.tunnel import asyncssh_internals
from swarmtui.tunnel.asyncssh_internals import DeferredKeyPair


class AskedPair(DeferredKeyPair):
    """Has the private half, or not."""

    def __init__(self, key: asyncssh.SSHKey, *, given: bool = True) -> None:
        super().__init__(key.convert_to_public(), "a key", None)
        self.asked = 0
        self._given = key if given else None

    async def private_key(self) -> asyncssh.SSHKey:
        self.asked += 1
        if self._given is None:
            raise ValueError("not unlocked")
        return self._given


@asynccontextmanager
async def connected(
    directory: Path,
    authorized: asyncssh.SSHKey,
    keys: Sequence[object],
    serve: Callable[[asyncssh.SSHServerProcess[bytes]], object] | None = None,
    **both: object,
) -> AsyncIterator[asyncssh.SSHClientConnection]:
    """A connection to a server that takes one key, by a client that has some; `both` are options of either side."""
    file = directory / "authorized_keys"
    file.write_bytes(authorized.export_public_key())
    both["config"] = None
    host_key = asyncssh.generate_private_key("ssh-ed25519")
    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[host_key],
        authorized_client_keys=str(file),
        process_factory=serve,
        encoding=None,
        **both,
    )
    port = server.get_port()
    client = {"username": "ops", "known_hosts": None, "agent_path": None, "client_keys": keys, **both}
    async with server, asyncssh.connect("127.0.0.1", port, **client) as connection:
        yield connection


@pytest.mark.parametrize("kind", ["ssh-ed25519", "ssh-rsa"])
async def test_the_private_half_is_asked_for_when_the_server_takes_the_key(tmp_path: Path, kind: str) -> None:
    wanted, other = asyncssh.generate_private_key(kind), asyncssh.generate_private_key(kind)
    stranger, taken = AskedPair(other), AskedPair(wanted)
    async with connected(tmp_path, wanted, [stranger, AskedPair(wanted, given=False), taken]) as connection:
        assert connection.get_extra_info("username") == "ops"
    assert (stranger.asked, taken.asked) == (0, 1)


@pytest.mark.parametrize(("cipher", "sent"), [("aes256-gcm@openssh.com", False), ("aes256-cbc", True)])
async def test_messages_to_be_ignored_are_left_to_ciphers_that_need_them(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, cipher: str, sent: bool
) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    caplog.set_level("DEBUG", "asyncssh")
    asyncssh.set_debug_level(3)
    try:
        async with connected(tmp_path, key, [key], encryption_algs=[cipher]) as connection:
            asyncssh_internals.without_ignored_messages(connection)
            caplog.clear()
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.open_connection("127.0.0.1", 1)
            told = [line for line in caplog.messages if "Sent MSG_" in line]
            who = next(line for line in told if "MSG_CHANNEL_OPEN " in line).partition(",")[0]  # not the server
            ignored = [line for line in told if line.startswith(who) and "MSG_IGNORE" in line]
            assert bool(ignored) is sent
    finally:
        asyncssh.set_debug_level(1)


async def test_a_window_that_was_resized_is_what_the_server_is_granted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    caplog.set_level("DEBUG", "asyncssh")
    asyncssh.set_debug_level(2)

    def serve(process: asyncssh.SSHServerProcess[bytes]) -> None:
        process.stdout.write(bytes(400_000))
        process.exit(0)

    try:
        async with connected(tmp_path, key, [key], serve) as connection:
            session = await connection.create_process(encoding=None, window=128 * 1024)
            asyncssh_internals.resize_window(session.channel, 32 * 1024)
            assert len(await session.stdout.read()) == 400_000
    finally:
        asyncssh.set_debug_level(1)
    granted = {line.rpartition(" ")[2] for line in caplog.messages if "Sending window adjust" in line}
    assert granted == {"32768"}


def test_it_tells_which_algorithms_there_are() -> None:
    assert "curve25519-sha256" in asyncssh_internals.kex_algorithms()
    assert "aes256-gcm@openssh.com" in asyncssh_internals.ciphers()
    assert "hmac-sha2-256" in asyncssh_internals.macs()
    assert "ssh-ed25519" in asyncssh_internals.host_key_algorithms(usual=True)
    assert "ssh-dss" not in asyncssh_internals.host_key_algorithms(usual=True)
    assert set(asyncssh_internals.host_key_algorithms()) >= set(asyncssh_internals.host_key_algorithms(usual=True))
    assert "ssh-ed25519-cert-v01@openssh.com" in asyncssh_internals.host_certificate_algorithms()
