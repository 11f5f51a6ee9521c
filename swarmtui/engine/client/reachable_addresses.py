"""At which addresses other machines may reach an engine, as far as this program can know them.

Where the engine is on this machine, they are this machine's own; else the one that we reach it at. They are proposals:
an engine in a network namespace of its own has others.
"""

from __future__ import annotations

import fcntl
import logging
import socket
import struct
from collections.abc import Iterator
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from urllib.parse import urlsplit

from swarmtui.endpoint import Endpoint

__all__ = ["addresses_of"]

log = logging.getLogger("swarmtui.engine")

SIOCGIFADDR = 0x8915
"""Linux: the IPv4 address of an interface."""
IPV6_TABLE = Path("/proc/net/if_inet6")
GLOBAL_SCOPE = "00"
OF_CONTAINERS = ("lo", "docker", "br-", "veth", "virbr", "cni", "podman")
"""Interfaces whose addresses are of use on this machine only."""


def addresses_of(endpoint: Endpoint) -> tuple[str, ...]:
    """The addresses, the likeliest first; () when none is known."""
    host = urlsplit(endpoint.url).hostname or ""
    if endpoint.url.startswith("unix:"):
        return tuple(dict.fromkeys([*_ipv4(), *_ipv6()]))
    try:
        address = ip_address(host)
    except ValueError:
        return ()
    return () if address.is_loopback else (str(address),)


def _ipv4() -> Iterator[str]:
    """Of each interface that reaches other machines."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for _, name in socket.if_nameindex():
            if name.startswith(OF_CONTAINERS):
                continue
            try:
                answer = fcntl.ioctl(sock, SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
            except OSError:  # it has none
                continue
            yield socket.inet_ntoa(answer[20:24])


def _ipv6() -> Iterator[str]:
    try:
        table = IPV6_TABLE.read_text()
    except OSError as error:
        log.debug("%s: %s", IPV6_TABLE, error)
        return
    for line in table.splitlines():
        digits, _, _, scope, _, name = line.split()
        if scope == GLOBAL_SCOPE and not name.startswith(OF_CONTAINERS):
            yield str(IPv6Address(bytes.fromhex(digits)))
