"""ssh:// addresses and ProxyJump values, taken apart."""

from __future__ import annotations

import pytest

from swarmtui.errors import SSHConfigError
from swarmtui.tunnel.targets import DEFAULT_SOCKET, Hop, Target, parse_jumps, parse_target


@pytest.mark.parametrize(
    ("url", "hop", "socket"),
    [
        ("ssh://mgr1", Hop("mgr1"), ""),
        ("ssh://ops@mgr1", Hop("mgr1", "ops"), ""),
        ("ssh://ops@mgr1:2222", Hop("mgr1", "ops", 2222), ""),
        ("ssh://mgr1/", Hop("mgr1"), ""),
        ("ssh://Prod-Alias", Hop("Prod-Alias"), ""),
        ("ssh://ops@10.0.0.4/run/user/1000/docker.sock", Hop("10.0.0.4", "ops"), "/run/user/1000/docker.sock"),
        ("ssh://ops@[2001:db8::1]:2222/x.sock", Hop("2001:db8::1", "ops", 2222), "/x.sock"),
        ("ssh://[fe80::1%25eth0]", Hop("fe80::1%eth0"), ""),
        ("ssh://user%40corp@mgr1", Hop("mgr1", "user@corp"), ""),
        ("ssh://user@corp@mgr1", Hop("mgr1", "user@corp"), ""),
        ("ssh://mgr1/with%20blank.sock", Hop("mgr1"), "/with blank.sock"),
    ],
)
def test_address_is_taken_apart(url: str, hop: Hop, socket: str) -> None:
    assert parse_target(url) == Target(hop, socket)


def test_default_socket() -> None:
    assert parse_target("ssh://mgr1").socket_path == DEFAULT_SOCKET
    assert parse_target("ssh://mgr1/a.sock").socket_path == "/a.sock"


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("tcp://mgr1", "is not an ssh:// address"),
        ("mgr1", "is not an ssh:// address"),
        ("ssh://", "names no host"),
        ("ssh://ops@", "names no host"),
        ("ssh://ops:secret@mgr1", "password"),
        ("ssh://mgr1:http", "port number"),
        ("ssh://mgr1:70000", "port number"),
        ("ssh://2001:db8::1", "is not valid"),
        ("ssh://[mgr1]", "no IPv6 address"),
        ("ssh://-oProxyCommand=x", "characters"),
        ("ssh://mgr1;reboot", "characters"),
        ("ssh://$(reboot)@mgr1", "characters"),
        ("ssh://mgr1?x=1", "takes no"),
        ("ssh://mgr1/a%00b", "NUL"),
    ],
)
def test_nonsense_is_refused_in_words(url: str, complaint: str) -> None:
    with pytest.raises(SSHConfigError, match=complaint) as caught:
        parse_target(url)
    assert "secret" not in str(caught.value)


def test_jumps_are_read_in_their_order() -> None:
    assert parse_jumps("ops@edge:2022, inner,[::1]:22") == (
        Hop("edge", "ops", 2022),
        Hop("inner"),
        Hop("::1", port=22),
    )
    assert parse_jumps("ssh://ops@edge:2022") == (Hop("edge", "ops", 2022),)
    assert parse_jumps("none") == parse_jumps("") == ()


def test_target_shows_as_it_was_given() -> None:
    for url in ("ssh://ops@mgr1:2222/x.sock", "ssh://mgr1", "ssh://ops@[::1]:22"):
        assert str(parse_target(url)) == url
