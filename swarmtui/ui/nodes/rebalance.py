"""Rebalance: choose services to force-update one after another, so that a node gets tasks again."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.nodes.rebalance import Rebalancing, rebalancing_of, why_not_begun, why_not_on
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.services.rolling import ForceUpdate
from swarmtui.ui.changes.chosen_services import ChosenServicesDialog
from swarmtui.ui.changes.in_turn import Turns
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.session import SwarmSession

__all__ = ["RebalanceDialog"]


class RebalanceDialog(ChosenServicesDialog):
    """Lists the services that could have more tasks on a node; returns the force-updates of those that are chosen.

    None is chosen at first: each costs a restart of all of its tasks, and only the user knows which are worth it.

    Args:
        node: the node that takes tasks again.
        observation: the newest that is known.
        session: where each service that is chosen is looked at as it is now.

    Raises:
        NotPossible: no service could gain from it.
    """

    BINDINGS: ClassVar = [
        Binding("a", "choose_safe", "All", id="rebalance.safe", tooltip="Choose all that cost no outage and no data"),
    ]

    VERB: ClassVar = "Force-update"
    KEYS: ClassVar = "space choose   a all without an outage   ⏎ continue"

    def __init__(self, node: Node, observation: Observation, session: SwarmSession) -> None:
        super().__init__(observation, session)
        self._node = node
        self._found = self._rebalancing()

    def _rebalancing(self) -> Rebalancing:
        cluster = self.cluster
        node = cluster.nodes.get(self._node.id, self._node)
        if reason := why_not_on(node):
            raise NotPossible(f"{reason}.", "a sets its availability." if node.is_ready else "")
        if not cluster.tasks_complete:
            raise NotPossible("Not all tasks are known yet.", "Try again in a moment.")
        found = rebalancing_of(cluster, node, time.time() + self._observation.connection.clock_offset)
        if not found.gains:
            why = f" Left out: {'; '.join(found.left_out)}." if found.left_out else ""
            raise NotPossible(f"No service could have more tasks on {node.name}.{why}")
        return found

    @property
    def heading(self) -> str:
        return f"Rebalance {self._node.name}"

    def turns(self, actions: tuple[Action, ...]) -> Turns:
        node_id = self._node.id
        return Turns(self.heading, actions, lambda cluster, action: why_not_begun(cluster, node_id, action.target.id))

    # ------------------------------------------------------------------------------------ the dialog

    def compose_introduction(self) -> Iterable[Widget]:
        name = visible(self._node.name)
        yield Static(
            Content(
                f"These services could have more tasks on {name}. A force-update replaces all tasks of a service; Swarm"
                f" may place some of the new ones on {name}. Each is begun once the one before is whole again."
            ),
            classes="dim",
        )

    def meanings(self) -> Mapping[str, str]:
        return {"[x]": "It is force-updated; A lists the change while it goes on, and x there begins no more"}

    # ------------------------------------------------------------------------------------ services

    def offered(self) -> Mapping[str, str]:
        try:
            self._found = self._rebalancing()
        except NotPossible:
            self._found = Rebalancing(self._node, (), ())
        width = max((len(each.service.name) for each in self._found.gains), default=0)
        return {each.service.id: f"{each.service.name:<{width}}  {each.cost}" for each in self._found.gains}

    @property
    def none_offered(self) -> str:
        return f"No service could have more tasks on {self._node.name} now."

    def change_of(self, service_id: str, raw: Mapping[str, Any]) -> Action:
        return ForceUpdate.of(raw)

    def expected(self, service_id: str) -> Iterable[Content]:
        for gain in self._found.gains:
            if gain.service.id == service_id:
                yield Content(f"  • {visible(gain.expected(self._node.name))}.")

    def left_out(self) -> Iterable[str]:
        return self._found.left_out

    def action_choose_safe(self) -> None:
        self.choose(each.service.id for each in self._found.gains if each.is_safe)
