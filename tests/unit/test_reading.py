"""What is typed arrives, however late the rest of it may come: above all an escape that nothing follows."""

from __future__ import annotations

import os
import pty
import threading
import tty
from collections.abc import Iterator

import pytest
from textual.events import Key

from swarmtui.ui.shell.driver.reading import EndOfReading, read_events
from tests.patience import until


class Typing:
    """A terminal, and the keys that a thread has read from it."""

    def __init__(self) -> None:
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        self.keys: list[str] = []
        self.end = EndOfReading()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        def take(event: object) -> None:
            if isinstance(event, Key):
                self.keys.append(event.key)

        read_events(self.slave, self.end, take, debug=False)

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def reads(self, *keys: str) -> None:
        until(lambda: self.keys == [*keys], f"{keys}", detail=lambda: str(self.keys))

    def close(self) -> None:
        if not self._thread.is_alive():
            return
        self.end.set()
        self._thread.join()
        self.end.clear()
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def typing() -> Iterator[Typing]:
    terminal = Typing()
    yield terminal
    terminal.close()


def test_a_lone_escape_is_a_key_at_whatever_moment_it_comes(typing: Typing) -> None:
    for number in range(1, 12):
        typing.type("\x1b")
        typing.reads(*["escape"] * number)
        threading.Event().wait(0.05 * number)  # the moment is the point: each other one


def test_the_parts_of_a_key_and_of_a_character_belong_together(typing: Typing) -> None:
    typing.type("a\x1b[")
    typing.type("B")
    typing.reads("a", "down")
    os.write(typing.master, "ü".encode()[:1])
    os.write(typing.master, "ü".encode()[1:])
    typing.type("z")
    until(lambda: typing.keys[-1:] == ["z"], "the last key")
    assert len(typing.keys) == 4


def test_reading_ends_and_can_begin_again(typing: Typing) -> None:
    typing.close()
    assert typing.end.told == -1
    again = Typing()
    again.type("x")
    again.reads("x")
    again.close()
