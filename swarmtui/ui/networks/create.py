"""Create a network of the whole swarm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual import on
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.networks.changes import CreateNetwork, NetworkOptions
from swarmtui.swarm.object_names import labels_from
from swarmtui.ui.changes.action_dialog import ActionDialog
from swarmtui.ui.kit.forms.labelled_fields import field
from swarmtui.ui.kit.forms.toggle import Toggle

__all__ = ["NetworkDialog"]


class NetworkDialog(ActionDialog):
    """Asks for the name and the properties of an overlay network."""

    FIRST_FOCUS: ClassVar = "#name"

    _ingress = False

    def begin_with(self, given: Mapping[str, str]) -> None:
        """Begin as the ingress network, where that is missing."""
        super().begin_with(given)
        self._ingress = given.get("ingress") == "on"

    @property
    def heading(self) -> str:
        return "Create a network"

    @property
    def target(self) -> Target:
        return Target(Kind.NETWORK, "", "(new, overlay)", 0)

    @property
    def verb(self) -> str:
        return "Create network"

    def meanings(self) -> Mapping[str, str]:
        return {
            "Name": "How services refer to it",
            "Subnet": "Its addresses, like 10.20.0.0/24; empty: the swarm chooses",
            "Gateway": "An address in the subnet; empty: the swarm chooses",
            "Labels": "name=value, separated by spaces",
            "attachable": "Standalone containers can join it",
            "internal": "No access to the outside: tasks reach only each other",
            "encrypted": "Traffic between nodes is encrypted",
            "IPv6": "Its tasks get IPv6 addresses too",
            "ingress": "The routing mesh: published ports go through it; there is only one",
        }

    def compose_choice(self) -> Iterable[Widget]:
        with Vertical(classes="fields"):
            yield field("Name", "name")
            yield field("Subnet", "subnet", hint="the swarm chooses one: 10.20.0.0/24")
            yield field("Gateway", "gateway", hint="the swarm chooses it")
            yield field("Labels", "labels", hint="optional: team=ops tier=front")
            with Horizontal(classes="toggles"):
                yield Toggle("attachable", id="attachable")
                yield Toggle("internal", id="internal")
                yield Toggle("encrypted", id="encrypted")
                yield Toggle("IPv6", id="ipv6")
                yield Toggle("ingress", value=self._ingress, id="ingress")

    def action(self) -> Action:
        options = NetworkOptions(
            subnet=self._text("subnet"),
            gateway=self._text("gateway"),
            attachable=self._on("attachable"),
            internal=self._on("internal"),
            encrypted=self._on("encrypted"),
            ipv6=self._on("ipv6"),
            ingress=self._on("ingress"),
            labels=labels_from(self._text("labels")),
        )
        return CreateNetwork.of(self._text("name"), options, self._observation.cluster)

    @property
    def unsaved(self) -> str:
        given = any(self._text(each) for each in ("name", "subnet", "gateway", "labels"))
        chosen = any(self._on(each) for each in ("attachable", "internal", "encrypted", "ipv6"))
        return "What you typed is lost." if given or chosen or self._on("ingress") != self._ingress else ""

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
        if not (isinstance(event, Input.Submitted) and event.input.id == "typed"):
            self.focus_missing_or_confirm()
