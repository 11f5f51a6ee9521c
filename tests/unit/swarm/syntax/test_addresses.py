"""Addresses of engines: what is one, and what only looks like one."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarmtui.swarm.syntax.addresses import read_address, read_port
from swarmtui.swarm.syntax.unreadable import Unreadable


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.1",
        "10.0.0.1:2377",
        "eth0",
        "eth0:2377",
        "mgr1.example.com:2377",
        "[fe80::1]:2377",
        "fe80::1",
        " 10.0.0.1 ",
        "br-1a2b",
        "enp0s31f6.100",
    ],
)
def test_an_address(text: str) -> None:
    assert read_address(text) == text.strip()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("300.1.1.1", "300.1.1.1 is not an IP address"),
        ("10.0.0", "10.0.0 is not an IP address"),
        ("10.0.0.1:99999", "from 1 to 65535"),
        ("10.0.0.1:0", "from 1 to 65535"),
        ("10.0.0.1:", "the port after : is missing"),
        ("10.0.0.1:http", "from 1 to 65535"),
        ("fe80::1::2", "is not an IP address"),
        ("[fe80::1", "is not an address"),
        ("[fe80::1]:", "is not an address"),
        ("0.0.0.0", "0.0.0.0 is not a reachable address"),
        ("-x", "is not an address"),
        ("a b", "is not an address"),
        ("a/24", "is not an address"),
        ("", "is not an address"),
    ],
)
def test_what_is_none(text: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words.replace(".", r"\.").replace("[", r"\[")):
        read_address(text)


@given(st.ip_addresses())
def test_every_ip_address_is_one(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if address.is_unspecified:
        return
    host = f"[{address}]" if address.version == 6 else str(address)
    assert read_address(f"{host}:2377") == f"{host}:2377"
    assert read_address(str(address)) == str(address)


@given(st.integers(-10, 100_000))
def test_ports(number: int) -> None:
    if 0 < number < 65536:
        assert read_port(str(number)) == number
    else:
        with pytest.raises(Unreadable):
            read_port(str(number))
