"""A difference between two specs, drawn: what goes and what comes is told by signs as well as by colour."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from swarmtui.swarm.difference import DiffLine
from swarmtui.ui.text import visible

__all__ = ["drawn"]

STYLES = {"-": "$text-error", "+": "$text-success", "…": "$text-muted", " ": "$text-muted"}


def drawn(lines: Iterable[DiffLine]) -> list[Content]:
    """A line for each, with its sign before it."""
    return [Content.styled(f"{line.sign} {visible(line.text)}", STYLES[line.sign]) for line in lines]
