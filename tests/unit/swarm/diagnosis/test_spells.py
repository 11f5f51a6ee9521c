"""When findings came and went."""

from __future__ import annotations

from swarmtui.swarm.diagnosis.finding import Finding, Severity, Subject
from swarmtui.swarm.diagnosis.spells import MOST_SPELLS, Spells
from swarmtui.swarm.kinds import Kind
from tests.unit.swarm.builders import NOW


def finding(name: str, summary: str = "2 of 4 run", since: float | None = None) -> Finding:
    return Finding("short", Severity.CRITICAL, Subject(Kind.SERVICE, name, name), summary, since=since)


def told(
    spells: Spells, first: float = NOW - 1000, last: float = NOW + 10_000
) -> list[tuple[str, str, float, float | None]]:
    return [
        (
            each.finding.subject.name,
            each.finding.summary,
            each.came - NOW,
            None if each.went is None else each.went - NOW,
        )
        for each in spells.within(first, last)
    ]


def test_a_finding_is_told_from_when_it_came_to_when_it_went() -> None:
    spells = Spells()
    spells.observe([finding("web", since=NOW - 30), finding("api")], NOW)
    spells.observe([finding("web", "1 of 4 run", since=NOW - 30)], NOW + 100)
    spells.observe([], NOW + 200)
    assert told(spells) == [("web", "1 of 4 run", -30, 200), ("api", "2 of 4 run", 0, 100)]
    assert told(spells, NOW + 150) == [("web", "1 of 4 run", -30, 200)]
    assert told(spells, NOW - 500, NOW - 400) == []


def test_one_that_comes_back_at_once_had_not_gone() -> None:
    spells = Spells()
    for place, there in enumerate([True, False, True, False, True]):
        spells.observe([finding("web")] if there else [], NOW + place * 20)
    assert told(spells) == [("web", "2 of 4 run", 0, None)]
    spells.observe([], NOW + 100)
    spells.observe([finding("web")], NOW + 1000)
    assert told(spells) == [("web", "2 of 4 run", 0, 100), ("web", "2 of 4 run", 1000, None)]


def test_the_oldest_are_forgotten() -> None:
    spells = Spells()
    for turn in range(MOST_SPELLS + 10):
        spells.observe([finding(f"web{turn}")], NOW + turn * 1000)
    assert len(spells.within(0, NOW * 2)) == MOST_SPELLS + 1
