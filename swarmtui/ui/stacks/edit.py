"""A compose file rebuilt from what runs, in the user's editor; then what that would change, and docker deploys it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import NotPossible, SwarmtuiError
from swarmtui.serial_worker import in_a_thread
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.specs.difference import DiffLine
from swarmtui.swarm.stacks.compose_files import ComposeFiles
from swarmtui.swarm.stacks.rebuilding.stack import RebuiltFile
from swarmtui.swarm.stacks.stack import Stack, short_name, stack_named
from swarmtui.ui.changes.edit_spec import KEPT
from swarmtui.ui.changes.editor import Editor, EditorFailed
from swarmtui.ui.kit.dialogs.button import DialogButton
from swarmtui.ui.kit.dialogs.save import SaveDialog
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.stacks.comparing_dialog import OPTION_MEANINGS, Asked, ComparingDialog

__all__ = ["EditStackDialog"]


class EditStackDialog(ComparingDialog):
    """Rebuilds the file, opens the editor on it, and is there when that is left.

    Args:
        session: tells what runs, and compares.
        stack: whose file it is.
        editor: the user's.
        text: what was edited before, when that was not deployed: it is shown at once.
    """

    BINDINGS: ClassVar = [
        Binding("e", "edit", "Edit again", id="stack.again", tooltip="Continue editing the compose file"),
        Binding("s", "save", "Save", id="stack.save", tooltip="Save the compose file"),
    ]

    BOX: ClassVar = "wide"
    DIGESTS = "changed"  # what was not edited keeps the image that it runs

    def __init__(
        self, session: SwarmSession, observation: Observation, stack: Stack, editor: Editor, *, text: str = ""
    ) -> None:
        super().__init__(session, observation)
        self._stack = stack
        self._editor = editor
        self._text = text
        self._again = bool(text)
        self._first = ""
        self._rebuilt: RebuiltFile | None = None
        self._on_disk = ""
        self._trouble = ""
        self._lines: tuple[DiffLine, ...] = ()
        self._seen: frozenset[str] = frozenset()
        self._networks_known = asyncio.Event()
        self._look_for_networks(observation)

    # ------------------------------------------------------------------------------------ what it is about

    @property
    def heading(self) -> str:
        return f"Edit the compose file of the stack {self._stack.name}"

    @property
    def target(self) -> Target:
        return Target(Kind.STACK, "", self._stack.name, 0)

    def compose_choice(self) -> Iterable[Widget]:
        yield Horizontal(
            DialogButton("e  Edit again", id="again"), DialogButton("s  Save to a file", id="save"), classes="toggles"
        )
        with Vertical(classes="fields"):
            yield from self.options()

    def meanings(self) -> Mapping[str, str]:
        return OPTION_MEANINGS

    @property
    def asked(self) -> Asked:
        if self._rebuilt is None:
            raise NotPossible(f"Reading what runs in the stack {self._stack.name} …")
        if self._trouble:
            raise NotPossible(self._trouble)
        if self._text == self._first:
            raise NotPossible("You have not changed the file. Edit it with e, or save it with s.")
        return ComposeFiles.of_text(self._text), self._stack.name

    def difference(self, action: Action) -> Sequence[DiffLine]:
        return self._lines

    def shown_consequences(self, consequences: list[Content]) -> list[Content]:
        """What others have done meanwhile comes first; what a compose file cannot say, last."""
        told = [*([KEPT] if self._again else []), *(f"▲ {each}" for each in self._meanwhile())]
        remarks = [f"▲ {each}" for each in self._rebuilt.remarks] if self._rebuilt is not None else []
        return [*map(_warning, told), *consequences, *map(_warning, remarks)]

    # ------------------------------------------------------------------------------------ what others do

    def observe(self, observation: Observation) -> None:
        """Compare again when somebody else has changed the stack."""
        super().observe(observation)
        self._look_for_networks(observation)
        meanwhile = frozenset(self._meanwhile())
        if self.is_mounted and meanwhile != self._seen and not self._comparing:
            self._seen = meanwhile
            if self._compared is not None:
                self._begin_comparing(self._compared[0], by_user=False)
            else:
                self.show_action()

    def _look_for_networks(self, observation: Observation) -> None:
        """The file names networks, and their list may not have come yet; one that is refused never comes."""
        cluster = observation.cluster
        if cluster is not None and not cluster.awaits(Kind.NETWORK):
            self._networks_known.set()

    def _meanwhile(self) -> Iterable[str]:
        """What is another since the file was rebuilt, as sentences."""
        cluster = self._observation.cluster
        if self._rebuilt is None or cluster is None:
            return
        versions, present = self._rebuilt.versions, stack_named(cluster, self._stack.name)
        services = present.services if present is not None else ()
        again = "Cancel, then e: edit what runs now."
        for service in services:
            before, name = versions.get(service.id), short_name(service)
            if before is None:
                yield f"{name} was added meanwhile: the file lacks it. {again}"
            elif service.version.index > before:
                yield f"{name} is now at version {service.version.index}, the file is of {before}. {again}"
        for service in self._stack.services:
            if service.id in versions and service.id not in cluster.services:
                yield f"{short_name(service)} was removed meanwhile: the file makes it again. {again}"

    # ------------------------------------------------------------------------------------ editing

    def on_mount(self) -> None:
        self.run_worker(self._begin(), group="editor", exclusive=True)

    async def _begin(self) -> None:
        try:
            self._rebuilt = await self._rebuild()
        except SwarmtuiError as error:
            self.app.notify(visible(str(error)), severity="error", markup=False)
            self.dismiss(None)
            return
        self._first = self._rebuilt.text.reveal()
        if self._again:
            self._take(self._text, 0)
        else:
            self._text = self._first
            await self._edit()

    async def _rebuild(self) -> RebuiltFile:
        """Ask for the services as they are now, and write their file; in a thread, since a big one takes a while."""
        from swarmtui.swarm.stacks.rebuilding.stack import rebuilt_file  # with it comes yaml

        asking = [self._session.inspect(Kind.SERVICE, service.id) for service in self._stack.services]
        services = await asyncio.gather(*map(asyncio.wrap_future, asking))
        await self._networks_known.wait()
        name, cluster = self._stack.name, self._observation.cluster or Cluster()
        written = in_a_thread(lambda: rebuilt_file(name, services, cluster), "swarmtui-compose")
        return await asyncio.wrap_future(written)

    @on(Button.Pressed, "#again")
    def _again_pressed(self) -> None:
        self.action_edit()

    def action_edit(self) -> None:
        """Open the editor on the text as it is."""
        if self._rebuilt is not None:
            self.run_worker(self._edit(), group="editor", exclusive=True)

    async def _edit(self) -> None:
        try:
            edited = await self._editor.edit(self._text, f"stack-{self._stack.name}")
        except EditorFailed as error:
            self.app.notify(visible(str(error)), severity="error", markup=False)
            self.show_action()
        else:
            self._take(edited.text, edited.status)

    def _take(self, text: str, status: int) -> None:
        """The editor was left."""
        self._text = text
        self._trouble = (
            f"The editor exited with status {status}, so nothing is deployed. Edit again to continue." if status else ""
        )
        try:
            asked = self.asked
        except NotPossible:
            self.show_action()
            self._focus_missing()
        else:
            self._comparing = False  # that was of an older text
            self._begin_comparing(asked)

    async def _compare(self, asked: Asked, *, by_user: bool) -> None:
        first, text = self._first, self._text
        self._lines = await asyncio.wrap_future(in_a_thread(lambda: _edited(first, text), "swarmtui-compose"))
        await super()._compare(asked, by_user=by_user)

    def _focus_missing(self) -> None:
        self.query_one("#again" if self._text != self._first else "#cancel").focus()

    @on(Input.Changed, "#resolve")
    def _resolved_otherwise(self) -> None:
        self.show_action()

    # ------------------------------------------------------------------------------------ saving

    @on(Button.Pressed, "#save")
    def _save_pressed(self) -> None:
        self.action_save()

    def action_save(self) -> None:
        """Write the text as it is to a file of the user's."""
        if self._rebuilt is not None:
            what, name = f"the compose file of {self._stack.name}", f"{self._stack.name}.yml"
            self.app.push_screen(SaveDialog(what, name, lambda _: self._text), self._saved)

    def _saved(self, path: Path | None) -> None:
        if path is not None:
            self._on_disk = self._text
            self.app.notify(f"Saved to {visible(str(path))}", markup=False)

    @property
    def unsaved(self) -> str:
        return "" if self._text in ("", self._first, self._on_disk) else "Your edits are lost."


def _edited(first: str, text: str) -> tuple[DiffLine, ...]:
    """What was edited, with secrets masked; nothing where a text is not plain enough to tell."""
    from swarmtui.swarm.specs.difference import difference
    from swarmtui.swarm.specs.spec_text import SpecUnreadable, read_spec

    try:
        return difference(read_spec(first), read_spec(text))
    except SpecUnreadable:
        return ()


def _warning(text: str) -> Content:
    return Content.styled(visible(text), "$text-warning")
