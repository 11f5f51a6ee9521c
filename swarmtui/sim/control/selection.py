"""Filters of lists, and names that users give. Source: moby daemon/cluster/{filters,helpers}.go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
