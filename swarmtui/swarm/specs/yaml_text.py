"""Raw JSON as YAML: the keys in the engine's order, texts of several lines as blocks, lists set in."""

from __future__ import annotations

import re
from typing import Any

import yaml

__all__ = ["Octal", "yaml_text"]

UNBROKEN = 1 << 20
"""A width at which no line is broken."""

_DOUBTFUL = re.compile(
    r"(?:y|n|yes|no|on|off|true|false|null|nan|inf)|[-+.]?[0-9][-+0-9_.:,eExXoObBaAcCdDfFtTzZ ]*|[<=]+"
)
"""Texts that a reader of YAML, or a person, might take for something else: they are written in quotes."""

_LINE_BREAKS = re.compile("[\r\x85\u2028\u2029]")
"""A text with these is written in double quotes: elsewhere YAML makes a line feed of them."""


class Octal(int):
    """A number that is written as people write a file's mode: 0444."""


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
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _represent_octal(dumper: yaml.SafeDumper, number: Octal) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:int", f"0{number:o}")


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(Octal, _represent_octal)


def yaml_text(value: object) -> str:
    """A value of raw JSON as YAML. What a terminal would obey is escaped in it."""
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=UNBROKEN)
    return text
