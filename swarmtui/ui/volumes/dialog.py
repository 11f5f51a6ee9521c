"""The cluster volumes: which there are, what each is, and whether tasks may use it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import NotPossible, SwarmtuiError
from swarmtui.swarm.actions.action import Action, Target
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.volumes.availability import AVAILABILITIES, SetVolumeAvailability
from swarmtui.swarm.volumes.listed import NONE, ListedVolume
from swarmtui.ui.changes.action_dialog import ActionDialog
from swarmtui.ui.kit.forms.choice import Choice
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.session import SwarmSession

__all__ = ["ClusterVolumesDialog"]

MEANINGS = {
    "active": "active: tasks may use it",
    "pause": "pause: who has it keeps it, nobody else gets it",
    "drain": "drain: the tasks that use it stop",
}


class _Volumes(OptionList, inherit_bindings=False):
    """The list. Page keys are left to the dialog, which may be longer than the screen."""

    BINDINGS: ClassVar = [
        Binding("up,k", "cursor_up", "Up", show=False, id="volumes.up", tooltip="The volume above"),
        Binding("down,j", "cursor_down", "Down", show=False, id="volumes.down", tooltip="The volume below"),
        Binding("enter,space", "select", "Choose", show=False, id="volumes.choose", tooltip="On to its availability"),
    ]


class ClusterVolumesDialog(ActionDialog):
    """Lists them, tells all of the one under the cursor, and sets its availability.

    Args:
        session: asks the swarm for them.
    """

    FIRST_FOCUS: ClassVar = "#volumes"

    def __init__(self, session: SwarmSession, observation: Observation) -> None:
        super().__init__(observation)
        self._session = session
        self._found: tuple[ListedVolume, ...] | None = None
        self._trouble = "Asking for the cluster volumes …"

    @property
    def heading(self) -> str:
        return "Cluster volumes" if not self._found else f"Cluster volumes {len(self._found)}"

    @property
    def target(self) -> Target:
        volume = self._volume
        return Target(Kind.SWARM, "", volume.name if volume is not None else "the swarm", 0)

    @property
    def verb(self) -> str:
        return "Set the availability"

    def title_for(self, action: Action) -> str:
        return self.heading

    def meanings(self) -> Mapping[str, str]:
        return {}

    def compose_choice(self) -> Iterable[Widget]:
        yield Static(id="none", classes="paragraph")
        with Vertical(id="listed", classes="fields"):
            yield _Volumes(id="volumes", compact=True)
            yield Static(id="facts", classes="dim")
            yield Choice({each: MEANINGS[each] for each in AVAILABILITIES}, AVAILABILITIES[0], id="availability")

    def on_mount(self) -> None:
        super().on_mount()
        self._show()
        self.run_worker(self._ask(), group="volumes", exclusive=True)

    def action(self) -> Action:
        volume = self._volume
        if volume is None:
            raise NotPossible(self._trouble if self._found is None else "There is none to be set.")
        return SetVolumeAvailability.of(volume, self.query_one("#availability", Choice).value)

    # ------------------------------------------------------------------------------------ what there is

    async def _ask(self) -> None:
        try:
            self._found = await asyncio.wrap_future(self._session.cluster_volumes())
        except SwarmtuiError as error:
            self._trouble = str(error)
        if self.is_open:
            self._show()

    def _show(self) -> None:
        found, listed = self._found or (), self.query_one("#volumes", OptionList)
        self.query_one("#listed").display = bool(found)
        nothing = self.query_one("#none", Static)
        nothing.display = not found
        nothing.update(Content(visible(self._trouble if self._found is None else NONE)))
        listed.set_options([Option(self._line(each)) for each in found])
        if found:
            listed.highlighted = 0
            listed.focus()
        else:
            self.query_one("#cancel").focus()
        self._show_facts()
        self.show_action()

    def _line(self, volume: ListedVolume) -> Content:
        group = f"  group {volume.group}" if volume.group else ""
        return Content(visible(f"{volume.name}  {volume.availability}  {volume.where(self._cluster)}{group}"))

    @property
    def _volume(self) -> ListedVolume | None:
        place = self.query_one("#volumes", OptionList).highlighted if self.is_mounted else None
        return self._found[place] if self._found and place is not None else None

    @property
    def _cluster(self) -> Cluster:
        return self._observation.cluster or Cluster()

    def _show_facts(self) -> None:
        volume = self._volume
        facts = volume.facts(self._cluster) if volume is not None else ()
        self.query_one("#facts", Static).update(
            Content("\n").join([Content(visible(f"{what:<16}{value}")) for what, value in facts if value])
        )

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        volume = self._volume
        if volume is not None:
            self.query_one("#availability", Choice).choose(volume.availability)
        self._show_facts()
        self.show_action()

    @on(OptionList.OptionSelected)
    def _chosen(self) -> None:
        self.query_one("#availability").focus()

    @on(Choice.Changed)
    def _availability_changed(self) -> None:
        self.show_action()

    @on(Choice.Accepted)
    def _availability_accepted(self) -> None:
        self.focus_confirm()
