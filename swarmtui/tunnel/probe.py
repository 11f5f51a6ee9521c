"""Why a channel to the engine's socket is not opened: sshd says the same for all causes ("open failed").

So the socket is looked at from inside, by a command in a session of its own.
"""

from __future__ import annotations

import asyncio
import enum
import shlex
from dataclasses import dataclass

import asyncssh

from swarmtui.errors import ConnectionFailed, ForwardingRefused, NothingListens, SocketForbidden, SocketMissing
from swarmtui.tunnel.ssh_config.host_settings import HostSettings

__all__ = ["Finding", "SocketState", "explain", "look"]

PATIENCE = 5.0
SCRIPT = """
if [ -S "$1" ]; then if [ -r "$1" ] && [ -w "$1" ]; then echo usable; else echo forbidden; fi
elif [ -e "$1" ]; then echo other
else
  d=$(dirname "$1"); while [ ! -e "$d" ] && [ "$d" != / ]; do d=$(dirname "$d"); done
  if [ -x "$d" ]; then echo missing; else echo forbidden; fi
fi
id -Gn
"""


class SocketState(enum.Enum):
    """What a path on the remote host is for the user who logged in there."""

    USABLE = "usable"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    OTHER = "other"
    """Something that is not a socket."""
    UNTOLD = "untold"
    """The server runs no command of ours."""


@dataclass(frozen=True)
class Finding:
    """What was seen.

    Attributes:
        state: of the socket.
        groups: of the user, as `id -Gn` gives them; "" when unknown.
    """

    state: SocketState
    groups: str = ""


async def look(conn: asyncssh.SSHClientConnection, path: str) -> Finding:
    """Look at a path on the remote host. Any failure only means that nothing can be told."""
    command = f"exec sh -c {shlex.quote(SCRIPT)} sh {shlex.quote(path)}"
    try:
        async with asyncio.timeout(PATIENCE):
            done = await conn.run(command, stdin=asyncssh.DEVNULL, stderr=asyncssh.DEVNULL, errors="replace")
    except (OSError, asyncssh.Error):  # TimeoutError is the former
        return Finding(SocketState.UNTOLD)
    lines = str(done.stdout or "").splitlines()
    try:
        return Finding(SocketState(lines[0]), lines[1] if len(lines) > 1 else "")
    except (IndexError, ValueError):  # a forced command, or a login shell that talks
        return Finding(SocketState.UNTOLD)


def explain(
    finding: Finding, path: str, settings: HostSettings, refusal: str, *, forwards: bool = False
) -> ConnectionFailed:
    """The error for a socket that cannot be reached, neither by stream forwarding nor by the docker command.

    Args:
        path: of the socket.
        settings: of the host.
        refusal: what the docker command there said; "" when it was not tried.
        forwards: whether stream forwarding has worked before on this connection.
    """
    host, user = settings.alias, settings.user
    match finding.state:
        case SocketState.MISSING:
            return SocketMissing(
                f"There is no socket {path} on {host}.",
                "Is Docker installed and running there? A rootless engine has its socket at "
                f"/run/user/UID/docker.sock: name it in the address, ssh://{user}@{host}/run/user/1000/docker.sock.",
            )
        case SocketState.OTHER:
            return SocketMissing(f"{path} on {host} is not a socket.", "Name the engine's socket in the address.")
        case SocketState.FORBIDDEN:
            groups = f" (groups: {finding.groups})" if finding.groups else ""
            return SocketForbidden(
                f"{user} on {host} may not open {path}{groups}.",
                f"Add the user to the docker group there: `sudo usermod -aG docker {user}`, then reconnect; "
                "or log in as another user. (Members of this group are as good as root on that host.)",
            )
        case SocketState.USABLE if forwards or "docker daemon" in refusal:
            return NothingListens(
                f"No engine listens at {path} on {host}.", "Start it there: `sudo systemctl start docker`."
            )
        case _:
            said = f" The docker command there: {refusal}." if refusal else ""
            return ForwardingRefused(
                f"{host} forbids {user} to reach {path} through SSH.",
                f"Its sshd needs AllowStreamLocalForwarding yes, or the docker command for this user.{said}",
            )
