"""Whatever clients send as a body, the embedded swarm answers as a real engine, and keeps the same of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from swarmtui.sim.process.child import Child
from tests.patience import DEAD

from .bodies.chance import Chance
from .bodies.sides import Outcome, Side
from .cluster import Lab

CONTAINER = {"TaskTemplate": {"ContainerSpec": {"Image": "{image}"}}}


@dataclass(frozen=True)
class Kind:
    """Bodies for one call.

    Attributes:
        path: of what is created (`services`) or updated (`services/base`), or what is done with whom (`connect/box`)
            or with what driver (`addresses/bridge`).
        type: the struct that a body is.
        base: what stands in every body, so that some are accepted.
        count: how many are sent.
    """

    path: str
    type: str
    base: dict[str, Any]
    count: int

    def sent(self, side: Side, body: str) -> Outcome:
        """Send one to a side."""
        action, _, whom = self.path.partition("/")
        if action in ("connect", "disconnect"):
            return side.connect(whom, body) if action == "connect" else side.disconnect(whom, body)
        if action == "addresses":
            return side.create("networks", f'{{"Name":"thing","Driver":"{whom}","IPAM":{{"Config":[{body}]}}}}')
        updates = bool(whom) or self.path == "swarm"
        return side.update(self.path, body) if updates else side.create(self.path, body)


KINDS = (
    Kind("services", "swarm.ServiceSpec", {"Name": "thing", **CONTAINER}, 100),
    Kind("services/base", "swarm.ServiceSpec", {"Name": "base", **CONTAINER}, 100),
    Kind("secrets", "swarm.SecretSpec", {"Name": "thing", "Data": "QUJD"}, 24),
    Kind("secrets/the-secret", "swarm.SecretSpec", {"Name": "the-secret"}, 24),
    Kind("configs", "swarm.ConfigSpec", {"Name": "thing", "Data": "QUJD"}, 24),
    Kind("configs/the-config", "swarm.ConfigSpec", {"Name": "the-config"}, 24),
    Kind("nodes/{node}", "swarm.NodeSpec", {"Role": "manager", "Availability": "drain"}, 24),
    Kind("swarm", "swarm.Spec", {}, 60),
    Kind("networks", "types.NetworkCreateRequest", {"Name": "thing"}, 120),
    Kind("networks", "types.NetworkCreateRequest", {"Name": "thing", "Driver": "overlay", "Scope": "swarm"}, 80),
    Kind("addresses/bridge", "network.IPAMConfig", {"Subnet": ..., "Gateway": ...}, 60),
    Kind("addresses/overlay", "network.IPAMConfig", {"Subnet": ..., "Gateway": ...}, 24),
    Kind("connect/box", "types.NetworkConnect", {"Container": "box"}, 60),
    Kind("connect/busy", "types.NetworkConnect", {"Container": "busy"}, 60),
    Kind("disconnect/busy", "types.NetworkDisconnect", {"Container": "busy"}, 16),
)
MISCHIEF = (0.01, 0.08)
"""How likely each place of a body is to be wrong: half of the bodies are nearly well, half are not."""

LISTEN = {"ListenAddr": "0.0.0.0:2377"}
MADE: tuple[dict[str, Any], ...] = (
    {},
    {"ListenAddr": 1},
    {"ListenAddr": "nosuch"},
    {"ListenAddr": "0.0.0.0", "AdvertiseAddr": "nosuch"},
    {**LISTEN, "AdvertiseAddr": "0.0.0.0"},
    {**LISTEN, "DataPathAddr": "nosuch"},
    {**LISTEN, "DataPathPort": 80},
    {**LISTEN, "DefaultAddrPool": ["10.0.0.0"]},
    {**LISTEN, "DefaultAddrPool": ["10.0.0.0/8"], "SubnetSize": 30},
    {**LISTEN, "DefaultAddrPool": ["10.0.0.0/26"], "SubnetSize": 24},
    {**LISTEN, "Availability": "zz"},
    {**LISTEN, "Spec": {"Name": "other"}},
    {**LISTEN, "Spec": {"Labels": {"a": "b"}, "CAConfig": {"NodeCertExpiry": 1}}},
    {**LISTEN, "Spec": {"Dispatcher": {"HeartbeatPeriod": -1}}},
    {**LISTEN, "Spec": {"CAConfig": {"ExternalCAs": [{"Protocol": "zz", "URL": "https://x"}]}}},
    {**LISTEN, "Spec": {"Orchestration": {"TaskHistoryRetentionLimit": -2}, "Raft": {"ElectionTick": 3}}},
    {**LISTEN, "Spec": {"TaskDefaults": {"LogDriver": {"Name": "nosuch"}}}},
    {"listenaddr": "eth0", "advertiseaddr": "lo:2400", "Availability": "PAUSE", "DataPathPort": 7789},
    {**LISTEN, "AdvertiseAddr": "eth0", "DefaultAddrPool": ["10.20.0.0/16", "10.30.0.0/16"], "SubnetSize": 26},
)
"""Bodies of `swarm init`."""


@pytest.fixture(scope="module")
def both(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Side, Side]]:
    """A real engine and an embedded one, neither in a swarm."""
    directory = tmp_path_factory.mktemp("bodies")
    arguments = ("--dir", str(directory / "swarm"), "--managers", "0", "--nodes", "1", "--api", "1.41")
    with Child(*arguments, patience=DEAD) as child:
        real = lab.fresh_engine("bodies")
        yield Side(str(real.socket)), Side(child.first.removeprefix("unix://"))


@pytest.fixture(scope="module")
def swarms(both: tuple[Side, Side], lab: Lab) -> tuple[Side, Side]:
    """Both as swarms of their own, with a few things in them."""
    for side in both:
        side.begin()
        side.furnish(lab.image("web"))
    return both


def test_swarms_are_made_alike(both: tuple[Side, Side]) -> None:
    for body in MADE:
        here, there = (side.made(body) for side in both)
        assert here == there, body


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.path)
def test_bodies_are_answered_alike_and_the_same_is_kept_of_them(swarms: tuple[Side, Side], kind: Kind) -> None:
    differing = []
    for number in range(kind.count):
        body = Chance(number, kind.type, kind.base, MISCHIEF[number % 2]).body()
        body = _with_own_addresses(body, KINDS.index(kind), number)
        real, embedded = (kind.sent(side, body) for side in swarms)
        if real != embedded:
            differing.append(f"{body}\n      real: {real}\n  embedded: {embedded}")
    assert not differing, f"{len(differing)} of {kind.count}:\n" + "\n".join(differing[:5])


def _with_own_addresses(body: str, kind: int, number: int) -> str:
    """A body whose networks nobody had before: the engine keeps addresses taken of some that it refuses."""
    for asked, own in (("10.77.", f"{20 + kind}.{number}."), ("10.78.", f"{60 + kind}.{number}.")):
        body = body.replace(asked, own)
    return body.replace("fd77::", f"fd77:{kind}:{number}::")


MOUNTS: tuple[dict[str, Any], ...] = (
    {"Type": "bind", "Source": "/nosuch/file", "Target": "/x"},
    {"Type": "bind", "Source": "here", "Target": "/x"},
    {"Type": "volume", "Source": "/var", "Target": "/x"},
    {"Type": "volume", "Source": "data", "Target": "x"},
    {"Type": "tmpfs", "Source": "data", "Target": "/x"},
)


def test_mounts_that_cannot_be_made_end_their_tasks_alike(swarms: tuple[Side, Side], lab: Lab) -> None:
    real, embedded = (side.rejected(MOUNTS, lab.image("web")) for side in swarms)
    assert embedded == real
