"""The end of the program that comes from outside: a signal, or the end of its terminal. Whatever the program is doing.

The app is asked to leave, so that all that is open is closed in order. Where there is no app, or it has not left after
`GRACE` seconds (a terminal that takes nothing, an editor that stays, an event loop that is stuck), what must not stay
behind is removed here, and the process ends by force. The exit status is 128 and the signal's number, as in a shell.

The end of the terminal counts as SIGHUP, which the kernel sends to the session's leader alone: under make, sudo,
script or `su -c` nobody passes it on.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from swarmtui import children

__all__ = ["LAST", "Lifeline", "end_from_outside", "in_emergency"]

log = logging.getLogger("swarmtui")

GRACE = 1.0
"""Seconds that the app has for leaving in order."""
LAST = 0.8
"""Seconds that what may have to wait for somebody, such as a terminal, has for cleaning up by force."""
REMOVED_WITHIN = 20.0
"""Seconds that all else has. It waits for nobody, and on a busy machine files are not removed in `LAST`: a dozen system
calls, for each of which the thread waits for its turn. The limit is for a file system that does not answer."""
SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT)

Clean = Callable[[], object]
_emergencies: dict[object, tuple[Clean, float]] = {}
_ends: list[int] = []


def in_emergency(clean: Clean, *, within: float = REMOVED_WITHIN) -> Callable[[], None]:
    """Have something done when the program ends by force, beside all else that is to be done then.

    Args:
        clean: does it, on a thread of its own.
        within: the seconds after which the program ends though it is not done: `LAST` for what may wait for somebody.

    Returns:
        What takes it back.
    """
    key = object()
    _emergencies[key] = clean, within
    return lambda: (_emergencies.pop(key, None), None)[1]


def end_from_outside() -> int:
    """The exit status that an end from outside calls for; 0 while there is none.

    What fails from then on fails since this program is taken down, and is no news to anybody.
    """
    return _ends[0] if _ends else 0


class Lifeline:
    """Watches for the end. One for a process; `start` is for the main thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a handler may interrupt the thread that holds it
        self._hurry = threading.Event()
        self._ask: Callable[[int], bool] | None = None
        self._terminal: tuple[int, ...] = ()

    @property
    def status(self) -> int:
        """The exit status that the end calls for; 0 until there is one."""
        return end_from_outside()

    def start(self, *, terminal: bool) -> None:
        """Begin to watch.

        Args:
            terminal: whether the program lives only as long as its terminal.
        """
        children.hold_back_sigpipe()  # before there is any thread that could be given it
        told, tells = os.pipe()
        os.set_blocking(tells, False)
        # The number is written by the C part of Python's handler, even while the main thread is stuck.
        signal.set_wakeup_fd(tells, warn_on_full_buffer=False)
        for number in SIGNALS:
            # What nohup has ignored is not meant for a program that continues without a terminal.
            if terminal or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, _told_by_the_pipe)
        if terminal:
            # Not by the pipe: a program to which the terminal is lent has a handler for it, and the pipe tells all.
            signal.signal(signal.SIGINT, lambda *_: self.end(signal.SIGINT))
            self._terminal = tuple(_same_terminal(0, (1, 2)))
        threading.Thread(target=self._watch, args=(told,), name="swarmtui-lifeline", daemon=True).start()
        threading.Thread(target=self._await_sigpipe, name="swarmtui-sigpipe", daemon=True).start()

    @contextmanager
    def asking(self, ask: Callable[[int], bool]) -> Iterator[None]:
        """Ask the app first.

        Args:
            ask: asks it, from another thread, to leave with an exit status; False when it cannot be asked.
        """
        self._ask = ask
        try:
            yield
        finally:
            self._ask = None

    def output_gone(self, error: OSError) -> None:
        """What draws could not write: nobody sees this program any more."""
        _read_and_write_nothing(2)
        self.end(signal.SIGPIPE if isinstance(error, BrokenPipeError) else signal.SIGHUP)

    def end(self, number: int) -> None:
        """End the program as a signal would. Returns at once."""
        with self._lock:
            if self.status:
                return
            _ends.append(128 + number)
        log.info("%s: leaving", signal.Signals(number).name)
        threading.Thread(target=self._end, name="swarmtui-end", daemon=True).start()

    # -------------------------------------------------------------------------------- inside

    def _watch(self, told: int) -> None:
        poll = select.poll()
        poll.register(told, select.POLLIN)
        if self._terminal:
            poll.register(self._terminal[0], 0)  # tells of a hang-up alone, and takes no input from whoever reads
        while True:
            for descriptor, what in poll.poll():
                if descriptor == told:
                    for number in set(os.read(told, 4096)) & set(SIGNALS):
                        if self.status and number != signal.SIGHUP:  # somebody insists; that one may come by itself
                            self._hurry.set()
                        self.end(number)
                    continue
                poll.unregister(descriptor)
                if what & (select.POLLHUP | select.POLLERR):  # POLLNVAL: a system that cannot poll terminals
                    _read_and_write_nothing(*self._terminal)
                    self.end(signal.SIGHUP)

    def _await_sigpipe(self) -> None:
        """A SIGPIPE that somebody sends: one that a broken connection raises goes to the thread that writes."""
        signal.sigwait({signal.SIGPIPE})
        self.end(signal.SIGPIPE)

    def _end(self) -> None:
        children.end_all(signal.SIGHUP)
        ask = self._ask
        if ask is not None and ask(self.status):
            self._hurry.wait(GRACE)
        log.info("leaving by force")
        _clean_up()
        os._exit(self.status)


def _told_by_the_pipe(number: int, frame: FrameType | None) -> None:
    """Python's part of the handler has nothing to do."""


def _read_and_write_nothing(*descriptors: int) -> None:
    """Put /dev/null in the place of a terminal that is gone.

    What is still read and written there, by Python's own exit too, would fail, or be tried for ever.
    """
    null = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    for descriptor in descriptors:
        os.dup2(null, descriptor)
    os.close(null)


def _clean_up() -> None:
    """Have all done that is to be done in an emergency: each by itself, so that none holds up the others."""
    begun = time.monotonic()
    children.end_all(signal.SIGKILL)
    works = [(_at_work(clean), within) for clean, within in list(_emergencies.values())]
    for work, within in works:
        work.join(max(0.0, begun + within - time.monotonic()))


def _at_work(clean: Clean) -> threading.Thread:
    def work() -> None:
        with contextlib.suppress(Exception):  # nobody is there any more who could be told
            clean()

    thread = threading.Thread(target=work, name="swarmtui-clean", daemon=True)
    thread.start()
    return thread


def _same_terminal(first: int, others: tuple[int, ...]) -> Iterator[int]:
    """The descriptors that are the same terminal as the first one."""
    yield first
    device = os.fstat(first).st_rdev
    yield from (each for each in others if os.isatty(each) and os.fstat(each).st_rdev == device)
