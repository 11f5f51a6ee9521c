"""The judge against the embedded swarm: what it says of a set of changes is what comes of making them.

Random swarms (labels, roles, availabilities, constraints, limits per node, reservations, host ports, update policies)
and random sets of actions. The same actions, in the order in which the program sends them, are then done on the swarm.
"""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import HealthCheck, Phase, assume, example, given, settings

from swarmtui.errors import NotPossible
from swarmtui.sim.control.errors import ApiError
from swarmtui.swarm.actions.judging import verdict_of
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.judgement.verdict import ServiceVerdict, Verdict
from swarmtui.swarm.membership.quorum import Quorum
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.states import is_standing, is_waiting
from tests.sim.judged_swarms import JSON, MANAGERS, SETTLED, Case, Change, World, cases, service


class Refused(Exception):
    """The engine or the program refuses a change of the set: there is nothing to compare."""


_ON_MANAGERS = {
    ("TaskTemplate", "Placement", "Constraints"): ["node.role==manager"],
    ("Mode",): {"Replicated": {"Replicas": 6}},
}


def _case(specs: Sequence[JSON], *changes: Change) -> Case:
    """One that told something, made as small as it gets."""
    return Case(1, 4, {name: ({}, "active") for name in (*MANAGERS, "w1", "w2")}, specs, changes)


@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@example(_case([service("s0", None)], ("w1", "availability", "drain"), ("s0", "image", "app:2")))
@example(_case([service("s0", 3, update=("start-first", 2))], ("w1", "role", "manager"), ("s0", "image", "app:2")))
@example(_case([service("s0", None)], ("m2", "role", "worker"), ("s0", "placement", ["node.role==worker"])))
@example(_case([service("s0", 4)], ("w2", "role", "manager"), ("s0", "placement", ["node.hostname==w9"])))
@example(
    _case(
        [service("s0", 2, ["node.role==manager"], 1, update=("start-first", 1))],
        ("s0", "edit", {("TaskTemplate", "ContainerSpec", "Image"): "app:2", ("Mode", "Replicated", "Replicas"): 3}),
    )
)
@example(
    _case(
        [service("s0", 8, most=2, update=("start-first", 0))],
        ("s0", "edit", {("TaskTemplate", "ContainerSpec", "Image"): "app:2", **_ON_MANAGERS}),
    )
)
@given(cases())
def test_a_set_of_changes_comes_out_as_it_was_judged(case: Case) -> None:
    try:
        check(case)
    except Refused:
        assume(False)


def check(case: Case) -> None:
    """Judge the changes, make them, compare."""
    world = World(case)
    before = world.snapshot()
    try:
        actions = [world.action(change, before) for change in case.changes]
        verdict = verdict_of(actions, before)
        if not actions or verdict.loses_quorum or not verdict.quorum_after.known:
            raise Refused
        world.do_all(actions, before)
    except (ApiError, NotPossible) as error:
        raise Refused from error
    roles = verdict.quorum_before != verdict.quorum_after or any(
        before.nodes[each].is_manager != verdict.after.nodes[each].is_manager
        for each in before.nodes.keys() & verdict.after.nodes.keys()
    )
    if not roles:  # a role changes a moment later
        world.simulation.advance(0.4)
        check_outages(before, world.snapshot(), verdict)
    world.simulation.advance(SETTLED)
    check_the_end(before, world.snapshot(), verdict)


def waiting_of(cluster: Cluster, service_id: str) -> int:
    """Of how many slots a task waits, and none stands; a start-first update has two in a slot."""
    tasks = cluster.tasks_of(service_id) or ()
    standing = {_place(task) for task in tasks if is_standing(task)}
    return len({_place(task) for task in tasks if is_waiting(task)} - standing)


def _place(task: Task) -> tuple[int, str]:
    return (task.slot, "") if task.slot else (0, task.node_id)


def standing_of(cluster: Cluster, service_id: str) -> set[str]:
    return {task.id for task in cluster.tasks_of(service_id) or () if is_standing(task)}


def check_outages(before: Cluster, now: Cluster, verdict: Verdict) -> None:
    """At once: which services have nothing left that runs, because of their nodes."""
    for each in before.services.values():
        judged = verdict.of(each.id)
        if not running(before, each.id) or (judged and (judged.fates.surplus or _is_updated(judged, verdict))):
            continue
        outage = judged is not None and judged.outage
        assert (not running(now, each.id)) == outage, each.name


def running(cluster: Cluster, service_id: str) -> list[Task]:
    tasks = cluster.tasks_of(service_id) or ()
    return [task for task in tasks if task.status.state == "running" and is_standing(task)]


def check_the_end(before: Cluster, after: Cluster, verdict: Verdict) -> None:
    """In the end: which tasks are gone, how many wait, and the managers."""
    for each in before.services.values():
        judged = verdict.of(each.id)
        gone = {task.id for task in judged.fates.gone} if judged is not None else set[str]()
        really = standing_of(before, each.id) - standing_of(after, each.id)
        waiting = judged.waiting if judged is not None else waiting_of(before, each.id)
        if judged is not None and not check_the_update(judged, verdict, really, gone):
            continue
        assert really == gone, each.name
        assert waiting_of(after, each.id) == waiting, each.name
        if judged is not None and each.spec.mode.name == "replicated":
            assert len(standing_of(after, each.id)) == judged.wanted - judged.waiting, each.name
    assert Quorum.of(after) == verdict.quorum_after


def check_the_update(judged: ServiceVerdict, verdict: Verdict, really: set[str], gone: set[str]) -> bool:
    """What is sure of an update that may not come to its end; whether all else is sure, too."""
    if not _is_updated(judged, verdict):
        return True
    if verdict.before.nodes is not verdict.after.nodes:
        # Nodes and a service's spec change at the same time: whether the update or the constraint enforcer gets to a
        # task first is luck, and on which nodes the update's own tasks are by then.
        assert {task.id for task in judged.fates.leaving} <= really, judged.service.name
        return False
    if judged.fates.replaced and (judged.waiting or judged.stuck):
        # Which slots it has reached by then is luck: swarmkit takes them from a map.
        assert gone - {task.id for task in judged.fates.replaced} <= really <= gone, judged.service.name
        return False
    return True


def _is_updated(judged: ServiceVerdict, verdict: Verdict) -> bool:
    before = verdict.before.services[judged.service.id]
    return before.spec.task_template != judged.service.spec.task_template
