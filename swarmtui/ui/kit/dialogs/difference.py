"""A difference between two specs, drawn: what goes and what comes is told by signs as well as by colour."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from swarmtui.ui.kit.texts.text import visible

if TYPE_CHECKING:
    from swarmtui.swarm.specs.difference import DiffLine

__all__ = ["drawn", "image_moved"]

_LONG_DIGEST = re.compile(r"@sha256:([0-9a-f]{12})[0-9a-f]+")
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
    old, new = (_LONG_DIGEST.sub(r"@\1", visible(images[sign])) for sign in "-+")
    return [Content(f"• Image: {old} → {new}")]


def _is_image(line: DiffLine) -> bool:
    return line.text.strip().startswith("Image: ")
