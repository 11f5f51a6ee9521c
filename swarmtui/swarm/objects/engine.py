"""The engine that is asked, and what it says of the swarm that it is in."""

from __future__ import annotations

import msgspec

from swarmtui.swarm.objects.base import Record

__all__ = ["EngineInfo", "EngineSwarm", "Peer"]


class Peer(Record, frozen=True):
    node_id: str = msgspec.field(name="NodeID", default="")
    addr: str = ""


class EngineSwarm(Record, frozen=True):
    """The engine's own view of the swarm. State: "inactive", "pending", "active", "error" or "locked"."""

    node_id: str = msgspec.field(name="NodeID", default="")
    node_addr: str = ""
    local_node_state: str = "inactive"
    control_available: bool = False
    error: str = ""
    remote_managers: tuple[Peer, ...] | None = None


class EngineInfo(Record, frozen=True):
    """The engine that is asked. Source: Engine API, `GET /info`. It answers at once even when the quorum is lost."""

    id: str = msgspec.field(name="ID", default="")
    name: str = ""
    server_version: str = ""
    system_time: str = ""
    swarm: EngineSwarm = EngineSwarm()

    @property
    def managers(self) -> tuple[str, ...]:
        """Raft addresses (host:port) of the swarm's managers, as far as this engine knows them."""
        return tuple(peer.addr for peer in self.swarm.remote_managers or () if peer.addr)
