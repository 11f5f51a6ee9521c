"""Which replica writes errors."""

from __future__ import annotations

import pytest

from swarmtui.engine.streams.log_lines import NOTICE, STDERR, STDOUT, LogLine
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.logs.levels import tells_error
from swarmtui.swarm.logs.writers import Writers
from swarmtui.ui.logs.log_text import entry_of
from swarmtui.ui.logs.tally import tallied
from tests.unit.swarm import builders

WEB, AGENT = Target(Kind.SERVICE, "service-web", "web", 1), Target(Kind.SERVICE, "service-agent", "agent", 1)


@pytest.mark.parametrize(
    "text",
    [
        "error: upstream timed out",
        "12:00:01 ERROR no such file",
        'level=error msg="no"',
        '{"level":"fatal","msg":"no"}',
        "2026/11/29 02:40:00 [error] 7#7: no live upstreams",
        "panic: runtime error: index out of range",
        "LOG:  FATAL:  password authentication failed",
        "E1129 02:40:00.123456       1 controller.go:12] no",
        "[CRITICAL] no workers",
        "severity='alert' no",
    ],
)
def test_lines_that_tell_of_an_error(text: str) -> None:
    assert tells_error(text)


@pytest.mark.parametrize(
    "text",
    [
        "GET /error 200",
        "0 errors, 0 warnings",
        'level=info msg="no error"',
        "error_rate=0.1",
        "GET /critical/path 200",
        "Exit 0",
        "Fatalities none",
        "referrer=x",
        "",
    ],
)
def test_lines_that_only_have_the_word(text: str) -> None:
    assert not tells_error(text)


def test_the_replica_with_most_errors_comes_first_and_a_silent_one_last() -> None:
    cluster = builders.cluster(
        [builders.node("wrk1"), builders.node("wrk2")],
        [builders.service("web", 4), builders.service("agent", None, mode="global")],
        [
            builders.task("web", 1, "wrk1", id="a"),
            builders.task("web", 2, "wrk2", id="b"),
            builders.task("web", 2, "wrk1", id="before", state="failed", desired="shutdown"),
            builders.task("web", 10, "wrk2", id="silent"),
            builders.task("agent", 0, "wrk2", id="g"),
        ],
    )
    writers = Writers([WEB, AGENT])
    assert writers.learn(cluster)
    assert not writers.learn(cluster)
    writers.note(WEB, {"a", "0123456789abcdef"})
    lines = [
        LogLine("1", STDOUT, "a", "", "fine"),
        LogLine("2", STDOUT, "a", "", "fine"),
        LogLine("3", STDERR, "b", "", "oh"),
        LogLine("4", STDOUT, "before", "", "panic: no"),
        LogLine("", NOTICE, "", "", "ERROR grabbing logs"),
        LogLine("5", STDOUT, "g", "", "fine"),
        LogLine("6", STDOUT, "0123456789abcdef", "", "fine"),
    ]
    told = [(each.writer.label, each.lines, each.errors, each.last) for each in tallied(map(entry_of, lines), writers)]
    assert told == [
        ("web.2@wrk2", 2, 2, "4"),
        ("web.1@wrk1", 2, 0, "2"),
        ("0123456789ab", 1, 0, "6"),
        ("agent.wrk2", 1, 0, "5"),
        ("web.10@wrk2", 0, 0, ""),
    ]


def test_a_task_that_is_gone_is_still_known() -> None:
    writers = Writers([WEB])
    writers.learn(
        builders.cluster([builders.node("wrk1")], [builders.service("web")], [builders.task("web", 1, "wrk1", id="a")])
    )
    writers.learn(builders.cluster([builders.node("wrk1")], [builders.service("web")], []))
    assert writers.of("a").label == "web.1@wrk1"
    assert writers.of("a").of == WEB.id
    assert not writers.alive
