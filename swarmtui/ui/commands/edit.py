"""A whole spec in the user's editor, as a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swarmtui.swarm.kinds import Kind
from swarmtui.ui.commands.command import Command

if TYPE_CHECKING:
    from swarmtui.ui.commands.asking import Asking

__all__ = ["edit_command"]


def _asking(kind: Kind) -> Asking:
    from swarmtui.ui.commands.edit_asking import edit_asking

    return edit_asking(kind)


def edit_command(kind: Kind, about: type) -> Command:
    """The command for objects of a kind.

    Args:
        about: their class.
    """
    return Command(
        name=f"{kind.word}.edit",
        title=f"Edit the spec of a {kind.word}",
        label="Edit",
        explanation=f"Edit the whole spec of the {kind.word} in $EDITOR",
        docker=f"{kind.word} update",
        about=about,
        asking=lambda: _asking(kind),
        key="e",
        raw=kind,
        to_write=True,
    )
