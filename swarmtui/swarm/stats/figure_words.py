"""Figures in words: short for a table's cell, whole for a line of text. What is not known is "-"."""

from __future__ import annotations

from swarmtui.swarm.stats.figures import Figures

__all__ = ["UNKNOWN", "cpu_text", "glance", "memory_text", "share_text", "ways_text"]

UNKNOWN = "-"
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def cpu_text(cpu: float | None) -> str:
    """As `docker stats`: in hundredths of one CPU, so that two busy CPUs are "200%"."""
    if cpu is None:
        return UNKNOWN
    percent = cpu * 100
    return f"{percent:.1f}%" if percent < 9.95 else f"{percent:.0f}%"


def glance(size: float | None) -> str:
    """A number of bytes to two or three digits: "3.7 MiB", "212 MiB"."""
    if size is None:
        return UNKNOWN
    unit = 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1024, unit + 1
    return f"{size:.1f} {_UNITS[unit]}" if unit and size < 9.95 else f"{size:.0f} {_UNITS[unit]}"


def share_text(share: float | None) -> str:
    """A share of a limit; "" where there is no limit."""
    return "" if share is None else f"{share * 100:.0f}%"


def memory_text(figures: Figures) -> str:
    """ "212 MiB 41%": how much, and how much of the limit."""
    return " ".join(filter(None, (glance(figures.memory), share_text(figures.memory_share))))


def ways_text(one: float | None, other: float | None, signs: tuple[str, str]) -> str:
    """Both ways of a network or a disk, in bytes a second: "↓12 KiB ↑3.1 KiB"."""
    if one is None and other is None:
        return UNKNOWN
    return f"{signs[0]}{glance(one)} {signs[1]}{glance(other)}"
