"""Figures: what one container uses, or several together. What is not known is None, never 0."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from swarmtui.swarm.stats.sample import Sample

__all__ = ["Figures", "Total", "figures_between", "total_of"]

N = TypeVar("N", int, float)


@dataclass(frozen=True)
class Figures:
    """What is used now.

    Attributes:
        cpu: CPUs: 0.5 is half of one, what `docker stats` calls 50 %.
        memory: bytes.
        limit: the most memory that may be used, in bytes.
        received, sent: bytes a second through networks.
        read, written: bytes a second from and to block devices.
        pids: processes and threads.
    """

    cpu: float | None = None
    memory: float | None = None
    limit: float | None = None
    received: float | None = None
    sent: float | None = None
    read: float | None = None
    written: float | None = None
    pids: int | None = None

    @property
    def memory_share(self) -> float | None:
        """How much of the limit is used, from 0 to 1."""
        return None if self.memory is None or not self.limit else self.memory / self.limit

    @property
    def network(self) -> float | None:
        """Bytes a second both ways."""
        return _both(self.received, self.sent)

    @property
    def block(self) -> float | None:
        """Bytes a second both ways."""
        return _both(self.read, self.written)


NOTHING = Figures()


@dataclass(frozen=True)
class Total:
    """What several containers use together.

    Attributes:
        figures: the sums, as far as they are known.
        known: of how many containers.
        of: how many there are.
        lacking: of some of them only what needs a single sample is known.
        drawn: what was made of it to be shown, kept as long as it stays the same.
    """

    figures: Figures = field(default=NOTHING)
    known: int = 0
    of: int = 0
    lacking: bool = False
    drawn: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def complete(self) -> bool:
        return self.known == self.of and not self.lacking


def figures_between(before: Sample | None, now: Sample, passed: float) -> Figures:
    """What a container has used between two samples of it; of the first one only what needs none before it.

    Args:
        passed: seconds between the two by our own clock, where the engine does not tell its own.
    """
    if before is None:
        return Figures(memory=now.memory, limit=now.limit, pids=now.pids)
    if before.read is not None and now.read is not None and now.read > before.read:
        passed = now.read - before.read
    return Figures(
        _cpu(before, now, passed),
        now.memory,
        now.limit,
        _rate(before.received, now.received, passed),
        _rate(before.sent, now.sent, passed),
        _rate(before.read_bytes, now.read_bytes, passed),
        _rate(before.written, now.written, passed),
        now.pids,
    )


def _cpu(before: Sample, now: Sample, passed: float) -> float | None:
    """As docker/cli's `calculateCPUPercentUnix`: the share of the node's CPU time, times its CPUs.

    Where the engine does not tell the node's, the time that has passed stands for it.
    """
    if before.cpu is None or now.cpu is None or now.cpu < before.cpu:
        return None
    used = now.cpu - before.cpu
    if before.system is not None and now.system is not None and now.cpus and now.system > before.system:
        return used / (now.system - before.system) * now.cpus
    return used / 1e9 / passed if passed > 0 else None


def _rate(before: float | None, now: float | None, passed: float) -> float | None:
    """A counter that has gone back was set to nothing meanwhile."""
    if before is None or now is None or now < before or passed <= 0:
        return None
    return (now - before) / passed


def total_of(each: Iterable[Figures | None]) -> Total:
    """The sum of what is known of each; None counts as one that nothing is known of. Limits are no sum of anything."""
    listed = list(each)
    known = [figures for figures in listed if figures is not None]
    sums = Figures(
        cpu=_sum(each.cpu for each in known),
        memory=_sum(each.memory for each in known),
        received=_sum(each.received for each in known),
        sent=_sum(each.sent for each in known),
        read=_sum(each.read for each in known),
        written=_sum(each.written for each in known),
        pids=_sum(each.pids for each in known),
    )
    rated = sum(each.cpu is not None for each in known)
    return Total(sums, len(known), len(listed), 0 < rated < len(known))


def _sum(values: Iterable[N | None]) -> N | None:
    known = [value for value in values if value is not None]
    return sum(known[1:], known[0]) if known else None


def _both(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other
