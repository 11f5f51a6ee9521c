"""Options of the command line that are written as docker writes such values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

__all__ = ["seconds", "size"]

T = TypeVar("T")


def size(least: int) -> Callable[[click.Context, click.Parameter, str], int]:
    """Reads bytes: "100m", "1g".

    Args:
        least: so many at least.
    """

    def read(text: str) -> int:
        from swarmtui.swarm.syntax.quantities import read_size

        return read_size(text, least=least)

    return lambda context, parameter, text: _read(read, context, parameter, text)


def seconds(context: click.Context, parameter: click.Parameter, text: str) -> float:
    """Reads a duration: "90s", "24h"."""

    def read(text: str) -> float:
        from swarmtui.swarm.syntax.quantities import read_duration

        return read_duration(text) / 1e9

    return _read(read, context, parameter, text)


def _read(read: Callable[[str], T], context: click.Context, parameter: click.Parameter, text: str) -> T:
    from swarmtui.swarm.syntax.unreadable import Unreadable  # late, as what reads: most runs have no such option

    try:
        return read(text)
    except Unreadable as error:
        raise click.BadParameter(str(error), context, parameter) from error
