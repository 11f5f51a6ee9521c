"""Published ports, read and written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarmtui.swarm.syntax.publish import MODES, PROTOCOLS, Published, read_published
from swarmtui.swarm.syntax.unreadable import Unreadable

ports = st.integers(1, 65000)


@st.composite
def published(draw: st.DrawFn) -> Published:
    first, target, more = draw(st.just(0) | ports), draw(ports), draw(st.integers(0, 20))
    last = first + more if first else 0
    to_one = bool(first) and draw(st.booleans())
    protocol, mode = draw(st.sampled_from(PROTOCOLS)), draw(st.sampled_from(MODES))
    return Published(first, last, target, target if to_one else target + more, protocol, mode)


@given(published())
def test_what_is_written_is_read_as_the_same_ports(value: Published) -> None:
    read = [read_published(argument) for argument in value.arguments()]
    assert [spec for each in read for spec in each.specs()] == value.specs()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8080:80", Published(8080, 8080, 80, 80)),
        ("80", Published(0, 0, 80, 80)),
        ("8080:80/UDP", Published(8080, 8080, 80, 80, "udp")),
        ("8000-8002:80-82", Published(8000, 8002, 80, 82)),
        ("8000-8002:80", Published(8000, 8002, 80, 80)),
        ("8080:80,mode=host", Published(8080, 8080, 80, 80, "tcp", "host")),
        ("8080:80/udp, mode=host", Published(8080, 8080, 80, 80, "udp", "host")),
        ("target=80", Published(0, 0, 80, 80)),
        ("published=8080,target=80,protocol=sctp,mode=host", Published(8080, 8080, 80, 80, "sctp", "host")),
        ("mode=host,target=80", Published(0, 0, 80, 80, "tcp", "host")),
    ],
)
def test_the_ways_to_write_it(text: str, value: Published) -> None:
    assert read_published(text) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "like 8080:80"),
        ("web", "like 8080:80"),
        ("8080:", "like 8080:80"),
        ("8080:80:90", "like 8080:80"),
        ("127.0.0.1:8080:80", "an address cannot be set"),
        ("[::1]:8080:80", "an address cannot be set"),
        ("0:80", "from 1 to 65535"),
        ("8080:65536", "from 1 to 65535"),
        ("8080:80/http", "tcp, udp or sctp"),
        ("8082-8080:80", "a range must go up"),
        ("8080-8081:80-82", "differ in length"),
        ("published=8080", "target=… is missing"),
        ("target=80,mode=mesh", "ingress or host"),
        ("target=80,colour=red", "like 8080:80"),
        ("target=80-82", "from 1 to 65535"),
    ],
)
def test_what_is_wrong_is_told(text: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read_published(text)


@given(st.text(alphabet="0123456789:-/=,.tcpudmohsrgeinglb []") | st.text())
def test_nothing_typed_is_met_by_anything_but_ports_or_words(text: str) -> None:
    try:
        value = read_published(text)
    except Unreadable:
        return
    assert value.specs()
