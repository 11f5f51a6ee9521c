"""The real program in a real terminal: how much it writes while another screen lies on the main one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import until
from tests.stub_engine import StubEngine
from tests.terminal import Terminal


@pytest.fixture
def terminal(engine: StubEngine, tmp_path: Path) -> Iterator[Terminal]:
    """The program, wide, on a swarm that has come to rest."""
    environment = {"XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "DOCKER_CONTEXT": ""}
    engine.write_log("web", "hello")
    with Terminal(["-H", engine.url], environment=environment) as opened:
        opened.wait_for(r"web +replicated +▰+ 3/3")
        opened.wait_for(r"tasks 9/9")
        yield opened


def rests(terminal: Terminal, most: int = 0) -> bool:
    """Whether in the next three seconds, in which nothing changes but the time, no more bytes are written."""
    before = terminal.bytes_written
    time.sleep(3)
    return terminal.bytes_written - before <= most


def test_a_log_without_news_writes_nothing(terminal: Terminal) -> None:
    terminal.press("2", "G", "l")
    terminal.wait_for("hello")
    until(lambda: rests(terminal), "nothing to be written")


def test_below_a_dialog_only_what_changes_is_written(terminal: Terminal, engine: StubEngine) -> None:
    terminal.press("t")
    terminal.wait_for("SWMTKN-1-•")
    until(lambda: rests(terminal, 2_999), "little to be written")
    engine.set_replicas("web", 4)
    terminal.wait_for(r"web +replicated +▰+▱ 3/4")
    terminal.press("escape")
    terminal.wait_for("SWMTKN", absent=True)
    terminal.wait_for(r"web +replicated +▰+▱ 3/4")
