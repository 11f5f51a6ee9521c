"""Create a swarm on the connected engine, or let it join one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from swarmtui.engine.polling.observation import Observation, Secret
from swarmtui.errors import ChangeRefused
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.membership.changes import InitSwarm, JoinSwarm
from swarmtui.ui.kit.forms.choice import Choice
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.membership.engine_dialog import EngineDialog

__all__ = ["InitDialog", "JoinDialog"]

ENGINE_CHOOSES, TYPED = "", "typed"


def field(label: str, entry: Input) -> Horizontal:
    """A line of a form."""
    entry.add_class("wide")
    return Horizontal(Static(Content(label), classes="field-label form"), entry, classes="field")


class InitDialog(EngineDialog):
    """Asks at which address the other nodes will reach this engine.

    Args:
        addresses: what its machine is known to be reachable at.
    """

    FIRST_FOCUS: ClassVar = "#choices"

    def __init__(self, addresses: Sequence[str], observation: Observation) -> None:
        super().__init__(observation)
        self._addresses = addresses
        self._chosen = ENGINE_CHOOSES

    @property
    def heading(self) -> str:
        return f"Create a swarm on {self._info.name or 'this engine'}"

    @property
    def verb(self) -> str:
        return InitSwarm.verb

    def action(self) -> Action:
        if self._chosen != TYPED:
            return InitSwarm.of(self._info, self._chosen)
        typed = self.query_one("#address", Input).value.strip()
        if not typed:
            raise ChangeRefused("Type the address, or the interface: 10.0.0.1 or eth0.")
        return InitSwarm.of(self._info, typed)

    def meanings(self) -> Mapping[str, str]:
        return {"another one": "The address or interface where other nodes reach this engine: 10.0.0.1, eth0"}

    def compose_choice(self) -> Iterable[Widget]:
        yield Static("At which address do other nodes reach it?", classes="paragraph")
        known = {address: visible(address) for address in self._addresses}
        choices = {ENGINE_CHOOSES: "let the engine choose", **known, TYPED: "another one, typed:"}
        yield Choice(choices, self._chosen, id="choices")
        entry = Input(id="address", max_length=100, compact=True, placeholder="10.0.0.1, eth0, or with a port")
        entry.disabled = True
        yield Horizontal(Static("      ", classes="field-label"), entry, classes="field close")

    @on(Choice.Changed)
    def _choose(self, event: Choice.Changed) -> None:
        self._chosen = event.value
        self.query_one("#address", Input).disabled = self._chosen != TYPED
        self.show_action()

    @on(Choice.Accepted)
    def _go_on(self) -> None:
        if self._chosen == TYPED:
            self.query_one("#address").focus()
        else:
            self.focus_confirm()

    @on(Input.Changed, "#address")
    def _typing(self) -> None:
        self.show_action()

    @on(Input.Submitted, "#address")
    def _address_typed(self) -> None:
        self.focus_confirm()


class JoinDialog(EngineDialog):
    """Asks for a join token, or the whole join command, and a manager's address."""

    FIRST_FOCUS: ClassVar = "#token"

    @property
    def heading(self) -> str:
        return f"Let {self._info.name or 'this engine'} join a swarm"

    @property
    def verb(self) -> str:
        return "Join the swarm"

    def action(self) -> Action:
        token, manager = _token_and_manager(self.query_one("#token", Input).value)
        if not token:
            raise ChangeRefused("Paste the token, or the whole join command that t shows on a manager.")
        return JoinSwarm.of(
            self._info,
            Secret(token),
            self.query_one("#managers", Input).value.strip() or manager,
            self.query_one("#address", Input).value,
            self.query_one(Choice).value,
        )

    def meanings(self) -> Mapping[str, str]:
        return {
            "Token": "SWMTKN-1-…, or the whole join command that t shows on a manager",
            "Managers": "The address of one or more managers, with the port: 10.0.0.1:2377",
            "Advertise": "Where other nodes reach this engine; empty: it chooses",
        }

    def compose_choice(self) -> Iterable[Widget]:
        yield field(
            "Token", Input(id="token", password=True, compact=True, placeholder="SWMTKN-1-…, or the join command")
        )
        yield field("Managers", Input(id="managers", compact=True, placeholder="10.0.0.1:2377"))
        yield field("Advertise", Input(id="address", compact=True, placeholder="the engine chooses"))
        choices = {
            "active": "active: takes tasks",
            "pause": "pause: takes none for now",
            "drain": "drain: takes none and keeps none",
        }
        yield Choice(choices, "active", id="choices")

    @on(Input.Changed, "#token")
    @on(Input.Changed, "#managers")
    @on(Input.Changed, "#address")
    @on(Choice.Changed)
    def _changed(self) -> None:
        self.show_action()

    @on(Input.Submitted, "#token")
    def _token_typed(self, event: Input.Submitted) -> None:
        """A whole join line gives the address as well."""
        token, manager = _token_and_manager(event.value)
        if manager:
            self.query_one("#token", Input).value = token
            self.query_one("#managers", Input).value = manager
        self.focus_next()

    @on(Input.Submitted, "#managers")
    def _managers_typed(self) -> None:
        self.focus_next()

    @on(Input.Submitted, "#address")
    @on(Choice.Accepted)
    def _all_typed(self) -> None:
        self.focus_confirm()


def _token_and_manager(text: str) -> tuple[str, str]:
    """What was pasted: a token alone, or a whole line `docker swarm join --token TOKEN ADDRESS`; "" for what is not
    there."""
    words = text.split()
    if "--token" not in words:
        return text.strip(), ""
    rest = words[words.index("--token") + 1 :]
    return rest[0] if rest else "", rest[-1] if len(rest) > 1 else ""
