"""Lines of a text: broken to a width, what a search found marked, folded, made harmless."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from swarmtui.swarm.describe.document import Fact, Section
from swarmtui.ui.inspect.inspect_text import readable_lines, unfolded, yaml_lines
from swarmtui.ui.kit.texts.text import cell_width, visible
from swarmtui.ui.kit.texts.text_lines import MATCH, TextLine, marked, plain, rows_of, width_of
from swarmtui.ui.logs.log_text import clock_of, harmless, notice_text

TEXT = st.text(st.sampled_from("ab c服🚀é"), max_size=30)
LINES = st.builds(
    TextLine,
    st.lists(st.tuples(TEXT, st.sampled_from(("", "dim"))), max_size=4).map(tuple),
    st.integers(0, 20),
)


@given(LINES, st.integers(8, 40))
def test_no_row_is_wider_than_asked_and_nothing_is_lost(line: TextLine, width: int) -> None:
    rows = rows_of(line, width)
    for row in rows:
        assert sum(cell_width(text) for text, _ in row) <= width
    together = "".join(text for row in rows for text, _ in row)
    assert together.replace(" ", "") == plain(line).replace(" ", "")
    assert (len(rows) == 1) or width_of(line) > width


def test_lines_are_broken_between_words_and_set_in() -> None:
    line = TextLine((("label  ", "dim"), ("some words of a sentence", "")), 7)
    texts = ["".join(text for text, _ in row) for row in rows_of(line, 20)]
    assert texts == ["label  some words of", "       a sentence"]


@given(LINES, st.sampled_from(("a", "b c", "服", "a|b", "x?")))
def test_marking_changes_no_text(line: TextLine, pattern: str) -> None:
    pieces = marked(line.pieces, [re.compile(pattern)])
    assert "".join(text for text, _ in pieces) == plain(line)
    hits = "".join(text for text, meaning in pieces if meaning.endswith(MATCH))
    assert hits == "".join(re.findall(pattern, plain(line)))


def test_what_lies_deeper_is_folded() -> None:
    lines = yaml_lines("a:\n  b:\n    - x\n\n    - y: |\n        text\n\n        more\nc: 1\n")
    assert [line.within for line in lines] == [7, 6, 0, 0, 3, 0, 0, 0, 0]
    keys = {line.pieces[1][0]: line.key for line in lines if len(line.pieces) > 1}
    assert [plain(each.text_line()) for each in unfolded(lines, frozenset({keys["b"]}))] == [
        "▾ a:",
        "▸   b:  … 6 more",
        "  c: 1",
    ]


@given(st.lists(st.text(st.sampled_from("a:- '\"|#\t服"), max_size=12), max_size=12))
def test_any_text_is_taken_as_yaml(texts: list[str]) -> None:
    lines = yaml_lines("\n".join(texts))
    assert sum(1 for _ in unfolded(lines, frozenset())) == len(lines)
    assert len(unfolded(lines, frozenset(line.key for line in lines))) <= len(lines)


def test_a_description_is_set_in_two_columns() -> None:
    lines = readable_lines([Section("Title", (Fact("a", "1\n2"), Fact("long label", "3", "bad")))])
    assert [plain(TextLine(line.pieces)) for line in lines] == [
        "Title",
        "  a           1",
        "              2",
        "  long label  3",
    ]
    assert lines[0].within == 3


@given(st.text(max_size=40))
def test_no_log_line_holds_what_a_terminal_obeys(text: str) -> None:
    shown = harmless(text)
    assert visible(shown) == shown
    assert "\n" not in shown or "\n" in text
    assert not re.search("[\x00-\x1f\x7f-\x9f]", shown)


def test_log_lines_lose_colours_and_keep_the_last_state_of_a_progress_bar() -> None:
    assert harmless("\x1b[1;31mERROR\x1b[0m x") == "ERROR x"
    assert harmless("\x1b[2K\r 10%\r 20%") == " 20%"
    assert harmless("20%\r\r") == "20%"
    assert harmless("a\tbc\td") == "a       bc      d"
    assert harmless("\x1b[5;5H\x9b2J") == "␛[5;5H‹U+009B›2J"


def test_times_and_notices() -> None:
    assert clock_of("2026-03-01T12:34:56.123456789Z", full=True) == "2026-03-01T12:34:56.123456789Z"
    assert re.fullmatch(r"\d\d:\d\d:56\.123", clock_of("2026-03-01T12:34:56.123456789Z", full=False))
    assert clock_of("never", full=False) == "never"
    assert notice_text("Error grabbing logs: rpc error: code = Unknown desc = warning: so it is", str) == "so it is"
