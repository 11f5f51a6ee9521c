"""The emulator of the terminal tests shows what pyte itself does, whatever is written and wherever it is cut."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

import pyte
from hypothesis import given, settings
from hypothesis import strategies as st
from pyte.screens import Char

from tests.emulator import Screen, Stream

COLUMNS, LINES = 12, 4
CURSOR = ("x", "y", "attrs", "hidden")

PIECES = st.one_of(
    st.text("ab │▌é日界\u0301", max_size=2 * COLUMNS),
    st.sampled_from(["\r\n", "\b", "\t", "\x1b[m", "\x1b[0m", "\x1b[1;38;2;10;20;30m", "\x1b[7m", "\x1b[48;5;9m"]),
    st.sampled_from(["\x1b[2J", "\x1b[K", "\x1b[1K", "\x1b[L", "\x1b[M", "\x1b[3P", "\x1b[2@", "\x1b[4h", "\x1b[4l"]),
    st.sampled_from(["\x1b[?7l", "\x1b[?7h", "\x1b[2;3r", "\x1b[r", "\x1bM", "\x1bD", "\x1bc", "\x1b]0;title\x07"]),
    st.builds("\x1b[{};{}H".format, st.integers(1, LINES), st.integers(1, COLUMNS)),
)


def cells(screen: pyte.Screen) -> list[list[Char]]:
    return [[screen.buffer[y][x] for x in range(COLUMNS)] for y in range(LINES)]


@settings(max_examples=60)
@given(st.lists(PIECES, max_size=30), st.lists(st.integers(0, 400), max_size=5))
def test_it_shows_what_pyte_shows(pieces: list[str], cuts: list[int]) -> None:
    data = "".join(pieces).encode()
    ours, theirs = Screen(COLUMNS, LINES), pyte.Screen(COLUMNS, LINES)
    stream, reference = Stream(ours), pyte.ByteStream(theirs)
    places = [0, *sorted(cuts), len(data)]
    for begin, end in pairwise(places):
        stream.feed(data[begin:end])
        reference.feed(data[begin:end])
        assert cells(ours) == cells(theirs)
        assert [getattr(ours.cursor, each) for each in CURSOR] == [getattr(theirs.cursor, each) for each in CURSOR]
        texts = ours.texts
        with suppress(IndexError):  # pyte's own look fails at half of a wide character
            assert texts == [line.rstrip() for line in theirs.display]
