"""A spec as text for an editor: every value comes back as it was, and mistakes are told with their line."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from swarmtui.swarm.fingerprint import fingerprint
from swarmtui.swarm.specs.spec_text import SpecUnreadable, read_spec, spec_text

TRICKY = [
    "yes", "No", "on", "OFF", "y", "n", "true", "False", "null", "~", "", " ", "0123", "0o17", "0x1f", "1e3", "1.5",
    "1_000", "12:30:45", "2024-01-01", "2024-01-01T00:00:00Z", ".inf", "NaN", "-", "--- x", "...", "- a", "? b", ": c",
    "a: b", "a #b", "#c", "&a", "*a", "!tag", "|", ">", "%d", "@x", "`y", "'", '"', "{a", "[b", "<<", "=",
    "first\nsecond", "first\r\nsecond\r\n", "\nleading", "trailing \n", "  indented\n more", "tab\there", "\ttab",
    "\x1b[2J",
    "\x85next", "a\u2028b", "\ufeffbom", "ünï¢ödé 服务 🐳", "\u202eright", "a\n\n\nb\n\n", "\x00", "\x7f",
]  # fmt: skip

numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | numbers | st.text() | st.sampled_from(TRICKY)
keys = st.text() | st.sampled_from(TRICKY)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=20
)
specs = st.dictionaries(keys, values, max_size=6)


def exact(value: object) -> str:
    """As JSON: 1, 1.0 and true are different."""
    return json.dumps(value)


@given(specs)
def test_what_is_written_is_read_as_the_same(spec: dict[str, Any]) -> None:
    text = spec_text(spec, "a comment\nof two lines")
    assert exact(read_spec(text)) == exact(spec)
    assert list(read_spec(text)) == list(spec), "the keys keep their order"


@given(specs)
def test_an_editor_that_writes_other_line_ends_changes_nothing(spec: dict[str, Any]) -> None:
    text = spec_text(spec, "a comment").replace("\n", "\r\n")
    assert exact(read_spec(text)) == exact(spec)


@pytest.mark.parametrize("text", TRICKY)
def test_tricky_texts_stay_texts_for_other_readers_too(text: str) -> None:
    written = spec_text({"key": text, text: 1})
    assert exact(read_spec(written)) == exact({"key": text, text: 1})
    assert yaml.safe_load(written) == {"key": text, text: 1}


def test_texts_of_several_lines_are_blocks() -> None:
    assert spec_text({"Script": "one\ntwo\n"}) == "Script: |\n  one\n  two\n"


def test_what_people_write_is_what_json_has() -> None:
    text = "a: yes\nb: 0123\nc: 1e3\nd: 2024-01-01\ne: ~\nf:\ng: true\nh: -5\ni: 1.50\n8080: x\nj: {k: [1, two]}\n"
    assert exact(read_spec(text)) == exact(
        {
            "a": "yes", "b": "0123", "c": 1000.0, "d": "2024-01-01", "e": None, "f": None, "g": True, "h": -5, "i": 1.5,
            "8080": "x", "j": {"k": [1, "two"]},
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: [1\nc: 2\n", 3, "expected"),
        ("a: 1\n  b: 2\n", 2, "not allowed here"),
        ("a: 1\n\tb: 2\n", 2, "cannot start any token"),
        ("a: 1\nb: 2\na: 3\n", 3, "a is listed twice"),
        ("a: 'x\n", 2, "unexpected end"),
        ("- a\n- b\n", 1, "a spec must be a mapping"),
        ("", 0, "a spec must be a mapping"),
        ("# nothing\n", 0, "a spec must be a mapping"),
        ("a: 1\nb: !!binary aGk=\n", 2, "not valid in a spec"),
        ("a: !!python/object:os.system x\n", 1, "not valid in a spec"),
        ("a: !!int x\n", 1, "does not match its tag"),
        ("a: 1e999\n", 1, "not valid in a spec"),
        ("? [a]\n: b\n", 1, "a name is missing"),
        ("a: &x\n  b: *x\n", 1, "it holds itself"),
        ("a: *nowhere\n", 1, "undefined alias"),
        ("a: 1\nb: \x07\n", 2, "a character that YAML does not allow"),
        ("a: 1\n---\nb: 2\n", 2, "another document"),
    ],
)
def test_mistakes_are_told_with_their_line(text: str, line: int, words: str) -> None:
    with pytest.raises(SpecUnreadable, match=words) as refusal:
        read_spec(text)
    assert refusal.value.line == line


def test_deep_nesting_is_no_crash() -> None:
    with pytest.raises(SpecUnreadable):
        read_spec("a: " + "[" * 5000)


@given(st.text())
def test_any_text_is_a_spec_or_a_mistake(text: str) -> None:
    try:
        spec = read_spec(text)
    except SpecUnreadable:
        return
    assert exact(read_spec(spec_text(spec))) == exact(spec)


def test_a_comment_cannot_break_out_of_its_line() -> None:
    assert read_spec(spec_text({"a": 1}, "service x\x1b[2J\u2028b: 2")) == {"a": 1}


def test_fingerprints() -> None:
    assert fingerprint({"a": 1, "b": None}) == fingerprint({"b": None, "a": 1})
    assert len({fingerprint(each) for each in ({"a": 1}, {"a": 1.0}, {"a": True}, {"a": "1"}, {"a": None}, {})}) == 6
