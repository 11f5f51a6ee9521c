"""Containers as the engine's JSON. Shapes: measured on engine 20.10; of a list and an inspection."""

from __future__ import annotations

import random

from swarmtui.sim.agent.health_log import health
from swarmtui.sim.agent.machine import Machine
from swarmtui.sim.agent.run import Run
from swarmtui.sim.agent.storage import image_id
from swarmtui.sim.objects.objects import dotted
from swarmtui.sim.objects.spec import JSON
from swarmtui.sim.objects.timestamps import NEVER, iso
from swarmtui.sim.scheduler.genericresource import variables


def state_of(run: Run) -> str:
    """As `docker ps` calls it."""
    if run.alive:
        return "running"
    return "exited" if run.finished else "created"


def labels(run: Run) -> dict[str, str]:
    """By which a container tells whose it is."""
    task = run.task
    return {
        "com.docker.swarm.node.id": task.node_id,
        "com.docker.swarm.service.id": task.service_id,
        "com.docker.swarm.service.name": task.spec.name,
        "com.docker.swarm.task": "",
        "com.docker.swarm.task.id": task.id,
        "com.docker.swarm.task.name": task.name,
        **(task.spec.task.container.get("Labels") or {}),
    }


def command(run: Run) -> list[str]:
    """What its first process runs."""
    spec = run.task.spec.task
    given = [*(spec.container.get("Command") or []), *(spec.container.get("Args") or [])]
    return given or [f"/usr/bin/{spec.image.partition('@')[0].rpartition('/')[2].partition(':')[0]}"]


def listed(run: Run, machine: Machine, now: float) -> JSON:
    """A row of `docker ps`."""
    return {
        "Id": run.container_id,
        "Names": [f"/{run.task.name}"],
        "Image": run.task.spec.task.image,
        "ImageID": _image_id(run),
        "Command": " ".join(command(run)),
        "Created": int(run.created),
        "Ports": [
            {"IP": "0.0.0.0", "PrivatePort": port["TargetPort"], "PublicPort": port["PublishedPort"], "Type": "tcp"}
            for port in run.task.spec.ports
            if port["PublishMode"] == "host" and port.get("PublishedPort") and run.alive
        ],
        "Labels": labels(run),
        "State": state_of(run),
        "Status": _status(run, now),
        "HostConfig": {"NetworkMode": "default"},
        "NetworkSettings": {"Networks": _networks(run, machine)},
        "Mounts": _mounts(run),
    }


def inspected(run: Run, machine: Machine, now: float) -> JSON:
    """All about a container."""
    argv, container = command(run), run.task.spec.task.container
    limits = (run.task.spec.task.raw.get("Resources") or {}).get("Limits") or {}
    id = str(run.container_id)
    return {
        "Id": id,
        "Created": iso(run.created),
        "Path": argv[0],
        "Args": argv[1:],
        "State": _state(run, now),
        "Image": _image_id(run),
        "ResolvConfPath": f"/var/lib/docker/containers/{id}/resolv.conf",
        "HostnamePath": f"/var/lib/docker/containers/{id}/hostname",
        "HostsPath": f"/var/lib/docker/containers/{id}/hosts",
        "LogPath": f"/var/lib/docker/containers/{id}/{id}-json.log",
        "Name": f"/{run.task.name}",
        "RestartCount": 0,
        "Driver": "overlay2",
        "Platform": "linux",
        "MountLabel": "",
        "ProcessLabel": "",
        "AppArmorProfile": "docker-default",
        "ExecIDs": None,
        "HostConfig": _host_config(limits),
        "GraphDriver": {"Data": {}, "Name": "overlay2"},
        "Mounts": _mounts(run),
        "Config": _config(run, container, argv),
        "NetworkSettings": {"Bridge": "", "SandboxID": "", "Ports": {}, "Networks": _networks(run, machine)},
    }


def _config(run: Run, container: JSON, argv: list[str]) -> JSON:
    check = {"Healthcheck": run.check} if run.check is not None else {}
    return {
        **check,
        "Hostname": container.get("Hostname") or str(run.container_id)[:12],
        "Domainname": "",
        "User": container.get("User") or "",
        "AttachStdin": False,
        "AttachStdout": False,
        "AttachStderr": False,
        "Tty": bool(container.get("TTY")),
        "OpenStdin": bool(container.get("OpenStdin")),
        "StdinOnce": False,
        "Env": [*(container.get("Env") or []), *variables(run.task.assigned)],
        "Cmd": argv,
        "Image": run.task.spec.task.image,
        "Volumes": None,
        "WorkingDir": container.get("Dir") or "/",
        "Entrypoint": None,
        "OnBuild": None,
        "Labels": labels(run),
    }


def _state(run: Run, now: float) -> JSON:
    state: JSON = {
        "Status": state_of(run),
        "Running": run.alive,
        "Paused": False,
        "Restarting": False,
        "OOMKilled": run.oom,
        "Dead": False,
        "Pid": run.pid,
        "ExitCode": run.exit_code,
        "Error": "",
        "StartedAt": iso(run.started) if run.started else NEVER,
        "FinishedAt": iso(run.finished) if run.finished else NEVER,
    }
    if run.health:
        state["Health"] = health(run, now)
    return state


def _host_config(limits: JSON) -> JSON:
    return {
        "Binds": None,
        "LogConfig": {"Type": "json-file", "Config": {}},
        "NetworkMode": "default",
        "PortBindings": {},
        "RestartPolicy": {"Name": "", "MaximumRetryCount": 0},
        "AutoRemove": False,
        "CapAdd": None,
        "CapDrop": None,
        "Privileged": False,
        "ReadonlyRootfs": False,
        "ShmSize": 67108864,
        "Runtime": "runc",
        "Isolation": "default",
        "Memory": limits.get("MemoryBytes", 0),
        "NanoCpus": limits.get("NanoCPUs", 0),
        "PidsLimit": limits.get("Pids"),
    }


def _image_id(run: Run) -> str:
    return image_id(run.task.spec.task.image)


def _networks(run: Run, machine: Machine) -> JSON:
    """The networks of the task, or the machine's own bridge, which it gets when it is started."""
    if not run.task.addresses:
        joined = machine.local_networks["bridge"] if run.started else ""
        address = dotted(_BRIDGE + run.pid // 17 % 0xFFF0 + 2) if run.alive else ""
        gateway = dotted(_BRIDGE + 1) if run.alive else ""
        return {"bridge": {**_endpoint(run, joined, address, 16), "Gateway": gateway}}
    return {
        network.name: {
            **_endpoint(run, network.id, shown, network.prefix),
            "IPAMConfig": {"IPv4Address": shown} if shown else None,
        }
        for network, address in run.task.addresses
        for shown in (dotted(address) if run.alive else "",)
    }


_BRIDGE = 172 << 24 | 17 << 16
"""172.17.0.0; a machine's process numbers are 17 apart, so each container has an address of its own there."""


def _endpoint(run: Run, network_id: str, address: str, prefix: int) -> JSON:
    octets = [int(each) for each in address.split(".")] if address else []
    end = random.Random(f"{run.container_id}-{network_id}").getrandbits(256)
    return {
        "IPAMConfig": None,
        "Links": None,
        "Aliases": None,
        "NetworkID": network_id,
        "EndpointID": f"{end:064x}" if address else "",
        "Gateway": "",
        "IPAddress": address,
        "IPPrefixLen": prefix if address else 0,
        "IPv6Gateway": "",
        "GlobalIPv6Address": "",
        "GlobalIPv6PrefixLen": 0,
        "MacAddress": ":".join(["02", "42", *(f"{each:02x}" for each in octets)]) if octets else "",
        "DriverOpts": None,
    }


def _mounts(run: Run) -> list[JSON]:
    return [_mount(each) for each in run.task.spec.task.container.get("Mounts") or []]


def _mount(given: JSON) -> JSON:
    kind, source = given.get("Type") or "volume", given.get("Source") or ""
    shown: JSON = {"Type": kind, "Source": source, "Destination": given.get("Target") or "", "Mode": ""}
    if kind == "volume":
        shown |= {"Name": source, "Source": f"/var/lib/docker/volumes/{source}/_data", "Driver": "local", "Mode": "z"}
    return {**shown, "RW": not given.get("ReadOnly"), "Propagation": "rprivate" if kind == "bind" else ""}


def _status(run: Run, now: float) -> str:
    if run.alive:
        health = {"starting": " (health: starting)"}.get(run.health, f" ({run.health})" if run.health else "")
        return f"Up {_ago(now - run.started)}{health}"
    return f"Exited ({run.exit_code}) {_ago(now - run.finished)} ago" if run.finished else "Created"


def _ago(seconds: float) -> str:
    """As Go's units.HumanDuration says it."""
    minutes, hours = int(seconds / 60), int(seconds / 3600 + 0.5)
    if seconds < 1:
        return "Less than a second"
    if seconds < 60:
        return "1 second" if int(seconds) == 1 else f"{int(seconds)} seconds"
    if minutes < 60:
        return "About a minute" if minutes == 1 else f"{minutes} minutes"
    for limit, size, name in ((48, 1, "hours"), (336, 24, "days"), (1440, 168, "weeks"), (17_520, 720, "months")):
        if hours == 1:
            return "About an hour"
        if hours < limit:
            return f"{hours // size} {name}"
    return f"{seconds / 3600 / 24 / 365:.0f} years"
