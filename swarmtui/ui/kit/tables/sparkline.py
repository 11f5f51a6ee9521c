"""A line of blocks that shows how a number went over time."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["sparkline"]

BLOCKS = "▁▂▃▄▅▆▇█"
NOTHING = "·"
"""Where nothing is known."""


def sparkline(values: Sequence[float | None], top: float = 0.0, height: int = 1) -> list[str]:
    """Draw values as blocks, from the lowest line of the drawing to the highest; all lines are as long as the values.

    Args:
        top: what a full block stands for at least; the largest value where that is larger. A number that hardly
            changes must not look as if it jumped.
        height: how many lines.
    """
    most = max([top, *(value for value in values if value is not None)])
    steps = [None if value is None else _step(value, most, height * len(BLOCKS)) for value in values]
    return ["".join(_block(step, line) for step in steps) for line in range(height)]


def _step(value: float, most: float, steps: int) -> int:
    """How many eighths of a block are filled; what is not nothing shows at least one."""
    return max(1, min(steps, round(value / most * steps))) if most > 0 else 1


def _block(step: int | None, line: int) -> str:
    if step is None:
        return NOTHING if line == 0 else " "
    filled = step - line * len(BLOCKS)
    return " " if filled <= 0 else BLOCKS[min(filled, len(BLOCKS)) - 1]
