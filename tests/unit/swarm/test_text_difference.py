"""What a new config holds against the old one, line by line."""

from __future__ import annotations

from swarmtui.swarm.files.text_difference import text_difference
from swarmtui.swarm.specs.difference import diff_text

LONG = "\n".join(f"line {number}" for number in range(20_000))


def shown(before: str, after: str) -> list[str]:
    return diff_text(text_difference(before, after)).split("\n")


def test_a_changed_line_is_shown_with_those_around_it() -> None:
    assert shown("a\nb\nc\nd\ne\nf\ng", "a\nb\nc\nX\ne\nf\ng") == ["…", "  b", "  c", "- d", "+ X", "  e", "  f"]


def test_changes_far_apart_leave_out_what_is_between() -> None:
    before = "a\n" + "\n".join("bcdefgh") + "\nz"
    assert shown(before, before.replace("a", "A").replace("z", "Z")) == [
        *("- a", "+ A", "  b", "  c", "…", "  g", "  h", "- z", "+ Z"),
    ]


def test_a_lost_line_break_at_the_end_shows() -> None:
    assert shown("a\n", "a") == ["  a", "-"]
    assert text_difference("a\n", "a\n") == ()


def test_a_secret_that_was_replaced_is_told_and_not_shown() -> None:
    assert shown("password: a", "password: b") == ["- password: ••••••••", "+ password: •••••••• (another value)"]


def test_a_long_file_is_compared_where_it_changed() -> None:
    assert shown(LONG, LONG.replace("line 777\n", "line X\n"))[3:5] == ["- line 777", "+ line X"]
    assert shown(LONG, LONG.upper()) == ["- (20000 lines)", "+ (20000 lines)"]
