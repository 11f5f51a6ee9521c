"""The sentence with which a scheduler says why a task gets no node, against the counts that are told in its place."""

from __future__ import annotations

import re
from collections import Counter

from swarmtui.swarm.diagnosis.scheduling import Filter

__all__ = ["assert_same", "is_same"]

SENTENCES = {
    Filter.READY: r"(\d+) nodes? not available for new tasks",
    Filter.RESOURCES: r"insufficient resources on (\d+) nodes?",
    Filter.PLUGINS: r"missing plugin on (\d+) nodes?",
    Filter.CONSTRAINTS: r"scheduling constraints not satisfied on (\d+) nodes?",
    Filter.PLATFORM: r"unsupported platform on (\d+) nodes?",
    Filter.VOLUMES: r"cannot fulfill requested CSI volume mounts on (\d+) nodes?",
    Filter.HOST_PORTS: r"host-mode port already in use on (\d+) nodes?",
}
"""swarmkit manager/scheduler/filter.go, `Explain`; that of the limit per node tells no number."""


def assert_same(said: str, counts: Counter[Filter]) -> None:
    """Each filter refuses as many nodes as the scheduler says."""
    assert _told(said) == _counted(counts), said
    assert ("max replicas per node limit exceed" in said) == bool(counts[Filter.MAX_REPLICAS]), said


def is_same(said: str, counts: Counter[Filter]) -> bool:
    """Whether each filter refuses as many nodes as the scheduler says, for the filters that tell a number."""
    return _told(said) == _counted(counts)


def _told(said: str) -> dict[Filter, int]:
    return {which: int(match[1]) for which, text in SENTENCES.items() if (match := re.search(text, said))}


def _counted(counts: Counter[Filter]) -> dict[Filter, int]:
    return {which: number for which, number in counts.items() if which is not Filter.MAX_REPLICAS}
