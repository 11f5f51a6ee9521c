"""From a key to a change: which dialog asks, and what is done with its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import ChangeConflict, ChangeRefused, SwarmtuiError
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.ui.changes.action_dialog import ActionDialog, ConfirmDialog, read_only_text
from swarmtui.ui.changes.editor import Editor
from swarmtui.ui.changes.in_turn import Turns
from swarmtui.ui.changes.operation import Operation, Stage
from swarmtui.ui.changes.operations import Operations
from swarmtui.ui.changes.several import Several, Wanted, as_they_are, made, title_of
from swarmtui.ui.changes.undo import Change
from swarmtui.ui.changes.undoing import Undoing
from swarmtui.ui.commands.asking import Asking, Confirmation, DialogContext, RawConfirmation
from swarmtui.ui.commands.command import Command
from swarmtui.ui.commands.registry import COMMANDS
from swarmtui.ui.kit.lent_terminal import lent_terminal
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.membership.unlock_keys import UnlockKeys, makes_a_key
from swarmtui.ui.messages import ChangesSent
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.stacks.deployed import Deployed

if TYPE_CHECKING:
    from textual.app import App

__all__ = ["Changes"]

NOTHING_GIVEN: Mapping[str, str] = {}


class Changes:
    """Asks by dialog, and hands what was agreed on to the session.

    Args:
        app: whose screens the dialogs are.
        session: what is changed.
        operations: the changes under way.

    Attributes:
        editor: what whole specs are edited with.
    """

    def __init__(self, app: App[Any], session: SwarmSession, operations: Operations) -> None:
        self._app = app
        self._session = session
        self.editor = Editor(lambda: lent_terminal(app))
        self._refused: dict[str, Action] = {}
        self._deployed = Deployed()
        self.operations = operations
        self._undoing = Undoing(app, session, self.operations, self._tell, self._undo_agreed)
        self._unlock_keys = UnlockKeys(app, session, self._rotate_unlock_key)
        self._asked: asyncio.Event | None = None

    @property
    def observation(self) -> Observation:
        """The newest that is known."""
        return self._session.observation()

    def ask(
        self, what: str, item: object, marked: Sequence[object] = (), given: Mapping[str, str] = NOTHING_GIVEN
    ) -> None:
        """Open the dialog for a change; the objects that are given are those that will be changed.

        Args:
            item: the one under the cursor.
            marked: those that are marked: if there are any, they are meant.
            given: what the dialog begins with, by the names of its fields (`ActionDialog.begin_with`).
        """
        command = COMMANDS[what]
        if command.view is not None:
            command.view(self)
            return
        meant = list(marked) if marked and command.about is not None else [item]
        if command.about is not None and not all(isinstance(each, command.about) for each in meant):
            self._tell(f"There is no {what.partition('.')[0]} under the cursor.")
        elif command.to_write and self.observation.read_only:
            self._tell(read_only_text(self.observation))
        elif len(meant) > 1:
            self._ask_for_all(command, meant)
        elif command.raw is None:
            self._open(command.loaded(), meant[0], self._context(), self._agreed, given=given)
        else:
            self._begin_asking(self._ask_with_raw(command, command.raw, meant[0], given))

    def _ask_for_all(self, command: Command, items: Sequence[Any]) -> None:
        """Ask what to do to several, where there is something to choose; then for a yes to all."""
        asking = command.loaded()
        if isinstance(asking.dialog, Confirmation):
            self._confirm_all([partial(asking.dialog.make, item) for item in items])
        elif asking.each is not None:
            self._confirm_all([partial(asking.each, item) for item in items])
        elif asking.leads_on:
            self._open(asking, items[0], replace(self._context(), number=len(items)), self._agreed, marked=items)
        elif command.raw is not None and (isinstance(asking.dialog, RawConfirmation) or asking.again is not None):
            self._begin_asking(self._ask_all_with_raw(asking, command.raw, items))
        elif asking.again is not None:
            self._choose_for_all(asking, asking.again, items)
        else:
            self._tell(f"{len(items)} marked: this works on one at a time. esc unmarks them.")

    def _choose_for_all(
        self, asking: Asking, again: Callable[[Any, Action, Cluster | None], Action], items: Sequence[Any]
    ) -> None:
        """Let something be chosen that is then done to each of several; the dialog names them all."""

        def wanted(action: Action) -> list[Wanted]:
            return [partial(again, item, action) for item in items]

        self._choose(asking, items[0], self._context(), wanted, tuple(item.name for item in items))

    def _choose(
        self,
        asking: Asking,
        item: Any,
        context: DialogContext,
        wanted: Callable[[Action], Sequence[Wanted]],
        names: tuple[str, ...],
        shown: str = "",
    ) -> None:
        several = Several(names, lambda action: made(wanted(action), self._session.observation().cluster), shown)

        def chosen(action: Action | None) -> None:
            if action is not None:
                self._confirm_all(wanted(action))

        self._open(asking, item, context, chosen, several)

    def _confirm_all(self, wanted: Sequence[Wanted]) -> None:
        observation = self._session.observation()
        found = made(wanted, observation.cluster)
        actions = [each for each in found if isinstance(each, Action)]
        left_out = [each for each in found if isinstance(each, str)]
        if not actions:
            self._tell(left_out[0])
            return
        from swarmtui.ui.changes.many import ManyDialog

        dialog = ManyDialog(actions, left_out, observation)
        self._app.push_screen(dialog, self._all_agreed)

    def _all_agreed(self, actions: tuple[Action, ...] | None) -> None:
        if actions is not None:
            self._app.run_worker(self._carry_out_all(actions), group="operations", name=actions[0].name)

    async def _carry_out_all(self, actions: tuple[Action, ...], undoing: Change | None = None) -> None:
        title = title_of(actions)
        typed = await self._type_endpoint(title)
        if typed is None:
            return
        from swarmtui.swarm.actions.ordering import order_of_sending

        sending = order_of_sending(actions, self._session.observation().cluster)
        batch = await self.operations.run_all(
            sending.actions, title, typed=typed, undoing=undoing, preparations=sending.preparations
        )
        done = {each.action.target.id for each in batch.operations if each not in batch.failed}
        self._app.post_message(ChangesSent(done))
        warnings = [warning for each in batch.operations if each.outcome for warning in each.outcome.warnings]
        for warning in dict.fromkeys(warnings):
            self._tell(f"{batch.title}: {warning}")
        if len(batch.failed) > 1 and not self._app.screen.is_modal:
            from swarmtui.ui.changes.many import FailuresDialog

            self._app.push_screen(FailuresDialog(batch))

    async def _carry_out_in_turn(self, turns: Turns) -> None:
        typed = await self._type_endpoint(turns.title)
        if typed is not None:
            await self.operations.run_in_turn(turns, typed=typed)

    def undo(self) -> None:
        """Ask whether to put the newest change back."""
        self._begin_asking(self._undoing.ask())

    def _undo_agreed(self, change: Change, actions: tuple[Action, ...]) -> None:
        sending = self._carry_out_all(actions, change) if len(actions) > 1 else self._carry_out(actions[0], change)
        self._app.run_worker(sending, group="operations", name=actions[0].name)

    def _begin_asking(self, asking: Coroutine[Any, Any, None]) -> None:
        asked = self._asked = asyncio.Event()

        async def ask() -> None:
            try:
                await asking
            finally:
                asked.set()

        self._app.run_worker(ask(), group="asking", exclusive=True)

    async def answered(self) -> None:
        """Wait for the object that a dialog is to stand on, if one is asked for; for each only once.

        A key that is typed meanwhile is meant for that dialog. Who waits for longer than it takes has given up by then.
        """
        asked, self._asked = self._asked, None
        if asked is not None:
            await asked.wait()

    async def _ask_with_raw(self, command: Command, kind: Kind, item: Any, given: Mapping[str, str]) -> None:
        """Ask for the object as it is now, and open the dialog upon that."""
        screen = self._app.screen
        try:
            raw = await asyncio.wrap_future(self._session.inspect(kind, item.id))
        except SwarmtuiError as error:
            self._tell(str(error))
        else:
            if self._app.screen is screen:  # the user has not gone elsewhere meanwhile
                context = replace(self._context(), raw=raw)
                self._open(command.loaded(), item, context, self._agreed, given=given)

    async def _ask_all_with_raw(self, asking: Asking, kind: Kind, items: Sequence[Any]) -> None:
        """Ask for each object as it is now; then for what is to be done to all. One that is gone is left out."""
        screen = self._app.screen
        found = await as_they_are(self._session, kind, items)
        if self._app.screen is not screen:  # the user has gone elsewhere meanwhile
            return
        if isinstance(asking.dialog, RawConfirmation):
            self._confirm_all([partial(each.confirmed, asking.dialog.make) for each in found])
            return
        again = asking.again
        assert again is not None

        def wanted(action: Action) -> list[Wanted]:
            return [partial(each.likewise, again, action) for each in found]

        first = next((each for each in found if each.is_known), found[0])
        try:
            context = replace(self._context(), raw=first.raw)
        except ChangeRefused as refusal:
            self._tell(str(refusal))
            return
        names = tuple(item.name for item in items)
        self._choose(
            asking,
            first.item,
            context,
            wanted,
            names,
            f"You see the values of {first.item.name}: each gets what you change, and keeps the rest.",
        )

    def _context(self) -> DialogContext:
        return DialogContext(
            self._session.observation(),
            self._session.addresses(),
            session=self._session,
            editor=self.editor,
            refused=self._refused,
            deployed=self._deployed,
        )

    def _open(
        self,
        asking: Asking,
        item: object,
        context: DialogContext,
        agreed: Callable[[Action | None], None],
        several: Several | None = None,
        given: Mapping[str, str] = NOTHING_GIVEN,
        marked: Sequence[object] = (),
    ) -> None:
        try:
            assert asking.dialog is not None
            dialog = asking.dialog(item, context)
        except ChangeRefused as refusal:
            self._tell(str(refusal))
            return
        if several is not None and isinstance(dialog, ActionDialog):
            dialog.several = several
        if given and isinstance(dialog, ActionDialog):
            dialog.begin_with(given)
        self._app.push_screen(dialog, lambda answer: self._answered(answer, item, agreed, marked))

    def _answered(
        self,
        answer: Action | Turns | str | None,
        item: object,
        agreed: Callable[[Action | None], None],
        marked: Sequence[object],
    ) -> None:
        """A dialog was closed: with an action, or several to be done in turn, with the name of what to ask for next (a
        menu), or with nothing."""
        if isinstance(answer, str):
            self.ask(answer, item, marked)
        elif isinstance(answer, Turns):
            self._app.run_worker(self._carry_out_in_turn(answer), group="operations", name=answer.title)
        else:
            agreed(answer)

    def _agreed(self, action: Action | None) -> None:
        if action is not None:
            self._app.run_worker(self._carry_out(action), group="operations", name=action.name)

    async def _carry_out(self, action: Action, undoing: Change | None = None) -> Operation | None:
        """Send an action, once a protected endpoint's name is typed; None when it is not."""
        typed = await self._type_endpoint(action.title)
        if typed is None:
            self._refused[action.name] = action
            return None
        self._deployed.remember(action)
        operation = await self.operations.run(action, typed=typed, undoing=undoing)
        if operation.outcome is None:
            self._refused[action.name] = action
        for warning in operation.outcome.warnings if operation.outcome else ():
            self._tell(f"{action.title}: {warning}")
        if operation.output:
            self._show_output(operation)
        if operation.outcome is not None and makes_a_key(action):
            self._unlock_keys.show(fresh=True)
        return operation

    def _show_output(self, operation: Operation) -> None:
        """What docker's own program said; where another dialog is open, only that there is something."""
        action, failed = operation.action, operation.stage is Stage.FAILED
        if self._app.screen.is_modal:
            self._tell(f"{action.title}: {operation.output[-1]}")
            return
        from swarmtui.ui.kit.dialogs.output import OutputDialog

        self._app.push_screen(OutputDialog(action.title, action.docker_command, operation.output, failed=failed))

    async def _type_endpoint(self, title: str) -> str | None:
        """What the user types as a protected endpoint's name; "" where none need be typed; None: better not."""
        if not self._session.protected:
            return ""
        from swarmtui.ui.changes.protected import ProtectedDialog

        return await self._app.push_screen_wait(ProtectedDialog(self._session.endpoint.name, title))

    async def settle_conflict(self, action: Action, conflict: ChangeConflict) -> bool:
        """Ask whether to make a change all the same, where somebody else has changed the same field."""
        from swarmtui.ui.changes.conflict import ConflictDialog

        return await self._app.push_screen_wait(ConflictDialog(action, conflict))

    def show_recovery(self) -> None:
        """Tell how a swarm gets its quorum back."""
        from swarmtui.ui.membership.recovery import RecoveryDialog

        self._app.push_screen(RecoveryDialog(self._session.observation()))

    def show_unlock_key(self) -> None:
        """Open the dialog with the unlock key."""
        self._unlock_keys.show()

    def _rotate_unlock_key(self) -> None:
        cluster = self._session.observation().cluster
        self.ask(names.ROTATE_UNLOCK_KEY, cluster.swarm if cluster is not None else None)

    # ------------------------------------------------------------------------------------ join tokens

    def show_tokens(self) -> None:
        """Open the dialog with the join tokens, and ask the swarm for them."""
        from swarmtui.ui.membership.secrets_asked import ask_for
        from swarmtui.ui.membership.tokens import TokensDialog

        dialog = TokensDialog()
        self._app.push_screen(dialog, self._tokens_closed)
        asking = ask_for(dialog, self._session.join_tokens, dialog.show_tokens, dialog.show_error)
        self._app.run_worker(asking, group="tokens", exclusive=True)

    def _tokens_closed(self, role: str | None) -> None:
        if role is None:
            return
        observation = self._session.observation()
        swarm = observation.cluster.swarm if observation.cluster else None
        if swarm is None:
            self._tell("The swarm itself is not known yet; try again in a moment.")
            return
        from swarmtui.swarm.membership.tokens import RotateJoinToken

        dialog = ConfirmDialog(RotateJoinToken.of(swarm, role), observation)
        self._app.push_screen(dialog, self._rotation_agreed)

    def _rotation_agreed(self, action: Action | None) -> None:
        if action is None:
            self.show_tokens()
        else:
            self._app.run_worker(self._rotate(action), group="operations", name=action.name)

    async def _rotate(self, action: Action) -> None:
        operation = await self._carry_out(action)
        if operation is not None and operation.outcome is not None and not self._app.screen.is_modal:
            self.show_tokens()

    def _tell(self, text: str) -> None:
        self._app.notify(visible(text), severity="warning", markup=False)
