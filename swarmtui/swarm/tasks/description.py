"""A task in words: where it is and why, its container, its addresses, and what its slot went through."""

from __future__ import annotations

from collections.abc import Iterator

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.container import labels, of_container, of_plugin, of_task_template
from swarmtui.swarm.describe.document import Fact, Section, fact, facts, section
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.describe.values import moment
from swarmtui.swarm.services.description import task_fact
from swarmtui.swarm.tasks.ending import exit_words
from swarmtui.swarm.tasks.history import slots_of
from swarmtui.swarm.tasks.states import FAILURES

__all__ = ["describe_task"]


def describe_task(raw: Raw, scene: Scene) -> tuple[Section, ...]:
    """All of a task."""
    spec = raw.at("Spec")
    return (
        *section("Task", _basics(raw, scene)),
        *section("State", _state(raw, scene)),
        *section("History of its slot", _history(scene.cluster, raw, scene.now)),
        *section("Addresses", _addresses(raw)),
        *section("Given to it", _given(raw, scene.cluster)),
        *of_plugin(spec.at("PluginSpec"), scene),
        *of_container(spec.at("ContainerSpec"), scene),
        *of_task_template(spec, scene, spec),
        *labels("Labels", raw.at("Labels"), scene),
    )


def _basics(raw: Raw, scene: Scene) -> tuple[Fact, ...]:
    cluster, slot = scene.cluster, raw.text("Slot")
    service_id, node_id = raw.text("ServiceID"), raw.text("NodeID")
    service = cluster.service_name(service_id) if service_id else ""
    node = cluster.node_name(node_id) if node_id else ""
    name = f"{service}.{slot if slot not in ('', '0') else node}" if service else ""
    return facts(
        fact("name", name),
        fact("ID", raw.text("ID")),
        fact("service", f"{service}  {service_id}" if service else ""),
        fact("node", f"{node}  {node_id}" if node else "none yet", "" if node else "dim"),
        fact("slot", slot.removeprefix("0")),
        fact("image", raw.text("Spec", "ContainerSpec", "Image")),
        fact("created", moment(raw.text("CreatedAt"), scene.now)),
        fact("changed", moment(raw.text("UpdatedAt"), scene.now)),
        fact("version", raw.text("Version", "Index")),
    )


def _state(raw: Raw, scene: Scene) -> tuple[Fact, ...]:
    status = raw.at("Status")
    state, container = status.text("State"), status.at("ContainerStatus")
    code = container.number("ExitCode")
    ports = [
        f"{each.text('PublishedPort')}→{each.text('TargetPort')}/{each.text('Protocol') or 'tcp'}"
        for each in status.each("PortStatus", "Ports")
    ]
    # An image that could not be pulled leaves a container status of zeros: nothing ended there.
    ended = bool(code) or (container.text("ContainerID") != "" and state in ("complete", "shutdown"))
    return facts(
        fact("state", state, "bad" if state in FAILURES else "good" if state == "running" else ""),
        fact("wanted", raw.text("DesiredState")),
        fact("since", moment(status.text("Timestamp"), scene.now)),
        fact("message", status.text("Message")),
        fact("error", status.text("Err"), "bad"),
        fact("exit code", exit_words(int(code)) if ended and code is not None else "", "bad" if code else ""),
        fact("container", container.text("ContainerID")),
        fact("process ID", container.text("PID").removeprefix("0")),
        fact("ports on the node", ", ".join(ports)),
    )


def _history(cluster: Cluster, raw: Raw, now: float) -> Iterator[Fact]:
    task_id, service_id = raw.text("ID"), raw.text("ServiceID")
    for slot in (slots_of(cluster, service_id) or ()) if service_id else ():
        if any(task.id == task_id for task in slot.tasks):
            for task in slot.tasks:
                this = "  (this one)" if task.id == task_id else ""
                yield task_fact(cluster, task, now, task.id[:12], this)


def _given(raw: Raw, cluster: Cluster) -> Iterator[Fact]:
    """What the scheduler chose for it of what its service asks for: generic resources, cluster volumes."""
    given: dict[str, list[str]] = {}
    for generic in raw.each("GenericResources"):
        for each in (generic.at("NamedResourceSpec"), generic.at("DiscreteResourceSpec")):
            if kind := each.text("Kind"):
                given.setdefault(kind, []).append(each.text("Value"))
    for kind, values in given.items():
        yield from fact(kind, ", ".join(values))
    for volume in raw.each("Volumes"):
        known = (cluster.volumes or {}).get(volume.text("ID"))
        name = known.name if known is not None else volume.text("Source")
        yield from fact(name or "?", f"cluster volume at {volume.text('Target')}")


def _addresses(raw: Raw) -> Iterator[Fact]:
    for attachment in raw.each("NetworksAttachments"):
        network = attachment.at("Network")
        name = network.text("Spec", "Name") or network.text("ID")
        yield from fact(name or "?", ", ".join(attachment.texts("Addresses")) or "no address")
