"""Join tokens: masked, revealed for a short time, copied whole, rotated, and never anywhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from swarmtui.errors import EngineSilent
from swarmtui.ui.membership import tokens
from tests.ui.driving import Program, open_on, running
from tests.ui.scripted import ScriptedSession
from tests.ui.simulated import SimulatedSwarm
from tests.unit.swarm import builders

MASK = "SWMTKN-1-•"
ADDRESS = "10.90.0.11:2377"


def tokens_of(swarm: SimulatedSwarm) -> tuple[str, str]:
    """Those for workers and for managers."""
    found = swarm.swarm["JoinTokens"]
    return found["Worker"], found["Manager"]


def everything(program: Program) -> str:
    """The screen, its picture, and what is remembered of former pictures, as text."""
    return "".join(program.words.split()) + program.app.export_screenshot()


def leaks(directory: Path, token: str) -> list[Path]:
    """The files that hold a token's secret part."""
    return [path for path in directory.rglob("*") if path.is_file() and token[-25:] in path.read_text()]


async def test_tokens_are_masked_until_a_key_reveals_one(
    swarm: SimulatedSwarm, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, manager = tokens_of(swarm)
    await program.press("t")
    await program.see(MASK)
    assert program.text.count(MASK) == 2
    assert program.says("To join as a worker")
    assert program.shows(rf"docker swarm join --token SWMTKN-1-•+ {ADDRESS}")
    assert worker[-25:] not in everything(program)
    await program.press("v")
    await program.until(lambda: program.holds(f"docker swarm join --token {worker} {ADDRESS}"), "the token")
    assert program.says("It is hidden again after 15 seconds")
    assert manager not in everything(program)
    await program.press("down", "v")
    await program.until(lambda: program.holds(manager), "the token")
    assert worker not in everything(program), "one at a time"
    await program.press("v")
    await program.until(lambda: not program.holds(manager))
    monkeypatch.setattr(tokens, "REVEALED_FOR", 0.05)
    await program.press("v")
    await program.until(lambda: not program.holds(manager))  # by itself
    assert not program.says("It is hidden again"), "nor is it said any longer that it will be"
    await program.press("v", "escape", "t")
    await program.see(MASK)
    assert manager not in everything(program), "the dialog forgets"


async def test_a_token_is_copied_as_a_whole_join_line(swarm: SimulatedSwarm, program: Program) -> None:
    worker, manager = tokens_of(swarm)
    await program.press("t")
    await program.see(MASK)
    await program.press("c")
    await program.read("Join command for a worker copied")
    assert program.app.clipboard == f"docker swarm join --token {worker} {ADDRESS}"
    assert worker not in everything(program)
    await program.press("tab", "c")
    await program.read("Join command for a manager copied")
    assert program.app.clipboard == f"docker swarm join --token {manager} {ADDRESS}"


@pytest.mark.parametrize(("keys", "role"), [([], "worker"), (["down"], "manager")])
async def test_rotating_asks_first_and_shows_the_new_one(
    swarm: SimulatedSwarm, program: Program, keys: list[str], role: str
) -> None:
    await program.press("t")
    await program.see(MASK)
    await program.press(*keys, "r")
    await program.see(rf"\$ docker swarm join-token --rotate {role}")
    assert program.says(f"The current {role} token stops working now and for good")
    assert program.shows(f"ID {swarm.swarm['ID']}")
    await program.see("▸ Cancel ◂")
    before = dict(swarm.swarm["JoinTokens"])
    await program.press("enter")
    await program.see(MASK)  # back among the tokens
    assert swarm.swarm["JoinTokens"] == before
    await program.press(*keys, "r")
    await program.see("▸ Cancel ◂")
    spec = swarm.swarm["Spec"]
    await program.press("tab", "enter")
    await program.see(f"✔ Rotate the {role} join token")
    after = swarm.swarm["JoinTokens"]
    changed, kept = ("Worker", "Manager") if role == "worker" else ("Manager", "Worker")
    assert after[changed] != before[changed]
    assert after[kept] == before[kept]
    assert swarm.swarm["Spec"] == spec
    await program.see(MASK)
    await program.press(*keys, "v")
    await program.until(lambda: program.holds(after[changed]), "the token")


async def test_a_picture_of_the_screen_holds_no_token(
    swarm: SimulatedSwarm, crash_log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DOWNLOAD_DIR", str(tmp_path))
    worker, _ = tokens_of(swarm)
    async with open_on(swarm.url, crash_log) as program:
        await program.press("t")
        await program.see(MASK)
        await program.press("v")
        await program.until(lambda: program.holds(worker), "the token")
        await program.press("ctrl+p", "colon")
        assert program.holds(worker), "the palette does not open over a dialog"
        program.app._take_screenshot()  # as by any other way to it
        await program.until(lambda: not program.holds(worker))
        await program.until(lambda: list(tmp_path.glob("*.svg")), "the picture")
        await program.press("escape")
        await program.see_no("Join tokens")
        await program.press("colon")
        await program.type("screenshot")
        await program.see("Save what is on the screen")
        await program.press("enter")
        await program.until(lambda: len(list(tmp_path.glob("*.svg"))) == 2, "the second picture")
    assert not leaks(tmp_path, worker)


async def test_an_engine_that_does_not_tell_them(crash_log: Path) -> None:
    session = ScriptedSession(builders.cluster([builders.node("mgr1", leader=True)]))
    async with running(session, crash_log) as program:
        await program.press("t")
        await program.see("loading the tokens …")
        await program.press("v", "c", "r")  # nothing to show, copy or rotate yet
        assert program.app.clipboard == ""
        session.tokens_asked[-1].set_exception(EngineSilent("The engine [/x] does not answer.", "Try again."))
        await program.read("✖ The engine [/x] does not answer. Try again.")
        assert not program.shows("docker swarm join")
        await program.until(lambda: len(session.tokens_asked) == 2, "another question")
        session.give_tokens()
        await program.see(MASK)
        assert not program.says("does not answer")
        await program.press("v")
        await program.until(lambda: program.holds("SWMTKN-1-of-the-worker"), "the token")
        await program.press("escape", "t", "escape")
        await program.see_no("Join tokens")
        session.tokens_asked[-1].set_exception(EngineSilent("It gave up after the dialog was closed."))
        await program.press("t")
        await program.see("loading the tokens …")
        session.give_tokens()
        await program.see(MASK)
        await program.press("r")
        await program.read("The swarm itself is not known yet; try again in a moment.")
