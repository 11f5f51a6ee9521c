"""A spec as text for an editor, and back, with every value as it was.

It is YAML, written with PyYAML, and read by a reading of our own of what PyYAML parses: a scalar without quotes is what
JSON has (null, true, false, a number) or a text. So "yes", 0123 and 2024-01-01 stay texts, whatever YAML of 2005 made
of them; and what another reader would take for something else is written in quotes. Keys are texts, always.
"""

from __future__ import annotations

import math
import re
from typing import Any

import yaml

from swarmtui.swarm.actions.action import Spec
from swarmtui.swarm.printable import printable
from swarmtui.swarm.specs.yaml_text import yaml_text

__all__ = ["SpecUnreadable", "read_spec", "spec_text"]

_STR = "tag:yaml.org,2002:str"
_NULL = "tag:yaml.org,2002:null"
_BOOL = "tag:yaml.org,2002:bool"
_INT = "tag:yaml.org,2002:int"
_FLOAT = "tag:yaml.org,2002:float"

_NUMBER = r"-?(?:0|[1-9][0-9]*)"
_JSON_SCALARS = (
    (_NULL, re.compile(r"(?:null|~|)\Z"), [*"n~", ""]),
    (_BOOL, re.compile(r"(?:true|false)\Z"), [*"tf"]),
    (_INT, re.compile(rf"{_NUMBER}\Z"), [*"-0123456789"]),
    (_FLOAT, re.compile(rf"{_NUMBER}(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\Z"), [*"-0123456789"]),
)
"""What a scalar without quotes may be beside a text, and the characters that it may begin with."""


class SpecUnreadable(Exception):
    """The text is no spec.

    Args:
        problem: what is wrong, in a few words.
        line: where, counted from 1; 0 when that cannot be told.
    """

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {problem}" if line else problem)
        self.problem = problem
        self.line = line


# ------------------------------------------------------------------------------------------------ writing


def spec_text(spec: Spec, comment: str = "") -> str:
    """A spec as YAML, under a comment of one or several lines."""
    head = "".join(f"# {printable(line)}".rstrip() + "\n" for line in comment.splitlines())
    body = yaml_text(dict(spec))
    return f"{head}\n{body}" if head else body


# ------------------------------------------------------------------------------------------------ reading


class _Loader(yaml.SafeLoader):
    """Knows the scalars of JSON, and no others."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own way


for _tag, _pattern, _first in _JSON_SCALARS:
    _Loader.add_implicit_resolver(_tag, _pattern, _first)


def read_spec(text: str) -> dict[str, Any]:
    """Read a spec that was edited.

    Raises:
        SpecUnreadable: it is no YAML, not an object, or holds what JSON has not.
    """
    try:
        node = yaml.compose(text, Loader=_Loader)
        spec = _value(node, ()) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise SpecUnreadable(error.problem or "this is not YAML", mark.line + 1 if mark else 0) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1 if isinstance(error.position, int) else 0
        raise SpecUnreadable("a character that YAML does not allow", line) from error
    except RecursionError as error:
        raise SpecUnreadable("it is nested too deeply") from error
    if not isinstance(spec, dict):
        raise SpecUnreadable("a spec must be a mapping of names to values", 0 if node is None else _line(node))
    return spec


def _value(node: yaml.Node, within: tuple[yaml.Node, ...]) -> Any:
    if any(node is each for each in within):
        raise SpecUnreadable("it holds itself", _line(node))
    within = (*within, node)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, within)
    if isinstance(node, yaml.SequenceNode):
        _only(node, "tag:yaml.org,2002:seq")
        return [_value(item, within) for item in node.value]
    return _scalar(node)


def _mapping(node: yaml.MappingNode, within: tuple[yaml.Node, ...]) -> dict[str, Any]:
    _only(node, "tag:yaml.org,2002:map")
    values: dict[str, Any] = {}
    for key, item in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise SpecUnreadable("a name is missing before the colon", _line(key))
        if key.value in values:
            raise SpecUnreadable(f"{key.value} is listed twice", _line(key))
        values[key.value] = _value(item, within)
    return values


def _scalar(node: yaml.Node) -> Any:
    text = str(node.value)
    try:
        if node.tag == _STR:
            return text
        if node.tag == _NULL:
            return None
        if node.tag == _BOOL:
            return {"true": True, "false": False}[text]
        if node.tag == _INT:
            return int(text)
        if node.tag == _FLOAT and math.isfinite(number := float(text)):
            return number
    except (ValueError, KeyError) as error:
        raise SpecUnreadable(f"{text} does not match its tag", _line(node)) from error
    raise SpecUnreadable(f"{text} is not valid in a spec", _line(node))


def _only(node: yaml.Node, tag: str) -> None:
    if node.tag != tag:
        raise SpecUnreadable(f"{node.tag} is not valid in a spec", _line(node))


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
