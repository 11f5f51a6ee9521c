"""What services share: secrets, configs and networks, as the Engine API gives them. For reading alone, as `objects`."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from swarmtui.swarm.objects import Record, Service, Version

__all__ = ["STACK_LABEL", "Network", "Shared", "StoredConfig", "StoredSecret", "stack_of", "uses"]

STACK_LABEL = "com.docker.stack.namespace"
"""The label by which `docker stack deploy` marks all that belongs to a stack; its value is the stack's name."""


class Driver(Record, frozen=True):
    name: str = ""


class StoredSpec(Record, frozen=True):
    """A secret's or config's spec, without its data: that is never kept."""

    name: str = ""
    labels: dict[str, str] | None = None
    driver: Driver | None = None
    templating: Driver | None = None


class StoredSecret(Record, frozen=True):
    """A secret. Source: Engine API, `GET /secrets`, which never gives the data."""

    id: str = msgspec.field(name="ID", default="")
    version: Version = Version()
    created_at: str = ""
    updated_at: str = ""
    spec: StoredSpec = StoredSpec()

    @property
    def name(self) -> str:
        return self.spec.name or self.id[:12]

    @property
    def labels(self) -> Mapping[str, str]:
        return self.spec.labels or {}


class StoredConfig(StoredSecret, frozen=True):
    """A config. Source: Engine API, `GET /configs`; the data in it is skipped."""


class SubnetConfig(Record, frozen=True):
    subnet: str = ""
    gateway: str = ""


class AddressManagement(Record, frozen=True):
    config: tuple[SubnetConfig, ...] | None = None


class Network(Record, frozen=True):
    """A network of the whole swarm. Source: Engine API, `GET /networks` with scope=swarm. It has no version: a network
    is never changed, only made and removed."""

    id: str = msgspec.field(name="Id", default="")
    name: str = ""
    created: str = ""
    scope: str = ""
    driver: str = ""
    attachable: bool = False
    ingress: bool = False
    internal: bool = False
    enable_ipv6: bool = msgspec.field(name="EnableIPv6", default=False)
    options: dict[str, str] | None = None
    labels_given: dict[str, str] | None = msgspec.field(name="Labels", default=None)
    ipam: AddressManagement = msgspec.field(name="IPAM", default=AddressManagement())

    @property
    def labels(self) -> Mapping[str, str]:
        return self.labels_given or {}

    @property
    def encrypted(self) -> bool:
        return "encrypted" in (self.options or {})

    @property
    def subnets(self) -> tuple[str, ...]:
        return tuple(each.subnet for each in self.ipam.config or () if each.subnet)


Shared = StoredSecret | StoredConfig | Network


def stack_of(thing: Service | Shared) -> str:
    """The stack that something belongs to; "" for none."""
    return thing.labels.get(STACK_LABEL, "")


def uses(service: Service, thing: Shared) -> bool:
    """Whether a service refers to a secret, config or network. (Networks may be named by their name as well.)"""
    if isinstance(thing, Network):
        return thing.id in service.network_ids or thing.name in service.network_ids
    return thing.id in (service.config_ids if isinstance(thing, StoredConfig) else service.secret_ids)
