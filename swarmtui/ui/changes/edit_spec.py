"""A whole spec in the user's editor; then what was changed, what that restarts, and a yes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import ChangeRefused
from swarmtui.swarm.actions.action import Action, Kind, Target
from swarmtui.swarm.editing.edit_spec import EditSpec
from swarmtui.swarm.fingerprint import canonical
from swarmtui.ui.changes.action_dialog import ActionDialog
from swarmtui.ui.changes.editor import Editor, EditorFailed
from swarmtui.ui.kit.dialogs.button import DialogButton
from swarmtui.ui.kit.texts.text import visible

__all__ = ["EditSpecDialog"]

COMMENT = """\
The spec of {kind} {name}, ID {id}, version {version}.
Edit, save and leave the editor. You then see what changed and what
restarts; nothing is sent until you confirm.
Leave without changes to keep everything as it is.
This file may hold secrets: it is removed when you leave."""


KEPT = "The change was not made; your edits are still here."


class EditSpecDialog(ActionDialog):
    """Opens the editor first, and is there when that is left.

    Args:
        kind: what sort of object.
        raw: the object as the engine has it.
        editor: the user's.
        text: what was edited before, when that was not done: it is shown at once.
    """

    BINDINGS: ClassVar = [
        Binding("e", "edit", "Edit again", id="spec.again", tooltip="Continue editing"),
    ]

    BOX: ClassVar = "wide"

    def __init__(
        self,
        kind: Kind,
        raw: Mapping[str, Any],
        observation: Observation,
        editor: Editor,
        *,
        text: str = "",
    ) -> None:
        from swarmtui.swarm.specs.spec_text import spec_text  # with it comes yaml

        super().__init__(observation)
        self._spec: dict[str, Any] = dict(raw.get("Spec") or {})
        self._target = Target.of_json(kind, raw)
        self._editor = editor
        self._first = spec_text(self._spec, self._comment)
        self._text = text or self._first
        self._edited: dict[str, Any] = self._spec
        self._trouble = ""
        self._again = bool(text)

    @property
    def _comment(self) -> str:
        target = self._target
        return COMMENT.format(kind=target.kind.word, name=target.name, id=target.id, version=target.version)

    # ------------------------------------------------------------------------------------ what it is about

    @property
    def heading(self) -> str:
        return f"Edit the spec of {self._target.name}"

    @property
    def target(self) -> Target:
        return self._target

    @property
    def verb(self) -> str:
        return f"Change {self._target.name}"

    def action(self) -> Action:
        if self._trouble:
            raise ChangeRefused(self._trouble)
        return EditSpec.of(self._target, self._spec, self._edited)

    def compose_choice(self) -> Iterable[Widget]:
        yield DialogButton("e  Edit again", id="again")

    def shown_consequences(self, consequences: list[Content]) -> list[Content]:
        """What the change means, what it is made upon, and what it is."""
        version = self._target.version
        based = [Content.styled(f"Based on version {version} of the {self._target.kind.word}.", "$text-muted")]
        cluster = self._observation.cluster
        now = cluster.version_of(self._target.kind, self._target.id) if cluster is not None else None
        if now is not None and now > version:
            text = f"▲ It is now at version {now}. Your change is merged into it."
            based = [Content.styled(text, "$text-warning")]
        kept = [Content.styled(KEPT, "$text-warning")] if self._again else []
        return [*kept, *consequences, *based] if self._changed_lines else [*kept, *consequences]

    # ------------------------------------------------------------------------------------ editing

    def on_mount(self) -> None:
        if self._again:
            self._take(self._text, 0)
        else:
            self.action_edit()

    @on(Button.Pressed, "#again")
    def _again_pressed(self) -> None:
        self.action_edit()

    def action_edit(self) -> None:
        """Open the editor on the text as it is."""
        self.run_worker(self._edit(), group="editor", exclusive=True)

    async def _edit(self) -> None:
        try:
            edited = await self._editor.edit(self._text, f"{self._target.kind.word}-{self._target.name}")
        except EditorFailed as error:
            self.app.notify(visible(str(error)), severity="error", markup=False)
            if self._text == self._first:
                self.dismiss(None)
        else:
            self._take(edited.text, edited.status)

    def _take(self, text: str, status: int) -> None:
        """The editor was left."""
        from swarmtui.swarm.specs.spec_text import SpecUnreadable, read_spec

        self._text = text
        self._trouble = ""
        try:
            self._edited = read_spec(text)
        except SpecUnreadable as problem:
            self._trouble = f"This cannot be read, {problem}. Edit again: your text is still there."
        else:
            if canonical(self._edited) == canonical(self._spec):
                self.app.notify(visible(f"The spec of {self._target.name} is unchanged."), markup=False)
                self.dismiss(None)
                return
        if status and not self._trouble:
            self._trouble = f"The editor exited with status {status}, so nothing was changed. Edit again to continue."
        self.show_action()
        self.query_one("#again" if self._trouble else "#cancel").focus()

    @property
    def unsaved(self) -> str:
        return "" if self._text == self._first else "Your edits are lost."
