"""Filters of lists, and names that users give. Source: moby daemon/cluster/{filters,helpers}.go."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from swarmtui.sim.control.errors import ApiError, not_found

Filters = Mapping[str, Sequence[str]]

Thing = TypeVar("Thing")


def check(filters: Filters | None, *accepted: str) -> Filters:
    """Refuse filters that the call does not know."""
    given = filters or {}
    for key in given:
        if key not in accepted:
            raise ApiError(400, f"invalid filter '{key}'")
    return given


def begins(value: str, wanted: Sequence[str]) -> bool:
    """Whether a value begins as one of those wanted; with none wanted, all do."""
    return not wanted or value.startswith(tuple(wanted))


def has_labels(labels: Mapping[str, str], wanted: Sequence[str]) -> bool:
    """Whether all labels ("key" or "key=value") are there."""
    for each in wanted:
        key, _, value = each.partition("=")
        if key not in labels or (value and labels[key] != value):
            return False
    return True


def moment(filters: Filters, now: float) -> float:
    """What a prune's filter "until" names: only what is older than that is pruned. Rule: api/types/time."""
    given = filters.get("until", ())
    if len(given) > 1:
        raise ApiError(400, "more than one until filter specified")
    if not given:
        return float("inf")
    text = given[0]
    if _DURATION.fullmatch(text):
        return now - sum(float(count) * _SECONDS[unit] for count, unit in _PART.findall(text))
    try:
        return float(text) if _NUMBER.fullmatch(text) else datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise ApiError(400, f'failed to parse value as time or duration: "{text}"') from None


_PART = re.compile(r"([0-9.]+)(ms|h|m|s)")
_DURATION = re.compile(r"(?:[0-9.]+(?:ms|h|m|s))+")
_NUMBER = re.compile(r"\d+(\.\d+)?")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def is_pruned(labels: Mapping[str, str] | None, filters: Filters) -> bool:
    """Whether a prune's filters "label" and "label!" let a thing be removed."""
    given = labels or {}
    kept = filters.get("label!", ())
    return has_labels(given, filters.get("label", ())) and not any(has_labels(given, [each]) for each in kept)


def find(kind: str, name: str, table: Mapping[str, Thing], name_of: Callable[[Thing], str], status: int = 404) -> Thing:
    """An object by its ID, else by its full name, else by the beginning of its ID."""
    if name in table:
        return table[name]
    named = [each for each in table.values() if name_of(each) == name]
    found = named or [each for id, each in table.items() if name and id.startswith(name)]
    if not found:
        error = not_found(kind, name)
        raise error if status == 404 else ApiError(status, error.message)
    if len(found) > 1:
        raise ApiError(400, f"{kind} {name} is ambiguous ({len(found)} matches found)")
    return found[0]


def by_id(table: Mapping[str, Thing]) -> Iterable[Thing]:
    """All of a table in the order of their IDs, as the real store lists them."""
    return [table[id] for id in sorted(table)]
