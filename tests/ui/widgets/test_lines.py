from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from swarmtui.ui.kit.tables.lines import BLANK, NEAR, Line, Span, Tone, changed_ranges, strip_of

PLAIN = ("", "")
GOOD = ("", "good")


def line(*texts: str, at: int = 0, gap: int = 1, tone: Tone = PLAIN) -> Line:
    spans: list[Span] = []
    for text in texts:
        spans.append(Span(at, len(text), text, tone))
        at += len(text) + gap
    return Line(PLAIN, tuple(spans))


def test_equal_lines_differ_nowhere() -> None:
    assert changed_ranges(line("a", "b"), line("a", "b")) == []


def test_another_base_is_another_line() -> None:
    assert changed_ranges(line("a"), line("a")._replace(base=("cursor", ""))) is None


def test_only_the_characters_that_differ_of_a_cell() -> None:
    assert changed_ranges(line("  3 min"), line("  4 min")) == [(2, 3)]
    assert changed_ranges(line("web", "failed "), line("web", "running")) == [(4, 11)]


def test_another_tone_changes_all_of_the_cell() -> None:
    assert changed_ranges(line("web"), line("web", tone=GOOD)) == [(0, 3)]


def test_a_cell_with_wide_characters_changes_as_a_whole() -> None:
    old, new = (Line(PLAIN, (Span(2, 4, text, PLAIN),)) for text in ("日本", "日語"))
    assert changed_ranges(old, new) == [(2, 6)]


def test_changes_far_apart_are_written_apart() -> None:
    old, new = line("a", "b", gap=NEAR + 1), line("x", "y", gap=NEAR + 1)
    assert changed_ranges(old, new) == [(0, 1), (NEAR + 2, NEAR + 3)]
    old, new = line("a", "b", gap=NEAR), line("x", "y", gap=NEAR)
    assert changed_ranges(old, new) == [(0, NEAR + 2)]


def test_a_span_that_goes_leaves_its_cells_to_be_drawn() -> None:
    assert changed_ranges(line("a", "bc"), line("a")) == [(2, 4)]
    assert changed_ranges(line("a"), BLANK) == [(0, 1)]


def style_of(tone: Tone) -> Style:
    return STYLES.setdefault(tone, Style(bold=True))


STYLES: dict[Tone, Style] = {PLAIN: Style()}


def test_neighbours_of_one_style_are_one_segment() -> None:
    strip = strip_of(Line(PLAIN, (*line("a", "b").spans, Span(4, 2, "cd", GOOD))), 10, style_of)
    assert [segment.text for segment in strip] == ["a b ", "cd", "    "]
    assert strip.cell_length == 10


spans = st.lists(st.tuples(st.integers(0, 3), st.text("ab", min_size=1, max_size=4), st.sampled_from([PLAIN, GOOD])))


def built(parts: list[tuple[int, str, Tone]]) -> Line:
    x, made = 0, []
    for gap, text, tone in parts:
        made.append(Span(x + gap, len(text), text, tone))
        x += gap + len(text)
    return Line(PLAIN, tuple(made))


@given(spans, spans)
def test_writing_only_the_ranges_gives_the_new_line(
    before: list[tuple[int, str, Tone]], after: list[tuple[int, str, Tone]]
) -> None:
    def cells(line: Line) -> list[tuple[str, bool]]:
        strip = strip_of(line, 80, style_of)
        return [
            (character, bool(style and style.bold and character != " "))
            for text, style, _ in strip
            for character in text
        ]

    old, new = built(before), built(after)
    screen, wanted = cells(old), cells(new)
    for first, last in changed_ranges(old, new) or []:
        screen[first:last] = wanted[first:last]
    assert screen == wanted
