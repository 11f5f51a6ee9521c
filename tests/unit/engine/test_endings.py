"""By which small questions the end of a task is heard of, in swarms of all sorts."""

from __future__ import annotations

import msgspec

from swarmtui.engine.polling.endings import EndingsPlanner
from swarmtui.engine.polling.engine_questions import Question, Topic
from swarmtui.engine.polling.observation import TaskScope
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.swarm import Orchestration, Swarm, SwarmSpec
from swarmtui.swarm.objects.task import Task, TaskStatus

ALL = TaskScope()


def tasks(service: str, running: int, ended: int = 0) -> list[Task]:
    made = []
    for number in range(running + ended):
        desired = "running" if number < running else "shutdown"
        state = TaskStatus(state="running" if number < running else "failed")
        task = Task(id=f"{service}{number:05}xyz", service_id=service, desired_state=desired, status=state)
        made.append(task)
    return made


def swarm_of(*groups: list[Task], history: int | None = 5) -> Cluster:
    swarm = Swarm(spec=SwarmSpec(orchestration=Orchestration(history)))
    services = {group[0].service_id: Service(id=group[0].service_id) for group in groups}
    return Cluster(swarm=swarm, services=services).with_all_tasks([task for group in groups for task in group])


def test_where_no_task_has_ended_none_has_to_be_named() -> None:
    plan = EndingsPlanner().plan(swarm_of(tasks("a", 9_000)), ALL)
    assert plan.on_screen == (Question(Topic.ENDED),)
    assert plan.complete


def test_running_tasks_are_named_beside_a_history_by_the_beginnings_of_their_ids() -> None:
    plan = EndingsPlanner().plan(swarm_of(tasks("a", 2, 3), tasks("b", 1)), ALL)
    assert plan.on_screen == (Question(Topic.ENDED, ("a00000", "a00001", "b00000")),)
    assert not plan.elsewhere
    assert plan.complete


def test_in_a_big_swarm_services_without_a_history_are_named_instead_of_their_tasks() -> None:
    plan = EndingsPlanner().plan(swarm_of(tasks("a", 9_000), tasks("b", 300, 1)), ALL)
    assert not plan.on_screen
    assert [each.topic for each in plan.elsewhere] == [Topic.ENDED, Topic.ENDED, Topic.ENDED_OF]
    assert plan.elsewhere[-1].ids == ("a",)
    assert plan.complete


def test_thousands_of_tasks_with_a_history_are_left_to_the_counts_except_on_the_screen() -> None:
    cluster = swarm_of(tasks("a", 9_000, 9), tasks("b", 3, 1))
    assert not EndingsPlanner().plan(cluster, ALL).complete
    plan = EndingsPlanner().plan(cluster, TaskScope(service_id="b"))
    assert plan.on_screen == (Question(Topic.ENDED, ("b00000", "b00001", "b00002")),)
    assert not plan.complete


def test_what_tells_nothing_is_not_asked() -> None:
    unknown = msgspec.structs.replace(tasks("a", 1)[0])
    assert not EndingsPlanner().plan(Cluster().with_tasks_of(["a"], [unknown]), ALL).on_screen
    assert not EndingsPlanner().plan(swarm_of(tasks("a", 3), history=0), ALL).on_screen
