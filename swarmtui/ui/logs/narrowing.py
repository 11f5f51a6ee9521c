"""Narrowing: which lines of a log are wanted. Filters add up, and so does the replica, node or service. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from swarmtui.ui.kit.tables.rows import Filter, parse_filter
from swarmtui.ui.logs.log_text import Entry

__all__ = ["Narrowing", "Scope"]

NO_FILTER = Filter()


@dataclass(frozen=True)
class Scope:
    """One replica, node or service, whose lines alone are wanted.

    Attributes:
        what: "replica", "node" or "service".
        key: which.
        words: for the heading: "only web.2".
    """

    what: str
    key: str
    words: str


class Narrowing:
    """What the user has asked for: filters that were kept, the one that is being typed, and a scope.

    Attributes:
        scope: the part of the swarm whose lines are wanted; None for all.
        typed: the filter that is being typed.
        with_context: show what does not match as well (an excluding filter excludes all the same).
    """

    def __init__(self) -> None:
        self.scope: Scope | None = None
        self.typed = NO_FILTER
        self.with_context = False
        self._kept: list[Filter] = []

    # ------------------------------------------------------------------------------------ changing it

    def type(self, text: str) -> None:
        """The filter that is being typed has this text now."""
        self.typed = parse_filter(text)
        self._forget_context()

    def keep(self, text: str) -> None:
        """A filter has been typed out: it is added to the others."""
        self.typed, wanted = NO_FILTER, parse_filter(text)
        if wanted.pattern is not None:
            self._kept = [*(each for each in self._kept if each.text != text), wanted]
        self._forget_context()

    def drop(self) -> str | None:
        """Take the newest filter away, else the scope; returns the filter's text ("" for the scope), or None."""
        if self._kept:
            text = self._kept.pop().text
            self._forget_context()
            return text
        had, self.scope = self.scope is not None, None
        return "" if had else None

    def clear(self) -> bool:
        """All lines are wanted; returns whether they were not."""
        had = bool(self._kept) or self.scope is not None or self.typed.pattern is not None
        self._kept, self.typed, self.scope, self.with_context = [], NO_FILTER, None, False
        return had

    def _forget_context(self) -> None:
        if not self.patterns:
            self.with_context = False

    # ------------------------------------------------------------------------------------ what it means

    @property
    def filters(self) -> Sequence[Filter]:
        """All filters that say something."""
        typed = self.typed
        new = typed.pattern is not None and all(each.text != typed.text for each in self._kept)
        return [*self._kept, typed] if new else self._kept

    @property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """What a line must hold to be a hit."""
        return tuple(each.pattern for each in self.filters if each.pattern is not None and not each.excludes)

    @property
    def narrows(self) -> bool:
        """Whether some lines are not shown."""
        return self.scope is not None or bool(self._in_force)

    @property
    def _in_force(self) -> list[Filter]:
        return [each for each in self.filters if each.excludes or not self.with_context]

    @property
    def words(self) -> str:
        """All of it, as it stands in the heading: "only web.2  /error  !health"."""
        return "  ".join(part for part in (self.scope.words if self.scope else "", self.filter_words) if part)

    @property
    def filter_words(self) -> str:
        """The filters alone."""
        return "  ".join(
            ("" if each.excludes else "/") + each.text + (" (taken literally)" if each.problem else "")
            for each in self.filters
        )

    def passing(
        self, entries: list[Entry], text_of: Callable[[Entry], str], in_scope: Callable[[Entry], bool] | None
    ) -> list[Entry]:
        """The entries that are wanted.

        Args:
            text_of: what a filter looks at.
            in_scope: whether an entry belongs to the scope; None lets all pass.
        """
        if in_scope is not None and self.scope is not None:
            entries = [entry for entry in entries if in_scope(entry)]
        tests = [(each.pattern.search, each.excludes) for each in self._in_force if each.pattern is not None]
        if not tests:
            return list(entries)
        if len(tests) == 1:
            [(search, excludes)] = tests
            return [entry for entry in entries if (search(text_of(entry)) is None) is excludes]
        return [entry for entry in entries if _passes(text_of(entry), tests)]


def _passes(text: str, tests: Sequence[tuple[Callable[[str], object], bool]]) -> bool:
    return all((search(text) is None) is excludes for search, excludes in tests)
