"""The findings as a report for scripts and monitoring: JSON with a schema, Prometheus' text, and plain text.

The types below are the schema of the JSON (docs/check-schema.json is written from them): fields are added to them, and
none is renamed or removed, within one `version`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from swarmtui.swarm.diagnosis.finding import Finding, Severity
from swarmtui.swarm.units import age

__all__ = ["Report", "ReportedFinding", "as_json", "as_prometheus", "as_text", "report_of", "schema"]

VERSION = 1


class ReportedFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One finding.

    Attributes:
        rule: the name of the rule that found it (docs/findings.md).
        severity: "critical", "warning" or "note".
        kind: of the object: "service", "node", "swarm".
        name, id: of the object; the ID of the swarm is "".
        summary: what is wrong, in a sentence.
        evidence: what it was seen by.
        cause: the likely cause; "" when it is not known.
        remedies: what helps, in words.
        since: when it began, RFC 3339; null when that is not known.
    """

    rule: str
    severity: str
    kind: str
    name: str
    id: str
    summary: str
    evidence: tuple[str, ...]
    cause: str
    remedies: tuple[str, ...]
    since: str | None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What `swarmtui check --format json` prints.

    Attributes:
        version: of this form.
        swarm: what the endpoint is called.
        time: when the swarm was looked at, RFC 3339, by the managers' clock.
        reachable: whether the swarm could be looked at; the findings are empty when it could not.
        error: why it could not; "" when it could.
        counts: findings by severity.
        findings: the worst first.
    """

    version: int = VERSION
    swarm: str
    time: str
    reachable: bool
    error: str = ""
    counts: dict[str, int]
    findings: tuple[ReportedFinding, ...] = ()

    @property
    def worst(self) -> Severity | None:
        """Of the findings; None where there is none."""
        return max((Severity[each.severity.upper()] for each in self.findings), default=None)


def report_of(swarm: str, findings: Sequence[Finding], now: float, *, error: str = "") -> Report:
    """The report on a swarm.

    Args:
        swarm: what its endpoint is called.
        now: the managers' time, in seconds since 1970.
        error: why the swarm could not be looked at; "" when it could.
    """
    return Report(
        swarm=swarm,
        time=_time(now),
        reachable=not error,
        error=error,
        counts={severity.word: sum(each.severity is severity for each in findings) for severity in Severity},
        findings=tuple(map(_reported, findings)),
    )


def _reported(finding: Finding) -> ReportedFinding:
    return ReportedFinding(
        rule=finding.rule,
        severity=finding.severity.word,
        kind=finding.subject.kind.word,
        name=finding.subject.name,
        id=finding.subject.id,
        summary=finding.summary,
        evidence=finding.evidence,
        cause=finding.cause,
        remedies=tuple(remedy.text for remedy in finding.remedies),
        since=None if finding.since is None else _time(finding.since),
    )


def schema() -> dict[str, Any]:
    """The JSON schema of a report."""
    return msgspec.json.schema(Report)


def as_json(report: Report) -> str:
    """One line of JSON. What is no ASCII is escaped as in any JSON text, control characters among it."""
    return msgspec.json.encode(report).decode()


def as_text(report: Report, now: float) -> str:
    """For a person, or a mail from cron; it may hold text from outside.

    Args:
        now: as for `report_of`.
    """
    return "\n".join(_text_lines(report, now))


def _text_lines(report: Report, now: float) -> Iterator[str]:
    if not report.reachable:
        yield f"{report.swarm}: {report.error}"
        return
    counts = [f"{number} {word}" for word, number in reversed(report.counts.items()) if number]
    yield f"{report.swarm}: {', '.join(counts) if counts else 'nothing is wrong, as far as can be seen'}"
    for each in report.findings:
        whose = each.name if each.kind == "swarm" else f"{each.kind} {each.name}"
        lasts = "" if each.since is None else age(now - datetime.fromisoformat(each.since).timestamp())
        since = f" (for {lasts})" if lasts and not re.search(rf"\b{re.escape(lasts)}\b", each.summary) else ""
        yield f"{Severity[each.severity.upper()].sign} {each.severity}: {whose}: {each.summary}{since}"
        yield from (f"    {line}" for line in each.evidence)
        if each.cause:
            yield f"    Why: {each.cause}"
        if each.remedies:
            yield f"    Helps: {'; '.join(each.remedies)}"


def as_prometheus(report: Report) -> str:
    """Prometheus' text format, for a textfile of node_exporter. Of a swarm that cannot be reached nothing is counted:
    not known is not 0.

    Source: prometheus.io/docs/instrumenting/exposition_formats: in a label's value, backslash, quote and line feed are
    escaped.
    """
    at = datetime.fromisoformat(report.time).timestamp()
    lines = [
        "# HELP swarmtui_up Whether the swarm could be reached.",
        "# TYPE swarmtui_up gauge",
        f"swarmtui_up{_labels(swarm=report.swarm)} {int(report.reachable)}",
        "# HELP swarmtui_check_timestamp_seconds When the swarm was looked at.",
        "# TYPE swarmtui_check_timestamp_seconds gauge",
        f"swarmtui_check_timestamp_seconds{_labels(swarm=report.swarm)} {at:.3f}",
        "# HELP swarmtui_findings Findings by severity.",
        "# TYPE swarmtui_findings gauge",
        *(
            f"swarmtui_findings{_labels(swarm=report.swarm, severity=word)} {number}"
            for word, number in (report.counts.items() if report.reachable else ())
        ),
        "# HELP swarmtui_finding A current finding.",
        "# TYPE swarmtui_finding gauge",
        *_unique(
            f"swarmtui_finding"
            f"{_labels(swarm=report.swarm, rule=each.rule, severity=each.severity, kind=each.kind, name=each.name)} 1"
            for each in report.findings
        ),
    ]
    return "\n".join(lines) + "\n"


def _labels(**labels: str) -> str:
    escaped = (f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{','.join(escaped)}}}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _unique(lines: Iterable[str]) -> Iterable[str]:
    """Each line once: two nodes of one name would make the same series, which Prometheus refuses."""
    return dict.fromkeys(lines)


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
