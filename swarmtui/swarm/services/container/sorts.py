"""Settings of a container that a form's line holds: a text, a yes or no, words, and sets of entries."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from swarmtui.swarm.describe.masking import masked
from swarmtui.swarm.services.change import Path
from swarmtui.swarm.services.form_change import Setting
from swarmtui.swarm.services.lines_change import shown_line
from swarmtui.swarm.syntax.unreadable import Unreadable

__all__ = ["Entries", "Flag", "entries", "flag", "pairs", "split", "text", "words"]


def text(label: str, path: Path, option: str, hint: str) -> Setting:
    """Any text without spaces at its ends."""
    return Setting(label, path, str, lambda typed: typed, option, hint, unset="")


def split(typed: str) -> list[str]:
    """Words as a shell has them. Raises Unreadable where a quote is not closed."""
    try:
        return shlex.split(typed)
    except ValueError as error:
        raise Unreadable("a quote is not closed") from error


def words(label: str, path: Path, option: str, hint: str) -> Setting:
    """A list of words, one after another, quoted as for a shell where they hold spaces."""
    return Setting(label, path, shlex.join, split, option, hint, unset="", shown=_shown_words)


def _shown_words(text: str) -> str:
    hidden = masked(split(text), under="Args")
    return _as_typed(split(text), map(str, hidden if isinstance(hidden, list) else ()), text)


def _shown_pairs(text: str) -> str:
    return _as_typed(split(text), map(shown_line, split(text)), text)


def _as_typed(words: list[str], shown: Iterable[str], text: str) -> str:
    """The text itself where nothing is hidden; a hidden word needs no quotes."""
    put = [new if new != old and " " not in new else shlex.quote(new) for old, new in zip(words, shown, strict=True)]
    return text if put == [*map(shlex.quote, words)] else " ".join(put)


@dataclass(frozen=True)
class Flag(Setting):
    """Yes or no.

    Attributes:
        can_be_unset: whether docker can take it back to neither.
    """

    can_be_unset: bool = True

    def words_for(self, before: str, after: str) -> list[str]:
        return [f"{self.option}={'true' if after == 'yes' else 'false'}"]

    def no_command(self, after: str) -> str:
        return "" if after or self.can_be_unset else f"docker can set {self.label} to yes or no, and not leave it out"


def flag(label: str, path: Path, option: str, hint: str, *, can_be_unset: bool = True) -> Setting:
    """Yes, no, or not set."""

    def parse(typed: str) -> bool:
        meant = [word for word in ("yes", "no", "true", "false") if word.startswith(typed.lower())]
        if len(meant) != 1:
            raise Unreadable("yes or no")
        return meant[0] in {"yes", "true"}

    return Flag(label, path, lambda raw: "yes" if raw else "no", parse, option, hint, can_be_unset=can_be_unset)


@dataclass(frozen=True)
class Entries(Setting):
    """A set of entries, each of which docker adds and removes by options of their own: `--dns-add`, `--dns-rm`.

    Attributes:
        key_of: what `…-rm` takes of an entry.
        whole: whether docker is told the whole set, behind a RESET, rather than what comes and goes.
    """

    key_of: Callable[[str], str] = str
    whole: bool = False

    def words_for(self, before: str, after: str) -> list[str]:
        old, new = split(before), split(after)
        if self.whole:
            return [word for each in ("RESET", *new) for word in (self.option, each)]
        come = [each for each in new if each not in old]
        keys = {self.key_of(each) for each in come}
        gone = [key for each in old if each not in new and (key := self.key_of(each)) not in keys]
        removed = [word for each in gone for word in (f"{self.option}-rm", each)]
        return [*removed, *(word for each in come for word in (f"{self.option}-add", each))]


def entries(
    label: str,
    path: Path,
    option: str,
    hint: str,
    *,
    check: Callable[[str], str] = str,
    stored: Callable[[str], Any] = str,
    shown: Callable[[Any], Iterable[str]] = lambda raw: (str(raw),),
    key_of: Callable[[str], str] = str,
    in_order: bool = True,
    whole: bool = False,
) -> Setting:
    """A list in the spec.

    Args:
        check: an entry as it will be shown. Raises Unreadable.
        stored: an entry of the spec for a checked one.
        shown: what an entry of the spec is shown as; several where it holds several.
        key_of: what docker's option to remove one takes.
        in_order: whether their order means something; else they are sorted, as docker does.
        whole: see `Entries`.
    """

    def read(raw: Sequence[Any]) -> str:
        return shlex.join(text for each in raw for text in shown(each))

    def parse(typed: str) -> list[Any]:
        checked = [check(each) for each in split(typed)]
        _once(map(key_of, checked))
        return [stored(each) for each in (checked if in_order else sorted(checked))]

    return Entries(label, path, read, parse, option, hint, key_of=key_of, whole=whole)


def pairs(label: str, path: Path, option: str, hint: str) -> Setting:
    """An object of the spec with texts in it, as name=value."""

    def parse(typed: str) -> dict[str, str]:
        found = [each.partition("=") for each in split(typed)]
        for name, equals, _ in found:
            if not name or not equals:
                raise Unreadable(f"'{name}' is no name=value")
        _once(name for name, _, _ in found)
        return {name: value for name, _, value in found}

    def read(raw: dict[str, Any]) -> str:
        return shlex.join(f"{name}={value}" for name, value in raw.items())

    return Entries(
        label, path, read, parse, option, hint, shown=_shown_pairs, key_of=lambda each: each.partition("=")[0]
    )


def _once(keys: Iterable[str]) -> None:
    seen = set[str]()
    for key in keys:
        if key in seen:
            raise Unreadable(f"{key} is listed twice")
        seen.add(key)
