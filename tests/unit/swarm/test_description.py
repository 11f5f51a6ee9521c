"""Short words for long things."""

from __future__ import annotations

import pytest

from swarmtui.swarm.description import counted, duration_text, listed, ports_text, short_image, span_text
from swarmtui.swarm.objects import Port
from tests.unit.swarm.builders import service

DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("image", "short"),
    [
        ("nginx:1.27@" + DIGEST, "nginx:1.27"),
        ("nginx", "nginx"),
        ("docker.io/library/nginx:1.27", "nginx:1.27"),
        ("docker.io/shop/api:2", "shop/api:2"),
        ("registry:5000/shop/api", "registry:5000/shop/api"),
        ("registry:5000/shop/api@" + DIGEST, "registry:5000/shop/api@0123456789ab"),
        ("registry:5000/shop/api:2@" + DIGEST, "registry:5000/shop/api:2"),
        ("nginx@" + DIGEST, "nginx@0123456789ab"),
        ("", ""),
    ],
)
def test_images(image: str, short: str) -> None:
    assert short_image(image) == short


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


@pytest.mark.parametrize(
    ("seconds", "text"), [(-1, "0 s"), (5.9, "5 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (200000, "2 days")]
)
def test_spans(seconds: float, text: str) -> None:
    assert span_text(seconds) == text


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "0 s"),
        (10_000_000_000, "10 s"),
        (90_000_000_000, "1 min 30 s"),
        (500_000_000, "500 ms"),
        (7_200_000_000_000, "2 h"),
        (1_500_000_000, "1 s 500 ms"),
    ],
)
def test_a_duration_that_was_set(nanoseconds: int, text: str) -> None:
    assert duration_text(nanoseconds) == text
