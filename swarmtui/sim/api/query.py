"""The parameters of a request, read as the engine reads them.

The rules are those of moby's `httputils/form.go`, `types/filters` and `types/time`, the sentences those of Go's
`strconv` and `encoding/json`: clients show them, so they are worded alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from swarmtui.sim.control.errors import ApiError

TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})
NOTHING = frozenset({"", "0", "no", "false", "none"})

_LITERALS = {"n": "null", "t": "true", "f": "false"}
_NUMBER = re.compile(r"[+-]?\d+")

Filters = dict[str, list[str]]


def loose_bool(query: Mapping[str, str], name: str) -> bool:
    """A flag for which anything but "", 0, no, false and none is yes."""
    return query.get(name, "").strip().lower() not in NOTHING


def strict_bool(query: Mapping[str, str], name: str, complaint: str = "{name}: {value}: {reason}") -> bool:
    """A flag that must be one of the words that Go's `ParseBool` knows, or empty.

    Args:
        complaint: the sentence after "invalid value for ".
    """
    value = query.get(name, "")
    if value in TRUE:
        return True
    if value == "" or value in FALSE:
        return False
    reason = f'strconv.ParseBool: parsing "{value}": invalid syntax'
    raise ApiError(400, "invalid value for " + complaint.format(name=name, value=value, reason=reason))


def version_number(query: Mapping[str, str], complaint: str) -> int:
    """The object's version that an update names.

    Args:
        complaint: what is said of one that is not a number: "invalid node version '{value}': {reason}".
    """
    value = query.get("version", "")
    if re.fullmatch(r"\d+", value, re.ASCII):
        return int(value)
    reason = f'strconv.ParseUint: parsing "{value}": invalid syntax'
    raise ApiError(400, complaint.format(value=value, reason=reason))


def integer(value: str, status: int = 400) -> int:
    """A whole number, or the error that Go's `Atoi` gives."""
    if _NUMBER.fullmatch(value):
        return int(value)
    raise ApiError(status, f'strconv.Atoi: parsing "{value}": invalid syntax')


def filters(query: Mapping[str, str], status: int = 500) -> Filters:
    """The `filters` parameter, in its new form (`{"name": {"a": true}}`) or the old one (`{"name": ["a"]}`).

    Args:
        status: what a text that is no such JSON is answered with; most calls of the engine say 500.
    """
    text = query.get("filters", "")
    if not text:
        return {}
    value = decoded(text, status)
    if not isinstance(value, dict):
        raise ApiError(status, f"json: cannot unmarshal {go_kind(value)} into Go value of type map[string][]string")
    return {str(key): _values(key, values, status) for key, values in value.items()}


def _values(key: str, values: object, status: int) -> list[str]:
    if isinstance(values, dict):
        return [str(value) for value, wanted in values.items() if wanted]
    if isinstance(values, list) and all(isinstance(value, str) for value in values):
        return list(values)
    kind = go_kind(values)
    raise ApiError(status, f"json: cannot unmarshal {kind} into Go struct field .{key} of type []string")


def go_kind(value: object) -> str:
    """What Go calls a JSON value of this kind."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, dict) else "array" if isinstance(value, list) else "null"


def timestamp(text: str, status: int = 500) -> float | None:
    """A Unix time with or without nanoseconds ("1136073600.000000001"), None for an empty one."""
    if not text:
        return None
    for part in text.split(".", 1):
        if not _NUMBER.fullmatch(part):
            raise ApiError(status, f'strconv.ParseInt: parsing "{part}": invalid syntax')
    return float(text)


def decoded(text: str | bytes, status: int = 400, *, stream: bool = False) -> Any:
    """JSON as Python values; ApiError with Go's sentence for what is none.

    Args:
        stream: whether it is a body, whose end Go calls "unexpected EOF".
    """
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        shown = text.decode(errors="replace") if isinstance(text, bytes) else text
        raise ApiError(status, _go_syntax_error(shown.strip(), stream)) from None


def _go_syntax_error(text: str, stream: bool) -> str:
    """Go's sentence for the commonest mistakes: an unknown beginning, a wrong literal, an early end."""
    first = text[:1]
    if first and first not in '{["-0123456789':
        word = _LITERALS.get(first)
        if word is None:
            return f"invalid character '{first}' looking for beginning of value"
        for got, wanted in zip(text[1:], word[1:], strict=False):
            if got != wanted:
                return f"invalid character '{got}' in literal {word} (expecting '{wanted}')"
    return "unexpected EOF" if stream else "unexpected end of JSON input"
