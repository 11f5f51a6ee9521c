"""`GET /info`: an engine about itself and its place in the swarm. It is the health probe: it always answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swarmtui.sim.agent.machine import NETWORK_DRIVERS
from swarmtui.sim.control.access import LOCKED
from swarmtui.sim.control.errors import no_leader
from swarmtui.sim.control.storage.images import ImageStore
from swarmtui.sim.objects import encode
from swarmtui.sim.objects.spec import JSON
from swarmtui.sim.objects.timestamps import NEVER, iso

if TYPE_CHECKING:
    from swarmtui.sim.agent.machine import Machine
    from swarmtui.sim.cluster import Cluster

TWO_MANAGERS = (
    "WARNING: Running Swarm in a two-manager configuration. This configuration provides\n"
    "         no fault tolerance, and poses a high risk to lose control over the cluster.\n"
    "         Refer to https://docs.docker.com/engine/swarm/admin_guide/ to configure the\n"
    "         Swarm for fault-tolerance."
)


def info(cluster: Cluster, machine: Machine) -> JSON:
    """What an engine says of itself."""
    own = machine.containers()
    containers, paused = len(own), sum(each.paused for each in own)
    running = sum(each.alive for each in own) - paused
    return {
        "ID": machine.daemon_id,
        "Containers": containers,
        "ContainersRunning": running,
        "ContainersPaused": paused,
        "ContainersStopped": containers - running - paused,
        "Images": ImageStore(cluster, machine).count(),
        "Plugins": {
            "Volume": ["local"],
            "Network": NETWORK_DRIVERS,
            "Authorization": None,
            "Log": list(machine.release.log_drivers),
        },
        "NFd": 40 + 3 * running,
        "NGoroutines": 90 + 8 * running,
        "SystemTime": iso(cluster.clock.now()),
        "OSType": machine.os,
        "Architecture": machine.architecture,
        "NCPU": machine.cpus // 1_000_000_000,
        "MemTotal": machine.memory,
        "Name": machine.hostname,
        "Labels": [f"{key}={value}" for key, value in machine.engine_labels.items()],
        "ServerVersion": machine.engine_version,
        "Swarm": _swarm(cluster, machine),
        **_ALIKE,
        **machine.release.says,
        **{_COMMITS[part.name]: {"ID": part.commit} for part in machine.release.parts},
        "GenericResources": machine.generic_resources or None,
        "Warnings": machine.storage.warnings or None,
    }


_REGISTRY: JSON = {
    "InsecureRegistryCIDRs": ["::1/128", "127.0.0.0/8"],
    "IndexConfigs": {"docker.io": {"Name": "docker.io", "Mirrors": [], "Secure": True, "Official": True}},
    "Mirrors": [],
}


_COMMITS = {"containerd": "ContainerdCommit", "runc": "RuncCommit", "docker-init": "InitCommit"}

_ALIKE: JSON = {
    "Driver": "overlay2",
    "DriverStatus": [["Backing Filesystem", "extfs"], ["Supports d_type", "true"]],
    "MemoryLimit": True,
    "SwapLimit": True,
    "CpuCfsPeriod": True,
    "CpuCfsQuota": True,
    "CPUShares": True,
    "CPUSet": True,
    "PidsLimit": True,
    "IPv4Forwarding": True,
    "Debug": False,
    "OomKillDisable": False,
    "LoggingDriver": "json-file",
    "CgroupDriver": "systemd",
    "CgroupVersion": "2",
    "NEventsListener": 0,
    "KernelVersion": "6.12.57+deb13-amd64",
    "OperatingSystem": "Debian GNU/Linux 13 (trixie)",
    "OSVersion": "13",
    "IndexServerAddress": "https://index.docker.io/v1/",
    "RegistryConfig": _REGISTRY,
    "DockerRootDir": "/var/lib/docker",
    "HttpProxy": "",
    "HttpsProxy": "",
    "NoProxy": "",
    "ExperimentalBuild": False,
    "Runtimes": {"io.containerd.runc.v2": {"path": "runc"}, "runc": {"path": "runc"}},
    "DefaultRuntime": "runc",
    "LiveRestoreEnabled": False,
    "Isolation": "",
    "InitBinary": "docker-init",
    "SecurityOptions": ["name=apparmor", "name=seccomp,profile=builtin", "name=cgroupns"],
}
"""What all engines say alike."""


def _address(cluster: Cluster, machine: Machine) -> tuple[str, str]:
    """Where a member of the swarm has said that it is: host and port."""
    node = cluster.store.nodes.get(machine.node_id)
    return (node.addr, node.port) if node is not None else (machine.address, "2377")


def _swarm(cluster: Cluster, machine: Machine) -> JSON:
    result: JSON = {
        "NodeID": machine.node_id,
        "NodeAddr": _address(cluster, machine)[0] if machine.node_id else "",
        "LocalNodeState": "inactive",
        "ControlAvailable": False,
        "Error": "",
        "RemoteManagers": None,
    }
    if machine.locked:
        return {**result, "NodeID": "", "LocalNodeState": "locked", "Error": LOCKED}
    if not machine.node_id:
        return result
    if machine.fault:
        return {**result, "LocalNodeState": "error", "Error": machine.fault}
    raft = cluster.raft
    result["LocalNodeState"] = "active"
    result["RemoteManagers"] = [
        {"NodeID": node_id, "Addr": ":".join(_address(cluster, each))} for node_id, each in raft.members.items()
    ]
    if machine.role != "manager" or machine.node_id not in raft.members:
        return result
    result["ControlAvailable"] = True
    if raft.serves(machine.node_id) or raft.reads_stale(machine.node_id):
        assert cluster.store.swarm is not None
        result |= {"Nodes": len(cluster.store.nodes), "Managers": len(raft.members)}
        result["Cluster"] = encode.swarm_info(cluster.store.swarm)
        if len(raft.members) == 2:
            result["Warnings"] = [TWO_MANAGERS]
        return result
    return {**result, "Error": no_leader().message, "Cluster": _NO_CLUSTER}


_NO_CLUSTER: JSON = {
    "ID": "",
    "Version": {},
    "CreatedAt": NEVER,
    "UpdatedAt": NEVER,
    "Spec": {
        "Labels": None,
        "Orchestration": {},
        "Raft": {"ElectionTick": 0, "HeartbeatTick": 0},
        "Dispatcher": {},
        "CAConfig": {},
        "TaskDefaults": {},
        "EncryptionConfig": {"AutoLockManagers": False},
    },
    "TLSInfo": {},
    "RootRotationInProgress": False,
    "DefaultAddrPool": None,
    "SubnetSize": 0,
    "DataPathPort": 0,
}
