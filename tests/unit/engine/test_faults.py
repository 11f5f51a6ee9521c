"""The mapping of what layers below say: only what real sockets cannot be made to say in a test run by root."""

from __future__ import annotations

import errno
import json
import os
import ssl

import pytest
import requests

from swarmtui.endpoint import Endpoint
from swarmtui.engine.client import faults
from swarmtui.engine.client import readiness as health
from swarmtui.errors import (
    ConnectionBroken,
    EngineRefused,
    EngineSilent,
    HostNotFound,
    NoLeader,
    NotAManager,
    NotInSwarm,
    NotUsable,
    OutOfSequence,
    SocketForbidden,
    SwarmLocked,
    TLSFailed,
)
from swarmtui.swarm.objects.engine import EngineInfo, EngineSwarm, Peer
from swarmtui.swarm.objects.node import ManagerStatus, Node
from tests.stub_engine import faults as words
from tests.stub_engine.engine import OUT_OF_SEQUENCE

SOCKET = Endpoint("unix:///run/docker.sock", "local")
REMOTE = Endpoint("tcp://mgr1:2376", "prod")


def wrapped(number: int) -> requests.ConnectionError:
    """An OSError as requests hands it on."""
    error = OSError(number, os.strerror(number))
    return requests.ConnectionError(("Connection aborted.", error), error)


def test_permission_denied_names_the_docker_group() -> None:
    error = faults.from_exception(wrapped(errno.EACCES), SOCKET)
    assert isinstance(error, SocketForbidden)
    assert "/run/docker.sock" in error.message
    assert "docker group" in error.remedy


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.EHOSTUNREACH, HostNotFound),
        (errno.ENETUNREACH, HostNotFound),
        (errno.ETIMEDOUT, EngineSilent),
        (errno.ECONNRESET, ConnectionBroken),
        (errno.EPIPE, ConnectionBroken),
    ],
)
def test_what_the_operating_system_says(number: int, expected: type[Exception]) -> None:
    assert type(faults.from_exception(wrapped(number), REMOTE)) is expected


def test_a_certificate_that_the_engine_asks_for() -> None:
    alert = ssl.SSLError(1, "[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required")
    alert.reason = "TLSV13_ALERT_CERTIFICATE_REQUIRED"
    error = faults.from_exception(requests.ConnectionError(alert), REMOTE)
    assert isinstance(error, TLSFailed)
    assert "cert.pem" in error.remedy


def test_plain_http_to_a_tls_port() -> None:
    error = faults.from_answer(400, b"Client sent an HTTP request to an HTTPS server.\n", REMOTE)
    assert isinstance(error, TLSFailed)
    assert "DOCKER_TLS_VERIFY" in error.remedy


@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        (503, words.WORKER_WORDS, NotAManager),
        (503, words.NO_SWARM_WORDS, NotInSwarm),
        (503, "This node is not part of a swarm", NotInSwarm),
        (503, words.LOCKED_WORDS, SwarmLocked),
        (500, words.NO_LEADER_WORDS, NoLeader),
        (503, "rpc error: code = DeadlineExceeded desc = context deadline exceeded", NoLeader),
        (500, OUT_OF_SEQUENCE, OutOfSequence),
        (503, "Swarm certificates have expired. To replace them, leave the swarm and join again.", NotUsable),
        (
            500,
            "rpc error: code = FailedPrecondition desc = can't remove member from the raft: "
            "this would result in a loss of quorum",
            EngineRefused,
        ),
    ],
)
def test_words_of_the_engine(status: int, message: str, expected: type[Exception]) -> None:
    error = faults.from_answer(status, json.dumps({"message": message}).encode(), SOCKET)
    assert type(error) is expected


def test_what_swarmkit_says_stands_alone() -> None:
    body = b'{"message": "rpc error: code = InvalidArgument desc = port \'80\' is already in use"}'
    assert faults.from_answer(400, body, SOCKET).message == "port '80' is already in use"


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff\xfe", b"<html>"])
def test_an_error_without_words_still_says_something(body: bytes) -> None:
    assert faults.from_answer(502, body, SOCKET).message


def info(state: str = "active", *, control: bool = True, error: str = "") -> EngineInfo:
    peers = (Peer("n1", "10.0.0.1:2377"), Peer("n2", "[fd00::2]:2377"))
    swarm = EngineSwarm(local_node_state=state, control_available=control, error=error, remote_managers=peers)
    return EngineInfo(name="host1", swarm=swarm)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (info(), type(None)),
        (info(control=False), NotAManager),
        (info("inactive", control=False), NotInSwarm),
        (info("pending", control=False), NotInSwarm),
        (info("locked", control=False, error=words.LOCKED_WORDS), SwarmLocked),
        (info(error=words.NO_LEADER_WORDS), NoLeader),
        (info(error="rpc error: code = DeadlineExceeded desc = context deadline exceeded"), NoLeader),
        (info("error", control=False, error="x509: certificate has expired"), NotUsable),
        (info(error="something nobody has seen yet"), type(None)),
    ],
)
def test_what_info_says_of_the_swarm(told: EngineInfo, expected: type[object]) -> None:
    assert type(health.from_info(told)) is expected


def test_a_worker_says_where_the_managers_are() -> None:
    verdict = health.from_info(info(control=False))
    assert isinstance(verdict, NotAManager)
    assert verdict.managers == ("10.0.0.1:2377", "[fd00::2]:2377")
    assert "10.0.0.1, [fd00::2]" in verdict.remedy


@pytest.mark.parametrize(
    ("reachability", "lost"),
    [
        (["reachable"], False),
        (["reachable", "reachable", "unreachable"], False),
        (["reachable", "unreachable", "unreachable"], True),
        (["reachable", "unknown", "unknown"], False),
        (["reachable", "unreachable"], True),
        (["reachable", "reachable", "unreachable", "unreachable"], True),
        ([], False),
    ],
)
def test_the_node_list_shows_a_lost_quorum(reachability: list[str], lost: bool) -> None:
    managers = [Node(id=str(n), manager_status=ManagerStatus(reachability=r)) for n, r in enumerate(reachability)]
    verdict = health.from_nodes([*managers, Node(id="worker")])
    assert isinstance(verdict, NoLeader) is lost
