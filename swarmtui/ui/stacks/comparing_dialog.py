"""ComparingDialog: what a compose file would change, asked for before anything can be deployed."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Iterable

from textual import on
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import ChangeRefused, NotPossible, SwarmtuiError
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.stacks.changes import DeployStack
from swarmtui.swarm.stacks.compose import Comparison
from swarmtui.swarm.stacks.compose_files import ComposeFiles
from swarmtui.ui.changes.action_dialog import ActionDialog
from swarmtui.ui.kit.forms.labelled_fields import field
from swarmtui.ui.kit.forms.toggle import Toggle
from swarmtui.ui.session import SwarmSession

__all__ = ["OPTION_MEANINGS", "Asked", "ComparingDialog"]

Asked = tuple[ComposeFiles, str]
"""The files and the stack's name."""

OPTION_MEANINGS = {
    "Digests": "Whose images docker asks the registry about: always, changed or never",
    "prune": "Remove the stack's services that are no longer in the file",
    "credentials": "Nodes can pull from registries that docker is logged in to",
}


class ComparingDialog(ActionDialog):
    """Base of the dialogs that deploy a stack.

    Args:
        session: compares.
    """

    DIGESTS = ""
    """Whose digests are resolved, as long as the user says nothing else; "" leaves it to docker."""

    def __init__(self, session: SwarmSession, observation: Observation) -> None:
        super().__init__(observation)
        self._session = session
        self._compared: tuple[Asked, Comparison | SwarmtuiError] | None = None
        self._comparing = False

    @property
    @abstractmethod
    def asked(self) -> Asked:
        """The files and the stack.

        Raises:
            NotPossible: none is named.
        """

    @property
    def verb(self) -> str:
        return "Deploy stack"

    def options(self) -> Iterable[Widget]:
        """The widgets for docker's options."""
        yield field("Digests", "resolve", self.DIGESTS, hint="always: resolve each tag; or changed, or never")
        yield Toggle("prune: remove services that are not in the file", id="prune")
        yield Toggle("send docker's registry credentials", id="credentials")

    @property
    def _options_given(self) -> bool:
        """Whether the user has chosen any of them."""
        return self._field("resolve") != self.DIGESTS or self._is_on("prune") or self._is_on("credentials")

    def _field(self, id: str) -> str:
        return self.query_one(f"#{id}", Input).value.strip()

    def _is_on(self, id: str) -> bool:
        return self.query_one(f"#{id}", Toggle).value

    def action(self) -> Action:
        asked = self.asked
        if self._comparing:
            raise NotPossible("Comparing the file with what runs …")
        if self._compared is None or self._compared[0] != asked:
            raise NotPossible("Press enter to compare the file with what runs. This changes nothing.")
        found = self._compared[1]
        if isinstance(found, SwarmtuiError):
            raise NotPossible(str(found))
        return DeployStack.of(
            found,
            prune=self._is_on("prune"),
            send_credentials=self._is_on("credentials"),
            resolve_image=self._field("resolve"),
        )

    @on(Toggle.Changed)
    def _toggled(self) -> None:
        self.show_action()

    @on(Toggle.Accepted)
    @on(Input.Submitted)
    def _line_done(self, event: Message) -> None:
        """Compare; where that has been done, on to the buttons. Enter alone never deploys: it ends on Cancel."""
        if isinstance(event, Input.Submitted) and event.input.id == "typed":
            return
        try:
            asked = self.asked
        except NotPossible:
            self._go_on()
            return
        if self._compared is not None and self._compared[0] == asked:
            self._go_on()
        else:
            self._begin_comparing(asked)

    def _begin_comparing(self, asked: Asked, *, by_user: bool = True) -> None:
        if not self._comparing:
            self._comparing = True
            self.run_worker(self._compare(asked, by_user=by_user), group="comparing", exclusive=True)
            self.show_action()

    async def _compare(self, asked: Asked, *, by_user: bool) -> None:
        try:
            found: Comparison | SwarmtuiError = await asyncio.wrap_future(self._session.compare(*asked))
        except SwarmtuiError as error:
            found = error
        self._comparing = False
        self._compared = asked, found
        if self.is_open:
            self.show_action()
            if by_user:  # else the focus stays where the user has it
                self._go_on()

    def _go_on(self) -> None:
        """To the buttons, where there is something to confirm; else to what is missing."""
        try:
            self.action()
        except ChangeRefused:
            self._focus_missing()
            return
        self.query_one("#cancel").focus()

    def _focus_missing(self) -> None:
        """Nothing can be deployed: focus what that needs, if it is missing here."""
