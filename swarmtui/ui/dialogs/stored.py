"""Create a secret or config, or rotate one into its services: what it is to hold comes from a file, or is typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input, TextArea

from swarmtui.engine.observation import Observation
from swarmtui.errors import ChangeRefused, NotPossible
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.actions.rotation import RotateConfig, RotateSecret
from swarmtui.swarm.actions.stored import Content, CreateConfig, CreateSecret, stored_kind, target_stored
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.shared import StoredSecret
from swarmtui.swarm.shared_names import labels_from, next_version, taken_names
from swarmtui.ui.dialogs.action import ActionDialog
from swarmtui.ui.dialogs.fields import FileReader, content_of, field
from swarmtui.ui.widgets.choice import Choice

__all__ = ["CreateStoredDialog", "RotateDialog"]


class _ContentDialog(ActionDialog):
    """Base of the two: asks what is to be held."""

    def __init__(self, kind: Kind, observation: Observation, *, read_only: bool = False) -> None:
        super().__init__(observation, read_only=read_only)
        self._kind = kind
        self._reader = FileReader(kind)

    def compose_content(self) -> Iterable[Widget]:
        """Where a file is named, or the text itself is typed: a secret's without being shown."""
        yield field("From file", "file", hint="its path; → completes it", path=True)
        if self._kind is Kind.SECRET:
            yield field("or typed", "text", hint="not shown; without a line break at its end", masked=True)
        else:
            yield TextArea(id="text", compact=True, placeholder="or type it here")

    def content(self) -> Content:
        """What was given.

        Raises:
            NotPossible: nothing was, or both were; or it cannot be taken.
        """
        path, typed = self.query_one("#file", Input).value, self._text_typed()
        if path and typed:
            raise NotPossible("A file is named and a text is typed.", "Give one of the two.")
        if path:
            return self._reader.read(path)
        if not typed:
            raise NotPossible(f"Name a file, or type what the {self._kind.word} is to hold.")
        return content_of(self._kind, typed.encode(), "-")

    def _text_typed(self) -> str:
        if self._kind is Kind.SECRET:
            return self.query_one("#text", Input).value
        return self.query_one("#text", TextArea).text

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _given(self) -> None:
        self.show_action()

    @on(Input.Submitted)
    def _line_done(self, event: Input.Submitted) -> None:
        """On to the next field that is still to be filled in, else to the button."""
        if event.input.id == "typed":
            return
        try:
            self.action()
        except ChangeRefused:
            self.focus_next()
        else:
            self.focus_confirm()


class CreateStoredDialog(_ContentDialog):
    """Asks for the name, the labels and the content of a new secret or config."""

    FIRST_FOCUS: ClassVar = "#name"

    @property
    def heading(self) -> str:
        return f"Create a {self._kind.word}"

    @property
    def target(self) -> Target:
        return Target(self._kind, "", "that is new", 0)

    @property
    def verb(self) -> str:
        return f"Create {self._kind.word}"

    def compose_choice(self) -> Iterable[Widget]:
        with Vertical(classes="fields"):
            yield field("Name", "name")
            yield field("Labels", "labels", hint="none needed: team=ops tier=front")
            yield from self.compose_content()

    def action(self) -> Action:
        name = self.query_one("#name", Input).value.strip()
        labels = labels_from(self.query_one("#labels", Input).value)
        taken = taken_names(self._observation.cluster, self._kind)
        make = CreateSecret.of if self._kind is Kind.SECRET else CreateConfig.of
        if not name:
            raise NotPossible(f"The {self._kind.word} needs a name.")
        return make(name, self.content(), labels, taken=taken)


class RotateDialog(_ContentDialog):
    """Asks for the name and the content of what takes a secret's or config's place.

    Args:
        old: what is replaced.
    """

    FIRST_FOCUS: ClassVar = "#file"

    def __init__(self, old: StoredSecret, observation: Observation, *, read_only: bool = False) -> None:
        super().__init__(stored_kind(old), observation, read_only=read_only)
        self._old = old
        self._remove_old = False

    @property
    def heading(self) -> str:
        return f"Rotate the {self._kind.word} {self._old.name}"

    @property
    def target(self) -> Target:
        return target_stored(self._old)

    @property
    def verb(self) -> str:
        return f"Rotate {self._old.name}"

    def compose_choice(self) -> Iterable[Widget]:
        name = next_version(self._old.name, taken_names(self._observation.cluster, self._kind))
        options = {"keep": f"keep {self._old.name}, for a way back", "remove": f"remove {self._old.name} at the end"}
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
        return rotation.of(self._old, name, self.content(), cluster, remove_old=self._remove_old)

    @on(Choice.Changed)
    def _choose(self, event: Choice.Changed) -> None:
        self._remove_old = event.value == "remove"
        self.show_action()

    @on(Choice.Accepted)
    def _go_on(self) -> None:
        self.focus_confirm()
