"""Raw JSON as YAML: the keys in the engine's order, texts of several lines as blocks, lists set in."""

from __future__ import annotations

from typing import Any

import yaml

__all__ = ["yaml_text"]

UNBROKEN = 1 << 20
"""A width at which no line is broken."""


class _Dumper(yaml.SafeDumper):
    """PyYAML's own, but lists stand deeper than the key they belong to, so that they can be folded away."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_text)


def yaml_text(value: object) -> str:
    """A value of raw JSON as YAML. What a terminal would obey is escaped in it."""
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=UNBROKEN)
    return text
