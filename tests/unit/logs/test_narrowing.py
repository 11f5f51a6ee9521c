"""Filters of a log add up; the newest goes first."""

from __future__ import annotations

from swarmtui.engine.streams.log_lines import LogLine
from swarmtui.ui.logs.log_book import LogBook
from swarmtui.ui.logs.log_text import Entry
from swarmtui.ui.logs.narrowing import Scope


def text_of(entry: Entry) -> str:
    return entry.text


def book(*texts: str) -> LogBook:
    made = LogBook(text_of, lambda entry: entry.line.node_id == "n1")
    made.add([LogLine("", 1, "t", "n1" if number % 2 else "n2", text) for number, text in enumerate(texts)])
    return made


def shown(log: LogBook) -> list[str]:
    return [entry.text for entry in log.shown()]


def test_each_filter_takes_its_part() -> None:
    log = book("GET /health 200", "GET /a 500", "POST /a 500", "GET /health 500")
    log.narrowing.keep("500")
    log.narrowing.keep("GET")
    assert shown(log) == ["GET /a 500", "GET /health 500"]
    log.narrowing.keep("!health")
    assert shown(log) == ["GET /a 500"]
    assert log.narrowing.words == "/500  /GET  !health"
    log.narrowing.type("nothing")
    assert shown(log) == []
    log.narrowing.type("")
    assert log.narrowing.drop() == "!health"
    assert log.narrowing.drop() == "GET"
    assert shown(log) == ["GET /a 500", "POST /a 500", "GET /health 500"]


def test_the_same_filter_counts_once() -> None:
    log = book("a", "b")
    for _ in range(2):
        log.narrowing.keep("a")
    log.narrowing.type("a")
    assert log.narrowing.words == "/a"
    log.narrowing.keep("!")
    assert log.narrowing.words == "/a", "an exclamation mark alone is no filter"


def test_context_shows_what_is_not_excluded() -> None:
    log = book("one", "two", "noise")
    log.narrowing.keep("one")
    log.narrowing.keep("!noise")
    log.narrowing.with_context = True
    assert shown(log) == ["one", "two"]
    assert [pattern.pattern for pattern in log.narrowing.patterns] == ["one"]
    log.narrowing.drop()
    log.narrowing.drop()
    assert not log.narrowing.with_context, "without hits there is no context"


def test_a_scope_is_dropped_after_the_filters() -> None:
    log = book("a1", "a2", "b1", "b2")
    log.narrowing.scope = Scope("node", "n1", "only on wrk1")
    log.narrowing.keep("a")
    assert shown(log) == ["a2"]
    assert log.narrowing.words == "only on wrk1  /a"
    assert [entry.text for entry in log.in_any_scope()] == ["a1", "a2"]
    assert log.narrowing.drop() == "a"
    assert log.narrowing.drop() == ""
    assert log.narrowing.drop() is None
    assert not log.narrowing.clear()


def test_what_is_no_expression_is_taken_literally_and_says_so() -> None:
    log = book("f(x", "fx")
    log.narrowing.keep("f(")
    assert shown(log) == ["f(x"]
    assert log.narrowing.words == "/f( (taken literally)"
