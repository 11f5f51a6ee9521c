"""What a container is made with: from a task's spec, or from what somebody has posted.

Source: moby daemon/cluster/executor/container/container.go (config, hostConfig), daemon/container.go (merging with the
image's configuration).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from swarmtui.sim.agent.container import Container, Plain
from swarmtui.sim.agent.run import Run
from swarmtui.sim.agent.templates import expanded
from swarmtui.sim.objects.spec import JSON
from swarmtui.sim.scheduler.genericresource import variables

if TYPE_CHECKING:
    from swarmtui.sim.agent.machine import Machine


@dataclass
class Described:
    """What a container is made with, the image's part included.

    Attributes:
        config: the Config of an inspection.
        host: what differs in its HostConfig from that of a container of which nothing was asked.
        mode: the kind of network: "default", "host", "bridge", "none" or the name of one.
    """

    config: JSON
    host: JSON = field(default_factory=dict)
    mode: str = "default"

    @property
    def argv(self) -> list[str]:
        """What its first process runs."""
        return [*(self.config["Entrypoint"] or []), *(self.config["Cmd"] or [])]

    @property
    def environment(self) -> dict[str, str]:
        """The variables that are set."""
        return dict(pair.partition("=")[::2] for pair in self.config["Env"] or [] if "=" in pair)


def described(container: Container, machine: Machine) -> Described:
    """What a container is made with."""
    if isinstance(container, Run):
        return _of_task(container, machine)
    assert isinstance(container, Plain)
    mode = str(container.host.get("NetworkMode") or "default")
    config = _merged(container, machine, container.config, mode)
    host = {key: value for key, value in container.host.items() if value not in (None, "")}
    return Described(config, host, mode)


def _merged(container: Container, machine: Machine, posted: JSON, mode: str) -> JSON:
    """A posted configuration and the image's."""
    image = machine.images.config(container.source)
    config = {**image, **{key: value for key, value in posted.items() if value not in (None, "", [])}}
    if posted.get("Entrypoint") and not posted.get("Cmd"):
        config["Cmd"] = None
    set_here = {each.partition("=")[0] for each in posted.get("Env") or []}
    own = [each for each in image["Env"] or [] if each.partition("=")[0] not in set_here]
    labels = {**(image["Labels"] or {}), **container.labels}
    hostname = machine.hostname if mode == "host" else str(container.container_id)[:12]
    return {
        **config,
        "Env": [*(posted.get("Env") or []), *own],
        "Hostname": posted.get("Hostname") or hostname,
        "Image": container.image,
        "Labels": labels,
    }


def network_mode(run: Run) -> str:
    """The kind of network that a task's container was made with: those of the swarm's predefined ones."""
    return next((network.name for network, _ in run.task.addresses if network.node_local), "default")


def _of_task(run: Run, machine: Machine) -> Described:
    task, spec = run.task, run.task.spec.task.container
    posted: JSON = {
        "Hostname": expanded(spec.get("Hostname") or "", task, machine),
        "User": spec.get("User"),
        "Tty": bool(spec.get("TTY")),
        "OpenStdin": bool(spec.get("OpenStdin")),
        "Env": [*(expanded(each, task, machine) for each in spec.get("Env") or []), *variables(task.assigned)],
        "Entrypoint": spec.get("Command"),
        "Cmd": spec.get("Args"),
        "WorkingDir": spec.get("Dir"),
        "StopSignal": spec.get("StopSignal"),
        "Healthcheck": run.check or spec.get("Healthcheck"),
    }
    mode = network_mode(run)
    return Described(_merged(run, machine, posted, mode), {**_host(run), **run.updated}, mode)


def _host(run: Run) -> JSON:
    """The HostConfig of a task. Rule: executor/container (hostConfig, resources)."""
    template, spec = run.task.spec.task.raw, run.task.spec.task.container
    limits = (template.get("Resources") or {}).get("Limits") or {}
    names, driver = spec.get("DNSConfig") or {}, template.get("LogDriver")
    memory = limits.get("MemoryBytes", 0)
    host: JSON = {
        "Isolation": "default",
        "Memory": memory,
        "MemorySwap": memory * 2,
        "NanoCpus": limits.get("NanoCPUs", 0),
        "PidsLimit": limits.get("Pids") or None,
        "ReadonlyRootfs": bool(spec.get("ReadOnly")),
        "CapAdd": spec.get("CapabilityAdd"),
        "CapDrop": spec.get("CapabilityDrop"),
        "Dns": names.get("Nameservers"),
        "DnsOptions": names.get("Options"),
        "DnsSearch": names.get("Search"),
        "ExtraHosts": _hosts(spec.get("Hosts") or []),
        "GroupAdd": spec.get("Groups"),
        "OomScoreAdj": spec.get("OomScoreAdj", 0),
        "Ulimits": [
            {"Name": each["Name"], "Hard": each.get("Hard", 0), "Soft": each.get("Soft", 0)}
            for each in spec.get("Ulimits") or []
        ],
    }
    if driver is not None:
        host["LogConfig"] = {"Type": driver.get("Name") or "json-file", "Config": driver.get("Options") or {}}
    if spec.get("Init") is not None:
        host["Init"] = spec["Init"]
    if spec.get("Sysctls"):
        host["Sysctls"] = spec["Sysctls"]
    if mounts := run.task.spec.task.container.get("Mounts"):
        host["Mounts"] = [{**each, **_source(each, run)} for each in mounts]
    return host


def _source(mount: JSON, run: Run) -> JSON:
    return {"Source": expanded(mount["Source"], run.task)} if mount.get("Source") else {}


def _hosts(lines: list[str]) -> list[str] | None:
    """From "address name…" to "name:address". Rule: executor/container (the first name counts)."""
    found = [line.split() for line in lines]
    return [f"{names[0]}:{address}" for address, *names in found if names] or None
