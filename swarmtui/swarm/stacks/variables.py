"""Variables of a compose file: which there are, and what they stand for.

The forms are docker's (docker/cli cli/compose/template/template.go): $NAME, ${NAME}, with a default (:- and -) or
required (:? and ?); $$ is a dollar sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["filled_in", "names_in", "read_variables"]

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_VARIABLE = re.compile(
    rf"\$(?:(?P<escaped>\$)|(?P<plain>{_NAME})|\{{(?P<braced>{_NAME})(?:(?P<sort>:?[-?])(?P<rest>[^}}]*))?\}})"
)
_LINE = re.compile(rf"\s*(?:export\s+)?(?P<name>{_NAME})\s*=\s*(?P<value>.*?)\s*$")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def names_in(text: str) -> Iterator[str]:
    """The variables that a text refers to."""
    for found in _VARIABLE.finditer(text):
        if name := found["plain"] or found["braced"]:
            yield name


def filled_in(content: Any, variables: Mapping[str, str]) -> Any:
    """Texts, and whatever holds them, with the variables' values in place. An unset one is empty, as to docker."""
    if isinstance(content, str):
        return _VARIABLE.sub(lambda found: _value_of(found, variables), content)
    if isinstance(content, Mapping):
        return {key: filled_in(value, variables) for key, value in content.items()}
    if isinstance(content, list):
        return [filled_in(each, variables) for each in content]
    return content


def _value_of(found: re.Match[str], variables: Mapping[str, str]) -> str:
    if found["escaped"]:
        return "$"
    value, sort = variables.get(found["plain"] or found["braced"]), found["sort"] or ""
    if sort.endswith("-") and (value is None or (sort == ":-" and not value)):
        return str(found["rest"])
    return value or ""


def read_variables(text: str) -> dict[str, str]:
    """The lines NAME=VALUE of an .env file. Quotes are taken off; # begins a comment outside of them."""
    found = {}
    for line in text.splitlines():
        if (match := _LINE.fullmatch(line)) is not None:
            found[match["name"]] = _unquoted(match["value"])
    return found


def _unquoted(value: str) -> str:
    quote = value[:1]
    if quote in {"'", '"'} and (end := _closing(value, quote)):
        inner = value[1:end]
        return inner if quote == "'" else re.sub(r"\\(.)", lambda each: _ESCAPES.get(each[1], each[1]), inner)
    return re.split(r"(?:^|\s)#", value, maxsplit=1)[0].rstrip()


def _closing(value: str, quote: str) -> int:
    """Where the quotes that a value begins with end; 0 where they do not."""
    at = 1
    while at < len(value) and value[at] != quote:
        at += 2 if quote == '"' and value[at] == "\\" else 1
    return at if at < len(value) else 0
