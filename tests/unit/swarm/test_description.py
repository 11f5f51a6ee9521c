"""Short words for long things."""

from __future__ import annotations

import pytest

from swarmtui.swarm.objects.service import Port
from swarmtui.swarm.short_text import counted, listed, ports_text
from tests.unit.swarm.builders import service


def _port(published: int, target: int, protocol: str = "tcp", mode: str = "ingress") -> Port:
    return Port("", protocol, target, published, mode)


@pytest.mark.parametrize(
    ("ports", "text"),
    [
        ([], ""),
        ([_port(8080, 80)], "8080→80/tcp"),
        ([_port(8080, 80), _port(53, 53, "udp")], "8080→80/tcp, 53→53/udp"),
        ([_port(81, 81), _port(80, 80)], "80-81→80-81/tcp"),
        ([_port(80, 80), _port(81, 80)], "80-81→80/tcp"),
        ([_port(80, 80), _port(81, 81), _port(82, 80)], "80-81→80-81/tcp, 82→80/tcp"),
        ([_port(80, 80), _port(82, 82)], "80→80/tcp, 82→82/tcp"),
        ([_port(80, 80), _port(81, 80), _port(82, 81)], "80-81→80/tcp, 82→81/tcp"),
        ([_port(443, 443, mode="host")], "443→443/tcp host"),
        ([_port(0, 80, mode="host")], "?→80/tcp host"),
    ],
)
def test_ports(ports: list[Port], text: str) -> None:
    assert ports_text(service("web", ports=ports)) == text


def test_counting_and_listing() -> None:
    assert [counted(n, "task") for n in (0, 1, 2)] == ["0 tasks", "1 task", "2 tasks"]
    assert counted(2, "this entry", "these entries") == "2 these entries"
    assert [listed(names) for names in ([], ["a"], ["b", "a"], ["c", "b", "a"])] == ["", "a", "a and b", "a, b and c"]
    assert listed([f"s{n}" for n in range(9)], limit=3) == "s0, s1, s2 and 6 more"
    assert listed(["a", "b", "c", "d"], limit=3) == "a, b, c and d"
