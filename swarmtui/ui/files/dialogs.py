"""Create a secret or config, or rotate one into its services: what it is to hold comes from a file, or is typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual import on
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input, TextArea

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import ChangeRefused, NotPossible
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.files.changes import Content, CreateConfig, CreateSecret
from swarmtui.swarm.files.rotation import RotateConfig, RotateSecret
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.object_names import labels_from, next_version, taken_names
from swarmtui.swarm.objects.file import SecretFile
from swarmtui.ui.changes.action_dialog import ActionDialog
from swarmtui.ui.kit.forms.choice import Choice
from swarmtui.ui.kit.forms.labelled_fields import FileReader, content_of, field

__all__ = ["CreateFileDialog", "RotateDialog"]


class _ContentDialog(ActionDialog):
    """Base of the two: asks what is to be held."""

    def __init__(self, kind: Kind, observation: Observation) -> None:
        super().__init__(observation)
        self._kind = kind
        self._reader = FileReader(kind)

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
            yield TextArea(id="text", compact=True, placeholder="or type it here")

    def content(self) -> Content:
        """What was given.

        Raises:
            NotPossible: nothing was, or both were; or it cannot be taken.
        """
        path, typed = self.query_one("#file", Input).value, self._text_typed()
        if path and typed:
            raise NotPossible("Both a file and a text are given.", "Give one of the two.")
        if path:
            return self._reader.read(path)
        if not typed:
            raise NotPossible(f"Name a file, or type the content of the {self._kind.word}.")
        return content_of(self._kind, typed.encode(), "-")

    @property
    def unsaved(self) -> str:
        return "What you typed is lost." if self._kind is Kind.CONFIG and self._text_typed() else ""

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


class CreateFileDialog(_ContentDialog):
    """Asks for the name, the labels and the content of a new secret or config."""

    FIRST_FOCUS: ClassVar = "#name"

    @property
    def heading(self) -> str:
        return f"Create a {self._kind.word}"

    @property
    def target(self) -> Target:
        return Target(self._kind, "", "(new)", 0)

    @property
    def verb(self) -> str:
        return f"Create {self._kind.word}"

    def compose_choice(self) -> Iterable[Widget]:
        with Vertical(classes="fields"):
            yield field("Name", "name")
            yield field("Labels", "labels", hint="optional: team=ops tier=front")
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

    def __init__(self, old: SecretFile, observation: Observation) -> None:
        super().__init__(old.kind, observation)
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
        return rotation.of(self._old, name, self.content(), cluster, remove_old=self._remove_old)

    @on(Choice.Changed)
    def _choose(self, event: Choice.Changed) -> None:
        self._remove_old = event.value == "remove"
        self.show_action()

    @on(Choice.Accepted)
    def _go_on(self) -> None:
        self.focus_confirm()
