"""Targets: what an ssh:// address says: `ssh://[user@]host[:port][/path/to/docker.sock]`.

The forms are those of the docker CLI (docker/cli: cli/connhelper/ssh `ParseURL`). The host may be an alias of
ssh_config, a name, an IPv4 address, or an IPv6 address in brackets (RFC 3986, section 3.2.2; zones: RFC 6874).
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import unquote

import msgspec

from swarmtui.errors import SSHConfigError

__all__ = ["DEFAULT_SOCKET", "Hop", "Target", "parse_jumps", "parse_target"]

DEFAULT_SOCKET = "/var/run/docker.sock"
AUTHORITY = re.compile(
    r"(?:(?P<user>.*)@)?(?:\[(?P<literal>[^\[\]]*)\]|(?P<host>[^\[\]:@]*))(?::(?P<port>[^:\[\]]*))?", re.DOTALL
)
FORM = "The form is ssh://[user@]host[:port][/path/to/docker.sock], an IPv6 address in [brackets]."


class Hop(msgspec.Struct, frozen=True):
    """One host to log in to, as the user named it; what is left out ssh_config may tell.

    Attributes:
        host: a name, an address, or an alias of ssh_config, in the user's own letters.
        user: "" when none was named.
        port: None when none was named.
    """

    host: str
    user: str = ""
    port: int | None = None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{f'{self.user}@' if self.user else ''}{host}{f':{self.port}' if self.port else ''}"


class Target(msgspec.Struct, frozen=True):
    """Where an engine is.

    Attributes:
        hop: the host that the engine runs on.
        socket: the path of the engine's Unix socket there; "" when the address named none.
    """

    hop: Hop
    socket: str = ""

    @property
    def socket_path(self) -> str:
        """The path to be tried first."""
        return self.socket or DEFAULT_SOCKET

    def __str__(self) -> str:
        return f"ssh://{self.hop}{self.socket}"


def parse_target(url: str) -> Target:
    """Take an ssh:// address apart.

    Raises:
        SSHConfigError: it makes no sense, or it holds a password.
    """
    scheme, separator, rest = url.strip().partition("://")
    if not separator or scheme.lower() != "ssh":
        raise SSHConfigError(f'"{url}" is not an ssh:// address.', FORM)
    if "?" in rest or "#" in rest:
        raise SSHConfigError("An ssh:// address takes no ? and no # part.", FORM)
    authority, slash, path = rest.partition("/")
    socket = unquote(slash + path).rstrip("/")
    if "\0" in socket:
        raise SSHConfigError("The socket's path in the ssh:// address holds a NUL character.", FORM)
    return Target(_hop(authority, "The ssh:// address"), socket)


def parse_jumps(value: str) -> tuple[Hop, ...]:
    """The hosts of a ProxyJump value, in the order of passing them (ssh_config(5), ProxyJump).

    Args:
        value: "[user@]host[:port]" or an ssh:// URI each, separated by commas; "none" for no jump.

    Raises:
        SSHConfigError: one of them makes no sense.
    """
    if value.strip().lower() in ("", "none"):
        return ()
    parts = [part.strip() for part in value.split(",")]
    return tuple(_hop(part.removeprefix("ssh://").rstrip("/"), f'"ProxyJump {value}"') for part in parts)


def _hop(authority: str, what: str) -> Hop:
    found = AUTHORITY.fullmatch(authority)
    if found is None:
        # Without what is before the @: it may be a password.
        raise SSHConfigError(f"{what} is not valid: {authority.rpartition('@')[2]!r}.", FORM)
    user = unquote(found["user"] or "")
    host = unquote(found["host"] or "") if found["literal"] is None else _literal(found["literal"], what)
    if not host:
        raise SSHConfigError(f"{what} names no host.", FORM)
    if ":" in (found["user"] or ""):
        raise SSHConfigError(
            f"{what} holds a password in plain text.", "Leave it out: it is asked for, or use a key or an agent."
        )
    for name, text in (("host", host), ("user", user)):
        # Such a name would become an option or a command of a ProxyCommand (CVE-2017-1000117, CVE-2023-51385).
        if text.startswith("-") or re.search(r"[\s\0-\x1f\x7f'\"`$\\;&<>|(){}]", text):
            raise SSHConfigError(f"{what} holds a {name} name with characters that no {name} name has: {text!r}.")
    return Hop(host, user, _port(found["port"], what))


def _literal(text: str, what: str) -> str:
    """An IPv6 address from between brackets, perhaps with a zone."""
    address, _, zone = unquote(text).partition("%")
    try:
        ipaddress.IPv6Address(address)
    except ValueError as error:
        raise SSHConfigError(f"{what} holds no IPv6 address in its brackets: {text!r}.", FORM) from error
    return f"{address}%{zone}" if zone else address


def _port(text: str | None, what: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise SSHConfigError(f"{what} holds no port number after the colon: {text!r}.", FORM)
    return int(text)
