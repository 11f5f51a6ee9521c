"""From exceptions of asyncssh and of sockets to errors of swarmtui.errors: which layer failed, and what helps."""

from __future__ import annotations

import errno
import socket

import asyncssh

from swarmtui.errors import ConnectionFailed, HostKeyRefused, LoginRefused, SSHFailed
from swarmtui.tunnel.login.login import Login
from swarmtui.tunnel.login.trust import Judgement, KnownHosts, Verdict
from swarmtui.tunnel.ssh_config.host_settings import HostSettings

__all__ = ["from_connecting", "from_host_key", "from_jump", "from_login", "from_port", "lost", "silent"]

CHANGED = (
    "Either the machine was reinstalled, or another one answers at this address, perhaps an eavesdropper. Ask"
    " whoever runs it for the new fingerprint; then remove"
    " the old line: `ssh-keygen -R '{name}' -f '{file}'`."
)
REVOKED = "Somebody may have stolen this key. Ask whoever runs the host."
NO_ROUTE = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.EADDRNOTAVAIL)


def from_connecting(error: OSError, settings: HostSettings, way: str) -> ConnectionFailed:
    """Names and TCP.

    Args:
        way: "jump host 1 of 2" or "".
    """
    where = _where(settings, way)
    if isinstance(error, socket.gaierror):
        return SSHFailed(
            f"The name of {where} cannot be resolved: {settings.hostname}.",
            "Check the spelling and the name servers (VPN?), or give the host an address in ssh_config (HostName).",
            layer="DNS",
            hop=way,
        )
    if isinstance(error, ConnectionRefusedError):
        return SSHFailed(
            f"Nothing listens at {where}.", "Is sshd running there, and on this port?", layer="TCP", hop=way
        )
    if isinstance(error, TimeoutError) or error.errno == errno.ETIMEDOUT:
        return silent(settings, way)
    if error.errno in NO_ROUTE:
        return SSHFailed(
            f"There is no route to {where}.", "Is the network up, and the VPN if it takes one?", layer="TCP", hop=way
        )
    return SSHFailed(f"Connecting to {where} failed: {error.strerror or error}.", layer="TCP", hop=way)


def silent(settings: HostSettings, way: str) -> SSHFailed:
    """No answer within the time limit."""
    return SSHFailed(
        f"No answer from {_where(settings, way)} within {settings.connect_timeout:g} s.",
        "The host is down, or a firewall drops the packets.",
        layer="TCP",
        hop=way,
    )


def from_jump(error: asyncssh.ChannelOpenError, settings: HostSettings, before: HostSettings, way: str) -> SSHFailed:
    """A jump host does not let us through to the next host.

    Args:
        before: the jump host.
        way: its place: "jump host 1 of 2".
    """
    if error.code == asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED:
        return SSHFailed(
            f"{_sentence(_where(before, way))} does not allow connections to {settings.address}.",
            "Its sshd must have AllowTcpForwarding yes (or local) and PermitOpen for this address.",
            layer="jump host",
            hop=way,
        )
    return SSHFailed(
        f"{_sentence(_where(before, way))} cannot connect to {settings.address}: {_plain(error.reason)}.",
        "Is sshd running there, on this port, and can the jump host reach it?",
        layer="jump host",
        hop=way,
    )


def from_port(error: asyncssh.ChannelOpenError, settings: HostSettings, port: str) -> SSHFailed:
    """A host does not lead us to a port that only it reaches.

    Args:
        port: "172.18.0.3:80".
    """
    host = settings.alias
    if error.code in (asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED, asyncssh.OPEN_UNKNOWN_CHANNEL_TYPE):
        return SSHFailed(
            f"{host} forbids {settings.user} to forward ports.",
            f"Its sshd must have AllowTcpForwarding yes (or local) and PermitOpen for {port}.",
            layer="port forwarding",
        )
    return SSHFailed(
        f"{host} cannot connect to {port}: {_plain(error.reason)}.",
        "Does the program in the container listen on this port, and on all addresses (0.0.0.0)?",
        layer="port",
    )


def from_host_key(settings: HostSettings, known: KnownHosts, shown: Judgement, kind: str, way: str) -> HostKeyRefused:
    """A host key that is not trusted."""
    where = _where(settings, way)
    entry = shown.entry
    if shown.verdict is Verdict.CHANGED and entry is not None:
        known_from = entry.place if entry.line else "accepted a while ago"
        return HostKeyRefused(
            f"The host key of {where} is not the known one ({known_from}): the connection was refused.",
            CHANGED.format(name=known.name, file=entry.path),
            hop=way,
        )
    if shown.verdict is Verdict.REVOKED and entry is not None:
        return HostKeyRefused(
            f"The host key of {where} is revoked ({entry.place}): the connection was refused.",
            REVOKED,
            hop=way,
        )
    if not settings.ask_unknown:
        return HostKeyRefused(
            f"The {kind} host key of {where} is in no known_hosts file, and StrictHostKeyChecking is yes.",
            f"Add the key to {known.file}.",
            hop=way,
        )
    return HostKeyRefused(
        f"The {kind} host key of {where} is unknown, and was not accepted.",
        f"Compare its fingerprint with what the host's owner says, then accept it; or add it to {known.file}.",
        hop=way,
    )


def from_login(error: Exception, login: Login, known: KnownHosts, settings: HostSettings, way: str) -> SSHFailed:
    """The conversation with the server ended before it let us in."""
    where = _where(settings, way)
    if isinstance(error, asyncssh.HostKeyNotVerifiable) and "revoked" in str(error):
        return HostKeyRefused(
            f"The host key of {where} is revoked ({', '.join(known.places('revoked'))}): the connection was refused.",
            REVOKED,
            hop=way,
        )
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        return HostKeyRefused(
            f"The host certificate of {where} is not valid: {_plain(str(error))}.",
            "Its authority must be in known_hosts (@cert-authority), and the name must be one of its principals.",
            hop=way,
        )
    too_many = "too many" in str(error).lower()
    if isinstance(error, asyncssh.PermissionDenied) or too_many:
        return _not_let_in(login, settings, way, too_many=too_many)
    if isinstance(error, asyncssh.KeyExchangeFailed):
        return SSHFailed(
            f"No common algorithm with {where}: {_plain(str(error))}.",
            "Update the server, or name an older algorithm in ssh_config (KexAlgorithms, HostKeyAlgorithms).",
            hop=way,
        )
    if isinstance(error, asyncssh.ProtocolNotSupported | asyncssh.ProtocolError):
        return SSHFailed(
            f"What listens at {where} does not speak SSH: {_plain(str(error))}.", "Is the port right?", hop=way
        )
    if isinstance(error, asyncssh.ConnectionLost) and not login.accepted:
        return SSHFailed(
            f"{_sentence(where)} hung up before the login.",
            "No SSH server, or one that is busy (MaxStartups) or blocks us (hosts.deny, fail2ban).",
            hop=way,
        )
    return SSHFailed(f"The connection to {where} broke during the login: {_plain(str(error))}.", hop=way)


def _not_let_in(login: Login, settings: HostSettings, way: str, *, too_many: bool) -> LoginRefused:
    where = _where(settings, way)
    accepted = ", ".join(login.accepted) or "nothing that this program supports"
    tried = ", ".join(dict.fromkeys(login.tried)) or "nothing"
    parts = [f"Tried: {tried}.", f"The server accepts: {accepted}."]
    if login.problems:
        parts.append(f"Not usable: {', '.join(login.problems)}.")
    if login.declined:
        parts.append("You declined to answer.")
    elif too_many:
        parts.append("Name the right key in ssh_config (IdentityFile, IdentitiesOnly yes): too many keys were offered.")
    return LoginRefused(
        f"{_sentence(where)} does not let {settings.user} in.",
        " ".join(parts),
        hop=way,
        tried=tuple(dict.fromkeys(login.tried)),
        accepted=login.accepted,
    )


def lost(error: Exception | None, settings: HostSettings, way: str) -> SSHFailed:
    """A connection that stood has ended."""
    where = _where(settings, way)
    if error is not None and "keepalive" in str(error):
        silence = settings.keepalive_interval * (settings.keepalive_count + 1)
        return SSHFailed(
            f"Nothing was heard from {where} for {silence:g} s.", "The host or the connection to it is down.", hop=way
        )
    reason = _plain(str(error)) if error is not None else "closed by the server"
    return SSHFailed(f"The connection to {where} was lost: {reason}.", hop=way)


def _where(settings: HostSettings, way: str) -> str:
    name = settings.address
    if settings.alias != settings.hostname:
        name = f"{settings.alias} ({settings.address})"
    return f"{way} {name}" if way else name


def _sentence(text: str) -> str:
    """As the beginning of a sentence; a host's name keeps its letters."""
    return f"J{text[1:]}" if text.startswith("jump host") else text


def _plain(text: str) -> str:
    return text.strip().rstrip(".") or "no reason given"
