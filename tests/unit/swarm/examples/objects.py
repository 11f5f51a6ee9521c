"""One object of each kind, as an engine gives it, and how it is described."""

from __future__ import annotations

import base64
from typing import Any

from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.object_kinds import describe
from swarmtui.swarm.objects.decoding import decode_list
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from tests.unit.swarm import builders
from tests.unit.swarm.builders import NOW, ago

__all__ = [
    "CONFIG",
    "CONTENT",
    "ENV",
    "KINDS",
    "NETWORK",
    "NODE",
    "SECRET",
    "SERVICE",
    "SWARM",
    "TASK",
    "scene",
    "told",
]

KINDS = [kind for kind in Kind if kind is not Kind.STACK]

ENV = ["DB_PASSWORD=hunter2", "LANG=C", "URL=postgres://app:s3cret@db/x", "TOKEN_FILE=/run/secrets/t", "INHERITED"]

SERVICE: dict[str, Any] = {
    "ID": "service-web",
    "Version": {"Index": 21},
    "CreatedAt": ago(7200),
    "UpdatedAt": ago(60),
    "Spec": {
        "Name": "web",
        "Labels": {"com.docker.stack.namespace": "shop", "api.token": "abc"},
        "TaskTemplate": {
            "ContainerSpec": {
                "Image": "nginx:1.27@sha256:00",
                "Args": ["serve", "--password=x", "--port", "80"],
                "Env": ENV,
                "Mounts": [
                    {"Type": "volume", "Source": "data", "Target": "/var/lib/x", "ReadOnly": True},
                    {"Type": "tmpfs", "Target": "/tmp", "TmpfsOptions": {"SizeBytes": 64 * 2**20}},
                ],
                "Secrets": [{"File": {"Name": "key", "UID": "0", "GID": "0", "Mode": 292}, "SecretName": "web_key"}],
                "Configs": [{"File": {"Name": "/etc/x.conf", "Mode": 292}, "ConfigName": "web_conf"}],
                "Healthcheck": {"Test": ["CMD-SHELL", "curl -f localhost"], "Interval": 10**10, "Retries": 3},
                "StopGracePeriod": 10**10,
                "DNSConfig": {},
            },
            "Resources": {"Limits": {"NanoCPUs": 2 * 10**9}, "Reservations": {"MemoryBytes": 128 * 2**20}},
            "RestartPolicy": {"Condition": "on-failure", "Delay": 5 * 10**9, "MaxAttempts": 3},
            "Placement": {"Constraints": ["node.labels.disk==ssd"], "MaxReplicas": 2},
            "Networks": [{"Target": "net-1", "Aliases": ["www"]}],
            "LogDriver": {"Name": "gelf", "Options": {"gelf-address": "udp://logs:12201"}},
            "ForceUpdate": 0,
        },
        "Mode": {"Replicated": {"Replicas": 2}},
        "UpdateConfig": {"Parallelism": 1, "FailureAction": "rollback", "Monitor": 5 * 10**9, "Order": "start-first"},
        "EndpointSpec": {"Mode": "vip"},
    },
    "Endpoint": {
        "Spec": {"Mode": "vip"},
        "Ports": [{"Protocol": "tcp", "TargetPort": 80, "PublishedPort": 8080, "PublishMode": "ingress"}],
        "VirtualIPs": [{"NetworkID": "net-1", "Addr": "10.0.9.2/24"}],
    },
    "UpdateStatus": {"State": "paused", "Message": "update paused due to failure", "StartedAt": ago(60)},
}

NODE: dict[str, Any] = {
    "ID": "node-wrk1",
    "Version": {"Index": 9},
    "CreatedAt": ago(86400),
    "Spec": {"Role": "worker", "Availability": "drain", "Labels": {"disk": "ssd"}},
    "Description": {
        "Hostname": "wrk1",
        "Platform": {"Architecture": "x86_64", "OS": "linux"},
        "Resources": {
            "NanoCPUs": 4 * 10**9,
            "MemoryBytes": 8 * 2**30,
            "GenericResources": [
                {"NamedResourceSpec": {"Kind": "gpu", "Value": "a"}},
                {"NamedResourceSpec": {"Kind": "gpu", "Value": "b"}},
                {"DiscreteResourceSpec": {"Kind": "ssd", "Value": 3}},
            ],
        },
        "Engine": {
            "EngineVersion": "26.1.5",
            "Plugins": [{"Type": "Log", "Name": "json-file"}, {"Type": "Volume", "Name": "local"}],
        },
        "TLSInfo": {
            "TrustRoot": "-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n",
            "CertIssuerSubject": "MBMxETAPBgNVBAMTCHN3YXJtLWNh",
        },
    },
    "Status": {"State": "ready", "Addr": "10.0.0.4"},
    "ManagerStatus": {"Leader": True, "Reachability": "reachable", "Addr": "10.0.0.4:2377"},
}

TASK: dict[str, Any] = {
    "ID": "task-now",
    "CreatedAt": ago(100),
    "Spec": SERVICE["Spec"]["TaskTemplate"],
    "ServiceID": "service-web",
    "Slot": 1,
    "NodeID": "node-wrk1",
    "Status": {
        "Timestamp": ago(50),
        "State": "failed",
        "Message": "started",
        "Err": "task: non-zero exit (137)",
        "ContainerStatus": {"ContainerID": "c0ffee" * 10, "PID": 0, "ExitCode": 137},
    },
    "DesiredState": "shutdown",
    "NetworksAttachments": [{"Network": {"Spec": {"Name": "shop_net"}}, "Addresses": ["10.0.9.7/24"]}],
    "GenericResources": [{"NamedResourceSpec": {"Kind": "gpu", "Value": value}} for value in ("a", "b")],
    "Volumes": [{"ID": "volume-1", "Source": "group:fast", "Target": "/data"}],
}

CONTENT = "listen 80\npassword: hunter2\n"
CONFIG: dict[str, Any] = {
    "ID": "config-1",
    "CreatedAt": ago(100),
    "Spec": {"Name": "web_conf", "Labels": {}, "Data": base64.b64encode(CONTENT.encode()).decode()},
}
SECRET: dict[str, Any] = {"ID": "secret-1", "Spec": {"Name": "web_key", "Driver": {"Name": "vault"}}}
NETWORK: dict[str, Any] = {
    "Id": "net-1",
    "Name": "shop_net",
    "Driver": "overlay",
    "Scope": "swarm",
    "Attachable": True,
    "Options": {"com.docker.network.driver.overlay.vxlanid_list": "4097", "encrypted": ""},
    "IPAM": {"Config": [{"Subnet": "10.0.9.0/24", "Gateway": "10.0.9.1"}]},
}
SWARM: dict[str, Any] = {
    "ID": "swarm-1",
    "CreatedAt": ago(9999),
    "Spec": {
        "Name": "default",
        "Orchestration": {"TaskHistoryRetentionLimit": 5},
        "Raft": {"SnapshotInterval": 10000, "ElectionTick": 10, "HeartbeatTick": 1},
        "Dispatcher": {"HeartbeatPeriod": 5 * 10**9},
        "CAConfig": {"NodeCertExpiry": 7776000 * 10**9, "SigningCAKey": "never"},
        "EncryptionConfig": {"AutoLockManagers": True},
    },
    "RootRotationInProgress": True,
    "JoinTokens": {"Worker": "SWMTKN-1-w", "Manager": "SWMTKN-1-m"},
    "DefaultAddrPool": ["10.0.0.0/8"],
    "SubnetSize": 24,
}

WHOLE: dict[Kind, Any] = {
    Kind.NODE: NODE,
    Kind.SERVICE: SERVICE,
    Kind.TASK: TASK,
    Kind.SECRET: SECRET,
    Kind.CONFIG: CONFIG,
    Kind.NETWORK: NETWORK,
    Kind.SWARM: SWARM,
}
"""An object of each kind, as the engine gives it."""


def scene(*, reveal: bool = False) -> Scene:
    """web has a task on wrk1 that failed and one on wrk2 that runs; it has a secret, a config and a network."""
    raw = {
        **SERVICE,
        "Spec": {
            **SERVICE["Spec"],
            "TaskTemplate": {
                **SERVICE["Spec"]["TaskTemplate"],
                "ContainerSpec": {"Secrets": [{"SecretID": "secret-1"}], "Configs": [{"ConfigID": "config-1"}]},
            },
        },
    }
    import msgspec

    (service,) = decode_list(Service, msgspec.json.encode([raw]))
    tasks: list[Task] = [
        builders.task("web", 1, "wrk1", state="failed", error="task: non-zero exit (137)", created=100, id="task-now"),
        builders.task("web", 1, "wrk1", state="failed", desired="shutdown", created=200, id="task-before"),
        builders.task("web", 2, "wrk2", id="task-2"),
        builders.task("web", 3, "wrk1", id="task-3"),
    ]
    cluster = builders.cluster([builders.node("wrk1"), builders.node("wrk2")], [service], tasks)
    return Scene(cluster.with_all(Network, [Network(id="net-1", name="shop_net")]), NOW, reveal)


def told(kind: Kind, raw: object, *, reveal: bool = False) -> dict[str, dict[str, str]]:
    """Section → label → value; several values of one label are joined."""
    found: dict[str, dict[str, str]] = {}
    for section in describe(kind, raw, scene(reveal=reveal)):
        values = found.setdefault(section.title, {})
        for fact in section.facts:
            values[fact.label] = f"{values[fact.label]}; {fact.value}" if fact.label in values else fact.value
    return found
