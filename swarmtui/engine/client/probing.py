"""A short look at an engine: does it answer, which version is it, and can it show a swarm?"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from swarmtui.endpoint import Endpoint
from swarmtui.engine.client import readiness as health
from swarmtui.errors import ConnectionBroken, NotUsable
from swarmtui.swarm.objects.decoding import decode_info

__all__ = ["EngineProbe", "Sighting"]


@dataclass(frozen=True)
class Sighting:
    """An engine that answered.

    Attributes:
        version: of the engine.
        name: of its machine.
        verdict: why it cannot show a swarm; None when it can.
    """

    version: str
    name: str
    verdict: NotUsable | None


class EngineProbe:
    """One look at one engine, by a client of its own. Not for ssh:// endpoints: that would be a login.

    Args:
        endpoint: which engine.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        from swarmtui.engine.client.client import (
            EngineClient,  # imports docker, so not before there is something to look at
        )

        self._client = EngineClient(endpoint)

    def look(self) -> Sighting:
        """Ask it. Blocks for the deadlines of `swarmtui.engine.client.client.PROBE`, and for as long as a name takes.

        Raises:
            SwarmtuiError: as EngineClient has it.
        """
        from swarmtui.engine.client.client import PROBE

        try:
            reply = self._client.get("/info", None, PROBE)
            info = decode_info(reply.body)
        except msgspec.DecodeError as error:
            raise ConnectionBroken("The answer to /info is not what the Engine API promises.") from error
        finally:
            self._client.close()
        return Sighting(info.server_version, info.name, health.from_info(info))

    def abort(self) -> None:
        """End it at once; for any thread."""
        self._client.abort()
