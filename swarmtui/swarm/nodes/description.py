"""A node in words: what it is, what is reserved on it and what is left, its tasks, its engine, its certificates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.certificates import certificate_fingerprint, subject_of
from swarmtui.swarm.describe.container import labels
from swarmtui.swarm.describe.document import Fact, Section, fact, facts, section
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.describe.values import moment
from swarmtui.swarm.nodes.reserved import reserved_on
from swarmtui.swarm.services.description import MOST_TASKS, task_fact
from swarmtui.swarm.short_text import counted, listed
from swarmtui.swarm.tasks.history import rows_on
from swarmtui.swarm.tasks.states import holds_a_place
from swarmtui.swarm.units import cpus_text, rough_size

__all__ = ["describe_node"]

NARROW = 0.1
"""From this share of what it has on, what a node has left is told as little."""


def describe_node(raw: Raw, scene: Scene) -> tuple[Section, ...]:
    """All of a node."""
    said = raw.at("Description")
    engine = said.at("Engine")
    return (
        *section("Node", _basics(raw, scene)),
        *section("Status", _status(raw)),
        *section("Resources", _resources(raw, scene.cluster)),
        *section("Tasks", _tasks(raw, scene)),
        *section("Engine", _engine(said)),
        *section("Plugins", _plugins(engine)),
        *section("TLS", _tls(said.at("TLSInfo"))),
        *labels("Labels", raw.at("Spec", "Labels"), scene),
        *labels("Engine labels", engine.at("Labels"), scene),
    )


def _basics(raw: Raw, scene: Scene) -> tuple[Fact, ...]:
    availability = raw.text("Spec", "Availability")
    return facts(
        fact("hostname", raw.text("Description", "Hostname")),
        fact("name", raw.text("Spec", "Name")),
        fact("ID", raw.text("ID")),
        fact("role", raw.text("Spec", "Role")),
        fact("availability", availability, "warn" if availability in ("drain", "pause") else ""),
        fact("joined", moment(raw.text("CreatedAt"), scene.now)),
        fact("changed", moment(raw.text("UpdatedAt"), scene.now)),
        fact("version", raw.text("Version", "Index")),
    )


def _status(raw: Raw) -> tuple[Fact, ...]:
    status, manager = raw.at("Status"), raw.at("ManagerStatus")
    state, reachability = status.text("State"), manager.text("Reachability")
    return facts(
        fact("state", state, "good" if state == "ready" else "bad"),
        fact("message", status.text("Message")),
        fact("address", status.text("Addr")),
        fact("leader", ("yes" if manager.flag("Leader") else "no") if manager.has() else ""),
        fact("manager is", reachability, "" if reachability == "reachable" else "bad"),
        fact("manager address", manager.text("Addr")),
    )


def _resources(raw: Raw, cluster: Cluster) -> Iterator[Fact]:
    """What it has, what its tasks have reserved of that, and what is left for others."""
    has = raw.at("Description", "Resources")
    reserved, unknown = reserved_on(cluster, raw.text("ID"))
    for label, total, taken, words in (
        ("CPU", has.number("NanoCPUs"), reserved.nano_cpus, cpus_text),
        ("memory", has.number("MemoryBytes"), reserved.memory_bytes, rough_size),
    ):
        if total is not None:
            free = total - taken
            text = f"{words(total)}: {words(taken) if taken else 'nothing'} reserved, {words(max(0.0, free))} available"
            yield Fact(label, text, "warn" if taken and free <= total * NARROW else "")
    if not cluster.tasks_complete:
        yield Fact("", "not all tasks are known yet: more may be reserved", "dim")
    elif unknown:
        yield Fact("", f"{counted(unknown, 'task')} of services that were removed: what they reserve is unknown", "dim")
    yield from _generic(has, reserved.generic)


def _generic(has: Raw, reserved: Mapping[str, int]) -> Iterator[Fact]:
    """What the engine's users declare it to have: a number of a kind, or named things."""
    numbers, names = dict[str, int](), dict[str, list[str]]()
    for generic in has.each("GenericResources"):
        discrete, named = generic.at("DiscreteResourceSpec"), generic.at("NamedResourceSpec")
        if kind := discrete.text("Kind"):
            numbers[kind] = int(discrete.number("Value") or 0)
        if kind := named.text("Kind"):
            names.setdefault(kind, []).append(named.text("Value"))
    for kind, number in {**numbers, **{kind: len(those) for kind, those in names.items()}}.items():
        what = listed(names[kind]) if kind in names else str(number)
        taken = reserved.get(kind, 0)
        yield Fact(kind, f"{what}: {taken or 'none'} reserved, {max(number - taken, 0)} available")


def _tasks(raw: Raw, scene: Scene) -> Iterator[Fact]:
    node_id = raw.text("ID")
    rows = [row.task for row in rows_on(scene.cluster, node_id) if row.current] if node_id else []
    held = [task for task in rows if holds_a_place(task)]
    for task in held[:MOST_TASKS]:
        told = task_fact(scene.cluster, task, scene.now, scene.cluster.task_name(task))
        yield told._replace(value=told.value.replace(f" on {scene.cluster.node_name(node_id)}", "", 1))
    if len(held) > MOST_TASKS:
        yield Fact("…", f"and {len(held) - MOST_TASKS} more in the tasks pane", "dim")
    if not held and scene.cluster.tasks_complete:
        yield Fact("", "none", "dim")


def _engine(said: Raw) -> tuple[Fact, ...]:
    platform = said.at("Platform")
    words = [platform.text("OS"), platform.text("Architecture")]
    return facts(
        fact("version", said.text("Engine", "EngineVersion")),
        fact("platform", "/".join(word for word in words if word)),
    )


def _plugins(engine: Raw) -> Iterator[Fact]:
    kinds: dict[str, list[str]] = {}
    for plugin in engine.each("Plugins"):
        kinds.setdefault(plugin.text("Type") or "?", []).append(plugin.text("Name"))
    for kind, names in kinds.items():
        yield Fact(kind.lower(), ", ".join(name for name in names if name) or "?")


def _tls(info: Raw) -> tuple[Fact, ...]:
    return facts(
        fact("issued by", subject_of(info.text("CertIssuerSubject"))),
        fact("trust root", certificate_fingerprint(info.text("TrustRoot"))),
    )
