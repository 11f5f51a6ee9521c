"""The verdict in sentences, for the dialogs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from swarmtui.swarm.consequences import Consequence, danger, note, warning
from swarmtui.swarm.judgement.local_data import kept_local_mounts, stays_text
from swarmtui.swarm.judgement.verdict import ServiceVerdict, Verdict
from swarmtui.swarm.membership.quorum import tolerated
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.services.constraints import reasons_text
from swarmtui.swarm.services.replicas import replicas_wanted
from swarmtui.swarm.short_text import counted, listed

__all__ = ["consequences_of", "quorum_consequences"]


def consequences_of(verdict: Verdict) -> list[Consequence]:
    """What a change means for the services, the most important first."""
    return [
        *_of_takers(verdict),
        *_of_outages(verdict),
        *_of_places(verdict),
        *_of_data(verdict),
        *_of_rejected(verdict),
        *_of_moves(verdict),
        *_of_those_that_stop(verdict),
        *_of_those_that_start(verdict),
        *_of_stuck_updates(verdict),
        *_of_unknown(verdict),
    ]


# ------------------------------------------------------------------------------------------------ nodes


def _of_takers(verdict: Verdict) -> Iterator[Consequence]:
    if not verdict.leaves_no_taker:
        return
    if not verdict.lost:
        yield warning("No node will take new tasks: nothing that fails will start again.")
    else:
        yield danger("No node will take tasks: all tasks stop and none starts elsewhere.")


def _of_outages(verdict: Verdict) -> Iterator[Consequence]:
    """Services of which nothing runs while their tasks move."""
    single, together = list[str](), list[str]()
    for each in verdict.services:
        if not each.outage or each.service.spec.mode.name != "replicated":
            continue
        if each.running == 1 and replicas_wanted(each.service) <= 1:
            single.append(each.service.name)
        else:
            together.append(f"{each.service.name} ({each.running})")
    if single:
        yield danger(f"Outage of {listed(single)}: Swarm stops the only replica before it starts another.")
    if together:
        yield danger(f"Outage of {listed(together)}: all running tasks stop together before others start.")


def _of_places(verdict: Verdict) -> Iterator[Consequence]:
    """Services that the nodes cannot take, or not all tasks of."""
    for each in verdict.services:
        if each.service.spec.mode.name == "global":
            yield from _of_global_places(each)
        elif each.waiting > each.waited or (each.waiting and each.is_changed):
            nothing = each.wanted <= each.waiting if each.moving else not each.starting
            yield _without_place(each) if nothing else _short_of_places(each)
        if each.not_restarted:
            stop = "its task stops" if each.not_restarted == 1 else f"its {each.not_restarted} tasks stop"
            yield danger(f"{each.service.name} does not restart tasks (restart condition none): {stop} for good.")


def _without_place(each: ServiceVerdict) -> Consequence:
    """No task that needs a place gets one."""
    service, wants = each.service, _wants(each.service)
    why = f" ({reasons_text(each.obstacles)})" if each.obstacles else ""
    if each.moving:
        why = why or " (there is no other)"
        number = len(each.moving)
        waits = "Its task stops and waits" if number == 1 else f"Its {number} tasks stop and wait"
        return danger(f"No other node can take {service.name}{why}.{wants} {waits}.")
    if each.fates.replaced:
        old, stop = len(each.fates.replaced), min(each.waiting, len(each.fates.replaced))
        lost = f"{stop} of {old} old tasks stop{'s' if stop == 1 else ''}" if old > 1 else "the old one stops"
        kept = "the old ones keep running" if old > 1 else "the old one keeps running"
        then = kept if each.starts_first else lost
        return danger(
            f"No node will be able to take a task of {service.name}{why}.{wants} New tasks will wait; {then}."
        )
    return warning(
        f"No node can take a task of {service.name} now{why}.{wants} {counted(each.waiting, 'task')} will wait."
    )


def _short_of_places(each: ServiceVerdict) -> Consequence:
    service, wait = each.service, counted(each.waiting, "task")
    why = f" ({reasons_text(each.obstacles)})" if each.obstacles else ""
    room = max(each.wanted - each.waiting, 0)
    if each.moving:
        return warning(f"The other nodes have room for {room} of {service.name}{why}: {wait} will wait.")
    return warning(f"The nodes have room for {room} of {each.wanted} tasks of {service.name}{why}: {wait} will wait.")


def _of_global_places(each: ServiceVerdict) -> Iterator[Consequence]:
    if each.is_changed and each.has_nodes and not each.wanted:
        say = danger if each.running else warning
        yield say(f"No node meets the constraints of {each.service.name}:{_wants(each.service)} It will have no task.")
    if each.waiting > each.waited:
        number = each.waiting - each.waited
        why = f" ({reasons_text(each.obstacles)})" if each.obstacles else ""
        yield warning(f"{counted(number, 'task')} of {each.service.name} will wait{why}.")


def _wants(service: Service) -> str:
    return f" It requires {listed(service.constraints)}." if service.constraints else ""


# ------------------------------------------------------------------------------------------------ data


def _of_data(verdict: Verdict) -> Iterator[Consequence]:
    for each in verdict.services:
        mounts = kept_local_mounts(verdict.before.services.get(each.service.id), each.service)
        if not mounts:
            continue
        name = each.service.name
        if each.moving:
            stays = stays_text(mounts, _nodes_of(verdict, each.moving))
            yield danger(f"{name}: {stays}.")
        elif each.may_move:
            stays = stays_text(mounts, _nodes_of(verdict, each.fates.replaced))
            if each.must_move:
                yield danger(f"{name}: {stays}.")
                continue
            may = "The new task may" if len(each.fates.replaced) == 1 else "New tasks may"
            yield warning(f"{name}: {stays}. {may} start on another node.")


def _nodes_of(verdict: Verdict, tasks: Iterable[Task]) -> set[str]:
    return {verdict.before.node_name(task.node_id) for task in tasks}


# ------------------------------------------------------------------------------------------------ tasks that move


def _of_rejected(verdict: Verdict) -> Iterator[Consequence]:
    """Tasks whose node no longer meets the constraints: Swarm rejects them at once."""
    for each in verdict.services:
        if not each.fates.rejected or (each.is_changed and each.service.spec.mode.name == "global"):
            continue
        number = len(each.fates.rejected)
        nodes = listed(_nodes_of(verdict, each.fates.rejected))
        task = "its task there stops" if number == 1 else f"its {number} tasks there stop"
        then = ""
        if each.service.spec.mode.name == "replicated" and not each.waiting and not each.not_restarted:
            then = " and starts on another node" if number == 1 else " and start on other nodes"
        wants = listed(each.service.constraints)
        yield warning(f"{each.service.name} may no longer run on {nodes} (it requires {wants}): {task}{then}.")


def _of_moves(verdict: Verdict) -> Iterator[Consequence]:
    moving = [(each.service, len(each.fates.leaving)) for each in verdict.services if each.fates.leaving]
    moving = [(service, number) for service, number in moving if service.spec.mode.name.startswith("replicated")]
    total = sum(number for _, number in moving)
    if total:
        parts = listed([f"{service.name} {number}" for service, number in moving])
        stop = "stops first and then starts" if total == 1 else "stop first and then start"
        yield note(f"{counted(total, 'task')} {stop} on {'another node' if total == 1 else 'other nodes'}: {parts}.")
    elif verdict.lost:
        yield note(f"No task has to move away from {listed(_names(verdict, verdict.lost))}.")
    jobs = [service.name for service, _ in moving if service.spec.mode.name == "replicated-job"]
    if jobs:
        yield warning(f"Job tasks start over: {listed(jobs)}.")


def _names(verdict: Verdict, node_ids: Iterable[str]) -> set[str]:
    return {verdict.before.node_name(each) for each in node_ids}


def _of_those_that_stop(verdict: Verdict) -> Iterator[Consequence]:
    stopping = [each for each in verdict.services if each.fates.leaving and not each.is_changed]
    for mode in ("global", "global-job"):
        names = [each.service.name for each in stopping if each.service.spec.mode.name == mode]
        nodes = {
            node
            for each in stopping
            if each.service.spec.mode.name == mode
            for node in _nodes_of(verdict, each.fates.leaving)
        }
        if names and mode == "global":
            yield note(f"Global services just stop on {listed(nodes)}: {listed(names)}.")
        elif names:
            yield warning(f"Global jobs stop on {listed(nodes)} before they complete: {listed(names)}.")


def _of_those_that_start(verdict: Verdict) -> Iterator[Consequence]:
    """What a node that takes tasks again, or has other labels, gets by itself."""
    starting: Counter[str] = Counter()
    by_nodes: dict[frozenset[str], list[str]] = {}
    for each in verdict.services:
        if each.is_changed:
            continue
        if each.service.spec.mode.name == "global":
            if each.starting_on:
                by_nodes.setdefault(frozenset(each.starting_on), []).append(each.service.name)
        elif each.waited > each.waiting and not each.moving:
            starting[each.service.name] = each.waited - each.waiting
    if starting:
        total = sum(starting.values())
        parts = listed([f"{name} {number}" for name, number in starting.items()])
        yield note(f"{counted(total, 'task')} that wait{'s' if total == 1 else ''} for a node will start: {parts}.")
    for nodes, services in by_nodes.items():
        a_task = "a task" if len(nodes) == 1 else "tasks"
        yield note(f"Global services start {a_task} on {listed(_names_after(verdict, nodes))}: {listed(services)}.")


def _names_after(verdict: Verdict, node_ids: Iterable[str]) -> set[str]:
    return {verdict.after.node_name(each) for each in node_ids}


# ------------------------------------------------------------------------------------------------ updates


def _of_stuck_updates(verdict: Verdict) -> Iterator[Consequence]:
    for each in verdict.services:
        if each.stuck:
            what = "This update" if each.starts_update else "An update"
            yield warning(
                f"{what} of {each.service.name} cannot finish: start-first needs room for the new task beside the"
                " old one,"
                f" and there is none ({_why_no_second(each.service)}). Stop-first does not."
            )


def _why_no_second(service: Service) -> str:
    template, reasons = service.spec.task_template, list[str]()
    ports = (service.spec.endpoint_spec.ports if service.spec.endpoint_spec is not None else None) or ()
    if held := sorted({port.published_port for port in ports if port.publish_mode == "host" and port.published_port}):
        reasons.append(f"host port {', '.join(map(str, held))}")
    if template.placement is not None and template.placement.max_replicas > 0:
        reasons.append(f"at most {template.placement.max_replicas} per node")
    reserved = template.resources.reservations if template.resources is not None else None
    if reserved is not None and (reserved.nano_cpus > 0 or reserved.memory_bytes > 0):
        reasons.append("what a task reserves")
    return ", ".join(reasons)


def _of_unknown(verdict: Verdict) -> Iterator[Consequence]:
    if (verdict.lost or verdict.opened) and not verdict.before.tasks_complete:
        yield warning("Not all tasks are known yet: more services may be affected.")


# ------------------------------------------------------------------------------------------------ managers


def quorum_consequences(verdict: Verdict) -> Iterator[Consequence]:
    """What becomes of the quorum, where the managers change."""
    before, after = verdict.quorum_before, verdict.quorum_after
    if before == after:
        return
    if not before.known:
        yield warning("The managers are not known yet, so the effect on the quorum is unknown.")
        return
    if not after.known:
        yield danger("No manager would be left: the engine will refuse this. Promote another node first.")
        return
    if not before.has_quorum:
        yield danger(f"The managers have no quorum ({before.text}): the engine cannot carry this out.")
    elif not after.has_quorum:
        yield danger(
            f"The quorum would be lost: {after.reachable} of {after.members} managers would be reachable,"
            f" {after.majority} are needed. The swarm could no longer be changed."
            f"{' The engine should refuse this.' if after.members < before.members else ''}"
        )
    yield note(f"Now: {before.sentence}. After: {after.sentence}.")
    if after.has_quorum and not after.can_lose and after.members <= before.members:
        yield warning("After this, the next manager that fails stops all changes.")
    elif after.members == 2 and after.members > before.members:
        yield warning("With 2 managers both must be up: losing either one stops all changes. Use 3.")
    elif after.is_even:
        fewer = after.members - 1
        yield warning(
            f"{after.members} managers tolerate {tolerated(after.members)} failing, the same as {fewer}:"
            " an odd number is better."
        )
    if after.members > 7 and after.members > before.members:
        yield warning(f"{after.members} managers make every change slower; more than 7 are not recommended.")
