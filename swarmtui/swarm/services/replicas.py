"""How many tasks of a service run, and how many should.

A task counts as running only on a node that is ready: Swarm shows the tasks of a dead node as running for up to 24
hours (swarmkit manager/dispatcher, `defaultNodeDownPeriod`). What has not been asked for yet is None, not 0.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task

__all__ = ["Replicas", "Totals", "completions_wanted", "count", "replicas_wanted", "totals"]


class Replicas(msgspec.Struct, frozen=True):
    """A service's counts.

    Attributes:
        mode: "replicated", "global", "replicated-job" or "global-job".
        running: tasks that run on nodes that are ready.
        desired: tasks that should run at once. Of a global service, one for each node that qualifies; of a replicated
            job, how many run at a time; of a global job, those not completed yet.
        completed: of a job, the tasks of its present run that have completed.
        total: of a job, the completions that it is to reach.
        doubtful: tasks that are said to run on nodes that are not ready; not in `running`. None when some node is not
            ready and the service's tasks are not known: `running` may then be too high by them.
    """

    mode: str
    running: int | None
    desired: int | None
    completed: int | None = None
    total: int | None = None
    doubtful: int | None = 0

    @property
    def is_job(self) -> bool:
        return self.mode.endswith("-job")

    @property
    def outstanding(self) -> int | None:
        """How many tasks should run now: `desired`, and of a replicated job no more than are left to complete."""
        if self.mode != "replicated-job":
            return self.desired
        if self.desired is None or self.completed is None or self.total is None:
            return None
        return max(min(self.desired, self.total - self.completed), 0)

    @property
    def healthy(self) -> bool | None:
        """Whether everything that should run does at this moment; None when that cannot be told. Whether it has been
        steady is reported by `swarmtui.swarm.health`."""
        wanted = self.outstanding
        if self.running is None or wanted is None:
            return None
        if self.running < wanted:
            return False
        # With nothing wanted there is nothing that a dead node could be hiding.
        return True if self.doubtful is not None or wanted == 0 else None

    @property
    def done(self) -> int | None:
        """What a bar shows as filled: the running tasks, or the completed ones of a job."""
        return self.completed if self.is_job else self.running

    @property
    def goal(self) -> int | None:
        """What a bar shows as its whole length."""
        return self.total if self.is_job else self.desired

    @property
    def text(self) -> str:
        """ "3/4", or of a job "2/5 done"; "?" for what is not known."""
        numbers = f"{_shown(self.done)}/{_shown(self.goal)}"
        return f"{numbers} done" if self.is_job else numbers


class Totals(msgspec.Struct, frozen=True):
    """A swarm's counts, for the header. Which services are well is reported by `swarmtui.swarm.health`.

    Attributes:
        nodes_ready: nodes that are ready, of `nodes`.
        tasks_running: running tasks of all services, of `tasks_desired`; None while any of them is not known.
    """

    nodes_ready: int
    nodes: int
    tasks_running: int | None
    tasks_desired: int | None


def replicas_wanted(service: Service) -> int:
    """The replicas of a replicated service; the engine takes 1 where the spec says none (moby convert/service.go)."""
    replicated = service.spec.mode.replicated
    return 1 if replicated is None or replicated.replicas is None else replicated.replicas


def completions_wanted(service: Service) -> tuple[int, int]:
    """A replicated job's tasks at a time, and completions in all, with the engine's defaults (moby
    convert/service.go: 1 at a time; as many in all as at a time)."""
    job = service.spec.mode.replicated_job
    at_once = 1 if job is None or job.max_concurrent is None else job.max_concurrent
    total = at_once if job is None or job.total_completions is None else job.total_completions
    return at_once, total


def count(cluster: Cluster, service: Service) -> Replicas:
    """Count a service's tasks.

    The manager's own count (`ServiceStatus`) is taken where there is one, less the tasks on nodes that are not ready;
    else the tasks are counted by the same rules (swarmkit manager/controlapi/service.go, `ListServiceStatuses`).
    """
    mode = service.spec.mode.name
    tasks = cluster.tasks_of(service.id)
    doubtful = _doubtful(cluster, service, tasks)
    status = service.service_status
    if status is not None:
        running: int | None = max(status.running_tasks - (doubtful or 0), 0)
        desired: int | None = status.desired_tasks
        completed: int | None = status.completed_tasks
    elif tasks is not None:
        mine = [task for task in tasks if _of_this_run(service, task)]
        running = sum(1 for task in mine if task.status.state == "running") - (doubtful or 0)
        running = max(running, 0)
        desired = sum(1 for task in mine if _is_desired(task))
        completed = sum(1 for task in mine if task.status.state == "complete")
    else:
        running = desired = completed = None
    if mode == "replicated":
        return Replicas(mode, running, replicas_wanted(service), doubtful=doubtful)
    if mode == "global":
        return Replicas(mode, running, desired, doubtful=doubtful)
    if mode == "replicated-job":
        at_once, total = completions_wanted(service)
        return Replicas(mode, running, at_once, completed, total, doubtful)
    whole = None if desired is None or completed is None else desired + completed
    return Replicas(mode, running, desired, completed, whole, doubtful)


def totals(cluster: Cluster) -> Totals:
    """Count a whole swarm."""
    counts = [count(cluster, service) for service in cluster.services.values()]
    return Totals(
        nodes_ready=len(cluster.nodes) - len(cluster.nodes_not_ready),
        nodes=len(cluster.nodes),
        tasks_running=_sum(counted.running for counted in counts),
        tasks_desired=_sum(counted.outstanding for counted in counts),
    )


def _doubtful(cluster: Cluster, service: Service, tasks: tuple[Task, ...] | None) -> int | None:
    not_ready = cluster.nodes_not_ready
    if not not_ready:
        return 0
    if tasks is None:
        return None
    claims = (task for task in tasks if task.node_id in not_ready and task.status.state == "running")
    return sum(1 for task in claims if _of_this_run(service, task))


def _of_this_run(service: Service, task: Task) -> bool:
    """Of a job, whether the task belongs to its present run; each update of a job starts another."""
    if service.job_status is None:
        return True
    return task.job_iteration is not None and task.job_iteration.index == service.job_status.job_iteration.index


def _is_desired(task: Task) -> bool:
    if task.desired_state == "running":
        return True
    return task.desired_state == "complete" and task.status.state != "complete"


def _shown(number: int | None) -> str:
    return "?" if number is None else str(number)


def _sum(numbers: Iterable[int | None]) -> int | None:
    total = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total
