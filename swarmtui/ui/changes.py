"""From a key to a change: which dialog asks, and what is done with its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from swarmtui.errors import ChangeConflict, ChangeRefused, NotPossible, SwarmtuiError
from swarmtui.swarm.actions import RotateJoinToken
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.actions.edit_spec import EditSpec
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.ui.dialogs.action import ConfirmDialog
from swarmtui.ui.dialogs.conflict import ConflictDialog
from swarmtui.ui.dialogs.many import FailuresDialog, ManyDialog, title_of
from swarmtui.ui.dialogs.output import OutputDialog
from swarmtui.ui.dialogs.protected import ProtectedDialog
from swarmtui.ui.dialogs.recovery import RecoveryDialog
from swarmtui.ui.dialogs.spec_conflict import SpecConflictDialog
from swarmtui.ui.dialogs.tokens import TokensDialog
from swarmtui.ui.editor import Editor, lent_terminal
from swarmtui.ui.messages import ChangesSent
from swarmtui.ui.openers import OPENINGS, Confirmation, Ground, Opening
from swarmtui.ui.openers.opening import RawConfirmation
from swarmtui.ui.operations import Operation, Operations, Stage
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.text import visible
from swarmtui.ui.unlock_keys import UnlockKeys, makes_a_key

if TYPE_CHECKING:
    from textual.app import App

__all__ = ["Changes"]


class Changes:
    """Asks by dialog, and hands what was agreed on to the session.

    Args:
        app: whose screens the dialogs are.
        session: what is changed.
        moved: called whenever an operation has got further.

    Attributes:
        editor: what whole specs are edited with.
    """

    def __init__(self, app: App[Any], session: SwarmSession, moved: Callable[[Operation], None]) -> None:
        self._app = app
        self._session = session
        self.editor = Editor(lambda: lent_terminal(app))
        self._refused: dict[str, Action] = {}
        self.operations = Operations(session, self._settle_conflict, moved)
        self._unlock_keys = UnlockKeys(app, session, self._rotate_unlock_key)
        self._shown: dict[str, Callable[[], object]] = {
            "swarm.tokens": self.show_tokens,
            "swarm.unlock-key": self._unlock_keys.show,
            "swarm.recover": self._show_recovery,
        }
        self._asked: asyncio.Event | None = None

    def ask(self, what: str, item: object, marked: Sequence[object] = ()) -> None:
        """Open the dialog for a change; the objects that are given are those that will be changed.

        Args:
            item: the one under the cursor.
            marked: those that are marked: if there are any, they are meant.
        """
        if what in self._shown:
            self._shown[what]()
            return
        opening = OPENINGS[what]
        meant = list(marked) if marked and opening.about is not None else [item]
        if opening.about is not None and not all(isinstance(each, opening.about) for each in meant):
            self._tell(f"There is no {what.partition('.')[0]} under the cursor.")
        elif len(meant) > 1:
            self._ask_for_all(opening, meant)
        elif opening.raw is None:
            self._open(opening, meant[0], self._ground(), self._agreed)
        else:
            self._begin_asking(self._ask_with_raw(opening, opening.raw, meant[0]))

    def _ask_for_all(self, opening: Opening, items: Sequence[object]) -> None:
        """Ask what to do to the first of several, where there is something to choose; then for a yes to all."""
        if isinstance(opening.dialog, Confirmation):
            make = opening.dialog.make
            self._confirm_all([(item, make) for item in items])
        elif opening.again is not None and opening.raw is None:
            again = opening.again

            def chosen(action: Action | None) -> None:
                if action is not None:
                    self._confirm_all([(item, lambda each, cluster: again(each, action, cluster)) for item in items])

            self._open(opening, items[0], self._ground(), chosen)
        elif isinstance(opening.dialog, RawConfirmation) and opening.raw is not None:
            self._begin_asking(self._ask_all_with_raw(opening.dialog.make, opening.raw, items))
        else:
            self._tell(f"{len(items)} are marked, and this is done to one at a time. esc unmarks them.")

    def _confirm_all(self, wanted: Sequence[tuple[object, Callable[[Any, Cluster | None], Action]]]) -> None:
        observation, actions, left_out = self._session.observation(), list[Action](), list[str]()
        for item, make in wanted:
            try:
                actions.append(make(item, observation.cluster))
            except ChangeRefused as refusal:
                left_out.append(str(refusal))
        if not actions:
            self._tell(left_out[0])
            return
        dialog = ManyDialog(actions, left_out, observation, read_only=self._session.read_only)
        self._app.push_screen(dialog, self._all_agreed)

    def _all_agreed(self, actions: tuple[Action, ...] | None) -> None:
        if actions is not None:
            self._app.run_worker(self._carry_out_all(actions), group="operations", name=actions[0].name)

    async def _carry_out_all(self, actions: tuple[Action, ...]) -> None:
        title = title_of(actions)
        typed = await self._type_endpoint(title)
        if typed is None:
            return
        batch = await self.operations.run_all(actions, title, typed=typed)
        done = {each.action.target.id for each in batch.operations if each not in batch.failed}
        self._app.post_message(ChangesSent(done))
        warnings = [warning for each in batch.operations if each.outcome for warning in each.outcome.warnings]
        for warning in dict.fromkeys(warnings):
            self._tell(f"{batch.title}: {warning}")
        if len(batch.failed) > 1 and not self._app.screen.is_modal:
            self._app.push_screen(FailuresDialog(batch))

    def undo(self) -> None:
        """Ask whether to put the newest change back."""
        actions = self.operations.take_undoing()
        observation, read_only = self._session.observation(), self._session.read_only
        if not actions:
            self._tell("There is nothing to undo: what was changed here cannot be put back, or is already.")
        elif len(actions) == 1:
            self._app.push_screen(ConfirmDialog(actions[0], observation, read_only=read_only), self._agreed)
        else:
            self._app.push_screen(ManyDialog(actions, (), observation, read_only=read_only), self._all_agreed)

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

    async def _ask_with_raw(self, opening: Opening, kind: Kind, item: Any) -> None:
        """Ask for the object as it is now, and open the dialog upon that."""
        screen = self._app.screen
        try:
            raw = await asyncio.wrap_future(self._session.inspect(kind, item.id))
        except SwarmtuiError as error:
            self._tell(str(error))
        else:
            if self._app.screen is screen:  # the user has not gone elsewhere meanwhile
                self._open(opening, item, replace(self._ground(), raw=raw), self._agreed)

    async def _ask_all_with_raw(
        self, make: Callable[[Mapping[str, Any]], Action], kind: Kind, items: Sequence[Any]
    ) -> None:
        """Ask for each object as it is now; then for a yes to all. One that is gone by then is left out."""
        screen = self._app.screen
        asked = [asyncio.wrap_future(self._session.inspect(kind, item.id)) for item in items]
        found = await asyncio.gather(*asked, return_exceptions=True)
        answers = {item.id: answer for item, answer in zip(items, found, strict=True)}

        def made(item: Any, _: Cluster | None) -> Action:
            answer = answers[item.id]
            if isinstance(answer, SwarmtuiError):
                raise NotPossible(f"{item.name}: {answer}") from answer
            if isinstance(answer, BaseException):
                raise answer
            return make(answer)

        if self._app.screen is screen:
            self._confirm_all([(item, made) for item in items])

    def _ground(self) -> Ground:
        return Ground(
            self._session.observation(),
            self._session.read_only,
            self._session.addresses(),
            session=self._session,
            editor=self.editor,
            refused=self._refused,
        )

    def _open(self, opening: Opening, item: object, ground: Ground, agreed: Callable[[Action | None], None]) -> None:
        try:
            dialog = opening.dialog(item, ground)
        except ChangeRefused as refusal:
            self._tell(str(refusal))
            return
        self._app.push_screen(dialog, lambda answer: self._answered(answer, item, agreed))

    def _answered(self, answer: Action | str | None, item: object, agreed: Callable[[Action | None], None]) -> None:
        """A dialog was closed: with an action, with the name of what to ask for next (a menu), or with nothing."""
        if isinstance(answer, str):
            self.ask(answer, item)
        else:
            agreed(answer)

    def _agreed(self, action: Action | None) -> None:
        if action is not None:
            self._app.run_worker(self._carry_out(action), group="operations", name=action.name)

    async def _carry_out(self, action: Action) -> Operation | None:
        """Send an action, once a protected endpoint's name is typed; None when it is not."""
        typed = await self._type_endpoint(action.title)
        if typed is None:
            self._refused[action.name] = action
            return None
        operation = await self.operations.run(action, typed=typed)
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
        self._app.push_screen(OutputDialog(action.title, action.docker_command, operation.output, failed=failed))

    async def _type_endpoint(self, title: str) -> str | None:
        """What the user types as a protected endpoint's name; "" where none need be typed; None: better not."""
        if not self._session.protected:
            return ""
        return await self._app.push_screen_wait(ProtectedDialog(self._session.endpoint.name, title))

    async def _settle_conflict(self, action: Action, conflict: ChangeConflict) -> bool:
        if isinstance(action, EditSpec):
            try:
                raw = await asyncio.wrap_future(self._session.inspect(action.target.kind, action.target.id))
            except SwarmtuiError as error:
                self._tell(str(error))
                return False
            return await self._app.push_screen_wait(SpecConflictDialog(action, raw["Spec"]))
        return await self._app.push_screen_wait(ConflictDialog(action, conflict))

    def _show_recovery(self) -> None:
        self._app.push_screen(RecoveryDialog(self._session.observation()))

    def _rotate_unlock_key(self) -> None:
        cluster = self._session.observation().cluster
        self.ask("swarm.rotate-unlock-key", cluster.swarm if cluster is not None else None)

    # ------------------------------------------------------------------------------------ join tokens

    def show_tokens(self) -> None:
        """Open the dialog with the join tokens, and ask the swarm for them."""
        dialog = TokensDialog()
        self._app.push_screen(dialog, self._tokens_closed)
        self._app.run_worker(self._fetch_tokens(dialog), group="tokens", exclusive=True)

    async def _fetch_tokens(self, dialog: TokensDialog) -> None:
        try:
            tokens = await asyncio.wrap_future(self._session.join_tokens())
        except SwarmtuiError as error:
            dialog.show_error(error)
        else:
            dialog.show_tokens(tokens)

    def _tokens_closed(self, role: str | None) -> None:
        if role is None:
            return
        observation = self._session.observation()
        swarm = observation.cluster.swarm if observation.cluster else None
        if swarm is None:
            self._tell("The swarm itself is not known yet; try again in a moment.")
            return
        dialog = ConfirmDialog(RotateJoinToken.of(swarm, role), observation, read_only=self._session.read_only)
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
