"""Registries that may be asked without a trusted certificate, as the engine was told: docker's `insecure-registries`.

Source: moby daemon/pkg/registry/config.go (`isSecureIndex`, `isInsecure`).
"""

from __future__ import annotations

import ipaddress
from typing import Any

from swarmtui.swarm.describe.loose_json import Raw

__all__ = ["is_insecure", "is_loopback"]

_LOOPBACK = ("127.0.0.0/8", "::1/128")
"""Insecure for every engine, whatever it was told."""


def is_insecure(registry: str, info: Any) -> bool:
    """Whether docker takes a registry without a certificate that it trusts, and without any.

    Args:
        registry: host and port, as in an image's name.
        info: an engine's `/info`; None where that is not known.
    """
    config = Raw(info).at("RegistryConfig")
    index = config.at("IndexConfigs", registry)
    if isinstance(index.value, dict) and "Secure" in index.value:
        return index.value["Secure"] is False
    address = _address(registry)
    if address is None:
        return False
    named = config.at("InsecureRegistryCIDRs").value
    ranges = [*_LOOPBACK, *(named if isinstance(named, list) else [])]
    return any(_lies_in(address, str(each)) for each in ranges)


def is_loopback(registry: str) -> bool:
    """Whether a registry's name means another machine wherever it is used."""
    address = _address(registry)
    return address is not None and address.is_loopback


def _address(registry: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """None of a name: it may stand for another address where the engine is."""
    host = registry.rpartition("]")[0].lstrip("[") if registry.startswith("[") else registry.partition(":")[0]
    try:
        return ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        return None


def _lies_in(address: ipaddress.IPv4Address | ipaddress.IPv6Address, network: str) -> bool:
    try:
        return address in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
