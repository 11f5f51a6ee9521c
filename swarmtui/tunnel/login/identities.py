"""The keys to log in with: of the agent, of files, encrypted or not, with certificates.

The order is that of ssh(1) (sshconnect2.c, pubkey_prepare): keys of the agent that ssh_config names, the agent's other
keys unless IdentitiesOnly, then files. A passphrase is asked for only when the server has said that it takes the key.
"""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncssh

from swarmtui.tunnel.asyncssh_internals import DeferredKeyPair, pair_with_certificate
from swarmtui.tunnel.login.memory import Memory, Patience
from swarmtui.tunnel.ssh_config.host_settings import HostSettings

__all__ = ["Candidate", "Identities"]

AGENT_TIMEOUT = 3.0


@dataclass(frozen=True)
class Candidate:
    """A key to be offered, and how it is called in messages."""

    label: str
    pair: asyncssh.SSHKeyPair


@dataclass(frozen=True)
class _File:
    """An identity file as it was found.

    Attributes:
        content: of the private key; b"" when there is only a public one.
        key: the private key, if it is not encrypted.
        public: None when it cannot be known without the passphrase.
        problem: why it cannot be used; "" when it can.
    """

    path: Path
    content: bytes = b""
    key: asyncssh.SSHKey | None = None
    public: asyncssh.SSHKey | None = None
    problem: str = ""


class LockedPair(DeferredKeyPair):
    """A key pair whose private half is decrypted when it has to sign."""

    def __init__(
        self,
        file: _File,
        public: asyncssh.SSHKey,
        certificate: asyncssh.SSHCertificate | None,
        memory: Memory,
        patience: Patience,
        problems: list[str],
    ) -> None:
        super().__init__(public, str(file.path), certificate)
        self._file = file
        self._memory = memory
        self._patience = patience
        self._problems = problems

    async def private_key(self) -> asyncssh.SSHKey:
        """The private half, after asking for the passphrase.

        Raises:
            ValueError: the passphrase is not known; asyncssh then continues with the next key.
        """
        async with self._patience.paused():
            key = await self._memory.unlock(self._file.path, self._file.content)
        if key is None:
            self._problems.append(f"{self._file.path} (its passphrase was not given)")
            raise ValueError("not unlocked")
        return key


class Identities:
    """Gives the candidates for one login, one after another. `close` ends the conversation with the agent.

    Args:
        settings: of the host.
        memory: where passphrases are asked for.
        patience: stands still meanwhile.
    """

    def __init__(self, settings: HostSettings, memory: Memory, patience: Patience) -> None:
        self._settings = settings
        self._memory = memory
        self._patience = patience
        self._agent: asyncssh.SSHAgentClient | None = None
        self.problems: list[str] = []
        """Why keys that ssh_config names could not be offered."""

    def close(self) -> None:
        if self._agent is not None:
            self._agent.close()

    async def candidates(self) -> AsyncIterator[Candidate]:
        """The keys in the order of offering them, each once."""
        files = await asyncio.to_thread(self._read_files)
        certificates = await asyncio.to_thread(self._read_certificates)
        held = await self._agent_pairs()
        offered: set[bytes] = set()
        named = {file.public.public_data for file in files if file.public is not None}
        ours = sorted(held, key=lambda pair: pair.key_public_data not in named)
        blobs = named | {certificate.public_data for certificate in certificates}
        for pair in ours:
            if self._settings.identities_only and pair.key_public_data not in blobs:
                continue
            offered.add(pair.key_public_data)
            for candidate in self._with_certificates(pair, certificates):
                yield candidate
        for file in files:
            if file.public is not None and file.public.public_data in offered:
                continue
            async for candidate in self._of_file(file, certificates):
                yield candidate

    # -------------------------------------------------------------------------------- files

    def _read_files(self) -> list[_File]:
        files = [_read(path) for path in self._settings.identities]
        if self._settings.identities_named:
            self.problems += [f"{file.path} ({file.problem})" for file in files if file.problem]
        return [file for file in files if not file.problem]

    def _read_certificates(self) -> list[asyncssh.SSHCertificate]:
        """Those that CertificateFile names, and those that lie beside the keys."""
        found: list[asyncssh.SSHCertificate] = []
        beside = [path.with_name(f"{path.name.removesuffix('.pub')}-cert.pub") for path in self._settings.identities]
        for path in (*self._settings.certificates, *beside):
            try:
                found.append(asyncssh.read_certificate(path))
            except FileNotFoundError:
                if path in self._settings.certificates:
                    self.problems.append(f"{path} (no such file)")
            except (OSError, ValueError) as error:
                self.problems.append(f"{path} ({error})")
        return found

    async def _of_file(self, file: _File, certificates: Sequence[asyncssh.SSHCertificate]) -> AsyncIterator[Candidate]:
        key = file.key or self._memory.unlocked(file.path)
        if key is None and file.content and file.public is None:
            # An old format that hides even the public half: the passphrase must come first.
            async with self._patience.paused():
                key = await self._memory.unlock(file.path, file.content)
        public = file.public or key
        if public is None or not file.content:
            return
        fitting = [each for each in certificates if each.key.public_data == public.public_data]
        for certificate in (*fitting, None):
            label = f"{file.path}{' with its certificate' if certificate else ''}"
            if key is not None:
                pairs = asyncssh.load_keypairs([key], certlist=[certificate] if certificate else [])
                yield Candidate(label, pairs[0])
            else:
                yield Candidate(
                    label, LockedPair(file, public, certificate, self._memory, self._patience, self.problems)
                )

    # -------------------------------------------------------------------------------- agent

    async def _agent_pairs(self) -> list[asyncssh.SSHKeyPair]:
        if not self._settings.agent:
            return []
        client = self._agent = asyncssh.SSHAgentClient(self._settings.agent)
        try:
            async with asyncio.timeout(AGENT_TIMEOUT):
                return list(await client.get_keys())
        except TimeoutError:
            self.problems.append("the agent (no answer)")
        except (OSError, ValueError) as error:
            # A socket left over in SSH_AUTH_SOCK is common, and no reason to stop.
            self.problems.append(f"the agent at {self._settings.agent} ({error})")
        return []

    def _with_certificates(
        self, pair: asyncssh.SSHKeyPair, certificates: Sequence[asyncssh.SSHCertificate]
    ) -> list[Candidate]:
        comment = pair.get_comment(errors="replace") or pair.get_algorithm()
        result = []
        for certificate in certificates:
            if certificate.key.public_data == pair.key_public_data and isinstance(pair, asyncssh.SSHAgentKeyPair):
                assert self._agent is not None
                twin = pair_with_certificate(self._agent, pair, comment, certificate)
                result.append(Candidate(f"the agent's key {comment} with its certificate", twin))
        return [*result, Candidate(f"the agent's key {comment}", pair)]


def _read(path: Path) -> _File:
    """Read an identity file: a private key, or a public one whose private half an agent has."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        public = _public(Path(f"{path}.pub"))
        return _File(path, public=public, problem="" if public is not None else "no such file")
    except OSError as error:
        return _File(path, problem=str(error.strerror))
    public = _public(Path(f"{path}.pub"))
    try:
        key = asyncssh.import_private_key(content)
        return _File(path, content, key, key.convert_to_public())
    except asyncssh.KeyEncryptionError as error:
        return _File(path, problem=str(error))
    except asyncssh.KeyImportError as error:
        if str(error).startswith("Passphrase"):
            if b"OPENSSH PRIVATE KEY" in content and importlib.util.find_spec("bcrypt") is None:
                return _File(path, problem="encrypted, and the Python package bcrypt is not installed")
            return _File(path, content, None, _public(path) or public)
        found = _public(path)
        return _File(path, public=found, problem="" if found is not None else str(error))


def _public(path: Path) -> asyncssh.SSHKey | None:
    """The public key in a file: of its own, or the readable half of an encrypted one."""
    try:
        return asyncssh.read_public_key(path)
    except (OSError, ValueError):
        return None
