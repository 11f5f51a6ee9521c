"""Textual's driver of a terminal, made to outlive its terminal by the moment that leaving takes.

Textual 8 queues what is to be written, thirty pieces at most, for a thread that dies of the first error: after that the
event loop waits for ever. It also enters its screen a second time on a SIGCONT that no SIGTSTP came before, as the
kernel sends it with the SIGHUP. And what is written while the terminal is lent it queues for nobody.
"""

from __future__ import annotations

import contextlib
import os
import select
import termios
from collections.abc import Callable, Mapping
from typing import Any, TextIO

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from swarmtui.lifeline import LAST, in_emergency
from swarmtui.own_terminal import Characters
from swarmtui.ui.kit.textual_internals import has_writer, terminal_of, write_to
from swarmtui.ui.shell.driver.reading import EndOfReading, read_events

__all__ = ["TerminalDriver"]

LEAVING = (
    "\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?2004l\x1b[?2048l\x1b[?7h\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
"""What `LinuxDriver.stop_application_mode` writes."""


class _Output:
    """The terminal as a file that never fails: the first error is told, and what comes after it goes nowhere.

    Args:
        file: the terminal.
        gone: told of the error, in the thread that writes.
    """

    def __init__(self, file: TextIO, gone: Callable[[OSError], None]) -> None:
        self._file = file
        self._gone = gone
        self._broken = False

    def write(self, text: str) -> None:
        self._try(lambda: self._file.write(text))

    def flush(self) -> None:
        self._try(self._file.flush)

    def fileno(self) -> int:
        return self._file.fileno()

    def _try(self, work: Callable[[], object]) -> None:
        if self._broken:
            return
        try:
            work()
        except OSError as error:
            self._broken = True
            self._gone(error)


class TerminalDriver(LinuxDriver):
    """Powers display and input.

    `app.output_gone` is told of a terminal that takes nothing any more, `app.characters` says what it can show.
    """

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._debugging = bool(options.get("debug"))
        self._forget: Callable[[], None] = getattr(app, "forget_terminal", lambda: None)
        self._gone: Callable[[OSError], None] = getattr(app, "output_gone", _nobody)
        self._substitutes = _substitutes(getattr(app, "characters", Characters.ALL))
        self._output = _Output(terminal_of(self), self._gone)
        write_to(self, self._output)
        self.exit_event = self._end = EndOfReading()
        self._on_screen = False
        self._before: list[Any] | None = None
        self._take_back: Callable[[], None] | None = None

    def start_application_mode(self) -> None:
        if self._on_screen:
            return
        self._on_screen = True
        self._forget()
        try:
            self._before = termios.tcgetattr(self.fileno)
        except termios.error:
            self._before = None
        self._take_back = in_emergency(self._give_back, within=LAST)
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if not has_writer(self):  # a terminal that is gone already
            self._on_screen = False

    def stop_application_mode(self) -> None:
        lent = not self._on_screen
        super().stop_application_mode()
        self._on_screen = False
        if lent:  # whoever had it was ended, and may have left it anyhow
            with contextlib.suppress(OSError, termios.error):
                self._give_back()
        if self._take_back is not None:
            self._take_back()

    def write(self, data: str) -> None:
        if self._on_screen:
            super().write(data if self._substitutes is None else data.translate(self._substitutes))

    def run_input_thread(self) -> None:
        try:
            read_events(self.fileno, self._end, self.process_message, debug=self._debugging)
        except OSError as error:
            self._gone(error)

    def _give_back(self) -> None:
        """Leave the terminal as it was, from any thread, without waiting for it."""
        if self._before is not None:
            termios.tcsetattr(self.fileno, termios.TCSANOW, self._before)
        descriptor = self._output.fileno()
        writing = select.poll()
        writing.register(descriptor, select.POLLOUT)
        if writing.poll(0):
            os.write(descriptor, LEAVING.encode())


def _substitutes(characters: Characters) -> Mapping[int, str] | None:
    """What is written in place of characters that the terminal does not show; None where it shows all."""
    if characters is Characters.ALL:
        return None
    from rich.cells import cell_len

    from swarmtui.substitutes import Substitutes

    return Substitutes(characters, cell_len)


def _nobody(error: OSError) -> None:
    """Where the app has nobody who wants to know."""
