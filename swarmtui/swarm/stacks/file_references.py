"""References: the files and directories of its own machine that a compose file names, and where in its text.

Their texts are exchanged in place, so that line numbers in docker's errors, comments and anchors stay what they are.
The rules are docker's own (docker/cli cli/compose/loader/loader.go: `resolveEnvironment`, `resolveVolumePaths`,
`loadFileObjectConfig`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from enum import Enum
from typing import NamedTuple

import yaml

from swarmtui.swarm.stacks.variables import names_in

__all__ = ["Reference", "Sort", "exchanged", "inherited_names", "references_in"]

_BARE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Sort(Enum):
    """What a reference is to."""

    ENV_FILE = "env_file"
    CONTENT = "file"
    """A secret's or config's content."""
    BIND = "bind mount"
    """The source of a mount, perhaps with the rest of its short form behind it: "./data:/data:ro"."""


class Reference(NamedTuple):
    """A text that names something on the machine where the file is read.

    Attributes:
        sort: what it is to.
        text: as it is written, with variables in it.
        start, end: where it stands in the file's text, quotes included.
    """

    sort: Sort
    text: str
    start: int
    end: int


def references_in(text: str) -> tuple[Reference, ...]:
    """The references of a compose file's text, in their order.

    Raises:
        yaml.YAMLError: it is no YAML.
    """
    found = dict.fromkeys(_found(yaml.compose(text, Loader=yaml.SafeLoader)))
    return tuple(sorted(found, key=lambda each: each.start))


def exchanged(text: str, other: Callable[[Reference], str]) -> str:
    """A compose file's text with other texts in the place of its references."""
    for each in reversed(references_in(text)):
        text = f"{text[: each.start]}{json.dumps(other(each))}{text[each.end :]}"
    return text


def inherited_names(text: str) -> frozenset[str]:
    """The variables whose values a compose file takes from where it is read: those in its texts, and those of a
    service's environment that are named without a value."""
    found = set(names_in(text))
    for service in _members(yaml.compose(text, Loader=yaml.SafeLoader), "services"):
        for environment in _values(service, "environment"):
            items = environment.value if isinstance(environment, yaml.SequenceNode) else ()
            found |= {str(each.value) for each in items}
            if isinstance(environment, yaml.MappingNode):
                found |= {str(key.value) for key, value in environment.value if value.tag == "tag:yaml.org,2002:null"}
    return frozenset(name for name in found if _BARE_NAME.fullmatch(name))


def _found(root: yaml.Node | None) -> Iterator[Reference]:
    for service in _members(root, "services"):
        for given in _values(service, "env_file"):
            for each in _items(given):
                for path in _values(each, "path") if isinstance(each, yaml.MappingNode) else (each,):
                    yield from _reference(Sort.ENV_FILE, path)
        for given in _values(service, "volumes"):
            for each in _items(given):
                for source in _values(each, "source") if isinstance(each, yaml.MappingNode) else (each,):
                    if isinstance(source, yaml.ScalarNode) and source.value.startswith((".", "~", "$")):
                        yield from _reference(Sort.BIND, source)
    for section in ("secrets", "configs"):
        for declared in _members(root, section):
            for path in _values(declared, "file"):
                yield from _reference(Sort.CONTENT, path)


def _reference(sort: Sort, node: yaml.Node) -> Iterator[Reference]:
    if isinstance(node, yaml.ScalarNode) and node.value:
        yield Reference(sort, node.value, node.start_mark.index, node.end_mark.index)


def _members(root: yaml.Node | None, section: str) -> Iterator[yaml.Node]:
    for part in _values(root, section):
        if isinstance(part, yaml.MappingNode):
            yield from (value for _, value in part.value)


def _values(node: yaml.Node | None, name: str) -> Iterator[yaml.Node]:
    """What a mapping has under a name, in what is merged into it (<<) too."""
    if not isinstance(node, yaml.MappingNode):
        return
    for key, value in node.value:
        if key.value == name:
            yield value
        elif key.value == "<<":
            for each in _items(value):
                if each is not node:
                    yield from _values(each, name)


def _items(node: yaml.Node) -> list[yaml.Node]:
    return node.value if isinstance(node, yaml.SequenceNode) else [node]
