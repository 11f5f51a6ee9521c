"""Tasks that fail: once, again and again, or for good."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from swarmtui.swarm.diagnosis import remedies
from swarmtui.swarm.diagnosis.failing_slots import (
    Sort,
    began,
    evidence_of,
    likely_cause,
    never_ran,
    slots_of_sort,
    ways_back,
    worst_of,
)
from swarmtui.swarm.diagnosis.finding import Remedy, Severity
from swarmtui.swarm.diagnosis.rule import Found, ServiceScene, service_rule
from swarmtui.swarm.health.tasks import loop_words, recovering_words
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task_template import Healthcheck
from swarmtui.swarm.short_text import clipped, counted, listed
from swarmtui.swarm.tasks.ending import cause_of, exit_code_of, not_restarted
from swarmtui.swarm.tasks.failures import Failures
from swarmtui.swarm.units import age, docker_size, duration_text, size_text

__all__ = ["crash_loop", "failing_health_check", "gave_up", "task_failed", "task_rejected"]


@service_rule("crash-loop", Severity.CRITICAL, "Tasks fail again and again within minutes.")
def crash_loop(scene: ServiceScene) -> Iterator[Found]:
    looping = tuple(each for each in slots_of_sort(scene, Sort.ENDED) if each.looping)
    if looping:
        yield _failing(scene, looping, loop_words(worst_of(looping)))


@service_rule("task-failed", Severity.WARNING, "A task failed, and its replacement has not run for long yet.")
def task_failed(scene: ServiceScene) -> Iterator[Found]:
    once = tuple(each for each in slots_of_sort(scene, Sort.ENDED) if not each.looping)
    if once:
        yield _failing(scene, once, recovering_words(worst_of(once), scene.now))


@service_rule("task-rejected", Severity.CRITICAL, "A node rejects tasks: it cannot create their containers.")
def task_rejected(scene: ServiceScene) -> Iterator[Found]:
    rejected = slots_of_sort(scene, Sort.REJECTED)
    if not rejected:
        return
    worst = worst_of(rejected)
    again = f"{worst.count} times in {age(worst.seconds)}" if worst.count > 1 else f"{age(scene.now - worst.last)} ago"
    yield _failing(
        scene,
        rejected,
        f"rejected {again}: {cause_of(worst.newest).removeprefix('cannot start: ')}",
        None if any(each.looping for each in rejected) else Severity.WARNING,
    )


@service_rule("failing-health-check", Severity.CRITICAL, "Swarm stops tasks because their health check fails.")
def failing_health_check(scene: ServiceScene) -> Iterator[Found]:
    unhealthy = slots_of_sort(scene, Sort.UNHEALTHY)
    if not unhealthy:
        return
    worst = worst_of(unhealthy)
    again = f"{worst.count} tasks stopped in {age(worst.seconds)}" if worst.count > 1 else "1 task stopped"
    check = scene.service.spec.task_template.container_spec
    name = scene.cluster.task_name(worst.newest)
    yield Found(
        summary=f"health check fails: {again}, last {age(scene.now - worst.last)} ago",
        evidence=(check_text(check.healthcheck if check is not None else None), *evidence_of(scene, unhealthy)),
        cause="The program does not answer its health check in time, or the check itself is wrong: its command may be"
        " missing in the image, or its start period too short.",
        remedies=(
            remedies.inspect_task(worst.newest, name, f"See what the health check of {name} said"),
            remedies.show_task_logs(worst.newest, name),
            *ways_back(scene.service),
            remedies.edit(scene.service, f"Change the health check of {scene.service.name}"),
        ),
        since=began(unhealthy),
        until=min(each.steady_at for each in unhealthy),
        severity=None if any(each.looping for each in unhealthy) else Severity.WARNING,
    )


@service_rule("gave-up", Severity.CRITICAL, "The restart policy keeps Swarm from starting another task.")
def gave_up(scene: ServiceScene) -> Iterator[Found]:
    over = tuple(each for each in scene.failures if each.gave_up)
    if not over or scene.service.spec.mode.name.endswith("-job"):
        return
    newest = max(over, key=lambda each: each.last)
    done = all(each.newest.status.state == "complete" for each in over)
    slots = listed([scene.cluster.task_name(each.current) for each in over], 3)
    yield Found(
        summary=f"{not_restarted(scene.service, newest.newest)}: {cause_of(newest.newest)}",
        evidence=(f"Swarm will start no task for {slots}.", *evidence_of(scene, over)),
        cause="The program did its work and ended, and the restart policy leaves it at that."
        if done and _ends_for_good(scene.service)
        else likely_cause(scene.service, newest.newest),
        remedies=(
            *_logs(scene, newest),
            *_whether_out_of_memory(scene, newest),
            remedies.force_update(scene.service),
            *(() if done else ways_back(scene.service)),
            _other_restart_policy(scene.service),
        ),
        since=newest.last,
        severity=Severity.NOTE if done and _ends_for_good(scene.service) else None,
    )


def check_text(check: Healthcheck | None) -> str:
    """ "health check: curl -f http://localhost/ (every 30 s, timeout 5 s, 3 retries)"."""
    test = check.test or () if check is not None else ()
    match test:
        case ("CMD-SHELL", *words):
            command = " ".join(words)
        case ("CMD", *words):
            command = shlex.join(words)
        case _:
            command = "the image's own"
    parts = []
    if check is not None:
        parts += [f"every {duration_text(check.interval)}"] if check.interval else []
        parts += [f"timeout {duration_text(check.timeout)}"] if check.timeout else []
        parts += [f"start period {duration_text(check.start_period)}"] if check.start_period else []
        parts += [counted(check.retries, "retry", "retries")] if check.retries else []
    how = f" ({', '.join(parts)})" if parts else ""
    return f"health check: {clipped(' '.join(command.split()), 200)}{how}"


def _failing(scene: ServiceScene, slots: Sequence[Failures], summary: str, severity: Severity | None = None) -> Found:
    """What the rules on failing tasks have in common."""
    worst, service = worst_of(slots), scene.service
    return Found(
        summary=summary,
        evidence=tuple(evidence_of(scene, slots)),
        cause=likely_cause(service, worst.newest),
        remedies=(
            *_logs(scene, worst),
            *_whether_out_of_memory(scene, worst),
            *_more_memory(service, worst),
            *ways_back(service),
            *([remedies.edit(service, f"Edit the spec of {service.name}")] if never_ran(worst.newest) else []),
        ),
        since=began(slots),
        until=min(each.steady_at for each in slots),
        severity=severity,
    )


def _logs(scene: ServiceScene, slot: Failures) -> tuple[Remedy, ...]:
    if never_ran(slot.newest):
        return ()
    return (remedies.show_task_logs(slot.newest, scene.cluster.task_name(slot.newest)),)


def _whether_out_of_memory(scene: ServiceScene, slot: Failures) -> tuple[Remedy, ...]:
    """Its node's engine knows why a task was killed."""
    if exit_code_of(slot.newest) != 137:
        return ()
    name = scene.cluster.task_name(slot.newest)
    return (remedies.inspect_task(slot.newest, name, f"See whether {name} ran out of memory"),)


def _more_memory(service: Service, slot: Failures) -> tuple[Remedy, ...]:
    """Twice the limit, of a task that was killed at it."""
    requirements = service.spec.task_template.resources
    limits = requirements.limits if requirements is not None else None
    if exit_code_of(slot.newest) != 137 or limits is None or not limits.memory_bytes:
        return ()
    twice = 2 * limits.memory_bytes
    text = f"Allow {service.name} {size_text(twice)} of memory"
    return (remedies.set_form_field("service.limits", service, "memory limit", docker_size(twice), text),)


def _ends_for_good(service: Service) -> bool:
    """Whether a task that ends without an error is meant to stay ended."""
    policy = service.spec.task_template.restart_policy
    return policy is not None and policy.condition in ("none", "on-failure")


def _other_restart_policy(service: Service) -> Remedy:
    policy = service.spec.task_template.restart_policy
    if policy is not None and policy.condition in ("none", "on-failure"):
        text = f"Restart every task of {service.name} that ends"
        return remedies.set_form_field("service.restart-policy", service, "condition", "any", text)
    text = f"Restart tasks of {service.name} without a limit"
    return remedies.set_form_field("service.restart-policy", service, "attempts", "0", text)
