from __future__ import annotations

import json
from dataclasses import replace

from swarmtui.swarm.diagnosis.finding import Finding, Severity, Subject
from swarmtui.swarm.diagnosis.report import as_json, as_prometheus, as_text, report_of
from swarmtui.swarm.kinds import Kind

NASTY = 'a"b\\c\nd\x1b[31m'


def finding(severity: Severity, name: str = "web") -> Finding:
    subject = Subject(Kind.SERVICE, f"id-{name}", name)
    return Finding("crash-loop", severity, subject, "crash loop: 3 failures", ("web.1 failed",), "a bug", since=1000.0)


def test_the_json_has_what_a_script_needs() -> None:
    report = json.loads(as_json(report_of("prod", [finding(Severity.CRITICAL)], 1060.0)))
    assert report["counts"] == {"note": 0, "warning": 0, "critical": 1}
    assert report["findings"][0]["rule"] == "crash-loop"
    assert report["findings"][0]["since"] == "1970-01-01T00:16:40+00:00"


def test_a_text_tells_the_evidence_and_since_when() -> None:
    text = as_text(report_of("prod", [finding(Severity.CRITICAL)], 1060.0), 1060.0)
    assert text.splitlines()[:2] == [
        "prod: 1 critical",
        "✖ critical: service web: crash loop: 3 failures (for 1 min)",
    ]
    assert "Why: a bug" in text


def test_how_long_it_lasts_is_not_told_twice() -> None:
    drained = replace(finding(Severity.NOTE), summary="drained for 1 min, nothing waits for it")
    text = as_text(report_of("prod", [drained], 1060.0), 1060.0)
    assert text.splitlines()[1] == "· note: service web: drained for 1 min, nothing waits for it"


def test_names_from_outside_break_no_line_of_prometheus() -> None:
    lines = as_prometheus(report_of("prod", [finding(Severity.NOTE, NASTY)], 1060.0)).splitlines()
    series = [line for line in lines if line.startswith("swarmtui_finding{")]
    assert len(series) == 1
    assert r'name="a\"b\\c\nd' in series[0]


def test_of_a_swarm_that_cannot_be_reached_no_number_is_told() -> None:
    series = as_prometheus(report_of("prod", (), 1060.0, error="no answer")).splitlines()
    assert 'swarmtui_up{swarm="prod"} 0' in series
    assert not [line for line in series if line.startswith("swarmtui_finding")], "not known is not 0"


def test_two_objects_of_one_name_make_one_series() -> None:
    report = report_of("prod", [finding(Severity.NOTE), finding(Severity.NOTE)], 1060.0)
    assert as_prometheus(report).count("swarmtui_finding{") == 1
