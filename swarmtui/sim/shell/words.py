"""Words of a script, filled in: quotes, variables, `$(…)`, `$((…))`."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from swarmtui.sim.shell.arithmetic import counted
from swarmtui.sim.shell.grammar import closing

_NAME = re.compile(r"[A-Za-z_]\w*|[0-9@*#?$!]")
_BRACED = re.compile(r"#?(?P<name>[A-Za-z_]\w*|[0-9]+|[@*#?$!])(?P<operator>:?[-=+?])?(?P<rest>.*)", re.DOTALL)


@dataclass
class Values:
    """What words may name.

    Attributes:
        variables: those of the shell.
        positional: "$0", "$1", ….
        status: "$?".
        run: gives the output of a text that is run, `$(…)`.
    """

    variables: dict[str, str]
    run: Callable[[str], Awaitable[str]]
    positional: list[str] = field(default_factory=lambda: ["sh"])
    status: int = 0

    def get(self, name: str) -> str:
        """The value of a variable; empty where there is none."""
        if name.isdecimal():
            return self.positional[int(name)] if int(name) < len(self.positional) else ""
        special = {"?": str(self.status), "$": "1", "#": str(len(self.positional) - 1), "!": ""}
        if name in ("@", "*"):
            return " ".join(self.positional[1:])
        return special[name] if name in special else self.variables.get(name, "")

    def is_set(self, name: str) -> bool:
        """Whether there is such a variable."""
        return name in self.variables or (name.isdecimal() and int(name) < len(self.positional)) or name in "?$#"


async def fields(words: Sequence[str], values: Values) -> list[str]:
    """Words as a command gets them: what came from outside of quotes is split at its blanks."""
    found: list[str] = []
    for word in words:
        if word in ('"$@"', '"${@}"'):
            found += values.positional[1:]
            continue
        pieces = await _pieces(word, values)
        found += _split(pieces)
    return found


async def text(word: str, values: Values) -> str:
    """One word, not split."""
    return "".join(piece for piece, _ in await _pieces(word, values))


def _split(pieces: Sequence[tuple[str, bool]]) -> list[str]:
    """Fields of pieces; each says whether it may be split."""
    found: list[str] = []
    current, begun = "", False
    for piece, splits in pieces:
        if not splits:
            current, begun = current + piece, True
            continue
        parts = re.split(r"[ \t\n]+", piece)
        for number, part in enumerate(parts):
            if number and begun:
                found.append(current)
                current, begun = "", False
            if part:
                current, begun = current + part, True
    return [*found, current] if begun else found


async def _pieces(word: str, values: Values) -> list[tuple[str, bool]]:
    found: list[tuple[str, bool]] = []
    at = 0
    while at < len(word):
        if word[at] == "'":
            end = word.index("'", at + 1)
            found.append((word[at + 1 : end], False))
            at = end + 1
        elif word[at] == '"':
            end = _end_of_quotes(word, at)
            found.append((await _inside(word[at + 1 : end], values), False))
            at = end + 1
        elif word[at] == "\\":
            found.append((word[at + 1 : at + 2].replace("\n", ""), False))
            at += 2
        elif word[at] in "$`":
            value, at = await _value(word, at, values)
            found.append((value, True))
        else:
            end = next((number for number in range(at, len(word)) if word[number] in "'\"\\$`"), len(word))
            found.append((word[at:end], False))
            at = end
    return found


def _end_of_quotes(word: str, at: int) -> int:
    at += 1
    while word[at] != '"':
        if word[at] == "\\":
            at += 1
        elif word.startswith("$(", at):
            at = closing(word, at + 1) - 1
        at += 1
    return at


async def _inside(quoted: str, values: Values) -> str:
    """What stands between double quotes."""
    found, at = "", 0
    while at < len(quoted):
        if quoted[at] == "\\" and quoted[at + 1 : at + 2] in ("$", "`", '"', "\\", "\n"):
            found += quoted[at + 1].replace("\n", "")
            at += 2
        elif quoted[at] in "$`":
            value, at = await _value(quoted, at, values)
            found += value
        else:
            found += quoted[at]
            at += 1
    return found


async def _value(word: str, at: int, values: Values) -> tuple[str, int]:
    """What a "$" or "`" there stands for, and where it ends."""
    if word[at] == "`":
        end = word.find("`", at + 1)
        return await values.run(word[at + 1 : end]), end + 1
    if word.startswith("$((", at) and word[closing(word, at + 1) - 2 : closing(word, at + 1)] == "))":
        end = closing(word, at + 1)
        inner = await _inside(word[at + 3 : end - 2], values)
        return str(counted(inner, {**values.variables})), end
    if word.startswith("$(", at):
        end = closing(word, at + 1)
        return await values.run(word[at + 2 : end - 1]), end
    if word.startswith("${", at) and "}" in word[at:]:
        end = word.index("}", at)
        return await _braced(word[at + 2 : end], values), end + 1
    if name := _NAME.match(word, at + 1):
        return values.get(name.group()), name.end()
    return "$", at + 1


async def _braced(inner: str, values: Values) -> str:
    found = _BRACED.fullmatch(inner)
    if found is None:
        return ""
    name, operator, rest = found.group("name", "operator", "rest")
    if inner.startswith("#") and len(inner) > 1:
        return str(len(values.get(name)))
    if not operator:
        return values.get(name)
    there = bool(values.get(name)) if operator.startswith(":") else values.is_set(name)
    if operator.endswith("+"):
        return await text(rest, values) if there else ""
    if there:
        return values.get(name)
    default = await text(rest, values)
    if operator.endswith("="):
        values.variables[name] = default
    return default
