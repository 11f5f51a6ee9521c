"""Programs that this one starts: what they are given, and that none of them outlives it.

The rule: nothing that runs is found through the directory where the user happens to stand. A program is looked for in
the absolute directories of PATH alone, and is handed a PATH that holds no other ones; Python of our own starts
isolated, with the same modules that this process has. The rest of the environment is the user's, and handed on. No
other module starts one without `spawning`, `environment` and `registered`; a test looks.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

__all__ = [
    "descendants",
    "end_all",
    "environment",
    "find",
    "hold_back_sigpipe",
    "python",
    "registered",
    "spawning",
]

HELD_BACK = {signal.SIGPIPE}

_lock = threading.Lock()
_registered: dict[object, Callable[[int], object]] = {}


def _absolute_path(environ: Mapping[str, str] | None = None) -> str:
    """PATH without what depends on the current directory: ".", "" and "bin"."""
    path = (os.environ if environ is None else environ).get("PATH", os.defpath)
    return os.pathsep.join(each for each in path.split(os.pathsep) if Path(each).is_absolute())


def find(name: str) -> str | None:
    """The path of a program, from the absolute directories of PATH; a name with a slash in it is a path itself."""
    if "/" in name:
        return str(Path(name).absolute())
    return shutil.which(name, path=_absolute_path() or os.devnull)  # an empty path would mean the usual one


def environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a program is given: the user's environment, with a PATH of absolute directories."""
    given = dict(os.environ if environ is None else environ)
    if "PATH" in given:
        given["PATH"] = _absolute_path(given)
    return given


def python(script: Path) -> list[str]:
    """The words that run a Python file of this package, isolated from the directory and from PYTHON… variables.

    The file is given, as its first argument, the directories where this process finds modules, as a list in JSON: a
    package may be installed for one user alone, or be named by PYTHONPATH, which `-I` leaves out.
    """
    here = str(Path.cwd())
    return [sys.executable, "-I", str(script), json.dumps([each for each in sys.path if each not in ("", here)])]


# ------------------------------------------------------------------------------------------------ their end


@contextmanager
def registered(send: Callable[[int], object]) -> Iterator[None]:
    """Have a program ended with this one.

    Args:
        send: sends it a signal; OSError and "it has ended" are nothing to it.
    """
    key = object()
    with _lock:
        _registered[key] = send
    try:
        yield
    finally:
        with _lock:
            del _registered[key]


def end_all(number: int) -> None:
    """Send a signal to all programs that run."""
    with _lock:
        sends = list(_registered.values())
    for send in sends:
        with contextlib.suppress(OSError):
            send(number)


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and those that they have; none where /proc does not tell."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                found += [child, *descendants(child)]
    return found


# ------------------------------------------------------------------------------------------------ SIGPIPE


def hold_back_sigpipe() -> None:
    """Block SIGPIPE in this thread and in those that it starts, so that one thread can wait for it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, HELD_BACK)


@contextmanager
def spawning() -> Iterator[None]:
    """Start a program inside of the block: what is blocked here would be blocked in it, too."""
    before = signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD_BACK)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
