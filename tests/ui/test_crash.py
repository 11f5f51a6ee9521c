"""An error of the program itself: it leaves with one sentence, and writes down where, but no values."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from swarmtui.ui.kit.tables.live_table import LiveTable
from swarmtui.ui.services.pane import ServicesPane
from tests.ui.driving import Program, open_on
from tests.ui.simulated import SimulatedSwarm

TOKENS: list[str] = []
"""What was on the screen."""


def fail(*_: object, **__: object) -> None:
    secret = TOKENS[-1]
    raise ZeroDivisionError(f"of our own, beside {len(secret)} characters")


async def run_until_it_fails(
    swarm: SimulatedSwarm, crash_log: Path, fault: Callable[[Program], Awaitable[None]]
) -> str:
    """Open the program, reveal a token, and let it fail; returns what it says to the user at the end."""
    said: list[str] = []
    TOKENS.append(swarm.swarm["JoinTokens"]["Worker"])
    try:
        async with open_on(swarm.url, crash_log) as program:
            await program.press("t")
            await program.see("SWMTKN-1-•")
            await program.press("v")
            await program.until(lambda: program.holds(TOKENS[-1]), "the token")
            await fault(program)
            await program.ended()
            said.append(program.app.crash_report)
            assert program.app.return_code == 1
    except ZeroDivisionError:  # Textual's test driver raises what the app has noted
        return said[0]
    raise AssertionError("it has not failed")


@pytest.mark.parametrize("where", ["message", "action", "timer"])
def test_it_leaves_with_one_sentence(
    swarm: SimulatedSwarm,
    crash_log: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    where: str,
) -> None:
    async def fault(program: Program) -> None:
        if where == "message":
            monkeypatch.setattr(ServicesPane, "items_of", fail)
            swarm.set_replicas("web", 4)
        elif where == "action":
            await program.press("escape")
            monkeypatch.setattr(LiveTable, "go_to_row", fail)
            await program.press("j")
        else:
            monkeypatch.setattr(ServicesPane, "tick", fail)

    said = asyncio.run(run_until_it_fails(swarm, crash_log, fault))
    assert said == (
        f"swarmtui hit an internal error: ZeroDivisionError. The details are in {crash_log}. The swarm is not affected."
    )
    log = crash_log.read_text()
    assert "ZeroDivisionError: of our own" in log
    assert "in fail" in log
    assert log.count("Traceback") == 1
    assert TOKENS[-1] not in log
    assert "secret = " not in log
    assert (crash_log.parent.stat().st_mode & 0o077) == 0, "nobody else reads it"
    printed = capfd.readouterr()
    assert "Traceback" not in printed.out + printed.err


def test_a_crash_log_that_cannot_be_written_is_said(
    swarm: SimulatedSwarm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fault(program: Program) -> None:
        monkeypatch.setattr(ServicesPane, "items_of", fail)
        swarm.set_replicas("web", 4)

    (tmp_path / "file").touch()
    said = asyncio.run(run_until_it_fails(swarm, tmp_path / "file" / "crash.log", fault))
    assert said.startswith("swarmtui hit an internal error: ZeroDivisionError. It could not be logged (")
