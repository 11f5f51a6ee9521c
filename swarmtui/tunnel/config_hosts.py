"""The hosts that ssh_config names: for a list to choose from. Imports no asyncssh, and runs nothing."""

from __future__ import annotations

import glob
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

__all__ = ["named_hosts"]

DEEPEST_INCLUDE = 8
"""ssh itself takes 16 levels."""


def named_hosts(user: Path, system: Path) -> tuple[str, ...]:
    """The names in `Host` lines that are no patterns, in the order of the files, each once.

    A file that cannot be read, and a line that cannot be understood, are passed over: this is only a list.

    Args:
        user: ~/.ssh/config.
        system: /etc/ssh/ssh_config.
    """
    names = [*_names(user, user.parent, 0), *_names(system, system.parent, 0)]
    return tuple(dict.fromkeys(names))


def _names(path: Path, directory: Path, depth: int) -> Iterator[str]:
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        found = re.match(r"\s*(host|include)(?:\s*=\s*|\s+)(.*)", line, re.IGNORECASE)
        if found is None:
            continue
        try:
            words = shlex.split(found[2], comments=True)
        except ValueError:
            continue
        if found[1].lower() == "host":
            yield from (word for word in words if not re.search(r"[*?!,]", word))
        elif depth < DEEPEST_INCLUDE:
            for word in words:
                pattern = directory / Path(word).expanduser()
                for included in sorted(glob.glob(str(pattern))):  # noqa: PTH207 (a Path cannot glob an absolute one)
                    yield from _names(Path(included), directory, depth + 1)
