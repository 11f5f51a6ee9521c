"""The incident report: what happened in a span of time, as Markdown for a channel or a ticket."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from swarmtui.swarm.describe.masking import masked_value
from swarmtui.swarm.diagnosis.finding import Finding
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.timeline.event import Category, Source
from swarmtui.swarm.timeline.timeline import Entry
from swarmtui.swarm.timeline.words import whole_moment

__all__ = ["Span", "incident_report", "summary_of"]

_MEANING = re.compile(r"([\\`*_|<>\[\]#~])")
"""What Markdown gives a meaning."""


@dataclass(frozen=True)
class Span:
    """From when until when, in seconds since 1970 by the managers' clock."""

    first: float
    last: float


def incident_report(
    swarm: str,
    span: Span,
    entries: Sequence[Entry],
    findings: Sequence[Finding],
    now: float,
    zone: tzinfo | None = None,
) -> str:
    """The report. No value that is secret by its name is in it.

    Args:
        swarm: what the endpoint is called.
        entries: what happened in the span, the newest first.
        findings: what is wrong now, the worst first.
        now: the managers' time.
        zone: for the times; the machine's own where none is given.
    """
    return "\n".join(_lines(swarm, span, entries, findings, now, zone)) + "\n"


def _lines(
    swarm: str, span: Span, entries: Sequence[Entry], findings: Sequence[Finding], now: float, zone: tzinfo | None
) -> Iterator[str]:
    oldest_first = sorted(entries, key=lambda entry: entry.at)
    yield f"# What happened on {_plain(swarm)}"
    yield ""
    yield f"From {whole_moment(span.first, zone)} to {whole_moment(span.last, zone)}, told by swarmtui."
    yield ""
    yield "## Time line"
    yield ""
    if oldest_first:
        yield "| When | What | Known |"
        yield "| --- | --- | --- |"
        for entry in oldest_first:
            yield f"| {whole_moment(entry.at, zone)} | {_plain(_told(entry, zone))} | {_known(entry)} |"
    else:
        yield "Nothing is known to have happened."
    yield ""
    own = [entry for entry in oldest_first if entry.event.source is Source.OWN and entry.event.command]
    if own:
        yield "## Changes made with swarmtui"
        yield ""
        for entry in own:
            yield f"{whole_moment(entry.at, zone)}: {_plain(entry.text)}"
            yield ""
            yield f"    {_one_line(entry.event.command)}"
            yield ""
    yield f"## Findings at {whole_moment(now, zone)}"
    yield ""
    for finding in findings:
        yield from _finding(finding, zone)
    if not findings:
        yield "Nothing is wrong, as far as can be seen."


def _told(entry: Entry, zone: tzinfo | None) -> str:
    return f"{entry.text} (first at {whole_moment(entry.since, zone)})" if entry.count > 1 else entry.text


def _known(entry: Entry) -> str:
    if entry.event.category is Category.GAP:
        return "gap"
    return {Source.OWN: "done with swarmtui", Source.KEPT: "kept by the swarm"}.get(entry.event.source, "seen")


def _finding(finding: Finding, zone: tzinfo | None) -> Iterator[str]:
    since = "" if finding.since is None else f", since {whole_moment(finding.since, zone)}"
    yield f"- **{finding.severity.word}** {_plain(finding.subject.text)}: {_plain(finding.summary)}{since}"
    for line in (*finding.evidence, *([f"Why: {finding.cause}"] if finding.cause else [])):
        yield f"  - {_plain(line)}"


def summary_of(entries: Sequence[Entry], findings: Sequence[Finding]) -> str:
    """ "23 entries, 4 of them made with swarmtui, 2 findings now": what a report would hold."""
    own = sum(entry.event.source is Source.OWN for entry in entries)
    words = [counted(len(entries), "entry", "entries"), f"{own} of them made with swarmtui"]
    return ", ".join([*words, f"{counted(len(findings), 'finding')} now"])


def _one_line(text: str) -> str:
    return "".join(each if each.isprintable() else "·" for each in masked_value("", text))


def _plain(text: str) -> str:
    """Text from outside as text: nothing in it acts on a terminal or on Markdown."""
    return _MEANING.sub(r"\\\1", _one_line(text))
