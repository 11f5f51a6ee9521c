"""Actions on services."""

from __future__ import annotations

import copy
from typing import Any

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.services.container.files import SetConfigs, SetSecrets
from swarmtui.swarm.services.container.forms import (
    SetCommand,
    SetContainerOptions,
    SetHealthCheck,
    SetLogDriver,
    SetNameResolution,
)
from swarmtui.swarm.services.container.labels import SetContainerLabels
from swarmtui.swarm.services.container.mounts import SetMounts
from swarmtui.swarm.services.container.networks import SetNetworks
from swarmtui.swarm.services.lines_change import SetEnvironment, SetServiceLabels
from swarmtui.swarm.services.placement import SetPlacement
from swarmtui.swarm.services.ports import SetPorts
from swarmtui.swarm.services.removal import RemoveService
from swarmtui.swarm.services.rolling import ForceUpdate, ResumeUpdate, RollBack
from swarmtui.swarm.services.scale import ScaleService
from swarmtui.swarm.services.service_settings import (
    SetEndpointMode,
    SetResources,
    SetRestartPolicy,
    SetRollbackPolicy,
    SetStopGracePeriod,
    SetUpdatePolicy,
)
from swarmtui.swarm.services.update_image import UpdateImage
from tests.unit.swarm.builders import cluster, service
from tests.unit.swarm.shared_builders import config, network, secret, with_shared

__all__ = ["EXAMPLES", "RAW", "raw_service"]

RAW: dict[str, Any] = {
    "ID": "service-web",
    "Version": {"Index": 10},
    "Spec": {
        "Name": "web",
        "Labels": {"team": "ops"},
        "TaskTemplate": {
            "ContainerSpec": {"Image": "nginx:1.27@sha256:" + "ab" * 32, "Env": ["A=1", "DB_PASSWORD=hunter2"]},
            "Resources": {"Limits": {"MemoryBytes": 512 << 20}, "Reservations": {"GenericResources": [{"x": 1}]}},
            "RestartPolicy": {"Condition": "any", "Delay": 5_000_000_000, "MaxAttempts": 0},
            "Placement": {"Constraints": ["node.role == worker"], "Platforms": [{"OS": "linux"}]},
            "ForceUpdate": 2,
            "Runtime": "container",
        },
        "Mode": {"Replicated": {"Replicas": 2}},
        "UpdateConfig": {"Parallelism": 1, "FailureAction": "pause", "Order": "stop-first", "MaxFailureRatio": 0},
        "EndpointSpec": {
            "Mode": "vip",
            "Ports": [{"Protocol": "tcp", "TargetPort": 80, "PublishedPort": 8080, "PublishMode": "ingress"}],
        },
    },
    "PreviousSpec": {"Name": "web", "TaskTemplate": {"ContainerSpec": {"Image": "nginx:1.26"}}},
    "UpdateStatus": {"State": "paused", "Message": "update paused due to failure"},
}
"""A service as `GET /services/{id}` gives it."""


def raw_service(**spec: Any) -> dict[str, Any]:
    """A copy of it, with parts of its spec replaced."""
    raw = copy.deepcopy(RAW)
    raw["Spec"].update(spec)
    return raw


SHARED = with_shared(cluster(), [secret("key"), config("conf"), network("front")])

ROLLING = ("2", "10s", "start-first", "rollback", "5s", "0.5")

EXAMPLES: list[tuple[Action, tuple[str, ...]]] = [
    (ScaleService.of(service("web", 2), 4), ("Mode", "Replicated", "Replicas")),
    (ScaleService.of(service("job", 2, mode="replicated-job"), 4), ("Mode", "ReplicatedJob", "TotalCompletions")),
    (UpdateImage.of(RAW, "nginx:1.28"), UpdateImage.path),
    (ForceUpdate.of(RAW), ForceUpdate.path),
    (RollBack.of(RAW), ()),
    (ResumeUpdate.of(RAW), ResumeUpdate.path),
    (ResumeUpdate.of({**RAW, "Spec": {**RAW["Spec"], "UpdateConfig": None}}), ResumeUpdate.path),
    (SetEnvironment.of(RAW, ["A=2", "DB_PASSWORD=hunter2"]), SetEnvironment.path),
    (SetEnvironment.of(RAW, []), SetEnvironment.path),
    (SetServiceLabels.of(RAW, ["team=dev", "zone=a"]), SetServiceLabels.path),
    (SetPorts.of(RAW, ["8080:80", "53:53/udp,mode=host"]), SetPorts.path),
    (SetPlacement.of(RAW, ["node.role==manager", "spread=node.labels.zone", "max-per-node=1"]), SetPlacement.path),
    (SetPlacement.of(RAW, []), SetPlacement.path),
    (SetResources.of(RAW, ("0.5", "", "100", "0.25", "64m")), SetResources.path),
    (SetUpdatePolicy.of(RAW, ROLLING), SetUpdatePolicy.path),
    (SetRollbackPolicy.of(RAW, ("2", "10s", "start-first", "pause", "5s", "0.5")), SetRollbackPolicy.path),
    (SetRestartPolicy.of(RAW, ("none", "", "3", "2m")), SetRestartPolicy.path),
    (SetStopGracePeriod.of(RAW, ("1m30s",)), SetStopGracePeriod.path),
    (SetEndpointMode.of(RAW, ("dnsrr",)), SetEndpointMode.path),
    (SetContainerLabels.of(RAW, ["role=front"]), SetContainerLabels.path),
    (SetMounts.of(RAW, ["data:/var/lib/data", "type=tmpfs,target=/tmp"]), SetMounts.path),
    (SetSecrets.of(RAW, ["source=key,target=k,mode=0400"], SHARED), SetSecrets.path),
    (SetConfigs.of(RAW, ["conf"], SHARED), SetConfigs.path),
    (SetNetworks.of(RAW, ["name=front,alias=www"], SHARED), SetNetworks.path),
    (SetCommand.of(RAW, ("", "nginx -g 'daemon off;'", "nginx", "/srv")), SetCommand.path),
    (SetHealthCheck.of(RAW, ("curl -f localhost", "30s", "5s", "1m", "3")), SetHealthCheck.path),
    (SetNameResolution.of(RAW, ("web", "db:10.0.0.5", "10.0.0.53", "example.com", "")), SetNameResolution.path),
    (SetContainerOptions.of(RAW, ("SIGQUIT", "yes", *[""] * 7)), SetContainerOptions.path),
    (SetLogDriver.of(RAW, ("local", "max-size=10m")), SetLogDriver.path),
    (RemoveService.of(service("web", 2)), ()),
]
