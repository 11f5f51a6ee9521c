"""known_hosts: which host keys are trusted, and adding one when the user says so.

The format is that of sshd(8), SSH_KNOWN_HOSTS FILE FORMAT. asyncssh reads it too, but does not tell in which line a
key stands, and has no verdict between "trusted" and "not trusted": the user must know whether a host is new or has
*changed*. There is no way to switch the check off.
"""

from __future__ import annotations

import base64
import enum
import fnmatch
import hashlib
import hmac
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncssh

from swarmtui.tunnel.ssh_config.host_settings import HostSettings

__all__ = ["Entry", "Judgement", "KnownHosts", "Verdict"]

HASHED = "|1|"
"""The magic of a hashed name: salt and HMAC-SHA1 follow, in Base64."""
SALT_LENGTH = 20
WITH_PORT = re.compile(r"\[(?P<host>.*)\]:\d+")


class Verdict(enum.Enum):
    """What known_hosts says of a key that a host shows."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    """Nothing is known of the host, or only keys of other kinds."""
    CHANGED = "changed"
    """Another key of the same kind is known for the host."""
    REVOKED = "revoked"


@dataclass(frozen=True)
class Entry:
    """One line of a known_hosts file that is about the host.

    Attributes:
        path, line: where it stands; line 0 for a key that was accepted in this run and could not be written down.
        marker: "revoked", "cert-authority" or "".
        key: the key.
    """

    path: Path
    line: int
    marker: str
    key: asyncssh.SSHKey

    @property
    def place(self) -> str:
        """ "file:line"."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True)
class Judgement:
    """A verdict and what it rests on.

    Attributes:
        entry: the line that decided; None when nothing is known.
        others: lines with keys of other kinds for the same host; a host that is unknown by this kind of key.
    """

    verdict: Verdict
    entry: Entry | None = None
    others: tuple[Entry, ...] = ()


class KnownHosts:
    """What the known_hosts files say of one host. The files are read once, when it is made.

    Args:
        settings: of the host: its name there, and the files.
        accepted: keys that the user has accepted for this name in this run.

    Raises:
        OSError: a file exists and cannot be read: going on without it would call a changed host new.
    """

    def __init__(self, settings: HostSettings, accepted: tuple[asyncssh.SSHKey, ...] = ()) -> None:
        self.name = settings.key_name.lower()
        self._settings = settings
        files = [*settings.user_known_hosts, *settings.global_known_hosts]
        lines = [line for path in files for line in _lines(path)]
        without_port = WITH_PORT.fullmatch(self.name)
        self._entries = [*_entries(lines, self.name), *(Entry(self.file, 0, "", key) for key in accepted)]
        # A key that stands under the bare name is taken for any port (sshconnect.c, check_host_key), but a host is
        # never called changed because of it.
        self._bare = list(_entries(lines, without_port["host"])) if without_port else []

    @property
    def file(self) -> Path:
        """Where a new key would be added."""
        return self._settings.user_known_hosts[0] if self._settings.user_known_hosts else Path(os.devnull)

    def keys(self, marker: str = "") -> list[asyncssh.SSHKey]:
        """The keys with a marker: "" for hosts' own, "cert-authority", "revoked"."""
        return [entry.key for entry in (*self._entries, *self._bare) if entry.marker == marker]

    def places(self, marker: str) -> list[str]:
        """ "file:line" of the lines with a marker."""
        return [entry.place for entry in (*self._entries, *self._bare) if entry.marker == marker]

    def judge(self, key: asyncssh.SSHKey) -> Judgement:
        """Say what is known of a key that the host shows."""
        both = [*self._entries, *self._bare]
        for entry in both:
            if entry.marker == "revoked" and entry.key == key:
                return Judgement(Verdict.REVOKED, entry)
        for entry in both:
            if not entry.marker and entry.key == key:
                return Judgement(Verdict.KNOWN, entry)
        own = [entry for entry in self._entries if not entry.marker]
        for entry in own:
            if entry.key.get_algorithm() == key.get_algorithm():
                return Judgement(Verdict.CHANGED, entry)
        return Judgement(Verdict.UNKNOWN, None, tuple(own))

    def add(self, key: asyncssh.SSHKey) -> None:
        """Write a key down. For the user's "yes" only.

        Raises:
            OSError: the file cannot be written.
        """
        name = _hashed(self.name) if self._settings.hash_names else self.name
        line = f"{name} {key.export_public_key().decode().split(' ', 2)[0]} {_base64(key)}\n"
        path = self.file
        if not path.parent.exists():
            path.parent.mkdir(mode=0o700, parents=True)
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "rb+") as file:
            if not _ends_well(file.fileno()):
                line = f"\n{line}"
            os.write(file.fileno(), line.encode())


def _ends_well(descriptor: int) -> bool:
    """Whether the file is empty, or ends with the end of a line."""
    size = os.fstat(descriptor).st_size
    return size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"


def _base64(key: asyncssh.SSHKey) -> str:
    return base64.b64encode(key.public_data).decode()


def _hashed(name: str) -> str:
    salt = os.urandom(SALT_LENGTH)
    digest = hmac.new(salt, name.encode(), hashlib.sha1).digest()
    return f"{HASHED}{base64.b64encode(salt).decode()}|{base64.b64encode(digest).decode()}"


def _lines(path: Path) -> Iterator[tuple[Path, int, str]]:
    try:
        text = path.read_text(errors="replace")
    except FileNotFoundError:
        return
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield path, number, line.strip()


def _entries(lines: list[tuple[Path, int, str]], name: str) -> Iterator[Entry]:
    for path, number, line in lines:
        marker = ""
        rest = line
        if line.startswith("@"):
            marker, _, rest = line[1:].partition(" ")
        fields = rest.split(None, 3)
        if len(fields) < 3 or marker not in ("", "revoked", "cert-authority") or not _names(fields[0], name):
            continue
        try:
            key = asyncssh.import_public_key(f"{fields[1]} {fields[2]}\n")
        except asyncssh.KeyImportError:
            continue  # of a kind that asyncssh does not have
        yield Entry(path, number, marker, key)


def _names(field: str, name: str) -> bool:
    """Whether the first field of a line is about the host."""
    if field.startswith(HASHED):
        try:
            salt, digest = (base64.b64decode(part, validate=True) for part in field.removeprefix(HASHED).split("|"))
        except ValueError:
            return False
        return hmac.compare_digest(hmac.new(salt, name.encode(), hashlib.sha1).digest(), digest)
    found = False
    for pattern in field.lower().split(","):
        if _matches(pattern.removeprefix("!"), name):
            if pattern.startswith("!"):
                return False
            found = True
    return found


def _matches(pattern: str, name: str) -> bool:
    """Compare with "*" and "?" in the pattern; brackets, which fnmatch knows too, stand for themselves here."""
    return fnmatch.fnmatchcase(name, pattern.replace("[", "[[]"))
