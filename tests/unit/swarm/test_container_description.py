"""A container in words, from what engines give: shapes measured on engine 20.10, and what they may leave out."""

from __future__ import annotations

from typing import Any

import pytest

from swarmtui.swarm.describe.document import Section
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.describe.node_side import Answers
from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.tasks.container_description import CONTAINER_SIDE, describe_container, out_of_memory
from swarmtui.swarm.tasks.container_evidence import ContainerEvidence
from tests.unit.swarm.builders import NOW, ago, cluster, node

TASK = {"NodeID": "node-wrk2", "Status": {"ContainerStatus": {"ContainerID": "c" * 64}}}
SCENE = Scene(cluster([node("wrk2")], [], []), NOW)


def container(**state: Any) -> dict[str, Any]:
    """A container that runs, with a health check, two mounts and two networks."""
    return {
        "Id": "c" * 64,
        "Name": "/web.1.abc",
        "Image": f"sha256:{'a' * 64}",
        "RestartCount": 0,
        "State": {
            "Status": "running",
            "Running": True,
            "OOMKilled": False,
            "ExitCode": 0,
            "StartedAt": ago(7200),
            "FinishedAt": "0001-01-01T00:00:00Z",
            **state,
        },
        "Config": {
            "Image": "web:1.0@sha256:" + "d" * 64,
            "Healthcheck": {"Test": ["CMD-SHELL", "curl -f http://localhost/"], "Interval": 1_000_000_000},
        },
        "HostConfig": {"Memory": 64 << 20, "NanoCpus": 0},
        "Mounts": [
            {
                "Type": "volume",
                "Name": "data",
                "Source": "/v/data",
                "Destination": "/data",
                "Driver": "local",
                "RW": True,
            },
            {"Type": "bind", "Source": "/srv", "Destination": "/host", "RW": False},
        ],
        "NetworkSettings": {
            "Ports": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "81/tcp": None},
            "Networks": {
                "shop": {"IPAddress": "10.0.1.5", "IPPrefixLen": 24, "Gateway": ""},
                "bridge": {"IPAddress": "172.17.0.4", "IPPrefixLen": 16, "Gateway": "172.17.0.1"},
                "old": {"IPAddress": ""},
            },
        },
    }


def lines(sections: tuple[Section, ...]) -> dict[str, list[str]]:
    return {each.title: [f"{fact.label}: {fact.value}" for fact in each.facts] for each in sections}


def described(raw: Any, *, reveal: bool = False) -> dict[str, list[str]]:
    return lines(describe_container(Raw(raw), Scene(SCENE.cluster, NOW, reveal), "wrk2"))


def result(seconds: float, code: int, output: str) -> dict[str, Any]:
    return {"Start": ago(seconds), "End": ago(seconds - 0.07), "ExitCode": code, "Output": output}


def test_what_the_spec_does_not_tell() -> None:
    said = described(container())
    assert said["Container on wrk2"] == [
        "state: running",
        "started: 2026-03-01 10:00:00 UTC, 2 h ago",
        "name: web.1.abc",
        "ID: cccccccccccc",
        f"image: web:1.0@sha256:{'d' * 64}",
        f"image ID: sha256:{'a' * 64}",
        "memory limit: 64 MiB",
    ]
    assert said["Mounts on wrk2"] == ["/data: volume data at /v/data", "/host: /srv of the node; read-only"]
    assert said["Networks on wrk2"] == [
        "shop: 10.0.1.5/24",
        "bridge: 172.17.0.4/16, gateway 172.17.0.1",
        "old: no address",
        "port 80/tcp: 0.0.0.0:8080",
    ]
    assert "Health check on wrk2" not in said, "the engine says nothing of one"


def test_why_it_is_unhealthy() -> None:
    log = [result(63, 0, ""), result(33, 1, "checking\nPASSWORD=hunter2\n"), result(3, -1, "exceeded timeout (1s)")]
    health = {"Status": "unhealthy", "FailingStreak": 2, "Log": log}
    said = described(container(Health=health))["Health check on wrk2"]
    assert said == [
        "status: unhealthy",
        "failed: 2 times in a row",
        "command: curl -f http://localhost/",
        "every: 1 s",
        "3 s ago: not finished after 70 ms\nexceeded timeout (1s)",
        "30 s ago: exit 1 (error) after 70 ms\nchecking\nPASSWORD=••••••••",
        "1 min ago: passed after 70 ms",
    ]
    assert any("hunter2" in each for each in described(container(Health=health), reveal=True)["Health check on wrk2"])


@pytest.mark.parametrize(
    ("limit", "running", "words"),
    [
        (64 << 20, False, "killed: out of memory, limit 64 MiB"),
        (0, False, "killed: out of memory; no limit is set, so the node ran out"),
        (64 << 20, True, "a process in it was killed: out of memory, limit 64 MiB"),
    ],
)
def test_out_of_memory_is_said_plainly(limit: int, running: bool, words: str) -> None:
    raw = container(OOMKilled=True, Running=running, Status="running" if running else "exited", ExitCode=137)
    raw["HostConfig"]["Memory"] = limit
    assert out_of_memory(Raw(raw)) == words
    assert f"out of memory: {words}" in described(raw)["Container on wrk2"]


def test_a_container_that_has_ended() -> None:
    raw = container(Running=False, Status="exited", ExitCode=2, FinishedAt=ago(60), Error="no such device")
    assert described(raw)["Container on wrk2"][:5] == [
        "state: exited",
        "exit code: 2",
        "error: no such device",
        "started: 2026-03-01 10:00:00 UTC, 2 h ago",
        "ended: 2026-03-01 11:59:00 UTC, 1 min ago",
    ]


@pytest.mark.parametrize("raw", [None, [], "x", 3, {}, {"State": [], "Mounts": {}, "NetworkSettings": "x"}])
def test_any_json_is_described(raw: Any) -> None:
    described(raw)
    described(dict.fromkeys(container(), raw))


def test_while_the_node_is_asked_and_where_it_cannot_be() -> None:
    asking = Answers(node("wrk2"), doing="asking wrk2's engine")
    assert CONTAINER_SIDE.describe(Raw(TASK), asking, SCENE)[0].facts[0].value == "asking wrk2's engine …"
    lost = Answers(node("wrk2"), lost="TCP: 10.0.0.7 does not answer.")
    [section] = CONTAINER_SIDE.describe(Raw(TASK), lost, SCENE)
    assert lines((section,)) == {
        "Container on wrk2": [": wrk2's engine cannot be reached: TCP: 10.0.0.7 does not answer."]
    }
    gone = asking.with_refusal("container", "There is no such container.")
    assert CONTAINER_SIDE.describe(Raw(TASK), gone, SCENE)[0].facts[0].value == "There is no such container."


def test_nobody_is_asked_of_a_task_without_a_container() -> None:
    assert CONTAINER_SIDE.node_of(Raw({"NodeID": "node-wrk2", "Status": {}}), SCENE.cluster) is None
    assert CONTAINER_SIDE.node_of(Raw({**TASK, "NodeID": "gone"}), SCENE.cluster) is None
    found = CONTAINER_SIDE.node_of(Raw(TASK), SCENE.cluster)
    assert found is not None
    assert found.name == "wrk2"


def test_what_it_tells_of_a_failure_in_a_line_each() -> None:
    log = [result(63, 0, ""), result(33, 1, "checking\nPASSWORD=hunter2\n"), result(3, 0, "")]
    told = ContainerEvidence.of(Raw(container(OOMKilled=True, Running=False, Health={"Log": log})))
    assert list(told.lines("web.1")) == [
        "web.1 was killed: out of memory, limit 64 MiB",
        "the health check of web.1 said: checking PASSWORD=••••••••",
    ]
    assert list(ContainerEvidence.of(Raw(container())).lines("web.1")) == []
    silent = ContainerEvidence.of(Raw(container(Health={"Log": [result(3, 7, "")]})))
    assert list(silent.lines("web.1")) == ["the health check of web.1 said: exit 7"]
    ContainerEvidence.of(Raw(None))
