"""Each error names its layer, the host, and what helps."""

from __future__ import annotations

import errno
import os
import socket

import asyncssh
import pytest

from swarmtui.errors import (
    ConnectionFailed,
    ForwardingRefused,
    NothingListens,
    SocketForbidden,
    SocketMissing,
    SSHFailed,
)
from swarmtui.tunnel import faults
from swarmtui.tunnel.probe import Finding, SocketState, explain
from swarmtui.tunnel.ssh_config.host_settings import HostSettings

PROD = HostSettings("prod", "10.0.0.1", "ops", 2222, key_name="[10.0.0.1]:2222")


@pytest.mark.parametrize(
    ("error", "layer", "text"),
    [
        (socket.gaierror(-2, "Name or service not known"), "DNS", "cannot be resolved"),
        (ConnectionRefusedError(), "TCP", "Nothing listens at"),
        (TimeoutError(), "TCP", "No answer from"),
        (OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT)), "TCP", "No answer from"),
        (OSError(errno.EHOSTUNREACH, os.strerror(errno.EHOSTUNREACH)), "TCP", "no route to"),
        (OSError(errno.EMFILE, os.strerror(errno.EMFILE)), "TCP", "Too many open files"),
    ],
)
@pytest.mark.parametrize("way", ["", "jump host 1 of 2"])
def test_names_and_tcp(error: OSError, layer: str, text: str, way: str) -> None:
    mapped = faults.from_connecting(error, PROD, way)
    assert isinstance(mapped, SSHFailed)
    assert (mapped.layer, mapped.hop) == (layer, way)
    assert text in mapped.message
    assert f"{way} prod (10.0.0.1:2222)".strip() in mapped.message


@pytest.mark.parametrize(
    ("state", "refusal", "forwards", "kind", "layer"),
    [
        (SocketState.MISSING, "x", False, SocketMissing, "socket"),
        (SocketState.OTHER, "x", False, SocketMissing, "socket"),
        (SocketState.FORBIDDEN, "x", False, SocketForbidden, "permission"),
        (SocketState.USABLE, "", True, NothingListens, "socket"),
        (SocketState.USABLE, "is the docker daemon running?", False, NothingListens, "socket"),
        (SocketState.USABLE, "sh: docker: not found", False, ForwardingRefused, "stream forwarding"),
        (SocketState.UNTOLD, "it ended at once", False, ForwardingRefused, "stream forwarding"),
    ],
)
def test_the_engines_socket(
    state: SocketState, refusal: str, forwards: bool, kind: type[ConnectionFailed], layer: str
) -> None:
    error = explain(Finding(state, "ops users"), "/run/docker.sock", PROD, refusal, forwards=forwards)
    assert type(error) is kind
    assert error.layer == layer
    assert "/run/docker.sock" in error.message
    assert "prod" in error.message
    assert error.remedy


def test_lost_connections() -> None:
    assert "closed by the server" in faults.lost(None, PROD, "").message
    silent = faults.lost(Exception("Server not responding to keepalive"), PROD, "jump host 1 of 1")
    assert silent.message == "Nothing was heard from jump host 1 of 1 prod (10.0.0.1:2222) for 12 s."
    assert silent.hop == "jump host 1 of 1"


@pytest.mark.parametrize(
    ("code", "layer", "text"),
    [
        (asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED, "port forwarding", "prod forbids ops to forward ports"),
        (asyncssh.OPEN_CONNECT_FAILED, "port", "prod cannot connect to 172.18.0.3:80: Connection refused."),
    ],
)
def test_a_port_that_only_the_host_reaches(code: int, layer: str, text: str) -> None:
    mapped = faults.from_port(asyncssh.ChannelOpenError(code, "Connection refused"), PROD, "172.18.0.3:80")
    assert mapped.layer == layer
    assert text in mapped.message
    assert mapped.remedy
    assert mapped.told.startswith(f"{layer}: ")
