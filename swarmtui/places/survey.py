"""Survey: reads the list of places and tries them, in daemon threads of its own, and tells of each as it knows more.

No thread of an executor: those are joined when the interpreter ends, and a name lookup that hangs would hold the exit.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from swarmtui.errors import SwarmtuiError
from swarmtui.places.place import Directory, Place, Reach, State
from swarmtui.places.trying import Attempt

__all__ = ["AT_ONCE", "Candidate", "Reading", "Survey"]

log = logging.getLogger("swarmtui.places")

AT_ONCE = 6
"""How many places are tried at the same time."""
WITHIN = 6.0
"""Seconds after which a place counts as silent, whatever its attempt is waiting for (a name server, mostly)."""
LOADED_WITHIN = 60.0
"""Seconds for the libraries that an attempt needs: on a busy machine they take longer than a place that answers."""


WAITING = Reach(State.WAITING, "waiting")


@dataclass(frozen=True)
class Candidate:
    """A place, and how to try it.

    Attributes:
        reach: what is known of it without trying it.
        attempt: makes the attempt; called in the thread that makes it. None where nothing is to be tried.
    """

    place: Place
    reach: Reach = WAITING
    attempt: Callable[[], Attempt] | None = None


@dataclass(frozen=True)
class Reading:
    """What was read.

    Attributes:
        candidates: the places, in the order to show them.
        problems: what could not be read, one sentence each.
    """

    candidates: tuple[Candidate, ...]
    problems: tuple[str, ...] = ()


class Survey:
    """The places while somebody looks at them. Every method may be called from any thread; none blocks.

    Args:
        read: reads the list; called in a thread of the survey.
        within: seconds for each attempt, from when all that it needs is loaded.
    """

    def __init__(self, read: Callable[[], Reading], *, within: float = WITHIN) -> None:
        self._read = read
        self._within = within
        self._listener: Callable[[], None] = _nobody
        self._changed = threading.Condition()  # guards all below
        self._directory = Directory()
        self._round = 0
        self._running: set[_Trial] = set()
        self._closed = False

    def start(self, on_news: Callable[[], None]) -> None:
        """Begin. `on_news` is called, from another thread, whenever `directory` has something new."""
        self._listener = on_news
        self.again()

    def directory(self) -> Directory:
        """The newest that is known."""
        return self._directory

    def again(self) -> None:
        """Read the list again, and try all places again; what is known stays until there is something newer."""
        with self._changed:
            if self._closed:
                return
            self._round += 1
            self._abandon(self._running)
            number = self._round
            self._changed.notify_all()
        threading.Thread(target=self._work, args=(number,), name="swarmtui-places", daemon=True).start()

    def close(self) -> None:
        """End it. Attempts under way are cut; nothing is told any more."""
        with self._changed:
            self._closed = True
            self._listener = _nobody
            self._abandon(self._running)
            self._changed.notify_all()

    # -------------------------------------------------------------------------------- inside

    def _work(self, number: int) -> None:
        """One round: the list, then one attempt after another."""
        try:
            reading = self._read()
        except Exception as error:  # the list is a convenience: a fault in it must not take the screen with it
            log.exception("The list of places cannot be read")
            reading = Reading((), (f"The list cannot be read: {error}.",))
        places = tuple(candidate.place for candidate in reading.candidates)
        with self._changed:
            known = self._directory.reaches
            reaches = {each.place.key: _first_word(each, known) for each in reading.candidates}
            if not self._is_on(number):
                return
            self._directory = Directory(places, reaches, reading.problems)
        self._listener()
        self._try_all(number, [each for each in reading.candidates if each.attempt is not None])

    def _try_all(self, number: int, candidates: Iterable[Candidate]) -> None:
        for candidate in candidates:
            if not self._await_room(number, AT_ONCE):
                return
            trial = _Trial(candidate, time.monotonic() + LOADED_WITHIN)
            with self._changed:
                if not self._is_on(number):
                    return
                self._running.add(trial)
            self._tell(number, candidate.place.key, Reach(State.TRYING, "trying"))
            threading.Thread(target=self._try, args=(number, trial), name="swarmtui-place", daemon=True).start()
        self._await_room(number, 1)

    def _await_room(self, number: int, most: int) -> bool:
        """Wait until fewer than `most` attempts are under way, and give those up that are overdue.

        Returns:
            Whether the round is still on.
        """
        while True:
            with self._changed:
                if not self._is_on(number):
                    return False
                now = time.monotonic()
                overdue = {trial for trial in self._running if trial.until <= now}
                if not overdue:
                    if len(self._running) < most:
                        return True
                    self._changed.wait(min(trial.until for trial in self._running) - now)
                    continue
                for trial in overdue:
                    silent = Reach(State.FAILED, f"no answer in {self._within:g} s", detail=SILENT)
                    self._put(trial.candidate.place.key, silent if trial.loaded else NOT_LOADED)
                self._abandon(overdue)
            self._listener()

    def _try(self, number: int, trial: _Trial) -> None:
        """In a thread of its own: one attempt. Its answer counts unless it was given up meanwhile."""
        try:
            attempt = trial.made()
            with self._changed:
                trial.until = time.monotonic() + self._within
                self._changed.notify_all()
            reach = attempt.look()
        except SwarmtuiError as error:  # there is nothing to try: a context that is gone
            reach = Reach(State.FAILED, "not usable", detail=str(error))
        except Exception as error:
            log.exception("Trying %s failed", trial.candidate.place.key)
            reach = Reach(State.FAILED, "this program failed", detail=f"This program failed on it: {error!r}.")
        with self._changed:
            counts = trial in self._running
            self._running.discard(trial)
            self._changed.notify_all()
        if counts:
            self._tell(number, trial.candidate.place.key, reach)

    def _tell(self, number: int, key: str, reach: Reach) -> None:
        with self._changed:
            if not self._is_on(number):
                return
            self._put(key, reach)
        self._listener()

    def _put(self, key: str, reach: Reach) -> None:
        """The lock is held."""
        self._directory = replace(self._directory, reaches={**self._directory.reaches, key: reach})

    def _is_on(self, number: int) -> bool:
        """The lock is held."""
        return not self._closed and number == self._round

    def _abandon(self, trials: Iterable[_Trial]) -> None:
        """Cut attempts; their answers count no more. The lock is held."""
        for trial in list(trials):
            self._running.discard(trial)
            trial.abort()


SILENT = "No answer in time: the host is down, a firewall drops what is sent to it, or its name takes too long."
NOT_LOADED = Reach(
    State.FAILED,
    "not tried",
    detail="Not tried: this machine took too long to load what connecting needs. Try it again, or open it.",
)


class _Trial:
    """One candidate that is being tried.

    Attributes:
        until: when it is given up (`time.monotonic`).
    """

    def __init__(self, candidate: Candidate, until: float) -> None:
        self.candidate = candidate
        self.until = until
        self._lock = threading.Lock()
        self._attempt: Attempt | None = None
        self._aborted = False

    @property
    def loaded(self) -> bool:
        """Whether there is an attempt yet; until then nobody was asked."""
        return self._attempt is not None

    def made(self) -> Attempt:
        """The attempt; what it needs is loaded."""
        make = self.candidate.attempt
        assert make is not None
        attempt = make()
        with self._lock:
            self._attempt = attempt
            if self._aborted:
                attempt.abort()
        return attempt

    def abort(self) -> None:
        with self._lock:
            self._aborted = True
            if self._attempt is not None:
                self._attempt.abort()


def _first_word(candidate: Candidate, known: Mapping[str, Reach]) -> Reach:
    """What is said of a place before it is tried: what is known of it already, if anything is."""
    return candidate.reach if candidate.attempt is None else known.get(candidate.place.key, candidate.reach)


def _nobody() -> None:
    """The listener before `start` and after `close`."""
