"""The line of keys: whole keys only, the most particular first, and always how to get help and how to leave."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from swarmtui.ui.kit.key_line import KeyLabel, fitting
from tests.ui.driving import Program

ALWAYS = [KeyLabel("question_mark", "?", "Help"), KeyLabel("q", "q", "Quit")]
WORDS = st.lists(st.text("abcdefgh日本", min_size=1, max_size=14), max_size=12)


def drawn(labels: list[KeyLabel], gap: int) -> int:
    return sum(label.width + gap for label in labels)


@given(WORDS, st.integers(20, 200))
def test_what_does_not_fit_is_left_out_from_the_end_and_never_cut(words: list[str], width: int) -> None:
    labels = [KeyLabel(str(place), "x", text) for place, text in enumerate(words)]
    stand, gap, cut = fitting(labels, ALWAYS, width)
    assert stand[-2:] == ALWAYS
    assert stand[:-2] == labels[: len(stand) - 2]
    assert drawn(stand, gap) + (2 if cut else 0) <= width
    assert cut == (len(stand) < len(labels) + 2), "that some are left out is told"


async def test_a_click_on_a_key_of_the_footer_does_what_the_key_does(program: Program) -> None:
    await program.on_row("2", "web")
    await program.click("s Scale")
    await program.see("Scale web")
    await program.press("escape")
    await program.click("? Help")
    await program.see("↑↓ scroll")


async def test_at_80_columns_the_footer_begins_with_the_keys_of_the_pane_and_ends_with_help(program: Program) -> None:
    await program.resize(80, 24)
    await program.press("2", "l")
    await program.until(lambda: program.lines[-1].split()[0] == "w", "the log's keys")
    await program.press("escape", "i")
    await program.until(lambda: "⏎ Fold" in program.lines[-1] and program.lines[-1].endswith("… ? Help"), "cut well")
    await program.press("escape", "2")
    await program.until(lambda: program.lines[-1].startswith(" s Scale"), "the pane's own keys come first")
    assert program.lines[-1].endswith("? Help q Quit")
