"""A spec as text for an editor, and back, with every value as it was.

It is YAML, written with PyYAML, and read by a reading of our own of what PyYAML parses: a scalar without quotes is what
JSON has (null, true, false, a number) or a text. So "yes", 0123 and 2024-01-01 stay texts, whatever YAML of 2005 made
of them; and what another reader would take for something else is written in quotes. Keys are texts, always.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from typing import Any

import yaml

from swarmtui.swarm.actions.action import Spec

__all__ = ["SpecUnreadable", "canonical", "fingerprint", "read_spec", "spec_text"]

UNBROKEN = 1 << 20
"""A width at which no line is broken."""

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

_DOUBTFUL = re.compile(
    r"(?:y|n|yes|no|on|off|true|false|null|nan|inf)|[-+.]?[0-9][-+0-9_.:,eExXoObBaAcCdDfFtTzZ ]*|[<=]+"
)
"""Texts that a reader of YAML, or a person, might take for something else: they are written in quotes."""

_LINE_BREAKS = re.compile("[\r\x85\u2028\u2029]")
"""A text with these is written in double quotes: elsewhere YAML makes a line feed of them."""


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


class _Dumper(yaml.SafeDumper):
    """PyYAML's own, but lists stand deeper than the key they belong to, and nothing is written as a reference."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if _LINE_BREAKS.search(text):
        style = '"'
    elif "\n" in text:
        style = "|"
    elif _DOUBTFUL.fullmatch(text.lower()):
        style = "'"
    return dumper.represent_scalar(_STR, text, style=style)


_Dumper.add_representer(str, _represent_text)


def spec_text(spec: Spec, comment: str = "") -> str:
    """A spec as YAML, under a comment of one or several lines."""
    head = "".join(f"# {_printable(line)}".rstrip() + "\n" for line in comment.splitlines())
    body: str = yaml.dump(dict(spec), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=UNBROKEN)
    return f"{head}\n{body}" if head else body


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)


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
        raise SpecUnreadable(error.problem or "this is no YAML", mark.line + 1 if mark else 0) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1 if isinstance(error.position, int) else 0
        raise SpecUnreadable("a character that cannot stand in YAML", line) from error
    except RecursionError as error:
        raise SpecUnreadable("it is nested too deeply") from error
    if not isinstance(spec, dict):
        raise SpecUnreadable("a spec is an object: names, each with a value", 0 if node is None else _line(node))
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
            raise SpecUnreadable(f"{key.value} stands there twice", _line(key))
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
        raise SpecUnreadable(f"{text} is not what its tag says", _line(node)) from error
    raise SpecUnreadable(f"{text} is nothing that a spec can hold", _line(node))


def _only(node: yaml.Node, tag: str) -> None:
    if node.tag != tag:
        raise SpecUnreadable(f"{node.tag} is nothing that a spec can hold", _line(node))


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


# ------------------------------------------------------------------------------------------------ comparing


def canonical(spec: Spec) -> str:
    """A spec as JSON in one form: equal specs have equal texts."""
    return json.dumps(spec, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def fingerprint(spec: Spec) -> str:
    """A short text that tells one spec from another, and nothing of what is in it."""
    return f"sha256:{hashlib.sha256(canonical(spec).encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
