"""Several logs as one: lines by their times, those of one log in their order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from swarmtui.engine.streams.log_lines import NOTICE, LogBatch, LogLine, LogPhase, LogRequest, LogStatus
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.ui.logs.log_feed import LOOKS, LogFeed, merged
from tests.ui.scripted import ScriptedSession

TARGETS = [Target(Kind.SERVICE, f"service-{name}", name, 1) for name in ("web", "api")]


def line(stamp: str, text: str, source: int = 1) -> LogLine:
    return LogLine(stamp, source, "", "", text)


def test_lines_are_merged_by_time_and_a_notice_stays_where_it_came() -> None:
    web = [line("1", "a"), line("", "notice", NOTICE), line("5", "b"), line("4", "late")]
    api = [line("2", "x"), line("4", "y"), line("6", "z")]
    texts = [each.text for each in merged([LogBatch(web, 0), LogBatch(api, 0)])]
    assert texts == ["a", "notice", "x", "y", "b", "late", "z"]


@given(st.lists(st.lists(st.integers(0, 9)), max_size=4))
def test_merging_loses_nothing_and_keeps_each_logs_order(stamps: list[list[int]]) -> None:
    batches = [
        LogBatch([line(str(stamp), f"{log}.{place}") for place, stamp in enumerate(each)], 0)
        for log, each in enumerate(stamps)
    ]
    together = merged(batches)
    for log, batch in enumerate(batches):
        assert [each for each in together if each.text.startswith(f"{log}.")] == batch.lines


def texts(feed: LogFeed) -> list[str]:
    return [each.text for each in feed.take().lines]


def test_the_beginnings_of_several_logs_are_gathered() -> None:
    session = ScriptedSession()
    feed = LogFeed(session, TARGETS, LogRequest())
    web, api = session.logged
    web.status = LogStatus(LogPhase.CONNECTING)
    api.write("second", stamp="2")
    for _ in range(3):
        assert texts(feed) == []
    web.status = LogStatus(LogPhase.FOLLOWING)
    web.write("first", stamp="1")
    assert texts(feed) == [], "more may come"
    assert texts(feed) == ["first", "second"]
    api.write("third", stamp="0")
    assert texts(feed) == ["third"], "from then on lines are shown as they come"


def test_a_log_that_does_not_begin_holds_up_the_others_for_a_moment_only() -> None:
    session = ScriptedSession()
    feed = LogFeed(session, TARGETS, LogRequest())
    session.logged[0].status = LogStatus(LogPhase.CONNECTING)
    session.logged[1].write("hello")
    assert [bool(texts(feed)) for _ in range(LOOKS)].count(True) == 1


def test_one_log_is_shown_at_once() -> None:
    session = ScriptedSession()
    feed = LogFeed(session, TARGETS[:1], LogRequest())
    session.logged[0].write("hello")
    session.logged[0].drop(3)
    taken = feed.take()
    assert (len(taken.lines), taken.dropped, taken.writers) == (1, 3, [(TARGETS[0], {"task-web-1"})])
