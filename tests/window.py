"""A terminal's window that can be closed: the program in a pseudo-terminal whose other side is given up.

Everything that the program starts is told by a variable of its environment, and makes its sockets and directories in
a directory of the test: so it can be seen that nothing is left.
"""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from pyte.modes import DECTCEM

from tests import patience
from tests.emulator import Screen, Stream

__all__ = ["Window", "processes_with"]

REPOSITORY = Path(__file__).parents[1]
PROGRAM = (sys.executable, "-P", "-m", "swarmtui")


def processes_with(marker: str) -> dict[int, str]:
    """The command lines of the processes whose environment holds a text, by their IDs; zombies are not among them."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if marker.encode() in (entry / "environ").read_bytes():
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


class Window:
    """Runs the program in a terminal of its own.

    Args:
        arguments: the program's.
        under: the words of a program that is to run it, in place of a shell: `sh -c '…' sh`.
        environment: added to that of the tests.
        cwd: where it runs.
    """

    def __init__(
        self,
        *arguments: str,
        under: Sequence[str] = (),
        program: Sequence[str] = PROGRAM,
        environment: Mapping[str, str] | None = None,
        cwd: Path = REPOSITORY,
    ) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="st-", dir="/tmp"))  # short: a socket's path is limited
        (self.directory / "run").mkdir()
        self._marker = f"SWARMTUI_TEST={uuid.uuid4()}"
        settings = {
            **{name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES", "DOCKER_HOST"}},
            **{name: str(self.directory) for name in ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")},
            **{name: str(self.directory / "run") for name in ("XDG_RUNTIME_DIR", "TMPDIR")},
            **dict([self._marker.split("=")]),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(REPOSITORY),
            **(environment or {}),
        }
        self._screen = Screen(100, 30)
        self._stream = Stream(self._screen)
        self._news = threading.Condition()
        self._closing = False
        self._master, slave = pty.openpty()
        os.set_blocking(self._master, False)
        # The first process of the session has it as its terminal, as in a window.
        leader = (
            "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", leader, *under, *program, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=settings,
            cwd=cwd,
            start_new_session=True,
        )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, name="window", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while not self._closing:
            if not select.select([self._master], [], [], 0.02)[0]:
                continue
            try:
                data = os.read(self._master, 65536)
            except OSError:  # nobody has the other side any more
                return
            with self._news:
                self._stream.feed(data)
                self._news.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._master, keys.encode())

    @property
    def text(self) -> str:
        """What is on the screen."""
        with self._news:
            return "\n".join(self._screen.texts)

    def wait_for(self, pattern: str) -> None:
        """Wait until a regular expression is found on the screen."""
        self.until(lambda: re.search(pattern, self.text) is not None, pattern)

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until something is so."""
        patience.until(condition, what, interval=0.02, detail=lambda: self.text)

    def processes(self, pattern: str = "") -> list[int]:
        """The processes of the program, and of what runs it: those whose commands begin with a regular expression."""
        return [pid for pid, command in processes_with(self._marker).items() if re.match(pattern, command)]

    @property
    def program(self) -> int:
        """The program's own process."""
        [pid] = self.processes(r"\S*python\S* -P -m swarmtui")
        return pid

    def close(self) -> None:
        """Close the window: the program's terminal is gone."""
        if not self._closing:
            self._closing = True
            self._reader.join()
            os.close(self._master)

    def stop_reading(self) -> None:
        """Let what the program writes pile up, as a window does that hangs."""
        self._closing = True
        self._reader.join()

    def wait_until_ended(self) -> float:
        """Wait until no process is left; returns the seconds that took."""
        begun = time.monotonic()
        self.until(lambda: self._process.poll() is not None and not self.processes(), "the end of all processes")
        return time.monotonic() - begun

    @property
    def status(self) -> int | None:
        """The exit status of what was started."""
        return self._process.returncode

    def left_behind(self) -> list[str]:
        """Sockets and directories that are still there."""
        return sorted(str(path) for path in (self.directory / "run").rglob("*"))

    def terminal_is_as_before(self) -> bool:
        """Whether the terminal is in line mode again, and shows what it showed before the program."""
        import termios

        flags = termios.tcgetattr(self._master)[3]
        return bool(flags & termios.ICANON and flags & termios.ECHO) and DECTCEM in self._screen.mode
