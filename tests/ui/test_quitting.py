"""q quits, ctrl+c says how, and nothing that an engine does holds the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.driving import Program, open_on
from tests.ui.simulated import SimulatedSwarm


async def test_ctrl_c_hints_and_q_quits(program: Program) -> None:
    await program.press("ctrl+c")
    await program.read("Press q to quit.")
    assert program.app.is_running
    await program.press("q")
    await program.ended_at_once()
    assert program.app.return_code == 0


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_it_quits_at_once_while_the_engine_hangs(swarm: SimulatedSwarm, crash_log: Path, key: str) -> None:
    async with open_on(swarm.url, crash_log) as program:
        swarm.fault("mgr1", "stop")
        await program.press("ctrl+r", "t")
        await program.see("loading the tokens")
        await program.press("escape")
        await program.press(key)
        await program.ended_at_once()


async def test_it_quits_at_once_while_it_connects(swarm: SimulatedSwarm, crash_log: Path) -> None:
    swarm.fault("mgr1", "stop")
    async with open_on(swarm.url, crash_log, wait=False) as program:
        await program.see("Connecting")
        await program.press("q")
        await program.ended_at_once()


async def test_keys_of_dialogs_do_not_quit(program: Program) -> None:
    await program.on_row("2", "web")
    await program.press("s", "q")
    await program.see("Scale web")
    await program.press("escape", "question_mark")
    await program.see("Keys")
    await program.press("q")
    await program.see_no("Keys")
    await program.press("t")
    await program.see("Join tokens")
    await program.press("q")
    await program.see_no("Join tokens")
    assert program.app.is_running
