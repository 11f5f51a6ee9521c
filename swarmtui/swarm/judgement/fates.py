"""What becomes of the tasks that a service has when nodes or its spec change.

Sources: swarmkit manager/orchestrator/{replicated,global}, constraintenforcer, restart, and task.go (`InvalidNode`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.judgement.replacement import Replacement, Restart
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.services.constraints import placement_met
from swarmtui.swarm.services.replicas import replicas_wanted
from swarmtui.swarm.tasks.states import holds_a_place, is_standing, is_waiting

__all__ = ["Fates", "fates_of", "must_leave"]


@dataclass
class Fates:
    """A service's tasks, by what becomes of them.

    Attributes:
        staying: they stay as they are.
        leaving: they stop since their node is drained or removed.
        rejected: they stop since their node no longer meets the service's constraints.
        replaced: a rolling update replaces them.
        surplus: they stop since fewer are wanted, or the service is removed.
        waiting: they have no node, or one that cannot take them yet.
    """

    staying: list[Task] = field(default_factory=list)
    leaving: list[Task] = field(default_factory=list)
    rejected: list[Task] = field(default_factory=list)
    replaced: list[Task] = field(default_factory=list)
    surplus: list[Task] = field(default_factory=list)
    waiting: list[Task] = field(default_factory=list)

    @property
    def stopping_at_once(self) -> list[Task]:
        """All that stop because of nodes: at the same moment, and before others start."""
        return [*self.leaving, *self.rejected]

    @property
    def gone(self) -> list[Task]:
        """All whose places become free."""
        return [*self.leaving, *self.rejected, *self.replaced, *self.surplus]


def must_leave(node: Node | None) -> bool:
    """Whether no task may stay on a node: it is removed, drained or down."""
    return node is None or node.spec.availability == "drain" or node.status.state == "down"


def fates_of(
    before: Cluster,
    after: Cluster,
    service: Service,
    replacement: Replacement | None,
    tasks: Iterable[Task],
    changed: Collection[str],
) -> Fates:
    """Tell the tasks of a service apart.

    Args:
        service: as it will be.
        replacement: the update that its change starts, if it does.
        changed: the IDs of the nodes that change.
    """
    if service.id in before.services and service.id not in after.services:
        return Fates(surplus=[task for task in tasks if holds_a_place(task)])
    fates, met = Fates(), dict[str, bool]()
    spec_changed = before.services.get(service.id) is not after.services.get(service.id)
    old_nodes, new_nodes = before.nodes, after.nodes
    for task in tasks:
        if not is_standing(task):
            if is_waiting(task):
                fates.waiting.append(task)
            continue
        if not spec_changed and task.node_id not in changed:
            fates.staying.append(task)
            continue
        old, node = old_nodes.get(task.node_id), new_nodes.get(task.node_id)
        if must_leave(node):
            (fates.leaving if not must_leave(old) else fates.surplus).append(task)
        else:
            assert node is not None
            if node.id not in met:
                met[node.id] = placement_met(service, node)
            _sort(fates, task, service, old, node, replacement, met[node.id])
    _scale_down(fates, service, {task.slot for task in fates.rejected if _becomes_manager(task, before, after)})
    return fates


def _becomes_manager(task: Task, before: Cluster, after: Cluster) -> bool:
    old, node = before.nodes.get(task.node_id), after.nodes.get(task.node_id)
    return old is not None and node is not None and node.is_manager and not old.is_manager


def _sort(
    fates: Fates,
    task: Task,
    service: Service,
    old: Node | None,
    node: Node,
    replacement: Replacement | None,
    fits: bool,
) -> None:
    """A task whose node stays, and which changes, or whose service does."""
    restart = Restart.NONE if replacement is None else replacement.restart
    if not fits and old is not node and node.spec.availability == "active":
        # The constraint enforcer looks at a node whenever that changes, and only at one that is active.
        fates.rejected.append(task)
    elif not fits and restart is not Restart.NONE:
        # Of a global service all at once, of a replicated one by the update policy.
        (fates.rejected if service.spec.mode.name == "global" else fates.replaced).append(task)
    elif restart is Restart.ALL and not (node.spec.availability == "pause" and service.spec.mode.name == "global"):
        # On a paused node a global service's task is not updated (swarmkit manager/orchestrator/global/global.go).
        fates.replaced.append(task)
    else:
        fates.staying.append(task)


def _scale_down(fates: Fates, service: Service, emptied: Collection[int]) -> None:
    """Take out the slots that are too many: those without a running task first, then where a node has several.

    Rule: swarmkit manager/orchestrator/replicated/{services,slot}.go.

    Args:
        emptied: slots whose task is rejected before the service is scaled down: of the changes to nodes that reject
            tasks, promotions alone are sent before it (swarm/actions/ordering.py). A new task waits in them by then.
    """
    if service.spec.mode.name != "replicated":
        return
    wanted = replicas_wanted(service)
    if sum(map(len, (fates.staying, fates.leaving, fates.rejected, fates.replaced, fates.waiting))) <= wanted:
        return
    slots: dict[int, list[Task]] = {}
    kinds = (fates.staying, fates.leaving, fates.rejected, fates.replaced, fates.waiting)
    for task in (task for kind in kinds for task in kind):
        slots.setdefault(task.slot, []).append(task)
    if len(slots) <= wanted:
        return
    surplus = {id(task) for slot in _in_order_of_keeping(slots, emptied)[wanted:] for task in slot}
    for kind in kinds:
        fates.surplus += [task for task in kind if id(task) in surplus and kind is not fates.waiting]
        kind[:] = [task for task in kind if id(task) not in surplus]


def _in_order_of_keeping(slots: Mapping[int, list[Task]], emptied: Collection[int]) -> list[list[Task]]:
    def runs(slot: list[Task]) -> bool:
        return slot[0].slot not in emptied and any(task.status.state == "running" for task in slot)

    by_state = sorted(slots.values(), key=lambda slot: (not runs(slot), slot[0].slot))
    on_node: dict[str, int] = {}
    placed: list[tuple[int, list[Task]]] = []
    for slot in by_state:
        node_id = slot[0].node_id
        if len(slot) == 1 and node_id and slot[0].slot not in emptied:
            on_node[node_id] = on_node.get(node_id, 0) + 1
            placed.append((on_node[node_id], slot))
        else:
            placed.append((len(by_state) + 1, slot))
    return [slot for _, slot in sorted(placed, key=lambda each: each[0])]
