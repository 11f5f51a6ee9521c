"""A service in words: what it is, what runs where, how it is updated, and all that its tasks get."""

from __future__ import annotations

from collections.abc import Iterator

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.container import labels, of_container, of_task_template
from swarmtui.swarm.describe.document import Fact, Section, fact, facts, section
from swarmtui.swarm.describe.raw import Raw
from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.describe.values import moment, nanoseconds
from swarmtui.swarm.description import span_text
from swarmtui.swarm.history import rows_of
from swarmtui.swarm.objects import Task, seconds_of
from swarmtui.swarm.replicas import count
from swarmtui.swarm.shared import STACK_LABEL
from swarmtui.swarm.task_state import Health, state_of

__all__ = ["MOST_TASKS", "describe_service", "task_fact"]

MOST_TASKS = 200
"""How many tasks are listed; the tasks' own view shows them all."""

TONES = {Health.GOOD: "good", Health.BAD: "bad", Health.PROGRESS: "warn", Health.UNKNOWN: "warn", Health.DONE: "dim"}


def describe_service(raw: Raw, scene: Scene) -> tuple[Section, ...]:
    """All of a service."""
    spec = raw.at("Spec")
    template = spec.at("TaskTemplate")
    attached = template if template.has("Networks") else spec  # engines before 17.06 had them in the spec itself
    return (
        *section("Service", _basics(raw, scene)),
        *section("Update", _update(raw.at("UpdateStatus"), scene)),
        *section("Runs where", _tasks(scene.cluster, raw.text("ID"), scene.now)),
        *section("Ports", [each for port in _ports(raw) for each in _port(port)]),
        *section("Endpoint", _endpoint(raw, scene)),
        *of_container(template.at("ContainerSpec"), scene),
        *of_task_template(template, scene, attached),
        *section("Update policy", _policy(spec.at("UpdateConfig"))),
        *section("Rollback policy", _policy(spec.at("RollbackConfig"))),
        *labels("Labels", spec.at("Labels"), scene),
        *section("Before the last change", _previous(raw)),
    )


def _basics(raw: Raw, scene: Scene) -> tuple[Fact, ...]:
    spec = raw.at("Spec")
    return facts(
        fact("name", spec.text("Name")),
        fact("ID", raw.text("ID")),
        fact("stack", dict(spec.pairs("Labels")).get(STACK_LABEL, "")),
        fact("mode", _mode(spec.at("Mode"))),
        _running(raw.text("ID"), scene),
        fact("image", spec.text("TaskTemplate", "ContainerSpec", "Image")),
        fact("created", moment(raw.text("CreatedAt"), scene.now)),
        fact("changed", moment(raw.text("UpdatedAt"), scene.now)),
        fact("version", raw.text("Version", "Index")),
        fact("forced updates", spec.text("TaskTemplate", "ForceUpdate").removeprefix("0")),
    )


def _mode(mode: Raw) -> str:
    if mode.has("Global"):
        return "global: one task on each node that fits"
    if mode.has("GlobalJob"):
        return "global job: one completion on each node that fits"
    job = mode.at("ReplicatedJob")
    if job.has():
        at_once = job.text("MaxConcurrent") or "1"
        return f"replicated job: {job.text('TotalCompletions') or at_once} completions, {at_once} at a time"
    return f"replicated: {mode.text('Replicated', 'Replicas') or '1'} wanted"


def _running(service_id: str, scene: Scene) -> tuple[Fact, ...]:
    service = scene.cluster.services.get(service_id)
    if service is None:
        return ()
    counted = count(scene.cluster, service)
    tone = {True: "good", False: "bad", None: ""}[counted.healthy]
    return fact("running", counted.text, tone)


def _update(status: Raw, scene: Scene) -> tuple[Fact, ...]:
    state = status.text("State")
    tone = "bad" if "paused" in state else "warn" if state in ("updating", "rollback_started") else ""
    return facts(
        fact("state", state.replace("_", " "), tone),
        fact("message", status.text("Message")),
        fact("started", moment(status.text("StartedAt"), scene.now)),
        fact("completed", moment(status.text("CompletedAt"), scene.now)),
    )


def _tasks(cluster: Cluster, service_id: str, now: float) -> Iterator[Fact]:
    rows = [row for row in rows_of(cluster, service_id) if row.current] if service_id else []
    for row in rows[:MOST_TASKS]:
        failed = f"; {row.failures} before it failed" if row.failures else ""
        yield task_fact(cluster, row.task, now, cluster.task_name(row.task), failed)
    if len(rows) > MOST_TASKS:
        yield Fact("…", f"and {len(rows) - MOST_TASKS} more, in the tasks' own view", "dim")


def task_fact(cluster: Cluster, task: Task, now: float, label: str, more: str = "") -> Fact:
    """A task's state, since when, where, and why."""
    state = state_of(cluster, task, now)
    since = seconds_of(task.status.timestamp)
    where = f" on {cluster.node_name(task.node_id)}" if task.node_id else ""
    lasts = "" if since is None else f" for {span_text(max(0.0, now - since))}"
    reason = f": {state.reason}" if state.reason else ""
    return Fact(label, f"{state.word}{where}{lasts}{more}{reason}", TONES[state.health])


def _ports(raw: Raw) -> list[Raw]:
    return list(raw.each("Endpoint", "Ports")) or list(raw.at("Spec").each("EndpointSpec", "Ports"))


def _port(port: Raw) -> tuple[Fact, ...]:
    mode = port.text("PublishMode") or "ingress"
    inside = f"{port.text('TargetPort') or '?'}/{port.text('Protocol') or 'tcp'} in the container"
    through = {"ingress": "on every node (routing mesh)", "host": "on the task's own node"}.get(mode, mode)
    return fact(port.text("PublishedPort") or "?", f"→ {inside}, {through}")


def _endpoint(raw: Raw, scene: Scene) -> tuple[Fact, ...]:
    mode = raw.text("Endpoint", "Spec", "Mode") or raw.text("Spec", "EndpointSpec", "Mode")
    return facts(
        fact("mode", {"vip": "vip: one virtual address", "dnsrr": "dnsrr: the tasks' own addresses"}.get(mode, mode)),
        *(
            fact(scene.network(each.text("NetworkID")) or "?", each.text("Addr"))
            for each in raw.each("Endpoint", "VirtualIPs")
        ),
    )


def _policy(config: Raw) -> tuple[Fact, ...]:
    if not config.has():
        return ()
    at_once, ratio = config.number("Parallelism"), config.number("MaxFailureRatio")
    return facts(
        fact("at a time", "all" if not at_once else f"{at_once:g}"),
        fact("order", config.text("Order")),
        fact("pause between", nanoseconds(config.number("Delay") or None)),
        fact("watches each for", nanoseconds(config.number("Monitor") or None)),
        fact("on failure", config.text("FailureAction")),
        fact("failures allowed", f"{ratio:.0%}" if ratio else ""),
    )


def _previous(raw: Raw) -> tuple[Fact, ...]:
    """What a rollback would go back to, in short."""
    before, now = raw.at("PreviousSpec"), raw.at("Spec")
    if not before.has():
        return ()
    image = before.text("TaskTemplate", "ContainerSpec", "Image")
    same = image == now.text("TaskTemplate", "ContainerSpec", "Image")
    replicas = before.text("Mode", "Replicated", "Replicas")
    return facts(
        fact("image", image + (" (the same)" if same else ""), "dim" if same else ""),
        fact("replicas", replicas if replicas != now.text("Mode", "Replicated", "Replicas") else ""),
    )
