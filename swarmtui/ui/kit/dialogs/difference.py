"""A difference between two specs, drawn: what goes and what comes is told by signs as well as by colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.content import Content

from swarmtui.swarm.specs.difference import DiffLine
from swarmtui.ui.kit.texts.text import visible

__all__ = ["drawn", "image_moved"]

SHORT = 8
"""Lines of a difference that are in sight at once in a low terminal."""

STYLES = {"-": "$text-error", "+": "$text-success", "…": "$text-muted", " ": "$text-muted"}


def drawn(lines: Iterable[DiffLine]) -> list[Content]:
    """A line for each, with its sign before it."""
    return [Content.styled(f"{line.sign} {visible(line.text)}", STYLES[line.sign]) for line in lines]


def image_moved(lines: Sequence[DiffLine]) -> list[Content]:
    """From which image to which, before a difference that is too long to be read at a glance."""
    images = {line.sign: line.text.strip().removeprefix("Image: ") for line in lines if _is_image(line)}
    if len(lines) <= SHORT or not {"-", "+"} <= set(images):
        return []
    return [Content(f"• Image: {visible(images['-'])} → {visible(images['+'])}")]


def _is_image(line: DiffLine) -> bool:
    return line.text.strip().startswith("Image: ")
