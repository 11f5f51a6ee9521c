"""The hosts that ssh_config names: for a list to choose from. Imports no asyncssh, and runs nothing."""

from __future__ import annotations

import glob
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

__all__ = ["named_hosts", "runs_commands"]

DEEPEST_INCLUDE = 8
"""ssh itself takes 16 levels."""


def named_hosts(user: Path, system: Path) -> tuple[str, ...]:
    """The names in `Host` lines that are no patterns, in the order of the files, each once.

    A file that cannot be read, and a line that cannot be understood, are passed over: this is only a list.

    Args:
        user: ~/.ssh/config.
        system: /etc/ssh/ssh_config.
    """
    lines = [*_lines(user, user.parent, 0), *_lines(system, system.parent, 0)]
    names = [word for keyword, words in lines if keyword == "host" for word in words if not re.search(r"[*?!,]", word)]
    return tuple(dict.fromkeys(names))


def runs_commands(user: Path, system: Path) -> bool:
    """Whether to read these files for a host may run a command (`Match exec`).

    Args:
        user, system: as for `named_hosts`.
    """
    lines = [*_lines(user, user.parent, 0), *_lines(system, system.parent, 0)]
    return any(
        keyword == "match" and any(word.lower().lstrip("!").startswith("exec") for word in words)
        for keyword, words in lines
    )


def _lines(path: Path, directory: Path, depth: int) -> Iterator[tuple[str, list[str]]]:
    """The `Host` and `Match` lines of a file and of those that it includes: the keyword in small letters, the words."""
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        found = re.match(r"\s*(host|match|include)(?:\s*=\s*|\s+)(.*)", line, re.IGNORECASE)
        if found is None:
            continue
        keyword = found[1].lower()
        try:
            words = shlex.split(found[2], comments=True)
        except ValueError:
            if keyword != "match":
                continue
            words = found[2].split()
        if keyword != "include":
            yield keyword, words
        elif depth < DEEPEST_INCLUDE:
            for word in words:
                pattern = directory / Path(word).expanduser()
                for included in sorted(glob.glob(str(pattern))):  # noqa: PTH207 (a Path cannot glob an absolute one)
                    yield from _lines(Path(included), directory, depth + 1)
