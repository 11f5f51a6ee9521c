"""Parameters are read as Go's form and JSON packages read them, sentences included (recorded from engine 20.10)."""

from __future__ import annotations

import pytest

from swarmtui.sim.api import query
from swarmtui.sim.control.errors import ApiError


def refusal(action: object, *arguments: object, **options: object) -> tuple[int, str]:
    assert callable(action)
    with pytest.raises(ApiError) as caught:
        action(*arguments, **options)
    return caught.value.status, caught.value.message


@pytest.mark.parametrize("text", ['{"name": ["a", "b"]}', '{"name": {"a": true, "b": true, "c": false}}'])
def test_filters_are_read_in_both_forms(text: str) -> None:
    assert query.filters({"filters": text}) == {"name": ["a", "b"]}


def test_no_filters_are_none() -> None:
    assert query.filters({}) == {}


def test_filters_that_are_no_json_are_refused_in_go_s_words() -> None:
    expected = "invalid character 'o' in literal null (expecting 'u')"
    assert refusal(query.filters, {"filters": "notjson"}) == (500, expected)
    assert refusal(query.filters, {"filters": "x"}, 400) == (
        400,
        "invalid character 'x' looking for beginning of value",
    )
    assert refusal(query.filters, {"filters": "{"})[1] == "unexpected end of JSON input"


@pytest.mark.parametrize(("text", "meant"), [("1", True), ("yes", True), ("False", False), ("0", False), ("", False)])
def test_loose_flags(text: str, meant: bool) -> None:
    assert query.loose_bool({"force": text}, "force") is meant


def test_strict_flags() -> None:
    assert query.strict_bool({"status": "T"}, "status") is True
    assert query.strict_bool({}, "status") is False
    expected = 'invalid value for status: foo: strconv.ParseBool: parsing "foo": invalid syntax'
    assert refusal(query.strict_bool, {"status": "foo"}, "status") == (400, expected)


def test_versions_of_objects() -> None:
    complaint = "invalid node version '{value}': {reason}"
    assert query.version_number({"version": "12"}, complaint) == 12
    expected = "invalid node version 'x': strconv.ParseUint: parsing \"x\": invalid syntax"
    assert refusal(query.version_number, {"version": "x"}, complaint) == (400, expected)


def test_timestamps() -> None:
    assert query.timestamp("") is None
    assert query.timestamp("1136073600.000000001") == 1136073600.000000001
    assert refusal(query.timestamp, "abc") == (500, 'strconv.ParseInt: parsing "abc": invalid syntax')
