"""Enter alone never changes anything: whatever key opens a dialog, who only presses Enter then changes nothing."""

from __future__ import annotations

from pathlib import Path

from swarmtui.errors import NotInSwarm, NotUsable, SwarmLocked
from swarmtui.swarm.objects.engine import EngineInfo, EngineSwarm
from tests.stub_engine import StubEngine
from tests.ui.driving import open_on, running
from tests.ui.scripted import ScriptedSession, live

KEYS = {
    ("1", "wrk1"): ["a", "d", "p", "L", "delete"],
    ("1", "mgr2"): ["m", "delete"],
    ("2", "web"): ["s", "plus", "minus", "u", "r", "E", "L", "delete", "n"],
}
ENTERS = ["enter"] * 8


async def test_after_any_key_on_a_row(engine: StubEngine, crash_log: Path) -> None:
    async with open_on(engine.url, crash_log) as program:
        for (pane, row), keys in KEYS.items():
            for key in keys:
                await program.on_row(pane, row)
                await program.press(key, *ENTERS)
                assert not engine.asked("POST"), key
                program.app.back_to_main()
                await program.drawn()


async def test_after_the_keys_for_an_engine_in_trouble(crash_log: Path) -> None:
    troubles: dict[str, tuple[NotUsable, EngineInfo]] = {
        "I": (NotInSwarm("It is in no swarm."), EngineInfo(name="n1")),
        "W": (SwarmLocked("It is locked."), EngineInfo(name="n1", swarm=EngineSwarm(local_node_state="locked"))),
    }
    for key, (trouble, info) in troubles.items():
        session = ScriptedSession(connection=live(error=trouble), info=info)
        async with running(session, crash_log) as program:
            await program.see(trouble.message)
            await program.press(key)
            await program.see("Cancel")
            await program.press(*ENTERS)
            assert not session.applied
