"""The app on a record: the same, with a slider and the keys that move it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding
from textual.widgets import Input, TextArea

from swarmtui.config import Settings
from swarmtui.engine.polling.observation import Observation
from swarmtui.ui.kit.dialogs.dialog import DialogScreen
from swarmtui.ui.replay.controls import ReplayControls
from swarmtui.ui.replay.moment_dialog import MomentDialog
from swarmtui.ui.replay.slider import Slider
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.shell.app import NO_SETTINGS, SwarmApp, nobody

__all__ = ["ReplayApp"]

MOVES = 0.25
"""Seconds between two looks at where one is."""

MINUTE = 60.0


class ReplayApp(SwarmApp):
    """Shows a record.

    Args:
        session: what stands for the swarm.
        controls: moves through the record.
        crash_log: where an error of the program itself is written down.
        settings: the user's.
        output_gone: as for `SwarmApp`.
    """

    CSS_PATH: ClassVar = [*SwarmApp.CSS_PATH, Path(__file__).with_name("replay.tcss")]
    BINDINGS: ClassVar = [
        Binding("space", "play", "Play", priority=True, id="replay.play", tooltip="Play the record, or stop"),
        Binding(
            "left_square_bracket",
            "event(-1)",
            "Before",
            id="replay.previous",
            tooltip="Go to what happened before this moment",
        ),
        Binding("right_square_bracket", "event(1)", "Next", id="replay.next", tooltip="Go to what happened next"),
        Binding(
            "left_curly_bracket", "skip(-1)", "-1 min", show=False, id="replay.back", tooltip="Go back by a minute"
        ),
        Binding(
            "right_curly_bracket", "skip(1)", "+1 min", show=False, id="replay.ahead", tooltip="Go ahead by a minute"
        ),
        Binding(
            "left_parenthesis",
            "begin",
            "Begin",
            show=False,
            id="replay.begin",
            tooltip="Go to the beginning of the record",
        ),
        Binding(
            "right_parenthesis",
            "end_of_record",
            "End",
            show=False,
            id="replay.end",
            tooltip="Go to the end of the record",
        ),
        Binding("at", "moment", "Go to", show=False, id="replay.moment", tooltip="Type the time to go to"),
        Binding(
            "backslash",
            "speed",
            "Speed",
            show=False,
            id="replay.speed",
            tooltip="Play 1, 4, 16 or 60 times as fast as it happened",
        ),
    ]

    def __init__(
        self,
        session: SwarmSession,
        controls: ReplayControls,
        *,
        crash_log: Path,
        settings: Settings = NO_SETTINGS,
        output_gone: Callable[[OSError], None] = nobody,
    ) -> None:
        super().__init__(session, crash_log=crash_log, settings=settings, output_gone=output_gone)
        self._controls = controls
        self._slider = Slider()

    def on_ready(self) -> None:
        self.main_screen.mount(self._slider, before="#banner")
        self.set_interval(MOVES, self._show_position)
        self.call_after_refresh(self._show_position)

    def _show(self, observation: Observation) -> None:
        super()._show(observation)
        self._show_position()

    def _show_position(self) -> None:
        if self._slider.is_mounted:
            self._slider.show(self._controls.position)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "play":  # a space that is typed, or chooses in a dialog, is one
            return not isinstance(self.screen, DialogScreen) and not isinstance(self.focused, (Input, TextArea))
        return super().check_action(action, parameters)

    def action_play(self) -> None:
        self._controls.play(not self._controls.position.playing)
        self._show_position()

    def action_speed(self) -> None:
        self._controls.change_speed()
        self._show_position()

    def action_event(self, step: int) -> None:
        if not self._controls.by_event(step):
            position = self._controls.position
            if step > 0 and position.read < position.last:
                self.notify("What happened after this is still being read.", markup=False)
            else:
                self.notify(f"Nothing happened {'after' if step > 0 else 'before'} this moment.", markup=False)
        self._show_position()

    def action_skip(self, minutes: int) -> None:
        self._controls.go(self._controls.position.at + minutes * MINUTE)
        self._show_position()

    def action_begin(self) -> None:
        self._controls.go(self._controls.position.first)
        self._show_position()

    def action_end_of_record(self) -> None:
        self._controls.go(self._controls.position.last)
        self._show_position()

    def action_moment(self) -> None:
        if not isinstance(self.screen, DialogScreen):
            self.push_screen(MomentDialog(self._controls.position), self._go)

    def _go(self, moment: float | None) -> None:
        if moment is not None:
            self._controls.go(moment)
            self._show_position()
