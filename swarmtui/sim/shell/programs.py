"""Which programs a script names, before it is run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from swarmtui.sim.shell.grammar import Case, Command, For, Group, If, Loop, Script, Simple

_ASSIGNMENT = re.compile(r"\w+=")


def programs(script: Script) -> Iterator[str]:
    """The programs that a script may run; one that is only known when it runs is named as it is written."""
    for pipeline in script:
        for command in pipeline.commands:
            yield from _of(command)


def _of(command: Command) -> Iterator[str]:
    if isinstance(command, Simple):
        words = [each for each in command.words if not _ASSIGNMENT.match(each)]
        yield from words[:1]
        yield from (each for each in command.words if "$(" in each or "`" in each)
    for script in _parts(command):
        yield from programs(script)


def _parts(command: Command) -> list[Script]:
    if isinstance(command, If):
        return [*(each for pair in command.branches for each in pair), command.otherwise]
    if isinstance(command, Loop):
        return [command.condition, command.body]
    if isinstance(command, Case):
        return [script for _, script in command.branches]
    return [command.body] if isinstance(command, (Group, For)) else []
