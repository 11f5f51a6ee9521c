"""Some of many services, marked one by one, and updated one after another: the list, what comes of it, and the foot."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Static

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import ChangeRefused, SwarmtuiError
from swarmtui.swarm.actions.action import Action, Severity
from swarmtui.swarm.actions.judging import impact_of_set
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.short_text import counted
from swarmtui.ui.changes.action_dialog import blocked_text, sign_of
from swarmtui.ui.changes.in_turn import Turns
from swarmtui.ui.changes.many import line_of
from swarmtui.ui.kit.dialogs.button import DialogButton, buttons
from swarmtui.ui.kit.dialogs.dialog import DialogScreen
from swarmtui.ui.kit.forms.mark_list import MarkList
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.session import SwarmSession

__all__ = ["ChosenServicesDialog"]


class ChosenServicesDialog(DialogScreen["Turns | None"]):
    """Base of the dialogs that list services, and return the changes of those that are chosen, to be done in turn.

    Each one that is chosen is asked for as it is now, for each of its versions once; its change is made upon that.

    Args:
        observation: the newest that is known.
        session: where each service that is chosen is looked at as it is now.

    Class attributes:
        VERB: what is done to each: "Force-update".
        KEYS: the line of keys below the list.
    """

    OBSERVES_TIME: ClassVar = True
    BOX: ClassVar = "wide"
    FIRST_FOCUS: ClassVar = "#services"

    VERB: ClassVar[str]
    KEYS: ClassVar[str] = "space choose   a all   ⏎ continue"

    def __init__(self, observation: Observation, session: SwarmSession) -> None:
        super().__init__()
        self._observation = observation
        self._session = session
        self._raw: dict[str, Mapping[str, Any]] = {}
        self._asked: dict[str, int] = {}
        self._failed: dict[str, str] = {}
        self._continuing_from: Widget | None = None
        self._list = MarkList({}, id="services")

    # ------------------------------------------------------------------------------------ for subclasses

    @property
    @abstractmethod
    def heading(self) -> str:
        """The dialog's title."""

    @abstractmethod
    def offered(self) -> Mapping[str, str]:
        """The services that can be chosen on what is known now, by ID, with the words for each."""

    @abstractmethod
    def change_of(self, service_id: str, raw: Mapping[str, Any]) -> Action:
        """What is done to a service. Raises ChangeRefused where that makes no sense.

        Args:
            raw: its raw JSON.
        """

    @property
    @abstractmethod
    def none_offered(self) -> str:
        """Why there is nothing to choose."""

    def compose_introduction(self) -> Iterable[Widget]:
        """What stands above the list."""
        return ()

    def expected(self, service_id: str) -> Iterable[Content]:
        """What is to be said of a service that is chosen, below what its change has to say for itself."""
        return ()

    def left_out(self) -> Iterable[str]:
        """Why others are not in the list, a sentence each."""
        return ()

    def turns(self, actions: tuple[Action, ...]) -> Turns:
        """What was agreed on."""
        return Turns(self.heading, actions)

    # ------------------------------------------------------------------------------------ the dialog

    @property
    def cluster(self) -> Cluster:
        """The newest snapshot."""
        return self._observation.known_cluster

    def compose_body(self) -> ComposeResult:
        yield from self.compose_introduction()
        yield self._list
        yield Static(Content(self.KEYS), classes="dim")
        yield Static(id="impact")
        yield Static(id="command", classes="command")

    def compose_foot(self) -> ComposeResult:
        with Vertical(classes="dialog-foot"):
            yield Static(id="refusal")
            yield buttons("Cancel", self._verb)

    def on_mount(self) -> None:
        self.offer_again()

    def observe(self, observation: Observation) -> None:
        """List and judge again on what is known now. Called when time has passed, too."""
        moved = observation.cluster is not self._observation.cluster
        self._observation = observation
        if self.is_mounted:
            if moved:
                self.offer_again()
            else:
                self.draw()

    def offer_again(self) -> None:
        """List what can be chosen now, and judge what is chosen of that."""
        self._list.show_lines(self.offered())
        self._ask()
        self.draw()

    def choose(self, services: Iterable[str]) -> None:
        """Choose just these, by ID."""
        self._list.mark(set(services))

    @property
    def _verb(self) -> str:
        number = len(self._list.marked)
        return f"{self.VERB} {counted(number, 'service')}" if number else self.VERB

    # ------------------------------------------------------------------------------------ services as they are now

    @on(MarkList.Changed)
    def _marked(self) -> None:
        for service_id in self._failed.keys() - set(self._list.marked):  # marked again, it is asked for again
            self._asked.pop(service_id, None)
            self._failed.pop(service_id, None)
        self._ask()
        self.draw()

    def _ask(self) -> None:
        """Ask for each chosen service that is not known as it is now; for each of its versions once."""
        for service_id in self._list.marked:
            service = self.cluster.services.get(service_id)
            if service is not None and self._asked.get(service_id) != service.version.index:
                self._asked[service_id] = service.version.index
                self.run_worker(self._ask_for(service_id), group="services")

    async def _ask_for(self, service_id: str) -> None:
        self._failed.pop(service_id, None)
        try:
            self._raw[service_id] = await asyncio.wrap_future(self._session.inspect(Kind.SERVICE, service_id))
        except SwarmtuiError as error:
            self._failed[service_id] = str(error)
            self._raw.pop(service_id, None)
        if self.is_open:
            self.draw()
            self._continue()

    @property
    def _awaited(self) -> bool:
        """Whether the answer for one that is chosen is still to come."""
        return any(each not in self._raw and each not in self._failed for each in self._list.marked)

    def _changes(self) -> tuple[dict[str, Action], str]:
        """The change of each chosen service that is known as it is now; and why one of them cannot be changed."""
        changes, refusals = dict[str, Action](), list[str]()
        for service_id in self._list.marked:
            name = self.cluster.services[service_id].name if service_id in self.cluster.services else service_id
            if service_id in self._failed:
                refusals.append(f"{name}: {self._failed[service_id]}")
            elif service_id in self._raw:
                try:
                    changes[service_id] = self.change_of(service_id, self._raw[service_id])
                except ChangeRefused as refusal:
                    refusals.append(str(refusal))
        return changes, next(iter(refusals), "")

    # ------------------------------------------------------------------------------------ what it means

    def draw(self) -> None:
        """Show what is done to the chosen services, and what comes of it."""
        changes, refused = self._changes()
        impact = impact_of_set(list(changes.values()), self.cluster)
        lines = [sign_of(each) for each in impact.consequences]
        remarks = dict(zip(changes, impact.remarks, strict=True))
        for service_id in self._list.marked:
            if service_id in changes:
                lines += [line_of(changes[service_id], remarks[service_id]), *self.expected(service_id)]
            elif service_id not in self._failed and service_id not in self._raw:
                name = self.cluster.services[service_id].name if service_id in self.cluster.services else service_id
                lines.append(Content.styled(f"Asking for {visible(name)} …", "$text-muted"))
        lines += [Content.styled(f"– left out: {visible(text)}", "$text-muted") for text in self.left_out()]
        self.query_one("#impact", Static).update(Content("\n").join(lines))
        command = self.query_one("#command", Static)
        command.display = bool(changes)
        command.update(Content("\n".join(f"$ {visible(each.docker_command)}" for each in changes.values())))
        self._draw_foot(impact.severity, refused, ready=len(changes) == len(self._list.marked))

    def _draw_foot(self, severity: Severity, refused: str, *, ready: bool) -> None:
        blocked = blocked_text(self._observation)
        refusal = f"✖ {blocked}" if blocked else refused or self._why_not_yet()
        said = self.query_one("#refusal", Static)
        said.display = bool(refusal)
        said.update(Content.styled(visible(refusal), "$text-error" if blocked else "$text-warning"))
        confirm = self.query_one("#confirm", DialogButton)
        confirm.say(self._verb)
        confirm.variant = "error" if severity is Severity.DANGER else "primary"
        confirm.disabled = bool(refusal) or not ready
        if confirm.disabled and self.focused is None:
            self.query_one("#cancel").focus()

    def _why_not_yet(self) -> str:
        if not self._list.option_count:
            return self.none_offered
        return "" if self._list.marked else f"Choose the services to {self.VERB.lower()} with space."

    # ------------------------------------------------------------------------------------ on to the buttons

    @on(MarkList.Accepted)
    def accept(self) -> None:
        """Continue with what is chosen, once all of that is known as it is now."""
        self._continuing_from = self.focused if self._awaited else None
        if self._continuing_from is None:
            self._focus_button()

    def _continue(self) -> None:
        """An answer has come: on to the buttons if it was the last, and the user has not gone elsewhere meanwhile."""
        if self._continuing_from is not None and not self._awaited:
            stayed = self.focused is self._continuing_from
            self._continuing_from = None
            if stayed:
                self._focus_button()

    def _focus_button(self) -> None:
        confirm = self.query_one("#confirm", Button)
        (self.query_one("#cancel") if confirm.disabled else confirm).focus()

    @on(Button.Pressed, "#confirm")
    def _confirmed(self) -> None:
        changes, refused = self._changes()
        if not refused and len(changes) == len(self._list.marked):
            self.dismiss(self.turns(tuple(changes.values())))
