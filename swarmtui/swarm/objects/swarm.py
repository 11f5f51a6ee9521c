"""The swarm itself, as the Engine API gives it: its settings."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.base import Record, Version
from swarmtui.swarm.objects.marks import token_marks

__all__ = [
    "CertificateAuthority",
    "Dispatcher",
    "Encryption",
    "ExternalCA",
    "Orchestration",
    "Raft",
    "Swarm",
    "SwarmSpec",
    "TLSInfo",
]


class Orchestration(Record, frozen=True):
    task_history_retention_limit: int | None = None


class Raft(Record, frozen=True):
    snapshot_interval: int = 0
    keep_old_snapshots: int | None = None
    log_entries_for_slow_followers: int = 0
    election_tick: int = 0
    heartbeat_tick: int = 0


class Dispatcher(Record, frozen=True):
    """Heartbeat period in nanoseconds; a node is down after about three missed ones."""

    heartbeat_period: int = 0


class ExternalCA(Record, frozen=True):
    url: str = msgspec.field(name="URL", default="")


class CertificateAuthority(Record, frozen=True):
    """Expiry of node certificates in nanoseconds; how often a new root was asked for; those outside that sign."""

    node_cert_expiry: int = 0
    force_rotate: int = 0
    external: tuple[ExternalCA, ...] | None = msgspec.field(name="ExternalCAs", default=None)


class Encryption(Record, frozen=True):
    auto_lock_managers: bool = False


class SwarmSpec(Record, frozen=True):
    name: str = ""
    labels: dict[str, str] | None = None
    orchestration: Orchestration = Orchestration()
    raft: Raft = Raft()
    dispatcher: Dispatcher = Dispatcher()
    ca_config: CertificateAuthority = msgspec.field(name="CAConfig", default=CertificateAuthority())
    encryption_config: Encryption = Encryption()


class TLSInfo(Record, frozen=True):
    """The root CA's certificate, as PEM. It is public."""

    trust_root: str = ""


class Swarm(Record, frozen=True):
    """The swarm's own object. Source: Engine API, `GET /swarm`. Its join tokens are left out on purpose:
    nothing that is kept, compared, logged or drawn may hold them. That one is another one now is told by its mark."""

    kind: ClassVar[Kind] = Kind.SWARM

    id: str = msgspec.field(name="ID", default="")
    version: Version = Version()
    created_at: str = ""
    updated_at: str = ""
    spec: SwarmSpec = SwarmSpec()
    root_rotation_in_progress: bool = False
    default_addr_pool: tuple[str, ...] | None = None
    subnet_size: int = 0
    data_path_port: int = 0
    tls_info: TLSInfo = msgspec.field(name="TLSInfo", default=TLSInfo())
    join_tokens: Any = None

    def __post_init__(self) -> None:
        if self.join_tokens is not None:
            msgspec.structs.force_setattr(self, "join_tokens", token_marks(self.join_tokens))

    @property
    def external_cas(self) -> tuple[str, ...]:
        """The addresses of the authorities outside that sign the nodes' certificates."""
        return tuple(each.url for each in self.spec.ca_config.external or ())

    @property
    def name(self) -> str:
        """As sentences call it: docker gives every swarm the same name, "default"."""
        return "the swarm"
