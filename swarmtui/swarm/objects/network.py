"""Networks, as the Engine API gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.base import Record

__all__ = ["AddressManagement", "Network", "SubnetConfig"]


class SubnetConfig(Record, frozen=True):
    subnet: str = ""
    gateway: str = ""
    ip_range: str = msgspec.field(name="IPRange", default="")


class AddressManagement(Record, frozen=True):
    config: tuple[SubnetConfig, ...] | None = None
    driver: str = ""


class Network(Record, frozen=True):
    """A network of the whole swarm. Source: Engine API, `GET /networks` with scope=swarm. It has no version: a network
    is never changed, only made and removed."""

    kind: ClassVar[Kind] = Kind.NETWORK

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
