"""The line of keys: whole keys only, the most particular first, and always how to get help and how to leave."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from swarmtui.ui.kit.key_line import KeyLabel, fitting
from tests.ui.driving import Program, running
from tests.ui.scripted import ScriptedSession
from tests.unit.swarm.builders import cluster, node, replicas_on, service

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


@given(WORDS, WORDS, st.integers(20, 200))
def test_more_keys_fill_the_room_that_is_left_and_take_none_away(words: list[str], more: list[str], width: int) -> None:
    labels = [KeyLabel(str(place), "x", text) for place, text in enumerate(words)]
    spare = [KeyLabel(f"spare {place}", "y", text) for place, text in enumerate(more)]
    alone, gap, cut = fitting(labels, ALWAYS, width)
    stand, *same = fitting(labels, ALWAYS, width, spare)
    assert same == [gap, cut]
    assert [each for each in stand if each not in spare] == alone
    assert drawn(stand, gap) + (2 if cut else 0) <= width
    left = [each for each in spare if each not in stand]
    assert cut or gap < 2 or all(drawn([*stand, each], gap) > width for each in left)


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


async def test_a_wide_footer_has_more_keys(program: Program) -> None:
    await program.resize(90, 36)
    await program.press("2")
    await program.until(lambda: program.lines[-1].startswith(" s Scale"), "the pane's own keys come first")
    assert "Roll back" not in program.lines[-1]
    await program.resize(200, 60)
    await program.until(
        lambda: all(words in program.lines[-1] for words in ("R Roll back", "r Force-update", "v Placement")),
        "keys that had no room",
    )
    assert program.lines[-1].endswith("? Help  q Quit")


async def test_the_footer_leads_with_what_the_state_of_the_row_calls_for(crash_log: Path) -> None:
    drained, empty = node("wrk1", availability="drain"), node("wrk2")
    updating = service("web", 2, update="updating")
    snapshot = cluster([node("mgr1", leader=True), drained, empty], [updating], replicas_on("web", "mgr1", "wrk1"))
    async with running(ScriptedSession(snapshot), crash_log) as program:
        await program.on_row("1", "wrk1")
        await program.until(lambda: program.lines[-1].startswith(" w Watch drain"), "the drain")
        await program.on_row("1", "wrk2")
        await program.until(lambda: program.lines[-1].startswith(" b Rebalance"), "tasks for the empty node")
        await program.on_row("1", "mgr1")
        await program.until(lambda: program.lines[-1].startswith(" a Avail"), "the pane's own keys")
        await program.on_row("2", "web")
        await program.until(lambda: program.lines[-1].startswith(" w Watch update"), "the update")
