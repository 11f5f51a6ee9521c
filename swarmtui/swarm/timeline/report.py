"""The incident report: what happened in a span of time, as Markdown for a channel or a ticket."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from swarmtui.swarm.describe.masking import masked_value
from swarmtui.swarm.diagnosis.finding import Finding
from swarmtui.swarm.diagnosis.spells import Spell
from swarmtui.swarm.printable import printable
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.timeline.event import Category, Source
from swarmtui.swarm.timeline.moment_words import whole_moment
from swarmtui.swarm.timeline.timeline import Entry

__all__ = ["Incident", "Span", "incident_report"]

KNOWN = {Source.OWN: "done with swarmtui", Source.KEPT: "kept by the swarm", Source.NODE: "told by the node"}
"""How something is known, where it was not seen."""

_MEANING = re.compile(r"([\\`*_|<>\[\]#~])")
"""What Markdown gives a meaning."""


@dataclass(frozen=True)
class Span:
    """From when until when, in seconds since 1970 by the managers' clock."""

    first: float
    last: float


@dataclass(frozen=True)
class Incident:
    """What a report tells.

    Attributes:
        swarm: what the endpoint is called.
        span: of which time.
        entries: what happened in the span, the newest first.
        spells: the findings that were there at any moment of the span, the first that came first.
        state: the swarm as it is now, in lines.
        findings: what is wrong now, the worst first.
        now: the managers' time.
        began: since when this program has watched; None where it is not known.
    """

    swarm: str
    span: Span
    entries: Sequence[Entry]
    spells: Sequence[Spell] = ()
    state: Sequence[str] = ()
    findings: Sequence[Finding] = ()
    now: float = 0.0
    began: float | None = None

    @property
    def summary(self) -> str:
        """ "23 entries, 4 of them made with swarmtui, 3 findings, 2 of them now": what a report holds."""
        own = sum(entry.event.source is Source.OWN for entry in self.entries)
        words = [counted(len(self.entries), "entry", "entries"), f"{own} of them made with swarmtui"]
        return ", ".join([*words, counted(len(self.spells), "finding"), f"{len(self.findings)} now"])


def incident_report(incident: Incident, zone: tzinfo | None = None) -> str:
    """The report, as Markdown. No value that is secret by its name is in it.

    Args:
        zone: for the times; the machine's own where none is given.
    """
    span = incident.span
    lines = [
        f"# What happened on {_plain(incident.swarm)}",
        "",
        f"From {whole_moment(span.first, zone)} to {whole_moment(span.last, zone)}, told by swarmtui.",
        *_before_watching(incident, zone),
        "",
        "## Time line",
        "",
        *_happened(incident, zone),
        "",
        "## Findings that came and went",
        "",
        *_came_and_went(incident, zone),
        "",
        *_own_changes(incident, zone),
        f"## The swarm at {whole_moment(incident.now, zone)}",
        "",
        *(f"- {_plain(line)}" for line in incident.state),
        "",
        "### Findings",
        "",
        *(line for finding in incident.findings for line in _finding(finding, zone)),
        *([] if incident.findings else ["Nothing is wrong, as far as can be seen."]),
    ]
    return "\n".join(lines) + "\n"


def _before_watching(incident: Incident, zone: tzinfo | None) -> Iterator[str]:
    if incident.began is not None and incident.span.first < incident.began:
        yield (
            f"swarmtui has watched since {whole_moment(incident.began, zone)}:"
            " of what was before, only what the swarm keeps is known."
        )


def _happened(incident: Incident, zone: tzinfo | None) -> Iterator[str]:
    if not incident.entries:
        yield "Nothing is known to have happened."
        return
    yield "| When | What | Known |"
    yield "| --- | --- | --- |"
    for entry in _oldest_first(incident):
        yield f"| {whole_moment(entry.at, zone)} | {_plain(_told(entry, zone))} | {_known(entry)} |"


def _came_and_went(incident: Incident, zone: tzinfo | None) -> Iterator[str]:
    if not incident.spells:
        yield "No finding is known."
        return
    yield "| Came | Went | Finding |"
    yield "| --- | --- | --- |"
    for spell in incident.spells:
        finding = spell.finding
        went = "still there" if spell.went is None else whole_moment(spell.went, zone)
        came = f"{whole_moment(spell.came, zone)}{' (seen first)' * (finding.since is None)}"
        words = f"{_plain(finding.subject.text)}: {_plain(finding.summary)}"
        yield f"| {came} | {went} | **{finding.severity.word}** {words} |"


def _own_changes(incident: Incident, zone: tzinfo | None) -> Iterator[str]:
    own = [entry for entry in _oldest_first(incident) if entry.event.source is Source.OWN and entry.event.command]
    if not own:
        return
    yield "## Changes made with swarmtui"
    yield ""
    for entry in own:
        yield f"{whole_moment(entry.at, zone)}: {_plain(entry.text)}"
        yield ""
        yield f"    {_one_line(entry.event.command)}"
        yield ""


def _oldest_first(incident: Incident) -> Sequence[Entry]:
    return sorted(incident.entries, key=lambda entry: entry.at)


def _told(entry: Entry, zone: tzinfo | None) -> str:
    return f"{entry.text} (first at {whole_moment(entry.since, zone)})" if entry.count > 1 else entry.text


def _known(entry: Entry) -> str:
    if entry.event.category is Category.GAP:
        return "gap"
    return KNOWN.get(entry.event.source, "seen")


def _finding(finding: Finding, zone: tzinfo | None) -> Iterator[str]:
    since = "" if finding.since is None else f", since {whole_moment(finding.since, zone)}"
    yield f"- **{finding.severity.word}** {_plain(finding.subject.text)}: {_plain(finding.summary)}{since}"
    for line in (*finding.evidence, *([f"Why: {finding.cause}"] if finding.cause else [])):
        yield f"  - {_plain(line)}"


def _one_line(text: str) -> str:
    return printable(masked_value("", text), mark="·")


def _plain(text: str) -> str:
    """Text from outside as text: nothing in it acts on a terminal or on Markdown."""
    return _MEANING.sub(r"\\\1", _one_line(text))
