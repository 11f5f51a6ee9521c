"""The app on the embedded swarm: the same, with a line of narration and a menu of things that can go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.message import Message

from swarmtui.config import Settings
from swarmtui.ui.demo.chaos import ChaosDialog, Doing, Menu, chaos_menu, leaves
from swarmtui.ui.demo.demo_swarm import DemoControls
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.shell.app import NO_SETTINGS, SwarmApp, nobody
from swarmtui.ui.shell.notices import NarrationLine

__all__ = ["DemoApp"]


class Narrated(Message, bubble=False):
    """The scenario has got further."""


class DemoCommands(Provider):
    """Offers everything of the chaos menu by its words."""

    async def discover(self) -> Hits:
        for words, doing in self._all():
            if words.startswith("Play"):
                yield DiscoveryHit(words, doing, help="A lesson on the demo's swarm")

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for words, doing in self._all():
            score = matcher.match(words)
            if score > 0:
                yield Hit(score, matcher.highlight(words), doing, text=words, help="On the demo's swarm")

    def _all(self) -> Iterable[tuple[str, Doing]]:
        return leaves(self.app.menu()) if isinstance(self.app, DemoApp) else ()


class DemoApp(SwarmApp):
    """Shows the embedded swarm.

    Args:
        session: the connection to its first manager.
        stage: what can be done to it.
        crash_log: where an error of the program itself is written down.
        settings: the user's.
        output_gone, stands: as for `SwarmApp`.
    """

    COMMANDS: ClassVar = SwarmApp.COMMANDS | {DemoCommands}
    BINDINGS: ClassVar = [
        Binding(
            "X", "chaos", "Chaos", id="demo.chaos", tooltip="Make something go wrong in the demo, or play a scenario"
        ),
        Binding("N", "next_step", "Next step", show=False, id="demo.next", tooltip="Continue the demo's scenario"),
    ]

    def __init__(
        self,
        session: SwarmSession,
        stage: DemoControls,
        *,
        crash_log: Path,
        settings: Settings = NO_SETTINGS,
        output_gone: Callable[[OSError], None] = nobody,
        stands: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(session, crash_log=crash_log, settings=settings, output_gone=output_gone, stands=stands)
        self._stage = stage
        self._narration = NarrationLine(id="narration")

    def on_ready(self) -> None:
        self.main_screen.mount(self._narration, before="#banner")
        self._stage.start(self._news)
        self.post_message(Narrated())

    def _news(self) -> None:
        """Called from the stage's thread."""
        self.post_message(Narrated())

    @on(Narrated)
    def _narrated(self) -> None:
        self._narration.show(self._stage.narration)

    def menu(self) -> Menu:
        """What can be done now."""
        cluster = self.session.observation().cluster
        images = sorted({service.image.partition("@")[0] for service in cluster.services.values()}) if cluster else []
        return chaos_menu(self._stage, [image for image in images if image])

    def action_chaos(self) -> None:
        if not isinstance(self.screen, ChaosDialog):
            self.push_screen(ChaosDialog(self.menu()), _do)

    def action_next_step(self) -> None:
        if self._stage.narration.playing:
            self._stage.next_step()
        else:
            self.notify("No scenario is playing; X lists them.", markup=False)


def _do(doing: Doing | None) -> None:
    if doing is not None:
        doing()
