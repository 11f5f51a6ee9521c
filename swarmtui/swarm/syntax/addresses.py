"""Addresses of engines: "10.0.0.1", "[fe80::1]:2377", "eth0", "mgr1.example.com:2377"."""

from __future__ import annotations

import ipaddress
import re

from swarmtui.swarm.syntax.unreadable import Unreadable

__all__ = ["read_address", "read_port"]

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?", re.IGNORECASE | re.ASCII)
_NUMBERS = re.compile(r"[0-9.]+")
EXAMPLE = "like 10.0.0.1 or eth0, with :2377 or without"


def read_address(text: str) -> str:
    """An IP address, a host name or an interface, with a port or without; as typed, less the blanks around it.

    Raises:
        Unreadable: it is none.
    """
    text = text.strip()
    host, port = _split(text)
    if port:
        read_port(port)
    if ":" in host or _NUMBERS.fullmatch(host):
        try:
            address = ipaddress.ip_address(host)
        except ValueError as error:
            raise Unreadable(f"{host} is not an IP address: {EXAMPLE}") from error
        if address.is_unspecified:
            raise Unreadable(f"{host} is not a reachable address")
    elif not _HOST.fullmatch(host):
        raise Unreadable(f"'{text}' is not an address: {EXAMPLE}")
    return text


def read_port(text: str) -> int:
    """The number of a port.

    Raises:
        Unreadable: it is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 7 and 0 < int(text) < 65536):
        raise Unreadable("a port is a number from 1 to 65535")
    return int(text)


def _split(text: str) -> tuple[str, str]:
    """Host and port; a bare IPv6 address has no port."""
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")) or rest == ":":
            raise Unreadable(f"'{text}' is not an address: {EXAMPLE}")
        return host, rest[1:]
    if text.count(":") > 1:
        return text, ""
    host, colon, port = text.partition(":")
    if colon and not port:
        raise Unreadable("the port after : is missing")
    return host, port
