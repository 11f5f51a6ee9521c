"""Whether a place answers: one attempt, in words for the list. What it takes is imported when it is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from swarmtui.endpoint import Endpoint
from swarmtui.errors import (
    ConnectionBroken,
    EngineSilent,
    HostNotFound,
    NoLeader,
    NotAManager,
    NothingListens,
    NotInSwarm,
    NotUsable,
    SocketForbidden,
    SocketMissing,
    SSHFailed,
    SwarmLocked,
    SwarmtuiError,
    TLSFailed,
    UnsupportedEngine,
)
from swarmtui.places.place import Reach, State

__all__ = ["Attempt", "EngineAttempt", "SSHAttempt", "attempt_on"]


class Attempt(Protocol):
    """One look at one place."""

    def look(self) -> Reach:
        """Blocks. Whatever the place does is a `Reach`, and no exception."""

    def abort(self) -> None:
        """End it, from another thread."""


class EngineAttempt:
    """Asks an engine for its version and its swarm.

    Args:
        endpoint: of the kind unix:// or tcp://.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        from swarmtui.engine.client.probing import EngineProbe

        self._probe = EngineProbe(endpoint)

    def look(self) -> Reach:
        try:
            seen = self._probe.look()
        except NotUsable as verdict:
            return Reach(State.LIMITED, _limit(verdict), detail=str(verdict))
        except SwarmtuiError as error:
            return _failed(error)
        if seen.verdict is not None:
            return Reach(State.LIMITED, _limit(seen.verdict), seen.version, str(seen.verdict))
        return Reach(State.MANAGER, "manager", seen.version, f"The engine of {seen.name} is a manager of its swarm.")

    def abort(self) -> None:
        self._probe.abort()


class SSHAttempt:
    """Reads an SSH server's first line. It does not log in: that may ask for a passphrase, and servers count logins.

    Args:
        url: the ssh:// address.
        user_config, system_config: where ssh_config is read from.
    """

    def __init__(self, url: str, user_config: Path, system_config: Path) -> None:
        from swarmtui.tunnel.banner import BannerProbe  # imports asyncssh
        from swarmtui.tunnel.ssh_config.host_settings import ConfigFiles

        self._probe = BannerProbe(url, ConfigFiles(user_config, system_config))

    def look(self) -> Reach:
        from swarmtui.tunnel.banner import NotTried

        try:
            greeting = self._probe.look()
        except NotTried as reason:
            return Reach(State.NOT_TRIED, f"{reason}: not tried", detail="It connects when you open it.")
        except SwarmtuiError as error:
            return _failed(error)
        return Reach(
            State.GREETS,
            "SSH answers",
            greeting.software,
            f"An SSH server answers at {greeting.address}. Nobody has logged in: that happens when you open it.",
        )

    def abort(self) -> None:
        self._probe.abort()


def attempt_on(endpoint: Endpoint, user_config: Path, system_config: Path) -> Attempt:
    """The attempt that fits an endpoint."""
    if endpoint.url.startswith("ssh://"):
        return SSHAttempt(endpoint.url, user_config, system_config)
    return EngineAttempt(endpoint)


SHORT: dict[type[SwarmtuiError], str] = {
    SocketMissing: "no socket",
    SocketForbidden: "not permitted",
    NothingListens: "nothing listens",
    HostNotFound: "no such host",
    TLSFailed: "not trusted",
    EngineSilent: "no answer",
    ConnectionBroken: "no engine",
    UnsupportedEngine: "too old",
}
"""What failed, in a few words for a narrow column; the whole sentence stands below the list."""
SHORT_SSH = {"DNS": "no such name", "TCP": "no connection", "SSH": "no SSH server"}


def _limit(verdict: NotUsable) -> str:
    """Why an engine cannot show a swarm, in two words."""
    words = {NotAManager: "worker", NotInSwarm: "no swarm", SwarmLocked: "locked", NoLeader: "no leader"}
    return words.get(type(verdict), "not usable")


def _failed(error: SwarmtuiError) -> Reach:
    """The layer that failed, and the whole sentence."""
    short = SHORT_SSH.get(error.layer) if isinstance(error, SSHFailed) else SHORT.get(type(error))
    return Reach(State.FAILED, error.after_layer(short or error.message), detail=str(error))
