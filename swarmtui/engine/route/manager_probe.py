"""ManagerProbe: a look at another manager of the swarm, before anything is gone on through it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from swarmtui.engine.client import readiness as health
from swarmtui.engine.client.endpoint_handle import EndpointHandle
from swarmtui.engine.route.managers import Candidate
from swarmtui.engine.route.opening import wait_until_open
from swarmtui.errors import ConnectionBroken, EngineSilent, NoLeader
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.decoding import decode_info
from swarmtui.swarm.objects.engine import EngineInfo

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient
    from swarmtui.tunnel.ssh import Tunnel

__all__ = ["ManagerProbe"]

HOP_AT_MOST = 4.0
"""Seconds for each host on the way."""


class ManagerProbe:
    """Looks at one other manager.

    Args:
        candidate: it.
        is_wanted: whether to keep looking.
    """

    def __init__(self, candidate: Candidate, is_wanted: Callable[[], bool]) -> None:
        self.candidate = candidate
        self.tunnel: Tunnel | None = None
        self.way = EndpointHandle(candidate.endpoint)
        self._is_wanted = is_wanted
        self._client: EngineClient | None = None
        self._kept = False

    def lead(self, tunnel: Tunnel, way: EndpointHandle) -> None:
        """It is reached through a tunnel."""
        self.tunnel, self.way = tunnel, way

    def keep(self) -> None:
        """Its tunnel is somebody else's now."""
        self._kept = True

    def end(self) -> None:
        """Give up what is not kept."""
        if self._client is not None:
            self._client.abort()
        if self.tunnel is not None and not self._kept:
            self.tunnel.close()

    def look(self, cluster: Cluster, *, to_lead: bool) -> None:
        """See whether it would serve.

        Args:
            cluster: what is known of the swarm.
            to_lead: whether it must know a leader: that is what the one in use does not.

        Raises:
            SwarmtuiError: why not.
        """
        from swarmtui.engine.client.client import PROBE, EngineClient

        if self.tunnel is not None:
            wait_until_open(self.tunnel, self._is_wanted, HOP_AT_MOST)
        client = self._client = EngineClient(self.candidate.endpoint, lambda: self.way)
        client.ping()
        try:
            info = decode_info(client.get("/info", None, PROBE).body)
        except msgspec.DecodeError as error:
            raise ConnectionBroken("The answer to /info is not what the Engine API promises.") from error
        except EngineSilent:
            if to_lead or not cluster.nodes:
                raise
            return  # the leader is lost, and managers say nothing until there is another one: it will tell who it is
        self._judge(info, cluster, to_lead=to_lead)
        if to_lead:
            client.get("/nodes", None, PROBE)

    def _judge(self, info: EngineInfo, cluster: Cluster, *, to_lead: bool) -> None:
        verdict = health.from_info(info) or health.of_another_swarm(info, cluster)
        if verdict is not None and (to_lead or not isinstance(verdict, NoLeader)):
            raise verdict
