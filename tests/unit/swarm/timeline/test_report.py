"""The report of an incident, its span as it is typed, and the sentence for who was away."""

from __future__ import annotations

from datetime import UTC

import pytest

from swarmtui.swarm.diagnosis.finding import Finding, Severity, Subject
from swarmtui.swarm.diagnosis.spells import Spell
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.syntax.unreadable import Unreadable
from swarmtui.swarm.timeline.absence import absence_words
from swarmtui.swarm.timeline.event import Category, Event, Source
from swarmtui.swarm.timeline.moment_words import clock
from swarmtui.swarm.timeline.report import Incident, Span, incident_report
from swarmtui.swarm.timeline.timeline import Entry, Timeline
from swarmtui.ui.timeline.report_dialog import read_span
from tests.unit.swarm.builders import NOW

SPAN = Span(NOW - 600, NOW)


def entry(text: str, seconds_ago: float, category: Category = Category.SPEC, **more: object) -> Entry:
    event = Event(NOW - seconds_ago, Kind.SERVICE, "s", "web", category, text, **more)  # type: ignore[arg-type]
    return Entry(str(seconds_ago), event, 1, event.at, (event,))


def test_a_report_has_times_changes_with_their_commands_and_findings() -> None:
    entries = [
        entry("web scaled from 2 to 4", 60, source=Source.OWN, command="docker service scale web=4"),
        entry("web: image changed from a to b", 120),
    ]
    findings = [
        Finding("short", Severity.CRITICAL, Subject(Kind.SERVICE, "s", "web"), "2 of 4 run", ("one", "two"), "no room")
    ]
    spells = [Spell(findings[0], NOW - 500, NOW - 200), Spell(findings[0], NOW - 100)]
    state = ["nodes: 2 of 3 ready; wrk_1 down"]
    text = incident_report(Incident("prod", SPAN, entries, spells, state, findings, NOW, NOW - 300), UTC)
    assert "# What happened on prod\n\nFrom 2026-03-01 11:50:00 UTC to 2026-03-01 12:00:00 UTC" in text
    assert text.index("image changed") < text.index("scaled from 2 to 4")  # the oldest first
    assert "| 2026-03-01 11:59:00 UTC | web scaled from 2 to 4 | done with swarmtui |" in text
    assert "    docker service scale web=4\n" in text
    assert (
        "| 2026-03-01 11:51:40 UTC (seen first) | 2026-03-01 11:56:40 UTC | **critical** service web: 2 of 4 run |\n"
        "| 2026-03-01 11:58:20 UTC (seen first) | still there | **critical** service web: 2 of 4 run |\n"
    ) in text
    assert "## The swarm at 2026-03-01 12:00:00 UTC\n\n- nodes: 2 of 3 ready; wrk\\_1 down\n" in text
    assert "swarmtui has watched since 2026-03-01 11:55:00 UTC" in text
    assert "- **critical** service web: 2 of 4 run\n  - one\n  - two\n  - Why: no room" in text


def test_nothing_in_a_report_acts_or_leaks() -> None:
    hostile = "web | `rm` <b> [x](y) \x1b[31m\n# title password=hunter2 https://ops:hunter3@db/"
    findings = [Finding("x", Severity.NOTE, Subject(Kind.NODE, "n", hostile), hostile, (hostile,), hostile)]
    shown = [entry(hostile, 60, source=Source.OWN, command=f"docker {hostile}")]
    spells = [Spell(findings[0], NOW - 500)]
    text = incident_report(Incident(hostile, SPAN, shown, spells, [hostile], findings, NOW), UTC)
    assert "hunter" not in text
    assert "\x1b" not in text
    assert "\n# title" not in text
    assert "\\| \\`rm\\` \\<b\\> \\[x\\](y)" in text


def test_an_empty_report_says_so() -> None:
    text = incident_report(Incident("prod", SPAN, (), now=NOW), UTC)
    assert "Nothing is known to have happened." in text
    assert "Nothing is wrong, as far as can be seen." in text


def test_a_span_takes_what_began_before_and_lasted() -> None:
    loop = Entry("1", Event(NOW - 10, Kind.TASK, "t", "web.1", Category.FAILURE, "failed"), 9, NOW - 900)
    timeline = Timeline((entry("new", 5), loop, entry("old", 5000)), NOW)
    assert [each.text for each in timeline.within(NOW - 600, NOW - 7)] == ["web.1 failed 9 times in 14 min"]


@pytest.mark.parametrize(
    ("first", "last", "seconds"),
    [("30 min", "now", 1800.0), ("last 2 h", "", 7200.0), ("", "10 min", 1200.0), ("1 h", "30 min", 1800.0)],
)
def test_a_span_is_typed(first: str, last: str, seconds: float) -> None:
    span = read_span(first, last, NOW)
    assert span.last - span.first == seconds


@pytest.mark.parametrize(("first", "last"), [("10 min", "20 min"), ("yestermorn", "now"), ("1 h", "soon")])
def test_no_span(first: str, last: str) -> None:
    with pytest.raises(Unreadable):
        read_span(first, last, NOW)


def test_who_was_away_reads_the_worst_first() -> None:
    entries = [
        entry("scaled", 5, Category.REPLICAS),
        entry("failed", 6, Category.FAILURE),
        entry("failed", 7, Category.FAILURE),
        entry("kept", 8, Category.IMAGE, source=Source.KEPT),
    ]
    assert absence_words(entries, 2700) == "3 things happened while you were away (45 min): 2 failures, 1 scaling"
    assert absence_words(entries[3:], 2700) == ""


def test_times_of_other_days_say_which() -> None:
    times = [clock(NOW - back, NOW, UTC) for back in (5, 86400, 400 * 86400)]
    assert times == ["11:59:55", "Feb 28 12:00", "2025-01-25"]
