"""Track: the figures of one container over the last minutes; and what several tracks are together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from swarmtui.swarm.stats.figures import Figures

__all__ = ["KEPT", "MINUTES", "Track", "series"]

MINUTES = 5
"""How far back figures are kept."""
KEPT = MINUTES * 60.0
MOST_POINTS = 160
"""Kept of one container: one every two seconds."""
CARRIED = 30.0
"""Seconds for which a figure stands for what came after it, until there is a newer one."""


class Track(msgspec.Struct, frozen=True):
    """The figures of one container, the oldest first.

    Attributes:
        points: when they were known, by a clock of ours in seconds, and the figures.
    """

    points: tuple[tuple[float, Figures], ...] = ()

    def then(self, at: float, figures: Figures) -> Track:
        """The track with newer figures; those that are too old are gone."""
        kept = [point for point in self.points[1 - MOST_POINTS :] if point[0] > at - KEPT]
        return Track((*kept, (at, figures)))

    @property
    def newest(self) -> Figures | None:
        return self.points[-1][1] if self.points else None

    @property
    def at(self) -> float | None:
        """When the newest figures were known."""
        return self.points[-1][0] if self.points else None


def series(
    tracks: Sequence[Track], value: Callable[[Figures], float | None], now: float, count: int, within: float = KEPT
) -> list[float | None]:
    """A figure in so many equal parts of the last minutes, the oldest first, summed over the tracks.

    Of each part the mean of each track counts; where a track has none, its last one before. A part of which nothing is
    known is None.
    """
    sums: list[float | None] = [None] * count
    for track in tracks:
        for index, mean in enumerate(_means(track, value, now, count, within)):
            if mean is not None:
                sums[index] = (sums[index] or 0.0) + mean
    return sums


def _means(
    track: Track, value: Callable[[Figures], float | None], now: float, count: int, within: float
) -> list[float | None]:
    step = within / count
    parts: list[list[float]] = [[] for _ in range(count)]
    last, age = None, CARRIED
    for at, figures in reversed(track.points):
        known = value(figures)
        if known is None:
            continue
        index = count - 1 - int((now - at) / step)
        if index < 0:  # the last one before
            last, age = known, now - at - within
            break
        if index < count:
            parts[index].append(known)
    means: list[float | None] = []
    for part in parts:
        age += step
        if part:
            last, age = sum(part) / len(part), 0.0
        means.append(last if age <= CARRIED else None)
    return means
