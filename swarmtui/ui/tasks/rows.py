"""The rows of the tasks' table, and how many tasks each word is said of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from swarmtui.engine.polling.observation import TaskScope
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.history import TaskRow, rows_of
from swarmtui.swarm.tasks.states import is_finished, is_leaving
from swarmtui.swarm.tasks.task_state import state_of
from swarmtui.ui.kit.texts.text import natural

__all__ = ["TaskRows"]


class TaskRows:
    """Makes the rows of the task table, and keeps each service's until its tasks change."""

    def __init__(self) -> None:
        self._by_service: dict[str, tuple[object, list[TaskRow], list[TaskRow]]] = {}
        self._made_of: tuple[object, object, TaskScope, bool] | None = None
        self._rows: Sequence[TaskRow] = ()
        self._words: dict[str, tuple[object, object, Counter[str]]] = {}

    def of(self, cluster: Cluster, scope: TaskScope, *, history: bool) -> Sequence[TaskRow]:
        """The rows of a scope; the same sequence object while nothing in it changed.

        Args:
            history: whether tasks that are only remembered are shown too.
        """
        made_of = (cluster.tasks_by_service, cluster.services, scope, history)
        if self._made_of is None or not _same(made_of, self._made_of):
            rows = self._make(cluster, scope, history)
            if len(rows) != len(self._rows) or not all(a is b for a, b in zip(rows, self._rows, strict=True)):
                self._rows = rows
            self._made_of = made_of
        return self._rows

    def words(self, cluster: Cluster, scope: TaskScope) -> Counter[str]:
        """How many of the current tasks of a scope each word is said of. Each service is counted when it changes."""
        if scope.node_id:
            rows = self.of(cluster, scope, history=False)
            return _count_words(cluster, [row.task for row in rows if row.current])
        words: Counter[str] = Counter()
        for service_id in [scope.service_id] if scope.service_id else cluster.tasks_by_service:
            words.update(self._words_of(cluster, service_id))
        return words

    def _words_of(self, cluster: Cluster, service_id: str) -> Counter[str]:
        rows = self._of_service(cluster, service_id)[1]
        known = self._words.get(service_id)
        if known is None or known[0] is not rows or known[1] is not cluster.nodes:
            words = _count_words(cluster, [row.task for row in rows if row.current])
            known = self._words[service_id] = (rows, cluster.nodes, words)
        return known[2]

    def _make(self, cluster: Cluster, scope: TaskScope, history: bool) -> list[TaskRow]:
        if scope.service_id:
            services: Iterable[str] = [scope.service_id]
        else:
            # A key in the list of nodes must not cost a look at each of 150,000 tasks.
            found = cluster.groups_on(scope.node_id) if scope.node_id else cluster.tasks_by_service
            services = sorted(found, key=lambda service_id: (natural(cluster.service_name(service_id)), service_id))
        rows: list[TaskRow] = []
        for service_id in services:
            rows += self._of_service(cluster, service_id)[0 if history else 1]
        if scope.node_id:
            rows = [row for row in rows if row.task.node_id == scope.node_id]
        if len(self._by_service) > len(cluster.tasks_by_service):
            self._by_service = {key: kept for key, kept in self._by_service.items() if key in cluster.tasks_by_service}
            self._words = {key: kept for key, kept in self._words.items() if key in self._by_service}
        return rows

    def _of_service(self, cluster: Cluster, service_id: str) -> tuple[list[TaskRow], list[TaskRow]]:
        """All rows of a service, and those that are not mere history."""
        tasks = cluster.tasks_by_service.get(service_id)
        known = self._by_service.get(service_id)
        if known is None or known[0] is not tasks:
            rows = rows_of(cluster, service_id)
            before = {row.task.id: row for row in known[1]} if known else {}
            rows = [before[row.task.id] if before.get(row.task.id) == row else row for row in rows]
            known = (tasks, rows, [row for row in rows if row.current or not _is_history(row.task)])
            self._by_service[service_id] = known
        return known[1], known[2]


def _same(a: tuple[object, object, TaskScope, bool], b: tuple[object, object, TaskScope, bool]) -> bool:
    return a[0] is b[0] and a[1] is b[1] and a[2:] == b[2:]


def _count_words(cluster: Cluster, tasks: Sequence[Task]) -> Counter[str]:
    """How many tasks each word is said of. It depends on state and node alone: so few tasks need to be judged."""
    words: Counter[str] = Counter()
    examples = {(task.status.state, task.node_id): task for task in tasks}
    for kind, count in Counter((task.status.state, task.node_id) for task in tasks).items():
        words[state_of(cluster, examples[kind]).word] += count
    return words


def _is_history(task: Task) -> bool:
    return is_leaving(task) and is_finished(task)
