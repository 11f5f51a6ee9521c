"""What is used of asyncssh's inner parts does what it is used for, with a server that is asyncssh's own."""

from __future__ import annotations

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


@pytest.mark.parametrize("kind", ["ssh-ed25519", "ssh-rsa"])
async def test_the_private_half_is_asked_for_when_the_server_takes_the_key(tmp_path: Path, kind: str) -> None:
    wanted, other = asyncssh.generate_private_key(kind), asyncssh.generate_private_key(kind)
    host_key = asyncssh.generate_private_key("ssh-ed25519")
    authorized = tmp_path / "authorized_keys"
    authorized.write_bytes(wanted.export_public_key())
    server = await asyncssh.listen(
        "127.0.0.1", 0, server_host_keys=[host_key], authorized_client_keys=str(authorized), config=None
    )
    stranger, taken = AskedPair(other), AskedPair(wanted)
    async with (
        server,
        asyncssh.connect(
            "127.0.0.1",
            server.get_port(),
            username="ops",
            known_hosts=None,
            config=None,
            agent_path=None,
            client_keys=[stranger, AskedPair(wanted, given=False), taken],
        ) as connection,
    ):
        assert connection.get_extra_info("username") == "ops"
    assert (stranger.asked, taken.asked) == (0, 1)


def test_it_tells_which_algorithms_there_are() -> None:
    assert "curve25519-sha256" in asyncssh_internals.kex_algorithms()
    assert "aes256-gcm@openssh.com" in asyncssh_internals.ciphers()
    assert "hmac-sha2-256" in asyncssh_internals.macs()
    assert "ssh-ed25519" in asyncssh_internals.host_key_algorithms(usual=True)
    assert "ssh-dss" not in asyncssh_internals.host_key_algorithms(usual=True)
    assert set(asyncssh_internals.host_key_algorithms()) >= set(asyncssh_internals.host_key_algorithms(usual=True))
    assert "ssh-ed25519-cert-v01@openssh.com" in asyncssh_internals.host_certificate_algorithms()
