"""Create a network of the whole swarm."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from swarmtui.errors import ChangeRefused
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.actions.networks import CreateNetwork, NetworkOptions
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.shared_names import labels_from
from swarmtui.ui.dialogs.action import ActionDialog
from swarmtui.ui.dialogs.fields import field
from swarmtui.ui.widgets.toggle import Toggle

__all__ = ["NetworkDialog"]


class NetworkDialog(ActionDialog):
    """Asks for the name and the properties of an overlay network."""

    FIRST_FOCUS: ClassVar = "#name"

    @property
    def heading(self) -> str:
        return "Create a network"

    @property
    def target(self) -> Target:
        return Target(Kind.NETWORK, "", "that is new (overlay)", 0)

    @property
    def verb(self) -> str:
        return "Create network"

    def compose_choice(self) -> Iterable[Widget]:
        with Vertical(classes="fields"):
            yield field("Name", "name")
            yield field("Subnet", "subnet", hint="the swarm chooses one: 10.20.0.0/24")
            yield field("Gateway", "gateway", hint="the swarm chooses it")
            yield field("Labels", "labels", hint="none needed: team=ops tier=front")
            with Horizontal(classes="toggles"):
                yield Toggle("attachable", id="attachable")
                yield Toggle("internal", id="internal")
                yield Toggle("encrypted", id="encrypted")
                yield Toggle("IPv6", id="ipv6")

    def action(self) -> Action:
        options = NetworkOptions(
            subnet=self._text("subnet"),
            gateway=self._text("gateway"),
            attachable=self._on("attachable"),
            internal=self._on("internal"),
            encrypted=self._on("encrypted"),
            ipv6=self._on("ipv6"),
            labels=labels_from(self._text("labels")),
        )
        return CreateNetwork.of(self._text("name"), options, self._observation.cluster)

    def _text(self, id: str) -> str:
        return self.query_one(f"#{id}", Input).value.strip()

    def _on(self, id: str) -> bool:
        return self.query_one(f"#{id}", Toggle).value

    @on(Input.Changed)
    @on(Toggle.Changed)
    def _given(self) -> None:
        self.show_action()

    @on(Toggle.Accepted)
    @on(Input.Submitted)
    def _line_done(self, event: Message) -> None:
        """On to the button, or to the next field while something is missing."""
        if isinstance(event, Input.Submitted) and event.input.id == "typed":
            return
        try:
            self.action()
        except ChangeRefused:
            self.focus_next()
        else:
            self.focus_confirm()
