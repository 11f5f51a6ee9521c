"""The hosts that ssh_config names: for a list to choose from. Imports no asyncssh, and runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from swarmtui.tunnel.ssh_config.config_lines import ConfigError, Line, included, lines_of, match_words

__all__ = ["named_hosts", "runs_commands"]


def named_hosts(user: Path, system: Path) -> tuple[str, ...]:
    """The names in `Host` lines that are no patterns, in the order of the files, each once.

    A file that cannot be read, and a line that cannot be understood, are passed over: this is only a list.

    Args:
        user: ~/.ssh/config.
        system: /etc/ssh/ssh_config.
    """
    words = [word for line in _lines_of_both(user, system) if line.keyword == "host" for word in _words(line)]
    return tuple(dict.fromkeys(word for word in words if not re.search(r"[*?!,]", word)))


def runs_commands(user: Path, system: Path) -> bool:
    """Whether to read these files for a host may run a command (`Match exec`).

    Args:
        user, system: as for `named_hosts`.
    """
    return any(
        line.keyword == "match" and any(word.lower().lstrip("!") == "exec" for word in match_words(line.rest))
        for line in _lines_of_both(user, system)
    )


def _lines_of_both(user: Path, system: Path) -> Iterator[Line]:
    for path in (user, system):
        yield from _lines(path, path.parent, set())


def _lines(path: Path, home: Path, seen: set[Path]) -> Iterator[Line]:
    """The lines of a file and of those that it includes, each file once."""
    if path in seen:
        return
    seen.add(path)
    try:
        lines = list(lines_of(path))
    except (OSError, UnicodeDecodeError):
        return
    for line in lines:
        if line.keyword != "include":
            yield line
            continue
        for each in included(_words(line), home):
            yield from _lines(each, home, seen)


def _words(line: Line) -> list[str]:
    try:
        return line.words
    except ConfigError:
        return []
