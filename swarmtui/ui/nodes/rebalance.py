"""Rebalance: choose services to force-update one after another, so that a node gets tasks again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, Static

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import NotPossible, SwarmtuiError
from swarmtui.swarm.actions.action import Severity
from swarmtui.swarm.actions.judging import impact_of_set
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.nodes.rebalance import Gain, Rebalancing, rebalancing_of, why_not_begun, why_not_on
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.services.rolling import ForceUpdate
from swarmtui.swarm.short_text import counted
from swarmtui.ui.changes.action_dialog import blocked_text, sign_of
from swarmtui.ui.changes.in_turn import Turns
from swarmtui.ui.changes.many import line_of
from swarmtui.ui.kit.dialogs.button import DialogButton, buttons
from swarmtui.ui.kit.dialogs.dialog import DialogScreen
from swarmtui.ui.kit.forms.mark_list import MarkList
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.session import SwarmSession

__all__ = ["RebalanceDialog"]

KEYS = "space choose   a all without an outage   ⏎ continue"


class RebalanceDialog(DialogScreen["Turns | None"]):
    """Lists the services that could have more tasks on a node; returns the force-updates of those that are chosen.

    None is chosen at first: each costs a restart of all of its tasks, and only the user knows which are worth it.

    Args:
        node: the node that takes tasks again.
        observation: the newest that is known.
        session: where each service that is chosen is looked at as it is now.

    Raises:
        NotPossible: no service could gain from it.
    """

    OBSERVES_TIME: ClassVar = True

    BINDINGS: ClassVar = [
        Binding("a", "choose_safe", "All", id="rebalance.safe", tooltip="Choose all that cost no outage and no data"),
    ]

    BOX: ClassVar = "wide"
    FIRST_FOCUS: ClassVar = "#gains"

    def __init__(self, node: Node, observation: Observation, session: SwarmSession) -> None:
        super().__init__()
        self._node = node
        self._observation = observation
        self._session = session
        self._found = self._rebalancing(observation)
        self._raw: dict[str, Mapping[str, Any]] = {}
        self._asked: dict[str, int] = {}
        self._failed: dict[str, str] = {}
        self._continuing = False
        self._list = MarkList(self._lines(), id="gains")

    def _rebalancing(self, observation: Observation) -> Rebalancing:
        cluster = observation.cluster or Cluster()
        node = cluster.nodes.get(self._node.id, self._node)
        if reason := why_not_on(node):
            raise NotPossible(f"{reason}.", "a sets its availability." if node.is_ready else "")
        if not cluster.tasks_complete:
            raise NotPossible("Not all tasks are known yet.", "Try again in a moment.")
        found = rebalancing_of(cluster, node, time.time() + observation.connection.clock_offset)
        if not found.gains:
            why = f" Left out: {'; '.join(found.left_out)}." if found.left_out else ""
            raise NotPossible(f"No service could have more tasks on {node.name}.{why}")
        return found

    @property
    def heading(self) -> str:
        return f"Rebalance {self._node.name}"

    # ------------------------------------------------------------------------------------ the dialog

    def compose_body(self) -> ComposeResult:
        name = visible(self._node.name)
        yield Static(
            Content(
                f"These services could have more tasks on {name}. A force-update replaces all tasks of a service; Swarm"
                f" may place some of the new ones on {name}. Each is begun once the one before is whole again."
            ),
            classes="dim",
        )
        yield self._list
        yield Static(Content(KEYS), classes="dim")
        yield Static(id="impact")
        yield Static(id="command", classes="command")

    def compose_foot(self) -> ComposeResult:
        with Vertical(classes="dialog-foot"):
            yield Static(id="refusal")
            yield buttons("Cancel", self._verb)

    def meanings(self) -> Mapping[str, str]:
        return {"[x]": "It is force-updated; A lists the change while it goes on, and x there begins no more"}

    def on_mount(self) -> None:
        self._draw()

    def observe(self, observation: Observation) -> None:
        """List and judge again on what is known now. Called when time has passed, too."""
        moved = observation.cluster is not self._observation.cluster
        self._observation = observation
        if not self.is_mounted:
            return
        if moved:
            try:
                self._found = self._rebalancing(observation)
            except NotPossible:
                self._found = Rebalancing(self._node, (), ())
            self._list.show_lines(self._lines())
            self._ask()
        self._draw()

    def _lines(self) -> dict[str, str]:
        width = max((len(each.service.name) for each in self._found.gains), default=0)
        return {each.service.id: f"{each.service.name:<{width}}  {each.cost}" for each in self._found.gains}

    @property
    def _chosen(self) -> tuple[Gain, ...]:
        marked = set(self._list.marked)
        return tuple(each for each in self._found.gains if each.service.id in marked)

    @property
    def _verb(self) -> str:
        number = len(self._list.marked)
        return f"Force-update {counted(number, 'service')}" if number else "Force-update"

    # ------------------------------------------------------------------------------------ what it means

    def _draw(self) -> None:
        chosen = self._chosen
        actions = [ForceUpdate.of(self._raw[each.service.id]) for each in chosen if each.service.id in self._raw]
        cluster = self._observation.known_cluster
        impact = impact_of_set(actions, cluster)
        lines = [sign_of(each) for each in impact.consequences]
        remarks = {action.target.id: (action, said) for action, said in zip(actions, impact.remarks, strict=True)}
        for gain in chosen:
            if gain.service.id in remarks:
                lines.append(line_of(*remarks[gain.service.id]))
                lines.append(Content(f"  • {visible(gain.expected(self._node.name))}."))
            else:
                lines.append(Content.styled(f"Asking for {visible(gain.service.name)} …", "$text-muted"))
        lines += [Content.styled(f"– left out: {visible(text)}", "$text-muted") for text in self._found.left_out]
        self.query_one("#impact", Static).update(Content("\n").join(lines))
        command = self.query_one("#command", Static)
        command.display = bool(actions)
        command.update(Content("\n".join(f"$ {visible(action.docker_command)}" for action in actions)))
        blocked = blocked_text(self._observation)
        refusal = f"✖ {blocked}" if blocked else self._why_not_yet(chosen)
        said = self.query_one("#refusal", Static)
        said.display = bool(refusal)
        said.update(Content.styled(visible(refusal), "$text-error" if blocked else "$text-warning"))
        confirm = self.query_one("#confirm", DialogButton)
        confirm.say(self._verb)
        confirm.variant = "error" if impact.severity is Severity.DANGER else "primary"
        confirm.disabled = bool(refusal) or len(actions) < len(chosen)
        if confirm.disabled and self.focused is None:
            self.query_one("#cancel").focus()

    def _why_not_yet(self, chosen: tuple[Gain, ...]) -> str:
        failed = [f"{each.service.name}: {self._failed[each.service.id]}" for each in chosen if self._fails(each)]
        if failed:
            return failed[0]
        if not self._found.gains:
            return f"No service could have more tasks on {self._node.name} now."
        return "" if chosen else "Choose the services to force-update with space."

    def _awaits(self, gain: Gain) -> bool:
        return gain.service.id not in self._raw and not self._fails(gain)

    def _fails(self, gain: Gain) -> bool:
        return gain.service.id in self._failed

    # ------------------------------------------------------------------------------------ services as they are now

    def _ask(self) -> None:
        """Ask for each chosen service that is not known as it is now; for each of its versions once."""
        for gain in self._chosen:
            service = gain.service
            if self._asked.get(service.id) != service.version.index:
                self._asked[service.id] = service.version.index
                self.run_worker(self._ask_for(service.id), group="asking")

    async def _ask_for(self, service_id: str) -> None:
        self._failed.pop(service_id, None)
        try:
            self._raw[service_id] = await asyncio.wrap_future(self._session.inspect(Kind.SERVICE, service_id))
        except SwarmtuiError as error:
            self._failed[service_id] = str(error)
            self._raw.pop(service_id, None)
        if self.is_mounted:
            self._draw()
            if self._continuing:
                self._accepted()

    @on(MarkList.Changed)
    def _marked(self) -> None:
        for service_id in self._failed.keys() - set(self._list.marked):  # marked again, it is asked for again
            self._asked.pop(service_id, None)
            self._failed.pop(service_id, None)
        self._ask()
        self._draw()

    def action_choose_safe(self) -> None:
        self._list.mark({each.service.id for each in self._found.gains if each.is_safe})

    @on(MarkList.Accepted)
    def _accepted(self) -> None:
        """On to the buttons, once what is chosen is known as it is now."""
        self._continuing = any(self._awaits(each) for each in self._chosen)
        if not self._continuing and self._list.has_focus:
            confirm = self.query_one("#confirm", Button)
            (self.query_one("#cancel") if confirm.disabled else confirm).focus()

    @on(Button.Pressed, "#confirm")
    def _confirmed(self) -> None:
        actions = tuple(ForceUpdate.of(self._raw[each.service.id]) for each in self._chosen)
        node_id = self._node.id
        self.dismiss(
            Turns(self.heading, actions, lambda cluster, action: why_not_begun(cluster, node_id, action.target.id))
        )
