"""A terminal with the real program in it: keys go in as bytes, an emulator makes the screen of what comes out."""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Self, TypeVar

import pexpect

from tests.emulator import Screen, Stream
from tests.patience import IDLE, Deadline

__all__ = ["KEYS", "Terminal"]

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "space": " ",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "ctrl+c": "\x03",
    "ctrl+o": "\x0f",
    "ctrl+r": "\x12",
    "ctrl+s": "\x13",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "ctrl+p": "\x10",
    "ctrl+q": "\x11",
    "ctrl+u": "\x15",
    "ctrl+x": "\x18",
    "end": "\x1b[F",
    "home": "\x1b[H",
}


T = TypeVar("T")

ASKED, ANSWER = b"\x1b[?2026$p", "\x1b[?2026;2$y"
"""A program asks whether frames are shown once they are whole (synchronized output): as in most terminals, they are."""
GRACE = 2.0
"""Seconds in which the last bytes of an ended program come."""
LAST_LINES = 80
"""Lines that came onto the screen last, which are told where something is waited for in vain."""


class Terminal:
    """Runs a command in a pseudo-terminal and keeps the screen that it draws.

    What is looked at is whole: a frame of some kilobytes comes in pieces, and is shown with its last one.

    Args:
        arguments: the command's arguments after `python -m swarmtui`.
        columns, rows: the terminal's size in cells.
        environment: added to the environment of the tests.
    """

    shows_whole_frames: ClassVar[bool] = True

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        columns: int = 120,
        rows: int = 36,
        environment: Mapping[str, str] | None = None,
        command: Sequence[str] | None = None,
    ) -> None:
        words = [*(command or (sys.executable, "-m", "swarmtui")), *arguments]
        settings = {
            **{name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}},
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            **(environment or {}),
        }
        self.bytes_written = 0
        self.exit_status: int | None = None
        self._screen = Screen(columns, rows)
        self._stream = Stream(self._screen)
        self._keys = [0]  # how many lines had come onto the screen before each key, and before the first
        self._news = threading.Condition()
        self._ended = False
        self._last_came = time.monotonic()
        self.started = time.monotonic()
        self._child: pexpect.spawn[bytes] = pexpect.spawn(
            words[0],
            words[1:],
            dimensions=(rows, columns),
            env=settings,
            timeout=None,
            cwd=str(Path(__file__).parents[1]),
        )
        self._child.delaybeforesend = None
        self._reader = threading.Thread(target=self._read, name="terminal", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                data = self._child.read_nonblocking(65536, timeout=None)
            except (pexpect.EOF, OSError, ValueError):  # the last two: the pseudo-terminal is closed
                break
            self._take(time.monotonic(), data)
        with self._news:
            self._ended = True
            self._screen.end_frame()
            self._news.notify_all()

    def _take(self, moment: float, data: bytes) -> None:
        """Bytes of the program have come. Called in the reader's thread."""
        with self._news:
            self.bytes_written += len(data)
            if self.shows_whole_frames and ASKED in data:
                self._child.send(ANSWER)
            self._stream.feed(data)
            self._screen.texts  # noqa: B018 - what is on the screen now is remembered
            self._last_came = moment
            self._news.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        assert self._child.pid is not None
        return self._child.pid

    # ------------------------------------------------------------------------------------ keys

    def press(self, *keys: str) -> None:
        """Type keys, each a name of KEYS or a character. Raises AssertionError when the program has ended."""
        for key in keys:
            self.type(KEYS.get(key, key))

    def type(self, text: str) -> None:
        """Type a text. Raises AssertionError when the program has ended."""
        with self._news:
            self._keys.append(self._screen.times_came)
        try:
            self._child.send(text)
        except OSError:
            raise AssertionError(f"{text!r} was typed in vain{self._end()}:\n{self.text}") from None

    def resize(self, columns: int, rows: int) -> None:
        with self._news:
            self._screen.resize(rows, columns)
        self._child.setwinsize(rows, columns)

    # ------------------------------------------------------------------------------------ the screen

    @property
    def text(self) -> str:
        """What is on the screen, line by line."""
        with self._news:
            return "\n".join(self._screen.texts)

    def line_with(self, pattern: str) -> str:
        """The first line that a regular expression is found in; "" when there is none."""
        return next((line for line in self.text.splitlines() if re.search(pattern, line)), "")

    def colour_of(self, text: str) -> str:
        """The colour that the first occurrence of a text begins with: "green", or six hexadecimal digits."""
        with self._news:
            for y, line in enumerate(self._screen.texts):
                if text in line:
                    return str(self._screen.buffer[y][line.index(text)].fg)
        raise AssertionError(f"{text!r} is not on the screen:\n{self.text}")

    def wait_for(self, pattern: str, seconds: float = IDLE, *, absent: bool = False) -> float:
        """Wait until a regular expression is found on the screen (or no longer).

        Returns the moment (`time.monotonic`) at which it was so: when the bytes that made it so came, not when the
        emulator was done with them. Raises AssertionError with the screen as it then is when the program has ended, or
        when it was waited for in vain: for so many seconds of a machine that has time.
        """
        wanted = re.compile(pattern, re.MULTILINE)
        called = time.monotonic()
        deadline = Deadline(seconds)
        with self._news:
            while True:
                found = wanted.search("\n".join(self._screen.texts)) is not None
                if found is not absent:
                    return max(called, self._last_came)
                left = deadline.left
                if left <= 0 or self._ended:
                    raise AssertionError(
                        f"{'still' if absent else 'no'} {pattern!r} on the screen after {deadline.taken:.1f} s"
                        f"{self._end()}:\n{self._told()}"
                    )
                self._news.wait(left)

    def comes(self, pattern: str, seconds: float) -> bool:
        """Whether a regular expression is found on the screen within so many seconds of a machine that has time."""
        wanted, deadline = re.compile(pattern, re.MULTILINE), Deadline(seconds)
        with self._news:
            while not (found := wanted.search("\n".join(self._screen.texts))) and deadline.left > 0 and not self._ended:
                self._news.wait(deadline.left)
            return found is not None

    def wait_until_told(self, pattern: str, *, keys: int = 1) -> str:
        """Wait until a line with a regular expression has come onto the screen since the last key, and return it.

        For what the program tells for some seconds only: it may be gone already. Raises as `wait_for` does.

        Args:
            keys: the line may have come before the last key: since so many keys.
        """
        wanted = re.compile(pattern)
        return self.until(lambda: next(filter(wanted.search, self._came(keys)), None), f"{pattern!r} was told")

    def _came(self, keys: int = 1) -> list[str]:
        """The lines that have come onto the screen since so many keys, the newest last."""
        number = self._screen.times_came - self._keys[-min(keys, len(self._keys))]
        return list(self._screen.came)[-number:] if number else []

    def until(self, condition: Callable[[], T | None], what: str) -> T:
        """Wait until something is so on the screen, and return it. Raises as `wait_for` does.

        It is looked at whenever the program writes.
        """
        deadline = Deadline()
        with self._news:
            while not (found := condition()):
                left = deadline.left
                assert left > 0, f"in vain, for {deadline.taken:.1f} s: {what}{self._end()}\n{self._told()}"
                assert not self._ended, f"in vain: {what}{self._end()}\n{self._told()}"
                self._news.wait(left)
            return found

    # ------------------------------------------------------------------------------------ the end

    def wait_until_ended(self, seconds: float = IDLE) -> float:
        """Wait until the program has ended by itself; returns the seconds that took. Sets `exit_status`."""
        deadline = Deadline(seconds)
        while self._reader.is_alive():
            left = deadline.left
            if left <= 0:
                raise AssertionError(f"the program goes on after {deadline.taken:.1f} s:\n{self.text}")
            self._reader.join(left)
        self._child.wait()
        self.exit_status = self._child.exitstatus
        return deadline.taken

    def _told(self) -> str:
        """The screen, and what came onto it last, for a message."""
        with self._news:
            came = self._came()[-LAST_LINES:]
            return "\n".join([*self._screen.texts, "what came since the last key, the newest last:", *came])

    def _end(self) -> str:
        """How the program has ended, for a message; "" while it runs."""
        if not self._ended and self._child.isalive():
            return ""
        self._child.wait()
        status, number = self._child.exitstatus, self._child.signalstatus
        return f" (the program has ended, {f'status {status}' if number is None else f'by signal {number}'})"

    def close(self) -> None:
        """End the program if it still runs. What it has written until then is on the screen."""
        if self._child.isalive():
            self._child.terminate(force=True)
        self._reader.join(GRACE)  # it comes to the end by itself, unless a child of the program holds the terminal
        self._child.close(force=True)
        self._reader.join()
