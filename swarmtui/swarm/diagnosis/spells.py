"""Spells: when findings came and went, as far as this program saw it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from swarmtui.swarm.diagnosis.finding import Finding

__all__ = ["MOST_SPELLS", "Spell", "Spells"]

MOST_SPELLS = 2_000
"""So many that are over are remembered; then the oldest go."""
SOON = 60.0
"""Seconds within which a finding that comes back had not gone."""

Key = tuple[str, str, str]


class Spell(msgspec.Struct, frozen=True, gc=False):
    """A finding, for as long as it lasted.

    Attributes:
        finding: as it was last.
        came: when it began, in seconds since 1970; where that is not known, when it was seen first.
        went: when it was seen to be gone; None while it lasts.
    """

    finding: Finding
    came: float
    went: float | None = None


@dataclass
class Spells:
    """Remembers findings. One thread calls it."""

    _open: dict[Key, Spell] = field(default_factory=dict)
    _over: deque[Spell] = field(default_factory=lambda: deque(maxlen=MOST_SPELLS))

    def observe(self, findings: Sequence[Finding], now: float) -> None:
        """Take in all findings that there are.

        Args:
            now: the managers' time, in seconds since 1970.
        """
        there = {finding.key: finding for finding in findings}
        for key in self._open.keys() - there.keys():
            gone = self._open.pop(key)
            self._over.append(Spell(gone.finding, gone.came, now))
        for key, finding in there.items():
            spell = self._open.get(key)
            if spell is not None and spell.finding is finding:
                continue
            came = self._came_back(key, now) if spell is None else spell.came
            if came is None:
                came = now if finding.since is None else min(finding.since, now)
            self._open[key] = Spell(finding, came)

    def within(self, first: float, last: float) -> tuple[Spell, ...]:
        """What lasted at any moment between two, the first that came first."""
        spells = (*self._over, *self._open.values())
        found = [each for each in spells if each.came <= last and (each.went is None or each.went >= first)]
        return tuple(sorted(found, key=lambda each: each.came))

    def _came_back(self, key: Key, now: float) -> float | None:
        """Since when a finding lasts that was gone for a moment only; None where it was not."""
        for spell in reversed(self._over):
            if spell.went is None or now - spell.went > SOON:
                return None
            if spell.finding.key == key:
                self._over.remove(spell)
                return spell.came
        return None
