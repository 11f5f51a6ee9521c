"""What two observations of one call differ in, and which of that is known and why."""

from __future__ import annotations

import fnmatch
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .observation import Observation

KNOWN = Path(__file__).with_name("differences.toml")


@dataclass(frozen=True)
class Difference:
    """Something that differs.

    Attributes:
        call: the call's name.
        kind: code, text, missing (only the real swarm has it), extra, type, value.
        where: the path in the answer, or the line.
        real, embedded: what is there.
    """

    call: str
    kind: str
    where: str
    real: str = ""
    embedded: str = ""

    def __str__(self) -> str:
        shown = f"{self.call}: {self.kind} {self.where}"
        return f"{shown}\n      real: {self.real}\n  embedded: {self.embedded}" if self.real or self.embedded else shown


@dataclass(frozen=True)
class Known:
    """A difference that stays, by patterns.

    Attributes:
        reason: why.
        sometimes: it need not show in every run (it depends on time).
    """

    call: str
    kind: str
    where: str
    reason: str
    sometimes: bool = False

    def covers(self, difference: Difference) -> bool:
        pairs = ((difference.call, self.call), (difference.kind, self.kind), (difference.where, self.where))
        return all(_matches(text, pattern) for text, pattern in pairs)


def _matches(text: str, pattern: str) -> bool:
    """Whether a text fits; `*` is the only sign that means something, for paths hold brackets."""
    return fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))


def known_differences() -> list[Known]:
    """Those listed in differences.toml."""
    entries = tomllib.loads(KNOWN.read_text())["difference"]
    return [Known(**entry) for entry in entries]


def compare(call: str, real: Observation, embedded: Observation) -> Iterator[Difference]:
    """What two observations differ in."""
    if real.code != embedded.code:
        yield Difference(call, "code", "", str(real.code), str(embedded.code))
    if real.text != embedded.text:
        lost, new = _only(real.text, embedded.text), _only(embedded.text, real.text)
        yield Difference(
            call, "text", " / ".join(lost or new)[:200], "\n            ".join(lost), "\n            ".join(new)
        )
    for path in sorted(real.shape.keys() | embedded.shape.keys()):
        yield from _at(call, path, real, embedded)


def _only(these: Iterable[str], those: Iterable[str]) -> list[str]:
    rest = list(those)
    return [each for each in these if each not in rest or rest.remove(each)]  # type: ignore[func-returns-value]


def _at(call: str, path: str, real: Observation, embedded: Observation) -> Iterator[Difference]:
    parent = path[: max(path.rfind("."), path.rfind("["))]
    if path not in embedded.shape:
        if parent in embedded.shape:
            yield Difference(call, "missing", path, _some(real.values.get(path)))
        return
    if path not in real.shape:
        if parent in real.shape:
            yield Difference(call, "extra", path, "", _some(embedded.values.get(path)))
        return
    if real.shape[path] != embedded.shape[path]:
        yield Difference(call, "type", path, _some(real.shape[path]), _some(embedded.shape[path]))
    elif real.values.get(path) != embedded.values.get(path):
        yield Difference(call, "value", path, _some(real.values.get(path)), _some(embedded.values.get(path)))


def _some(values: Iterable[str] | None) -> str:
    return ", ".join(sorted(values or ()))[:300]
