"""The commands that scripts are made of, with the output of busybox."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import partial

from swarmtui.sim.shell.context import Command, Context, Result, constant, lines, operands


def _printf(context: Context, arguments: list[str], given: str) -> Result:
    form, *values = arguments or [""]
    form = form.replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r").replace("\\\\", "\\")
    wanted = len(re.findall(r"%(?!%)", form))
    out = ""
    while True:
        part, values = values[:wanted], values[wanted:]
        padded = iter([*part, *[""] * (wanted - len(part))])
        out += re.sub(r"%(-?\d*)([sd%])", partial(_formatted, padded), form)
        if not values or not wanted:
            return Result(out=out)


def _formatted(values: Iterator[str], match: re.Match[str]) -> str:
    width, kind = match.groups()
    if kind == "%":
        return "%"
    value = next(values)
    text = str(int(value or 0)) if kind == "d" and re.fullmatch(r"-?\d*", value) else value
    if not width:
        return text
    return text.ljust(int(width[1:])) if width.startswith("-") else text.rjust(int(width))


def _seq(context: Context, arguments: list[str], given: str) -> Result:
    numbers = [int(each) for each in arguments if re.fullmatch(r"-?\d+", each)]
    if len(numbers) != len(arguments) or not 1 <= len(numbers) <= 3:
        return Result(1, err="seq: invalid number\n")
    first = numbers[0] if len(numbers) > 1 else 1
    step = numbers[1] if len(numbers) == 3 else 1
    last = numbers[-1]
    listed = range(first, last + (1 if step > 0 else -1), step or 1)
    return lines(*map(str, listed[:10_000])) if listed else Result()


def _mkdir(context: Context, arguments: list[str], given: str) -> Result:
    for name in operands(arguments):
        context.box.files.setdefault(f"{context.path(name)}/.keep", "")
    return Result()


def _basename(context: Context, arguments: list[str], given: str) -> Result:
    return lines(posixpath.basename((operands(arguments) or [""])[0].rstrip("/")) or "/")


def _dirname(context: Context, arguments: list[str], given: str) -> Result:
    return lines(posixpath.dirname((operands(arguments) or [""])[0].rstrip("/")) or ".")


def _tee(context: Context, arguments: list[str], given: str) -> Result:
    for name in operands(arguments):
        context.box.files[context.path(name)] = given
    return Result(out=given)


def _unset(context: Context, arguments: list[str], given: str) -> Result:
    for name in arguments:
        context.variables.pop(name, None)
    return Result()


SCRIPTING: dict[str, Command] = {
    "basename": _basename,
    "dirname": _dirname,
    "mkdir": _mkdir,
    "printf": _printf,
    "seq": _seq,
    "tee": _tee,
    "unset": _unset,
    "wait": constant(""),
}
