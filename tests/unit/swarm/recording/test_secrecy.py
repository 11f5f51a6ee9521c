"""No secret enters a record, wherever in a swarm it stands; all else comes back as it was."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.object_kinds import LISTED
from swarmtui.swarm.objects.decoding import decode_list, decode_swarm
from swarmtui.swarm.objects.file import ConfigFile, SecretFile
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.recording.decoder import after, decode_frame
from swarmtui.swarm.recording.encoder import FrameEncoder
from swarmtui.swarm.recording.frame import LISTS, Link, Moment

SECRET = "hunter2"
"""Stands in every secret below."""
HOSTILE = "web \x1b[31m[/x] | `rm` <b> ‮ 😀 password=hunter2-inline https://ops:hunter2-url@db/"
LABELS = {"db.password": "hunter2-label", "api_key": "hunter2-key", "team": "shop", "dsn": "hunter2-dsn", "x": HOSTILE}
PEM = "-----BEGIN PRIVATE KEY-----\nhunter2pem\n-----END PRIVATE KEY-----"
TEST = ["CMD", "curl", "--password", "hunter2-flag", "--token=hunter2-flag2", "http://u:hunter2-url2@localhost/"]

SPEC: dict[str, Any] = {
    "Name": "web",
    "Labels": LABELS,
    "TaskTemplate": {
        "ContainerSpec": {
            "Image": "web:1.2",
            "Labels": LABELS,
            "Env": ["DB_PASSWORD=hunter2-env", "MODE=hunter2-plain"],
            "Command": ["run", "hunter2-command"],
            "Args": ["--x", "hunter2-args"],
            "User": "hunter2-user",
            "Hosts": ["hunter2-host"],
            "Healthcheck": {"Test": TEST},
            "Mounts": [
                {
                    "Type": "volume",
                    "Target": "/x",
                    "VolumeOptions": {"DriverConfig": {"Name": "nfs", "Options": {"password": "hunter2-mount"}}},
                }
            ],
        },
        "LogDriver": {"Name": "splunk", "Options": {"splunk-token": "hunter2-splunk"}},
    },
    "Mode": {"Replicated": {"Replicas": 2}},
}


def of(kind: type[Any], *raw: dict[str, Any]) -> list[Any]:
    return decode_list(kind, msgspec.json.encode(list(raw)))


def the_cluster() -> Cluster:
    """A swarm with a secret in every place that can hold one."""
    service = {"ID": "s1", "Version": {"Index": 5}, "Spec": SPEC, "PreviousSpec": SPEC}
    task = {
        "ID": "t1",
        "ServiceID": "s1",
        "Slot": 1,
        "NodeID": "n1",
        "Spec": {"ContainerSpec": {"Image": "web:1.2", "Labels": LABELS}},
        "Status": {"State": "failed", "Err": f"login failed: {HOSTILE}", "Message": f"token SWMTKN-1-hunter2 {PEM}"},
    }
    node = {
        "ID": "n1",
        "Spec": {"Role": "manager", "Labels": LABELS},
        "Description": {"Hostname": "mgr1", "Engine": {"EngineVersion": "28.1.1", "Labels": LABELS}},
        "Status": {"State": "ready", "Message": HOSTILE},
    }
    file = {"ID": "f1", "Spec": {"Name": "key", "Labels": LABELS, "Data": "aHVudGVyMg=="}}
    network = {"Id": "net1", "Name": "front", "Labels": LABELS, "Options": {"secret": "hunter2-option"}}
    swarm = {
        "ID": "w1",
        "JoinTokens": {"Worker": "SWMTKN-1-hunter2w", "Manager": "SWMTKN-1-hunter2m"},
        "TLSInfo": {"TrustRoot": "-----BEGIN CERTIFICATE-----\nhunter2cert\n-----END CERTIFICATE-----\n"},
        "Spec": {"Labels": LABELS},
    }
    return (
        Cluster()
        .with_swarm(decode_swarm(msgspec.json.encode(swarm)))
        .with_all(Node, of(Node, node))
        .with_all(Service, of(Service, service))
        .with_all(SecretFile, of(SecretFile, file))
        .with_all(ConfigFile, of(ConfigFile, file))
        .with_all(Network, of(Network, network))
        .with_all_tasks(of(Task, task))
        .with_refusal(Kind.CONFIG, f"403: {HOSTILE}")
    )


def test_no_secret_is_in_a_frame() -> None:
    moment = Moment(1.0, the_cluster(), Link(error=f"TLS: {HOSTILE} {PEM} SWMKEY-1-hunter2k"))
    data = FrameEncoder().encode(moment)
    assert data is not None
    text = data.decode(errors="replace")
    assert SECRET not in text
    for forbidden in ("SWMTKN", "SWMKEY", "BEGIN", "DB_PASSWORD=", "hunter2"):
        assert forbidden not in text
    for kept in ("web:1.2", "shop", "mgr1", "DB_PASSWORD", "splunk", "front"):
        assert kept in text


def test_only_that_a_secret_has_become_another_one_is_told() -> None:
    def with_password(value: str) -> Cluster:
        spec = {**SPEC, "TaskTemplate": {"ContainerSpec": {"Image": "web", "Env": [f"DB_PASSWORD={value}"]}}}
        return Cluster().with_all(Service, of(Service, {"ID": "s1", "Spec": spec}))

    encoder, moment, seen = FrameEncoder(), Moment(0.0), []
    for number, value in enumerate(("hunter2-a", "hunter2-b", "hunter2-a")):
        data = encoder.encode(Moment(float(number), with_password(value)))
        assert data is not None
        assert b"hunter2" not in data
        moment = after(moment, decode_frame(data))
        assert moment.cluster is not None
        container = moment.cluster.services["s1"].spec.task_template.container_spec
        assert container is not None
        seen.append(container.env["DB_PASSWORD"])
    assert seen[0] == seen[2] != seen[1]


def test_what_holds_no_secret_comes_back_as_it_was() -> None:
    cluster = the_cluster()
    data = FrameEncoder().encode(Moment(1.0, cluster))
    assert data is not None
    back = after(Moment(0.0), decode_frame(data)).cluster
    assert back is not None
    assert back.services["s1"].spec.mode == cluster.services["s1"].spec.mode
    assert back.services["s1"].labels["team"] == "shop"
    assert back.nodes["n1"].name == "mgr1"
    assert back.refused.keys() == cluster.refused.keys()
    assert back.configs == cluster.configs


@pytest.mark.parametrize("kind", LISTED, ids=lambda kind: kind.kind.value)
def test_each_kind_of_object_is_in_a_frame(kind: Any) -> None:
    """A list that is missing here would never be recorded: add it to `LISTS` and to `Frame`."""
    assert kind.kind.value in (*LISTS, "tasks")
