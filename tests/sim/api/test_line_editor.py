"""What a terminal shows for keys, and the lines that come of them."""

from __future__ import annotations

import pytest

from swarmtui.sim.shell.line_editor import BACK, LineEditor


def typed(keys: str) -> tuple[bytes, list[str | None]]:
    """What is echoed for keys, and the lines that were ended."""
    events = list(LineEditor().feed(keys.encode()))
    return b"".join(each.echo for each in events), [each.line for each in events if each.line is not None]


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ("ls\r", "ls"),
        ("lx\x7fs\r", "ls"),
        ("\x7fls\r", "ls"),
        ("abc\x15ls\r", "ls"),
        ("ls old\x17new\r", "ls new"),
        ("l\x1b[Cs\r", "ls"),
        ("größe\r", "größe"),
        ("a\x01b\r", "ab"),
    ],
)
def test_a_line_is_what_is_left_of_the_keys(keys: str, line: str) -> None:
    assert typed(keys)[1] == [line]


def test_letters_are_echoed_and_taken_back() -> None:
    assert typed("ab\x7f\r")[0] == b"ab" + BACK + b"\r\n"


def test_the_lines_before_come_back() -> None:
    assert typed("one\rtwo\r\x1b[A\x1b[A\r")[1] == ["one", "two", "one"]
    assert typed("one\r\x1b[A\x1b[B\r")[1] == ["one", ""]


def test_a_letter_may_come_in_two_pieces() -> None:
    editor = LineEditor()
    assert not list(editor.feed("ö".encode()[:1]))
    assert [each.echo for each in editor.feed("ö".encode()[1:])] == ["ö".encode()]


def test_ctrl_c_drops_the_line_and_ctrl_d_ends_an_empty_one() -> None:
    editor = LineEditor()
    assert list(editor.feed(b"abc\x03"))[-1].interrupt
    assert list(editor.feed(b"\x04"))[-1].end
    assert not any(each.end for each in editor.feed(b"a\x04"))
