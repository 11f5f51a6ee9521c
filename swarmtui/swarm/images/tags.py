"""Tags of a repository: which of them are newer versions of one, and in which order people look for them.

No registry tells when a tag was made, so its text has to. Two tags can be compared when they have the same form: the
same words around the same number of numbers. So 1.26-alpine follows 1.25-alpine, and neither 1.26-debian, 1.26.1-alpine
nor latest does. A year, a date and a plain number are three forms: alpine's 20240923 is no successor of its 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from swarmtui.swarm.natural import natural

__all__ = ["TagVersion", "in_order", "newer_tags"]

_NUMBER = re.compile(r"\d+")
_FIRST_RUN = re.compile(r"\d+(?:\.\d+)*")
_HASH = re.compile(r"(?<![0-9a-zA-Z])g?(?=[0-9a-f]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{7,64}(?![0-9a-zA-Z])")
"""The short name of a commit: it tells builds apart, and never which of them came first."""
_PRE_RELEASE = re.compile(
    r"(?<=\d)(?:[-_.]?(?P<word>alpha|beta|preview|pre|milestone|rc|cr)[-_.]?|(?P<letter>[abcm])(?=\d))"
    r"(?P<number>\d*)(?![0-9a-zA-Z])",
    re.IGNORECASE,
)
_STAGES = {"a": "alpha", "b": "beta", "c": "rc", "cr": "rc", "m": "alpha", "milestone": "alpha", "pre": "preview"}
_RANKS = ("alpha", "beta", "preview", "rc")
_FINAL = (len(_RANKS), 0)

Key = tuple[tuple[int, ...], tuple[int, int], tuple[int, ...]]


class TagVersion(msgspec.Struct, frozen=True):
    """A tag that has numbers, taken apart.

    Attributes:
        form: its text with a sign for each number; only tags of one form are compared.
        key: in the order of versions: the first run of numbers, the stage before a release, all other numbers.
        is_final: it is no pre-release.
    """

    form: str
    key: Key
    is_final: bool

    @classmethod
    def parse(cls, tag: str) -> TagVersion | None:
        """Read a tag; None where it has no numbers that could be a version: "latest", "bookworm", a commit."""
        text = _HASH.sub("%", tag)
        stage, rest = _without_stage(text)
        run = _FIRST_RUN.search(rest)
        if run is None:
            return None
        head = _numbers(run.group())
        tail = _numbers(rest[: run.start()] + rest[run.end() :])
        return cls(_NUMBER.sub(_sign, rest), (head, stage, tail), stage == _FINAL)


def newer_tags(tag: str, tags: Iterable[str]) -> tuple[str, ...]:
    """The tags that are newer versions of one, the newest first.

    Pre-releases are among them only where it is one itself.
    """
    own = TagVersion.parse(tag)
    if own is None:
        return ()
    found = dict[str, Key]()
    for each in tags:
        version = TagVersion.parse(each)
        if version is None or version.form != own.form or version.key <= own.key:
            continue
        if version.is_final or not own.is_final:
            found[each] = version.key
    return tuple(sorted(found, key=lambda each: (found[each], each), reverse=True))


def in_order(tags: Iterable[str], present: str = "") -> tuple[str, ...]:
    """All tags once, in the order in which one is looked for.

    Args:
        present: what is newer than this comes first, then this, then what else has its form; newest first everywhere.
            Then come the other versions, and last what is none.
    """
    known = {tag: TagVersion.parse(tag) for tag in tags}
    own = TagVersion.parse(present)
    versions = [tag for tag, version in known.items() if version is not None]
    others = [tag for tag, version in known.items() if version is None]

    def place(tag: str) -> tuple[bool, bool, Key, str]:
        version = known[tag]
        assert version is not None
        alike = own is not None and version.form == own.form and (version.is_final or not own.is_final)
        return alike, version.is_final, version.key, tag

    return (*sorted(versions, key=place, reverse=True), *sorted(others, key=lambda tag: (natural(tag), tag)))


def _without_stage(text: str) -> tuple[tuple[int, int], str]:
    """How far before its release a version is, and the text without that."""
    found = _PRE_RELEASE.search(text)
    if found is None:
        return _FINAL, text
    word = (found["word"] or found["letter"]).lower()
    stage = _RANKS.index(_STAGES.get(word, word)), int(found["number"] or 0)
    return stage, text[: found.start()] + text[found.end() :]


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(each) for each in _NUMBER.findall(text))


def _sign(found: re.Match[str]) -> str:
    """A date, a year or any other number."""
    digits = found.group()
    if len(digits) in (8, 12, 14) and "1990" <= digits[:4] < "2200" and "01" <= digits[4:6] <= "12":
        return "D"
    return "Y" if len(digits) == 4 and "1990" <= digits < "2200" else "#"
