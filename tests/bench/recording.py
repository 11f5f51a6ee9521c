"""A terminal that notes when each byte came, and shows afterwards what was on the screen at that moment.

Emulating a screen takes longer than drawing it, and the machine has few cores: while something is measured the bytes
are only kept, with their moments, and put through the emulator when that is over.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.lab.driving import CURSOR
from tests.terminal import Terminal

__all__ = ["COLUMNS", "CURSOR", "ROWS", "FromTheStart", "RecordingTerminal", "environment", "opened", "opened_demo"]

COLUMNS, ROWS = 160, 45


class RecordingTerminal(Terminal):
    """The program in a terminal that can record."""

    shows_whole_frames = False
    _kept: list[tuple[float, bytes]] | None = None

    def _take(self, moment: float, data: bytes) -> None:
        with self._news:
            if self._kept is None:
                super()._take(moment, data)
                return
            self._kept.append((moment, data))
            self.bytes_written += len(data)
            self._last_came = moment

    def record(self) -> None:
        """From now on only keep what comes."""
        with self._news:
            self._kept = self._kept or []

    @property
    def kept(self) -> list[tuple[float, bytes]]:
        """What was kept so far: moments and bytes."""
        with self._news:
            return list(self._kept or ())

    def play(self) -> Iterator[float]:
        """Put what was kept through the emulator, piece by piece; gives the moment at which each came.

        When it has come to the end, the terminal is an ordinary one again.
        """
        while True:
            with self._news:
                if not self._kept:
                    self._kept = None
                    return
                pieces, self._kept = self._kept, []
            for moment, data in pieces:
                with self._news:
                    self._stream.feed(data)
                yield moment

    def wait_until_quiet(self, quiet: float, deadline: float = 30.0) -> None:
        """Wait until nothing has come for so many seconds; works while recording, too."""
        until = time.monotonic() + deadline
        while time.monotonic() < until:
            if self.bytes_written and time.monotonic() - self._last_came > quiet:
                return
            time.sleep(0.02)

    def row_under_cursor(self) -> str:
        """The first word of the row that the cursor of the pane at the left edge is on; "" when it is not there."""
        buffer = self._screen.buffer
        for y in range(self._screen.lines):
            if buffer[y][1].data == CURSOR:
                return "".join(buffer[y][x].data for x in range(2, 40)).split(" ", 1)[0]
        return ""


def environment(state: Path) -> dict[str, str]:
    """What to set for a program that is started as its users start it: with its bytecode kept from the first start on,
    as pip does; here outside the tree.
    """
    return {
        "XDG_STATE_HOME": str(state),
        "DOCKER_HOST": "",
        "DOCKER_CONTEXT": "",
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(state / "bytecode"),
    }


@contextmanager
def opened(
    url: str,
    state: Path,
    *,
    recording: bool = False,
    variables: Mapping[str, str] | None = None,
    python: Sequence[str] = (sys.executable,),
) -> Iterator[RecordingTerminal]:
    """The program on an engine.

    Args:
        state: the directory for its audit log.
        recording: from the first byte on.
        variables: added to the environment.
        python: what starts the Python that it runs on.
    """
    settings = {**(variables or {}), **environment(state)}
    kind = FromTheStart if recording else RecordingTerminal
    command = [*python, "-m", "swarmtui"]
    with kind(["-H", url], columns=COLUMNS, rows=ROWS, environment=settings, command=command) as terminal:
        yield terminal


@contextmanager
def opened_demo(state: Path, *options: str, rows: int = ROWS, recording: bool = True) -> Iterator[RecordingTerminal]:
    """The demo.

    Args:
        recording: from the first byte on.
    """
    kind = FromTheStart if recording else RecordingTerminal
    with kind(["demo", *options], columns=COLUMNS, rows=rows, environment=environment(state)) as terminal:
        yield terminal


class FromTheStart(RecordingTerminal):
    """Records from the first byte on."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        self._kept = []
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
