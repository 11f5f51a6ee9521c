"""The way to a local port that leads to a task, and to the list of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swarmtui.engine.nodes.forward import Forward
from swarmtui.errors import ChangeRefused
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Target
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.port_forward import PortForward, target_ports
from swarmtui.ui.forwards.dialog import ForwardDialog
from swarmtui.ui.forwards.listing import ForwardsDialog
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.tasks.choosing import choose_task

if TYPE_CHECKING:
    from swarmtui.ui.shell.app import SwarmApp

__all__ = ["forward_port"]


def forward_port(app: SwarmApp, target: Target | None) -> None:
    """Forward a local port to a task, or to one of a service's tasks; list those there are before."""
    if not app.session.nodes.forwards():
        _begin(app, target)
        return

    def go_on(new: bool | None) -> None:
        if new:
            _begin(app, target)

    app.push_screen(ForwardsDialog(app.session, target.name if target is not None else ""), go_on)


def _begin(app: SwarmApp, target: Target | None) -> None:
    if target is not None:
        question = f"A port of which task of {target.name}?"
        choose_task(app, target, question, lambda cluster, task: _ask(app, cluster, task))


def _ask(app: SwarmApp, cluster: Cluster, task: Task) -> None:
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
