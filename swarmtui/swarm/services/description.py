"""A service in words: what it is, what runs where, how it is updated, and all that its tasks get."""

from __future__ import annotations

from collections.abc import Iterator

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.container import labels, of_container, of_plugin, of_task_template
from swarmtui.swarm.describe.document import Fact, Section, fact, facts, section
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.describe.values import moment, nanoseconds
from swarmtui.swarm.health.services import service_health
from swarmtui.swarm.health.tasks import doubt_about
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.stack_label import STACK_LABEL
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.services.previous import of_previous
from swarmtui.swarm.services.replicas import count
from swarmtui.swarm.services.rollout import rollout_of
from swarmtui.swarm.tasks.history import rows_of
from swarmtui.swarm.tasks.states import is_finished
from swarmtui.swarm.tasks.task_state import Health, state_of
from swarmtui.swarm.units import age

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
        *section("Update", _update(raw, scene)),
        *section("Runs where", _tasks(scene.cluster, raw.text("ID"), scene.now)),
        *section("Ports", [each for port in _ports(raw) for each in _port(port)]),
        *section("Endpoint", _endpoint(raw, scene)),
        *of_plugin(template.at("PluginSpec"), scene),
        *of_container(template.at("ContainerSpec"), scene),
        *of_task_template(template, scene, attached),
        *section("Update policy", _policy(spec.at("UpdateConfig"))),
        *section("Rollback policy", _policy(spec.at("RollbackConfig"))),
        *labels("Labels", spec.at("Labels"), scene),
        *section("Before the last change", of_previous(raw, scene)),
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
    health = service_health(scene.cluster, service, scene.now)
    tone = {True: "good", False: "bad", None: ""}[health.well]
    return facts(
        fact("running", count(scene.cluster, service).text, tone),
        fact("state", health.reason, "bad" if health.alarming else "warn"),
    )


def _update(raw: Raw, scene: Scene) -> tuple[Fact, ...]:
    status, service = raw.at("UpdateStatus"), scene.cluster.services.get(raw.text("ID"))
    rollout = rollout_of(scene.cluster, service, scene.now) if service is not None else None
    state = status.text("State")
    tone = "bad" if "paused" in state else "warn" if state in ("updating", "rollback_started") else ""
    return facts(
        fact("state", state.replace("_", " "), tone),
        fact("because", rollout.cause if rollout is not None and rollout.went_wrong else "", "bad"),
        fact("message", status.text("Message")),
        fact("started", moment(status.text("StartedAt"), scene.now)),
        fact("completed", moment(status.text("CompletedAt"), scene.now)),
    )


def _tasks(cluster: Cluster, service_id: str, now: float) -> Iterator[Fact]:
    if Kind.TASK in cluster.refused:
        yield Fact("", "unknown: the engine refuses the list of tasks", "warn")
    rows = [row for row in rows_of(cluster, service_id) if row.current] if service_id else []
    for row in rows[:MOST_TASKS]:
        doubt = doubt_about(cluster.services.get(service_id), row.failures, now)
        failed = f"; {doubt}" if doubt and row.failures is not None and row.failures.newest is not row.task else ""
        yield task_fact(cluster, row.task, now, cluster.task_name(row.task), failed)
    if len(rows) > MOST_TASKS:
        yield Fact("…", f"and {len(rows) - MOST_TASKS} more in the tasks pane", "dim")


def task_fact(cluster: Cluster, task: Task, now: float, label: str, more: str = "") -> Fact:
    """A task's state, since when, where, and why."""
    state = state_of(cluster, task, now)
    since = seconds_of(task.status.timestamp)
    where = f" on {cluster.node_name(task.node_id)}" if task.node_id else ""
    span = "" if since is None else age(now - since)
    lasts = "" if since is None else f" {span} ago" if is_finished(task) else f" for {span}"
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
