"""Lines from the bytes of a log, however they are cut."""

from __future__ import annotations

import contextlib
import time
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from swarmtui.engine.streams.log_lines import NOTICE, STDERR, STDOUT, LogLine
from swarmtui.engine.streams.log_parser import PART, FramedLog, LogParser, RawLog

STAMP = "2026-03-01T12:00:00.123456789Z"
LATER = "2026-03-01T12:00:01.000000000Z"
TASK, NODE = "7jyq8v9pyp4tyauezkkee37df", "3jpos0qen3w5fgul9hyr8kj7d"
DETAILS = f"com.docker.swarm.node.id={NODE},com.docker.swarm.service.id=s,com.docker.swarm.task.id={TASK}"


def before(stamp: str = STAMP, task: str = TASK) -> str:
    return f"{stamp} {DETAILS.replace(TASK, task)} "


def frame(stream: int, message: str | bytes) -> bytes:
    data = message.encode() if isinstance(message, str) else message
    return bytes([stream, 0, 0, 0]) + len(data).to_bytes(4, "big") + data


def line(text: str, source: int = STDOUT, stamp: str = STAMP, task: str = TASK) -> LogLine:
    return LogLine(stamp, source, task, NODE, text)


def parsed(parser: LogParser, *pieces: bytes) -> list[LogLine]:
    lines = [each for piece in pieces for each in parser.feed(piece)]
    return [*lines, *parser.end()]


CONTENT = st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=40)
MESSAGES = st.lists(st.tuples(st.sampled_from((STDOUT, STDERR)), st.sampled_from((TASK, "other")), CONTENT), max_size=8)


@given(MESSAGES, st.data())
def test_any_cut_of_the_frames_gives_the_same_lines(messages: list[tuple[int, str, str]], data: st.DataObject) -> None:
    whole = b"".join(frame(stream, f"{before(task=task)}{text}\n") for stream, task, text in messages)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    pieces = [whole[first:last] for first, last in pairwise([0, *cuts, len(whole)])]
    assert parsed(FramedLog(), *pieces) == [line(text, stream, task=task) for stream, task, text in messages]


@given(st.lists(CONTENT, max_size=8), st.data())
def test_any_cut_of_a_terminals_output_gives_the_same_lines(texts: list[str], data: st.DataObject) -> None:
    whole = "".join(f"{before()}{text}\r\n" for text in texts).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    pieces = [whole[first:last] for first, last in pairwise([0, *cuts, len(whole)])]
    assert parsed(RawLog(), *pieces) == [line(text) for text in texts]


@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_taken(data: bytes) -> None:
    parsed(RawLog(), data)
    with contextlib.suppress(ValueError):  # no frames at all: the stream is given up
        parsed(FramedLog(), data)


def test_a_long_line_comes_in_parts_of_which_each_has_a_head() -> None:
    parts = [frame(1, f"{before()}one "), frame(1, f"{before(task='other')}else\n"), frame(1, f"{before(LATER)}two\n")]
    assert parsed(FramedLog(), *parts) == [line("else", task="other"), line("one two")]
    assert parsed(RawLog(), f"{before()}one {before(LATER)}two\r\n".encode()) == [line("one two")]


def test_what_was_begun_is_shown_at_the_end() -> None:
    assert parsed(FramedLog(), frame(2, f"{before()}half")) == [line("half", STDERR)]
    assert parsed(RawLog(), f"{before()}half".encode()) == [line("half")]


def test_several_lines_in_one_message_are_several_lines() -> None:
    assert parsed(FramedLog(), frame(1, f"{before()}a\n\nb\n")) == [line("a"), line(""), line("b")]


def test_the_engines_own_words_are_told_apart() -> None:
    words = "Error grabbing logs: rpc error: code = Unknown desc = warning: incomplete log stream."
    assert parsed(FramedLog(), frame(3, words + "\n")) == [LogLine("", NOTICE, "", "", words)]
    assert parsed(RawLog(), f"{words}\n".encode()) == [LogLine("", NOTICE, "", "", words)]


def test_without_details_the_line_is_whole() -> None:
    assert parsed(FramedLog(), frame(1, f"{STAMP} a=b c\n")) == [LogLine(STAMP, STDOUT, "", "", "a=b c")]
    assert parsed(FramedLog(), frame(1, "no time at all\n")) == [LogLine("", STDOUT, "", "", "no time at all")]


def test_where_one_task_alone_writes_all_after_the_time_is_its_own_words() -> None:
    forged = f"{DETAILS.replace(TASK, 'another')} k=v x"
    writer = (TASK, NODE)
    assert parsed(FramedLog(writer), frame(1, f"{STAMP} {forged}\n"), frame(1, f"{LATER} a=b c\n")) == [
        line(forged),
        line("a=b c", stamp=LATER),
    ]
    assert parsed(RawLog(writer), f"{STAMP} {forged}\r\n{LATER} half".encode()) == [
        line(forged),
        line("half", stamp=LATER),
    ]


def test_a_long_line_of_one_task_is_put_together() -> None:
    first, second, rest = "a" * PART, "b" * PART, f"c {LATER} d"
    writer = (TASK, NODE)
    parts = [frame(1, f"{STAMP} {first}"), frame(1, f"{LATER} {second}"), frame(1, f"{LATER} {rest}\n")]
    assert parsed(FramedLog(writer), *parts) == [line(first + second + rest)]
    raw = f"{STAMP} {first}{LATER} {second}{LATER} {rest}\r\n".encode()
    assert parsed(RawLog(writer), raw) == [line(first + second + rest)], "a time that the program wrote stays"


def test_other_details_of_the_driver_do_no_harm() -> None:
    message = f"{STAMP} app=my%20shop,{DETAILS},tag=x  two blanks\n"
    assert parsed(FramedLog(), frame(1, message)) == [line(" two blanks")]


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    parser = RawLog()
    made = [each for _ in range(40) for each in parser.feed(b"x" * 10_000)]
    assert len(made) >= 5
    assert sum(len(each.text) for each in made) + len(parser._rest) == 400_000


def test_a_flood_is_parsed_fast_enough() -> None:
    data = b"".join(frame(1, f"{before()}GET /api/orders/{number} 200\n") for number in range(10_000))
    begun = time.process_time()
    assert len(parsed(FramedLog(), data)) == 10_000
    assert time.process_time() - begun < 0.5
