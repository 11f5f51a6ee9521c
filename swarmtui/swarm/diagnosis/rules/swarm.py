"""The swarm as a whole: engines, root CA, clocks, labels, and what is not known of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.certificates import certificate_expiry
from swarmtui.swarm.diagnosis import remedies
from swarmtui.swarm.diagnosis.finding import Severity, Subject
from swarmtui.swarm.diagnosis.rule import Found, SwarmScene, swarm_rule
from swarmtui.swarm.diagnosis.zones import zone_label
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.natural import natural
from swarmtui.swarm.networks.ingress import lacks_ingress
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.services.constraints import InvalidConstraint, parse
from swarmtui.swarm.short_text import counted, listed
from swarmtui.swarm.units import age

__all__ = [
    "clock_drift",
    "engine_versions",
    "lists_refused",
    "manager_locked",
    "no_ingress",
    "root_expires",
    "rotation_hangs",
    "unused_labels",
]

ROTATION = 600.0
"""Seconds after which a root rotation is a trouble: nodes that are there get their new certificates within minutes."""

ROOT_EXPIRY = 60 * 86400.0
"""Seconds before its end in which it is said that the root's certificate expires. A new one is valid for 20 years."""

DRIFT = 30.0
"""Seconds that a clock may be off. Certificates and logs stand more than that; a reader of logs does not."""

RECENT = 86400.0
"""Seconds for which what a task told of a clock counts."""

MOST_LINES = 8


@swarm_rule("engine-versions-differ", Severity.NOTE, "Nodes run different versions of the engine.")
def engine_versions(scene: SwarmScene) -> Iterator[Found]:
    by_version: dict[str, list[str]] = defaultdict(list)
    for node in scene.cluster.nodes.values():
        if node.description.engine.engine_version and node.is_ready:
            by_version[node.description.engine.engine_version].append(node.name)
    if len(by_version) < 2:
        return
    versions = sorted(by_version, key=natural, reverse=True)
    fewest = min(versions, key=lambda version: len(by_version[version]))
    verb = "runs" if len(by_version[fewest]) == 1 else "run"
    yield Found(
        summary=f"engine versions differ: {listed(by_version[fewest], 3)} {verb} {fewest},"
        f" the others {listed([each for each in versions if each != fewest], 3)}",
        evidence=tuple(f"{version}: {listed(by_version[version], 4)}" for version in versions[:MOST_LINES]),
        cause="That is normal while engines are upgraded. Different versions for long may treat tasks differently.",
    )


@swarm_rule("root-rotation-hangs", Severity.WARNING, "A root CA rotation does not finish.")
def rotation_hangs(scene: SwarmScene) -> Iterator[Found]:
    since = scene.memory.rotating_since
    if since is None or scene.now - since < ROTATION:
        return
    away = [node for node in scene.cluster.nodes.values() if not node.is_ready]
    yield Found(
        summary=f"root CA rotation hangs: under way for {age(scene.now - since)}"
        + (f", {listed([node.name for node in away], 3)} not ready" if away else ""),
        evidence=tuple(f"{node.name} is {node.status.state}: it has no new certificate" for node in away[:MOST_LINES]),
        cause="It ends when every node has a certificate from the new root. A node that is not ready gets none.",
        remedies=tuple(remedies.remove_node(node) for node in away[:2]),
        since=since,
    )


@swarm_rule("root-certificate-expires", Severity.WARNING, "The certificate of the root CA expires soon.")
def root_expires(scene: SwarmScene) -> Iterator[Found]:
    """An engine tells until when the root's certificate is valid, and not until when those of its nodes are."""
    swarm = scene.cluster.swarm
    expiry = certificate_expiry(swarm.tls_info.trust_root) if swarm is not None else None
    if expiry is None or expiry - scene.now > ROOT_EXPIRY:
        return
    left = expiry - scene.now
    yield Found(
        summary=f"root certificate expires in {age(left)}"
        if left > 0
        else f"root certificate expired {age(-left)} ago",
        evidence=(f"it is valid until {datetime.fromtimestamp(expiry, UTC):%Y-%m-%d %H:%M} UTC",),
        cause="Nodes do not trust each other once it has expired: they all lose the swarm.",
        remedies=(remedies.rotate_ca(),),
        severity=None if left > 0 else Severity.CRITICAL,
    )


@swarm_rule("manager-locked", Severity.CRITICAL, "The connected manager is locked and waits for its unlock key.")
def manager_locked(scene: SwarmScene) -> Iterator[Found]:
    info = scene.cluster.info
    if info.swarm.local_node_state == "locked":
        yield Found(
            summary=f"manager locked: {info.name or 'it'} waits for the unlock key",
            evidence=(f"{info.name or 'the engine'} says that it is locked",),
            cause="Autolock is on, and the engine was restarted. Until it is unlocked it is not a manager.",
            remedies=(remedies.unlock(),),
        )


@swarm_rule("no-ingress-network", Severity.WARNING, "The swarm has no ingress network: no port can be published.")
def no_ingress(scene: SwarmScene) -> Iterator[Found]:
    if scene.cluster.nodes and lacks_ingress(scene.cluster):
        yield Found(
            summary="no ingress network: no service can publish a port in ingress mode",
            evidence=("none of the swarm's networks is the ingress network",),
            cause="It was removed, perhaps to be replaced, and no new one was created.",
            remedies=(remedies.create_ingress(),),
        )


@swarm_rule("clock-drift", Severity.WARNING, "The clock of a node is off by more than 30 seconds.")
def clock_drift(scene: SwarmScene) -> Iterator[Found]:
    cluster, off = scene.cluster, list[tuple[float, Node, str]]()
    for node_id, reading in scene.memory.clocks.of.items():
        node = cluster.nodes.get(node_id)
        if node is None or abs(reading.ahead) < DRIFT:
            continue
        created = seconds_of(reading.task.created_at)
        if created is not None and scene.now - created < RECENT:
            off.append((reading.ahead, node, cluster.task_name(reading.task)))
    if not off:
        return
    off.sort(key=lambda each: -abs(each[0]))
    worst, node, _ = off[0]
    more = f" and {len(off) - 1} more" if len(off) > 1 else ""
    yield Found(
        summary=f"clock drift: {node.name} is {_off(worst)}{more}",
        evidence=tuple(f"{each.name}: at least {_off(ahead)}, by {task}" for ahead, each, task in off[:MOST_LINES]),
        cause="No time service runs there, or it cannot reach a server. Logs are out of order; certificates may fail."
        if len(off) == 1 or len(off) < len(cluster.nodes) / 2
        else "Most nodes differ from the leader: rather the leader's clock is wrong.",
        remedies=(remedies.inspect(Subject.of(node)),),
    )


def _off(ahead: float) -> str:
    return f"{age(abs(ahead))} {'ahead' if ahead > 0 else 'behind'}"


@swarm_rule("lists-refused", Severity.NOTE, "The engine refuses lists, so not everything can be judged.")
def lists_refused(scene: SwarmScene) -> Iterator[Found]:
    refused = scene.cluster.refused
    if refused:
        names = listed([kind.value for kind in refused])
        yield Found(
            summary=f"not judged: the engine refuses {names}",
            evidence=tuple(f"{kind.value}: {words}" for kind, words in sorted(refused.items(), key=_by_name)),
            cause="A proxy in front of the socket forbids it, or this user may not read it.",
        )


def _by_name(refusal: tuple[Kind, str]) -> str:
    return refusal[0].value


@swarm_rule("unused-labels", Severity.NOTE, "Nodes have labels that no constraint and no spread preference uses.")
def unused_labels(scene: SwarmScene) -> Iterator[Found]:
    """Nothing is said where no service uses labels at all: they are there for something else."""
    cluster = scene.cluster
    if Kind.SERVICE in cluster.refused:
        return
    used = _labels_in_use(cluster.services)
    if not used:
        return
    used.add(zone_label(cluster.nodes.values()))
    unused: dict[str, list[Node]] = defaultdict(list)
    for node in cluster.nodes.values():
        for label in node.labels:
            if label not in used:
                unused[label].append(node)
    if not unused:
        return
    labels = sorted(unused, key=natural)
    yield Found(
        summary=f"{counted(len(labels), 'node label')} unused: {listed(labels, 3)}",
        evidence=tuple(_label_line(label, unused[label], cluster) for label in labels[:MOST_LINES]),
        cause=f"No service asks for {'it' if len(labels) == 1 else 'them'}."
        " A label with a typing error looks the same.",
        remedies=tuple(
            remedies.remove_label(node, f"{label}={node.labels[label]}")
            for label in labels[:2]
            for node in unused[label][:1]
        ),
    )


def _label_line(label: str, nodes: list[Node], cluster: Cluster) -> str:
    values = listed({f"{label}={node.labels[label]}" for node in nodes}, 3)
    every = len(nodes) == len(cluster.nodes)
    return f"{values} on {'every node' if every else listed([node.name for node in nodes], 3)}"


def _labels_in_use(services: Mapping[str, Service]) -> set[str]:
    """The labels of nodes that constraints and spread preferences name."""
    keys = set[str]()
    for service in services.values():
        placement = service.spec.task_template.placement
        if placement is None:
            continue
        for expression in placement.constraints or ():
            try:
                keys.add(parse(expression).key)
            except InvalidConstraint:
                continue
        keys |= {each.spread.spread_descriptor for each in placement.preferences or () if each.spread is not None}
    start = "node.labels."
    return {key[len(start) :] for key in keys if key.lower().startswith(start)}
