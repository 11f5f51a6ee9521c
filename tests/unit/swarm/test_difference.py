"""The difference between two specs: what a user reads before an edit is applied."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from swarmtui.swarm.specs.difference import diff_text, difference

OLD: dict[str, Any] = {
    "Name": "web",
    "Labels": {"team": "ops"},
    "TaskTemplate": {
        "ContainerSpec": {"Image": "nginx:1.27", "Env": ["A=1", "B=2", "DB_PASSWORD=hunter2", "Z=9"]},
        "Placement": {"Constraints": ["node.role == worker"]},
    },
}


def with_env(*env: str) -> dict[str, Any]:
    template = OLD["TaskTemplate"]
    return {**OLD, "TaskTemplate": {**template, "ContainerSpec": {**template["ContainerSpec"], "Env": list(env)}}}


def test_the_same_has_no_difference() -> None:
    assert difference(OLD, OLD) == ()


def test_a_change_is_shown_with_the_keys_above_it() -> None:
    new = with_env("A=1", "B=3", "DB_PASSWORD=hunter2", "Z=9")
    assert diff_text(difference(OLD, new)).splitlines() == [
        "  TaskTemplate:",
        "    ContainerSpec:",
        "      Env:",
        "        - A=1",
        "-       - B=2",
        "+       - B=3",
        "        - DB_PASSWORD=••••••••",
    ]


def test_a_secret_that_changes_is_told_and_not_shown() -> None:
    text = diff_text(difference(OLD, with_env("A=1", "B=2", "DB_PASSWORD=letmein", "Z=9")))
    assert "hunter2" not in text
    assert "letmein" not in text
    assert "- DB_PASSWORD=••••••••\n" in text
    assert "DB_PASSWORD=•••••••• (another value)" in text


def test_the_order_of_keys_makes_no_difference() -> None:
    assert difference({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"d": 3, "c": 2}, "a": 1}) == ()


def test_what_is_far_from_a_change_is_left_out() -> None:
    text = diff_text(difference({**OLD, "Zone": 1}, {**OLD, "Zone": 2, "Labels": {"team": "dev"}}))
    assert "nginx" not in text
    assert text.splitlines()[:3] == ["  Labels:", "-   team: ops", "+   team: dev"]
    assert "…" in text
    assert text.splitlines()[-2:] == ["- Zone: 1", "+ Zone: 2"]


def test_texts_that_look_like_something_else_are_quoted() -> None:
    text = diff_text(difference({}, {"a": "1", "b": "true", "c": "x: y", "d": "", "e": "two words", "f": "a\nb"}))
    assert text.splitlines()[-6:] == [
        '+ a: "1"',
        '+ b: "true"',
        '+ c: "x: y"',
        '+ d: ""',
        "+ e: two words",
        '+ f: "a\\nb"',
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=12,
)


@given(json_values, json_values)
def test_any_json_can_be_compared(a: object, b: object) -> None:
    lines = difference(a, b, context=0)
    assert all("\n" not in line.text for line in lines)
    assert difference(a, a) == ()
