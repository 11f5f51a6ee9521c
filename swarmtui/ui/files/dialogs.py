"""Create a secret or config, or rotate one into its services: what it is to hold comes from a file, or is typed."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.files.changes import Content, CreateConfig, CreateSecret
from swarmtui.swarm.files.rotation import RotateConfig, RotateSecret
from swarmtui.swarm.files.text_difference import text_difference
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.object_names import labels_from, next_version, taken_names
from swarmtui.swarm.objects.file import SecretFile
from swarmtui.swarm.objects.stack_label import STACK_LABEL
from swarmtui.swarm.specs.difference import DiffLine
from swarmtui.ui.changes.action_dialog import ActionDialog
from swarmtui.ui.changes.editor import Editor, EditorFailed
from swarmtui.ui.kit.forms.choice import Choice
from swarmtui.ui.kit.forms.labelled_fields import FileReader, content_of, field
from swarmtui.ui.kit.texts.text import visible

__all__ = ["CreateFileDialog", "RotateDialog"]


class _ContentDialog(ActionDialog):
    """Base of the two: asks what is to be held.

    Args:
        kind: secret or config.
        content: what a config's text begins with.
        editor: the user's, in which a config's text can be written.
    """

    BINDINGS: ClassVar = [
        Binding("f4", "edit", "Editor", id="content.editor", tooltip="Write the config's text in $EDITOR"),
    ]

    def __init__(self, kind: Kind, observation: Observation, content: str, editor: Editor | None) -> None:
        super().__init__(observation)
        self._kind = kind
        self._reader = FileReader(kind)
        self._began = content if kind is Kind.CONFIG else ""
        self._shown = ""
        self._editor = editor

    def meanings(self) -> Mapping[str, str]:
        return {
            "Name": f"How services refer to the {self._kind.word}",
            "Labels": "name=value, separated by spaces",
            "From file": "Path of a file on this machine; the right arrow completes it",
            "or typed": "The content itself, without a trailing line break",
        }

    def compose_content(self) -> Iterable[Widget]:
        """Where a file is named, or the text itself is typed: a secret's without being shown."""
        yield field("From file", "file", hint="its path; → completes it", path=True)
        if self._kind is Kind.SECRET:
            yield field("or typed", "text", hint="not shown; no trailing line break", masked=True)
        else:
            area = TextArea(self._began, id="text", compact=True, placeholder="or type it here")
            self._shown = area.text
            yield area
            if self._editor is not None:
                yield Static("F4 edits it in $EDITOR", classes="dim")

    def content(self) -> Content:
        """What was given.

        Raises:
            NotPossible: nothing was, or both were; or it cannot be taken.
        """
        path, typed = self.query_one("#file", Input).value, self._text_typed()
        if path and typed and typed != self._began:
            raise NotPossible("Both a file and a text are given.", "Give one of the two.")
        if path:
            return self._reader.read(path)
        if not typed:
            raise NotPossible(f"Name a file, or type the content of the {self._kind.word}.")
        return content_of(self._kind, typed.encode(), "-")

    @property
    def unsaved(self) -> str:
        return "What you typed is lost." if self._kind is Kind.CONFIG and self._text_typed() != self._began else ""

    def _text_typed(self) -> str:
        if self._kind is Kind.SECRET:
            return self.query_one("#text", Input).value
        text = self.query_one("#text", TextArea).text
        # A text area knows one sort of line break: what was not touched stays what it is.
        return self._began if text == self._shown else text

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The editor is for configs: it writes a file, and a secret must not be in one."""
        if action == "edit":
            return self._kind is Kind.CONFIG and self._editor is not None
        return super().check_action(action, parameters)

    def action_edit(self) -> None:
        """Open the editor on the text as it is."""
        if self._editor is not None:
            self.run_worker(self._edit(self._editor), group="editor", exclusive=True)

    async def _edit(self, editor: Editor) -> None:
        try:
            name = Path(self.target.name)
            edited = await editor.edit(self._text_typed(), name.stem, name.suffix or ".txt")
            edited.text.encode()
        except EditorFailed as error:
            self.app.notify(visible(str(error)), severity="error", markup=False)
            return
        except UnicodeEncodeError:
            self.app.notify("What the editor left is not UTF-8. Name it as a file instead.", severity="error")
            return
        if edited.status:
            text = f"The editor exited with status {edited.status}: the text is as it was."
            self.app.notify(text, severity="warning", markup=False)
        elif edited.text != self._text_typed():
            self.query_one("#text", TextArea).text = edited.text

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _given(self) -> None:
        self.show_action()

    @on(Input.Submitted)
    def _line_done(self, event: Input.Submitted) -> None:
        """On to the next field that is still to be filled in, else to the button."""
        if event.input.id != "typed":
            self.focus_missing_or_confirm()


class CreateFileDialog(_ContentDialog):
    """Asks for the name, the labels and the content of a new secret or config.

    Args:
        like: the one to begin with; None for a blank form.
        content, editor: as for `_ContentDialog`.
    """

    FIRST_FOCUS: ClassVar = "#name"

    def __init__(
        self,
        kind: Kind,
        observation: Observation,
        *,
        like: SecretFile | None = None,
        content: str = "",
        editor: Editor | None = None,
    ) -> None:
        super().__init__(kind, observation, content, editor)
        self._like = like

    @property
    def heading(self) -> str:
        return f"Create a {self._kind.word}{f' like {self._like.name}' if self._like else ''}"

    @property
    def target(self) -> Target:
        return Target(self._kind, "", "(new)", 0)

    @property
    def verb(self) -> str:
        return f"Create {self._kind.word}"

    def compose_choice(self) -> Iterable[Widget]:
        with Vertical(classes="fields"):
            yield field("Name", "name", self._first_name)
            yield field("Labels", "labels", self._first_labels, hint="optional: team=ops tier=front")
            yield from self.compose_content()

    @property
    def _first_name(self) -> str:
        taken = taken_names(self._observation.cluster, self._kind)
        return next_version(self._like.name, taken) if self._like else ""

    @property
    def _first_labels(self) -> str:
        """Without that of its stack: the next deploy would take the clone for one of the stack's own."""
        labels = (self._like.labels if self._like else {}).items()
        return shlex.join(f"{key}={value}" if value else key for key, value in labels if key != STACK_LABEL)

    def action(self) -> Action:
        name = self.query_one("#name", Input).value.strip()
        labels = labels_from(self.query_one("#labels", Input).value)
        taken = taken_names(self._observation.cluster, self._kind)
        make = CreateSecret.of if self._kind is Kind.SECRET else CreateConfig.of
        if not name:
            raise NotPossible(f"The {self._kind.word} needs a name.")
        creation = make(name, self.content(), labels, taken=taken)
        templating = self._like.spec.templating if self._like else None
        return replace(creation, templating=templating.name) if templating is not None else creation


class RotateDialog(_ContentDialog):
    """Asks for the name and the content of what takes a secret's or config's place.

    Args:
        old: what is replaced.
        content: what it holds, where that is known: a config's text begins with it.
        editor: as for `_ContentDialog`.
    """

    FIRST_FOCUS: ClassVar = "#file"

    def __init__(
        self, old: SecretFile, observation: Observation, *, content: str = "", editor: Editor | None = None
    ) -> None:
        super().__init__(old.kind, observation, content, editor)
        self._old = old
        self._remove_old = False

    @property
    def heading(self) -> str:
        return f"Rotate the {self._kind.word} {self._old.name}"

    @property
    def target(self) -> Target:
        return Target.of(self._old)

    @property
    def verb(self) -> str:
        return f"Rotate {self._old.name}"

    def compose_choice(self) -> Iterable[Widget]:
        name = next_version(self._old.name, taken_names(self._observation.cluster, self._kind))
        options = {"keep": f"keep {self._old.name}, for rollbacks", "remove": f"remove {self._old.name} at the end"}
        with Vertical(classes="fields"):
            yield field("New name", "name", name)
            yield from self.compose_content()
            yield Choice(options, "keep", id="old")

    def action(self) -> Action:
        cluster = self._observation.cluster
        if cluster is None:
            raise NotPossible("The swarm is not known yet.")
        name = self.query_one("#name", Input).value.strip()
        rotation = RotateSecret if self._kind is Kind.SECRET else RotateConfig
        content = self.content()
        if self._began and self._after(content) == self._began:
            raise NotPossible(f"Change the content: it is what {self._old.name} holds.")
        return rotation.of(self._old, name, content, cluster, remove_old=self._remove_old)

    def _after(self, content: Content) -> str:
        return base64.b64decode(content.encoded.reveal()).decode(errors="replace")

    def difference(self, action: Action) -> Sequence[DiffLine]:
        """What the new config holds against what the old one does."""
        if not self._began or not isinstance(action, RotateConfig):
            return ()
        return text_difference(self._began, self._after(action.creation.content))

    @on(Choice.Changed)
    def _choose(self, event: Choice.Changed) -> None:
        self._remove_old = event.value == "remove"
        self.show_action()

    @on(Choice.Accepted)
    def _go_on(self) -> None:
        self.focus_confirm()
