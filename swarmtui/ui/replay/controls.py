"""What the user interface may ask of a record, beside what it asks of any session."""

from __future__ import annotations

from typing import Protocol

from swarmtui.swarm.recording.position import Position

__all__ = ["ReplayControls"]


class ReplayControls(Protocol):
    """Moves through a record; met by swarmtui.engine.recording.replay_session.ReplaySession. No call blocks."""

    @property
    def position(self) -> Position:
        """Where one is."""

    def play(self, playing: bool) -> None:
        """Let it go on by itself, or stand still."""

    def change_speed(self) -> None:
        """Take the next speed; after the fastest comes the slowest."""

    def go(self, moment: float) -> None:
        """Show another moment, in seconds since 1970."""

    def by_event(self, step: int) -> bool:
        """Go to the next thing that happened, or (-1) the one before. Returns whether one is known."""
