"""Inner parts of asyncssh: all that is used beyond what it documents, each behind a name of ours.

None of these names begins with "_", but `asyncssh` itself does not offer them, or its documentation does not tell how
they are made or subclassed. `tests/unit/test_internals.py` holds that no other module reaches into asyncssh's modules,
that each name exists, and that CHECKED_ON is the version that is locked. Another version: `make lock`, the tests
(tests/unit/tunnel, and tests/lab/test_ssh*.py with real servers), a look at the docstrings here, then CHECKED_ON.
"""

from __future__ import annotations

from typing import Any

from asyncssh import (
    SSHAgentClient,
    SSHAgentKeyPair,
    SSHCertificate,
    SSHClientChannel,
    SSHClientConnection,
    SSHKey,
    SSHKeyPair,
    SSHUNIXChannel,
)
from asyncssh.constants import MSG_IGNORE
from asyncssh.encryption import get_encryption_algs
from asyncssh.kex import get_kex_algs
from asyncssh.mac import get_mac_algs
from asyncssh.public_key import (
    get_certificate_algs,
    get_default_certificate_algs,
    get_default_public_key_algs,
    get_public_key_algs,
)

__all__ = [
    "CHECKED_ON",
    "PRIVATE",
    "DeferredKeyPair",
    "ciphers",
    "host_certificate_algorithms",
    "host_key_algorithms",
    "kex_algorithms",
    "macs",
    "pair_with_certificate",
    "resize_window",
    "without_ignored_messages",
]

CHECKED_ON = "2.24.1"
"""The version of asyncssh that all of this was last read and tested on."""

PRIVATE = (
    "asyncssh.agent.SSHAgentKeyPair.__init__",
    "asyncssh.agent.SSHAgentKeyPair.set_certificate",
    "asyncssh.agent.SSHAgentKeyPair.sign_async",
    "asyncssh.channel.SSHChannel._init_recv_window",
    "asyncssh.connection.SSHConnection.send_packet",
    "asyncssh.constants.MSG_IGNORE",
    "asyncssh.encryption.get_encryption_algs",
    "asyncssh.kex.get_kex_algs",
    "asyncssh.mac.get_mac_algs",
    "asyncssh.public_key.SSHKey.algorithm",
    "asyncssh.public_key.SSHKey.public_data",
    "asyncssh.public_key.SSHKey.sig_algorithms",
    "asyncssh.public_key.SSHKeyPair.__init__",
    "asyncssh.public_key.SSHKeyPair.key_algorithm",
    "asyncssh.public_key.SSHKeyPair.key_public_data",
    "asyncssh.public_key.SSHKeyPair.sig_algorithm",
    "asyncssh.public_key.get_certificate_algs",
    "asyncssh.public_key.get_default_certificate_algs",
    "asyncssh.public_key.get_default_public_key_algs",
    "asyncssh.public_key.get_public_key_algs",
)
"""Every such name that this module uses, by where asyncssh has it."""


class DeferredKeyPair(SSHKeyPair):
    """A key pair whose private half is asked for when it has to sign. Subclasses define `private_key`.

    asyncssh's own pairs hold the private key, or decrypt it without asking. Where pairs can no longer be subclassed,
    the passphrase has to be asked for before the key is offered.

    Args:
        public: the public half, which is what is offered.
        comment: how the key is called.
        certificate: offered in its place.
    """

    def __init__(self, public: SSHKey, comment: str, certificate: SSHCertificate | None) -> None:
        kinds = public.sig_algorithms
        super().__init__(public.algorithm, public.algorithm, kinds, kinds, public.public_data, comment, certificate)

    async def private_key(self) -> SSHKey:
        """The private half.

        Raises:
            ValueError: it cannot be had; asyncssh then continues with the next key.
        """
        raise NotImplementedError

    async def sign_async(self, data: bytes) -> bytes:
        return (await self.private_key()).sign(data, self.sig_algorithm)


def pair_with_certificate(
    agent: SSHAgentClient, pair: SSHKeyPair, comment: str, certificate: SSHCertificate
) -> SSHKeyPair:
    """The twin of an agent's key that is offered with a certificate.

    asyncssh takes certificates from the agent alone. When these parts go, the key is offered without.
    """
    twin = SSHAgentKeyPair(agent, pair.key_algorithm, pair.key_public_data, comment.encode())
    twin.set_certificate(certificate)
    return twin


def without_ignored_messages(connection: SSHClientConnection) -> None:
    """Send no message to be ignored in front of each one, as asyncssh does, in a TCP segment of its own.

    It protects ciphers in CBC mode, whose next initialization vector is known (RFC 4251, 9.3.1); those keep it. With
    any other one it only doubles the packets of every request. When these parts go, so does the saving.
    """
    if "cbc" in str(connection.get_extra_info("send_cipher")):
        return
    send = connection.send_packet

    def send_packet(kind: int, *parts: bytes, **named: Any) -> None:
        if kind != MSG_IGNORE:
            send(kind, *parts, **named)

    connection.send_packet = send_packet  # type: ignore[assignment, method-assign]


def resize_window(channel: SSHUNIXChannel[bytes] | SSHClientChannel[bytes], size: int) -> None:
    """Let the server have so many bytes of a channel on their way from now on; what it may send already, it sends.

    asyncssh keeps to the window that a channel was opened with, and grants what was taken of it whenever half is gone.
    When this part goes, the window stays as it was.
    """
    channel._init_recv_window = size


# What asyncssh can do: it refuses a list that holds one name it does not know. Were these to go, the names are in its
# documentation ("Supported Algorithms"), and which of them it has depends on libraries that are installed.


def kex_algorithms() -> list[str]:
    """Every key exchange that asyncssh has."""
    return _names(get_kex_algs())


def ciphers() -> list[str]:
    """Every cipher that asyncssh has."""
    return _names(get_encryption_algs())


def macs() -> list[str]:
    """Every message authentication code that asyncssh has."""
    return _names(get_mac_algs())


def host_key_algorithms(*, usual: bool = False) -> list[str]:
    """Every kind of host key that asyncssh has; or those that it asks for by itself."""
    return _names(get_default_public_key_algs() if usual else get_public_key_algs())


def host_certificate_algorithms(*, usual: bool = False) -> list[str]:
    """Every kind of certificate that asyncssh has; or those that it asks for by itself."""
    return _names(get_default_certificate_algs() if usual else get_certificate_algs())


def _names(algorithms: list[bytes]) -> list[str]:
    return [each.decode() for each in algorithms]
