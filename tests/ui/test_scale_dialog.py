"""The scale dialog: the number, what it will do, and that Enter alone changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.driving import Program, open_on
from tests.ui.simulated import SimulatedSwarm
from tests.ui.test_layout import SMALL


def replicas(swarm: SimulatedSwarm, name: str = "web") -> int:
    return swarm.replicas(name)


async def open_dialog(program: Program, key: str = "s", name: str = "web") -> None:
    await program.on_row("2", name)
    await program.press(key)
    await program.see(f"Scale {name}")


async def confirm(program: Program, button: str) -> None:
    """Enter ends the choice and goes to the button; Enter again presses it."""
    await program.press("enter")
    await program.see(f"▸ {button} ◂")
    await program.press("enter")


@pytest.mark.parametrize("size", [(120, 36), SMALL])
async def test_scaling_by_a_number(swarm: SimulatedSwarm, crash_log: Path, size: tuple[int, int]) -> None:
    async with open_on(swarm.url, crash_log, size=size) as program:
        await open_dialog(program)
        assert program.shows(f"service web +ID {swarm.service('web')['ID']}")
        assert program.shows("Replicas 3")
        assert program.says("web is set to 3 already")
        await program.press("5")
        await program.see("Scale web from 3 to 5")
        assert program.shows(r"\$ docker service scale web=5")
        assert program.says("2 tasks will start")
        await program.press("backspace", "8")
        await program.see(r"\$ docker service scale web=8")
        await confirm(program, "Scale web")
        await program.see("✔ Scale web from 3 to 8")
        assert replicas(swarm) == 8
        await program.see(r"web +.*▰+ 8/8")


async def test_plus_and_minus_in_the_table_open_it_on_the_next_number(swarm: SimulatedSwarm, program: Program) -> None:
    await open_dialog(program, "plus")
    await program.see("Scale web from 3 to 4")
    await program.press("escape")
    await program.see_no("Scale web")
    await open_dialog(program, "minus")
    await program.see("Scale web from 3 to 2")
    await confirm(program, "Scale web")
    await program.see("✔ Scale web from 3 to 2")
    assert replicas(swarm) == 2


async def test_keys_change_the_number_and_the_command_follows(program: Program) -> None:
    await open_dialog(program)
    for key, result in (("+", 4), ("=", 5), ("up", 6), ("-", 5), ("down", 4)):
        await program.press(key)
        await program.see(rf"\$ docker service scale web={result}\b")
        assert program.shows(f"Replicas {result}")
        assert program.shows(f"Scale web from 3 to {result}")


async def test_the_number_does_not_fall_below_zero(program: Program) -> None:
    await open_dialog(program)
    await program.press(*["minus"] * 5)
    await program.see("Scale web from 3 to 0")
    assert program.says("web will not run at all: an outage")


async def test_enter_alone_changes_nothing(swarm: SimulatedSwarm, program: Program) -> None:
    await open_dialog(program)
    await program.press("enter")
    await program.see("▸ Cancel ◂")
    await program.press("enter")
    await program.see_no("Scale web")
    await open_dialog(program, "plus")
    await program.press("enter")
    await program.see("▸ Scale web ◂")
    assert not swarm.asked("POST"), "one Enter only goes on to the button"


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
async def test_leaving_changes_nothing(swarm: SimulatedSwarm, program: Program, key: str) -> None:
    await open_dialog(program)
    await program.press("9", key)
    await program.see_no("Scale web")
    await program.press("plus")
    await program.see("Scale web from 3 to 4")
    await program.press("tab", key)
    await program.see_no("Scale web")
    assert not swarm.asked("POST")


async def test_an_empty_number_cannot_be_asked_for(swarm: SimulatedSwarm, program: Program) -> None:
    await open_dialog(program, "plus")
    await program.press("backspace", "backspace")
    await program.read("Type how many replicas there shall be")
    await program.press("enter")
    await program.see("▸ Cancel ◂")
    assert not program.shows("docker service scale")
    await program.press("shift+tab", "x", "7")
    await program.see("Scale web from 3 to 7")


async def test_a_huge_number_is_asked_about(swarm: SimulatedSwarm, program: Program) -> None:
    await open_dialog(program)
    await program.type("12345678")
    await program.see("Scale web from 3 to 123456")
    assert program.says("123456 is 123453 more than now. Is the number right?")
    assert program.shows(r"docker service scale web=123456$|docker service scale web=123456 ")


async def test_leading_zeros_are_no_other_number(swarm: SimulatedSwarm, program: Program) -> None:
    await open_dialog(program)
    await program.type("0004")
    await program.see("Scale web from 3 to 4")
    assert program.shows(r"docker service scale web=4\b")
    await program.press("backspace", "3")
    await program.read("web is set to 3 already")


async def test_a_global_service_is_refused_with_a_reason(swarm: SimulatedSwarm, program: Program) -> None:
    await program.on_row("2", "agent")
    for key in ("s", "plus", "minus"):
        await program.press(key)
        await program.read("agent is a global service")
    assert len(program.app.screen_stack) == 1


async def test_it_acts_on_what_it_shows_whatever_the_rows_do(swarm: SimulatedSwarm, program: Program) -> None:
    await open_dialog(program, "plus", "api")
    await program.see("Scale api from 1 to 2")
    swarm.add_service("aaa", replicas=1)
    await program.see(r"aaa +replica")
    await confirm(program, "Scale api")
    await program.see("✔ Scale api from 1 to 2")
    assert (replicas(swarm, "api"), replicas(swarm, "aaa"), replicas(swarm)) == (2, 1, 3)


async def test_an_object_removed_under_the_dialog(swarm: SimulatedSwarm, program: Program) -> None:
    await open_dialog(program, "plus")
    swarm.remove_service("web")
    await program.read("web is no longer in the swarm")
    await confirm(program, "Scale web")
    await program.see("✖ Scale web from 3 to 4:")
    assert program.says("not found")
    await program.press("escape", "escape")  # the first one leaves the tasks of web
    await program.see_no("✖ Scale web")


async def test_the_consequences_follow_the_swarm_while_it_is_open(swarm: SimulatedSwarm, program: Program) -> None:
    await open_dialog(program, "plus")
    await program.see("1 task will start")
    swarm.speed(0)
    swarm.crash("web", 1)
    swarm.crash("web", 3)
    await program.read("Only 1 of 3 run now")
