"""Deploy a stack from compose files: first what that would change, then docker's own program does it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input

from swarmtui.engine.polling.observation import Observation
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.stacks.compose_files import ComposeFiles
from swarmtui.ui.kit.forms.labelled_fields import field
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.stacks.comparing_dialog import OPTION_MEANINGS, Asked, ComparingDialog

__all__ = ["DeployDialog"]


class DeployDialog(ComparingDialog):
    """Asks for the files and the stack's name, and has them compared with what runs before anything can be done.

    Args:
        session: compares.
        stack: the name to begin with; "" for one that is made from the file's directory.
        files: what to begin with.
    """

    FIRST_FOCUS: ClassVar = "#file"

    def __init__(
        self,
        session: SwarmSession,
        observation: Observation,
        *,
        stack: str = "",
        files: ComposeFiles | None = None,
    ) -> None:
        super().__init__(session, observation)
        self._stack = stack
        self._files = files or ComposeFiles(("",))
        self._named_by_user = bool(stack)

    @property
    def heading(self) -> str:
        return "Deploy a stack from a compose file"

    @property
    def target(self) -> Target:
        return Target(Kind.STACK, "", self._field("stack") if self.is_mounted else self._stack, 0)

    def compose_choice(self) -> Iterable[Widget]:
        with Vertical(classes="fields"):
            first, *more = self._files.paths
            variables = self._files.variables
            yield field("File", "file", first, hint="docker-compose.yml; → completes it", path=True)
            yield field("Stack", "stack", self._stack)
            yield field("More files", "more", ", ".join(more), hint="merged into the first: a.yml, b.yml")
            yield field("Variables", "variables", variables, hint=".env; docker reads none itself", path=True)
            yield from self.options()

    def meanings(self) -> Mapping[str, str]:
        return {
            "File": "The compose file on this machine; the right arrow completes its path",
            "Stack": "The stack's name; by default that of the file's directory",
            "More files": "Compose files that change the first one, separated by commas",
            "Variables": "A file with NAME=value lines that fill in the variables of the compose files",
            **OPTION_MEANINGS,
        }

    # ------------------------------------------------------------------------------------ what is asked for

    @property
    def asked(self) -> Asked:
        files = ComposeFiles.written(self._field("file"), self._field("more"), self._field("variables"))
        return files, self._field("stack")

    @property
    def unsaved(self) -> str:
        first, *more = self._files.paths
        began = {"file": first, "more": ", ".join(more), "variables": self._files.variables}
        # A stack that is named after the file's directory was not typed.
        typed = any(self._field(id) != value for id, value in began.items()) or (
            self._named_by_user and self._field("stack") != self._stack
        )
        return "What you typed is lost." if typed or self._options_given else ""

    @on(Input.Changed)
    def _given(self, event: Input.Changed) -> None:
        if event.input.id == "file" and not self._named_by_user:
            self._name_after(self._field("file"))
        elif event.input.id == "stack" and event.input.has_focus:
            self._named_by_user = True
        self.show_action()

    def _name_after(self, path: str) -> None:
        """The stack is called as the directory that its file is in, until somebody says otherwise."""
        name = Path(path).expanduser().absolute().parent.name if path else ""
        self.query_one("#stack", Input).value = re.sub(r"[^a-zA-Z0-9_-]", "", name).lstrip("_-").lower()

    def _focus_missing(self) -> None:
        if not self._field("file"):
            self.query_one("#file").focus()
        elif not self._field("stack"):
            self.query_one("#stack").focus()
