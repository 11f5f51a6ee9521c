"""The parameters of a request, read as the engine reads them.

The rules are those of moby's `httputils/form.go`, `types/filters` and `types/time`, the sentences those of Go's
`strconv` and `encoding/json`: clients show them, so they are worded alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from swarmtui.sim.bodies.decode import kind
from swarmtui.sim.bodies.syntax import SyntaxFault, parsed, plain
from swarmtui.sim.control.errors import ApiError

TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})
NOTHING = frozenset({"", "0", "no", "false", "none"})

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
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _no_filters(value, "map[string]map[string]bool", status)
    for each in value.values():
        if isinstance(each, list) and not all(isinstance(entry, str) for entry in each):
            raise _no_filters(each, "map[string]bool", status)
    return {str(key): _values(values, status) for key, values in value.items()}


def _values(values: object, status: int) -> list[str]:
    if values is None:
        return []
    if isinstance(values, dict):
        return [str(value) for value, wanted in values.items() if wanted]
    if isinstance(values, list):
        return list(values)
    raise _no_filters(values, "map[string]bool", status)


def _no_filters(value: object, type: str, status: int) -> ApiError:
    """The engine tells what it misses of the new form, also where the old one was meant."""
    return ApiError(status, f"json: cannot unmarshal {kind(value)} into Go value of type {type}")


def timestamp(text: str, status: int = 500) -> float | None:
    """A Unix time with or without nanoseconds ("1136073600.000000001"), None for an empty one."""
    if not text:
        return None
    for part in text.split(".", 1):
        if not _NUMBER.fullmatch(part):
            raise ApiError(status, f'strconv.ParseInt: parsing "{part}": invalid syntax')
    return float(text)


def decoded(text: str | bytes, status: int = 400) -> Any:
    """JSON as Python values; ApiError with Go's sentence for what is none."""
    shown = text.decode(errors="replace") if isinstance(text, bytes) else text
    try:
        return plain(parsed(shown))
    except SyntaxFault as fault:
        sentence = str(fault)
        raise ApiError(status, "unexpected end of JSON input" if sentence == "unexpected EOF" else sentence) from None
