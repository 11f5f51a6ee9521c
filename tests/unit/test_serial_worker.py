"""One job after another, in a thread that ends when it is told to."""

from __future__ import annotations

import threading

import pytest

from swarmtui.errors import ConnectionBroken
from swarmtui.serial_worker import SerialWorker
from tests.patience import DEAD


def test_jobs_are_done_in_their_order_and_what_they_raise_is_told() -> None:
    done: list[str] = []
    worker = SerialWorker("test-worker", between=lambda: done.append("between"))

    def fail() -> None:
        done.append("fails")
        raise ZeroDivisionError

    first, second = worker.run(fail), worker.run(lambda: len(done))
    assert isinstance(first.exception(DEAD), ZeroDivisionError)
    assert second.result(DEAD) == 2
    assert done[:2] == ["fails", "between"]
    worker.close()


def test_who_waits_at_the_close_is_told_and_the_thread_ends() -> None:
    begun, held, ended = threading.Event(), threading.Event(), threading.Event()
    worker = SerialWorker("test-worker", at_end=ended.set)

    def hold() -> None:
        begun.set()
        held.wait(DEAD)

    waiting = [worker.run(hold), worker.run(begun.clear)]
    assert begun.wait(DEAD)
    worker.close()
    for future in (*waiting, worker.run(begun.clear)):
        with pytest.raises(ConnectionBroken):
            future.result(DEAD)
    held.set()
    assert ended.wait(DEAD)
    assert begun.is_set(), "what waited was not done"


def test_without_a_job_it_does_what_it_does_between_them() -> None:
    between = threading.Event()
    worker = SerialWorker("test-worker", between=between.set, every=0.001)
    worker.start()
    assert between.wait(DEAD)
    worker.close()
