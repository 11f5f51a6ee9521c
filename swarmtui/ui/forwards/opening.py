"""The way to a local port that leads to a task, and to the list of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swarmtui.engine.nodes.forward import Forward
from swarmtui.errors import ChangeRefused
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.container_exec import replicas_with_container
from swarmtui.swarm.tasks.port_forward import PortForward, target_ports
from swarmtui.ui.forwards.dialog import ForwardDialog
from swarmtui.ui.forwards.listing import ForwardsDialog
from swarmtui.ui.kit.texts.text import visible

if TYPE_CHECKING:
    from swarmtui.ui.shell.app import SwarmApp

__all__ = ["forward_port"]


def forward_port(app: SwarmApp, target: Target | None) -> None:
    """Forward a local port to a task, or to the first of a service's tasks; list those there are before."""
    cluster = app.session.observation().cluster
    if cluster is None:
        return
    task = _task_of(cluster, target) if target is not None else None
    if not app.session.forwards():
        _ask(app, cluster, task, target)
        return
    name = cluster.task_name(task) if task is not None else ""

    def go_on(new: bool | None) -> None:
        if new:
            _ask(app, cluster, task, target)

    app.push_screen(ForwardsDialog(app.session, name), go_on)


def _task_of(cluster: Cluster, target: Target) -> Task | None:
    if target.kind is Kind.SERVICE:
        return next(iter(replicas_with_container(cluster, target.id)), None)
    return next((each for each in cluster.all_tasks() if each.id == target.id), None)


def _ask(app: SwarmApp, cluster: Cluster, task: Task | None, target: Target | None) -> None:
    if task is None:
        if target is not None:
            app.notify(f"{visible(target.name)} has no task that runs.", severity="warning", markup=False)
        return
    try:
        asked = PortForward.of(cluster, task)
    except ChangeRefused as error:
        app.notify(visible(str(error)), severity="warning", markup=False)
        return

    def opened(forward: Forward | None) -> None:
        if forward is None:
            return
        if forward.warning:
            app.notify(visible(forward.warning), severity="warning", markup=False)
        app.push_screen(ForwardsDialog(app.session))

    app.push_screen(ForwardDialog(app.session, asked, target_ports(cluster, task)), opened)
