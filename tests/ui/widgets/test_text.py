from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from swarmtui.ui.kit.texts.text import cell_width, fit, fit_host, fit_middle, natural, visible, wrap


@pytest.mark.parametrize(
    "text",
    [
        "",
        "web-1",
        "Grüße",
        "日本語",
        "مرحبا",
        "שלום",
        "हिन्दी",
        "e\u0301",
        "🙂",
        "▰▰▱ ● ✖",
        "[/x] [red]",
        "a　b",
        "\u0603١٢",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("a\nb\r", "a␊b␍"),
        ("\x00", "␀"),
        ("\x7f", "␡"),
        ("a\tb", "a b"),
        ("\x85", "‹U+0085›"),
        ("\x9b31m", "‹U+009B›31m"),
        ("user\u202etxt.exe", "user‹U+202E›txt.exe"),
        ("a\u2066b\u2069", "a‹U+2066›b‹U+2069›"),
        ("a\u200bb", "a‹U+200B›b"),
        ("a\u200db", "a‹U+200D›b"),
        ("\ufeffa", "‹U+FEFF›a"),
        ("a\u00adb", "a‹U+00AD›b"),
        ("\u2028\u2029", "‹U+2028›‹U+2029›"),
        ("\ud800", "‹U+D800›"),
        ("\u3164", "‹U+3164›"),
        ("\U000e0041", "‹U+E0041›"),
        ("\U000e0101", "‹U+E0101›"),
        ("a\u00a0b", "a b"),
        ("⚠\ufe0f", "⚠"),
    ],
)
def test_what_a_terminal_would_obey_or_hide_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_long_texts_are_made_visible_too() -> None:
    assert visible("x" * 5000 + "\x1b") == "x" * 5000 + "␛"


@given(st.text(st.characters()))
def test_nothing_unprintable_is_left(text: str) -> None:
    left = [c for c in visible(text) if not c.isprintable()]
    assert {unicodedata.category(c) for c in left} <= {"Cf", "Zs"}
    assert not set(left) & set("\x1b\u200b\u202e\u2066\u00a0")
    assert visible(visible(text)) == visible(text)


@given(st.text(), st.integers(-1, 30), st.sampled_from(["left", "right"]))
def test_fit_gives_exactly_the_width(text: str, width: int, align: str) -> None:
    fitted = fit(visible(text), width, "right" if align == "right" else "left")
    assert cell_len(fitted) == max(0, width)


@pytest.mark.parametrize(
    ("text", "width", "fitted"),
    [
        ("web", 5, "web  "),
        ("web", 3, "web"),
        ("webfront", 5, "webf…"),
        ("web", 1, "…"),
        ("web", 0, ""),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日 …"),
        ("日本語", 7, "日本語 "),
        ("e\u0301e\u0301", 2, "e\u0301e\u0301"),
    ],
)
def test_fit(text: str, width: int, fitted: str) -> None:
    assert fit(text, width) == fitted


def test_fit_to_the_right() -> None:
    assert fit("12", 4, "right") == "  12"


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("one two three", 7, ["one two", "three"]),
        ("one\ntwo", 10, ["one", "two"]),
        ("one\r\ntwo\n", 10, ["one", "two", ""]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("no abcdefgh", 4, ["no", "abcd", "efgh"]),
        ("日本語", 4, ["日本", "語"]),
        ("日本", 1, ["日", "本"]),
        ("bell\x07", 10, ["bell␇"]),
    ],
)
def test_wrap(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


@given(st.text(), st.integers(2, 20))
def test_wrapped_lines_are_never_too_wide(text: str, width: int) -> None:
    assert all(cell_width(line) <= width for line in wrap(text, width))


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("web", 6, "web   "),
        ("production_payments_backend.12", 20, "production…ackend.12"),
        ("production_payments_backend.3", 20, "production…backend.3"),
        ("日本語の名前です", 9, "日本…です"),
        ("abc", 2, "a…"),
        ("abc", 0, ""),
    ],
)
def test_what_is_cut_in_the_middle_keeps_both_ends(text: str, width: int, shown: str) -> None:
    assert fit_middle(text, width) == shown


@given(st.text(), st.integers(0, 30))
def test_what_is_cut_in_the_middle_has_exactly_the_width(text: str, width: int) -> None:
    assert cell_len(fit_middle(visible(text), width)) == width


def test_names_are_in_the_order_that_people_expect() -> None:
    names = ["pay10", "payroll", "Pay", "pay2", "pay-b", "pay2-x", "pay02", "web.10", "web.9", ""]
    expected = ["", "Pay", "pay2", "pay02", "pay2-x", "pay10", "pay-b", "payroll", "web.9", "web.10"]
    assert sorted(names, key=natural) == expected


def test_a_name_of_digits_alone_can_be_sorted_however_long_it_is() -> None:
    assert natural("7" * 5000) > natural("6" * 5000)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("wrk1", "wrk1      "),
        ("wrk1.example.com", "wrk1      "),
        ("ip-10-23-114-201.eu-central-1.internal", "ip-10…-201"),
        ("10.23.114.201", "10.23….201"),
        (".hidden-by-a-dot", ".hidd…-dot"),
    ],
)
def test_of_a_hosts_name_the_domain_goes_first(name: str, shown: str) -> None:
    assert fit_host(name, 10) == shown
