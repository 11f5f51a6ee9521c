"""The scale dialog: the number, what it will do, and that Enter alone changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.driving import Program, open_on
from tests.ui.simulated import SimulatedSwarm
from tests.ui.test_layout import SMALL


async def test_scaling_by_a_number(swarm: SimulatedSwarm, crash_log: Path) -> None:
    async with open_on(swarm.url, crash_log, size=SMALL) as program:
        await program.open_dialog("2", "web", "s")
        assert program.shows(f"service web +ID {swarm.service('web')['ID']}")
        assert program.shows("Replicas 3")
        assert program.says("web is already set to 3")
        await program.press("5")
        await program.see("Scale web from 3 to 5")
        assert program.shows(r"\$ docker service scale web=5")
        assert program.says("2 tasks will start")
        await program.press("backspace", "8")
        await program.see(r"\$ docker service scale web=8")
        await program.confirm("Scale web")
        await program.see("✔ Scale web from 3 to 8")
        assert swarm.replicas() == 8
        await program.see(r"web +.*▰+ 8/8")


async def test_plus_and_minus_in_the_table_open_it_on_the_next_number(swarm: SimulatedSwarm, program: Program) -> None:
    await program.open_dialog("2", "web", "plus")
    await program.see("Scale web from 3 to 4")
    await program.press("escape")
    await program.see_no("Scale web")
    await program.open_dialog("2", "web", "minus")
    await program.see("Scale web from 3 to 2")
    await program.confirm("Scale web")
    await program.see("✔ Scale web from 3 to 2")
    assert swarm.replicas() == 2


async def test_keys_change_the_number_and_the_command_follows(program: Program) -> None:
    await program.open_dialog("2", "web", "s")
    for key, result in (("+", 4), ("=", 5), ("up", 6), ("-", 5), ("down", 4)):
        await program.press(key)
        await program.see(rf"\$ docker service scale web={result}\b")
        assert program.shows(f"Replicas {result}")
        assert program.shows(f"Scale web from 3 to {result}")


async def test_the_number_does_not_fall_below_zero(program: Program) -> None:
    await program.open_dialog("2", "web", "s")
    await program.press(*["minus"] * 5)
    await program.see("Scale web from 3 to 0")
    assert program.says("web will not run at all: an outage")


async def test_enter_alone_changes_nothing(swarm: SimulatedSwarm, program: Program) -> None:
    await program.open_dialog("2", "web", "s")
    await program.press("enter")
    await program.see("▸ Cancel ◂")
    await program.press("enter")
    await program.see_no("Scale web")
    for key in ("plus", "minus"):
        await program.open_dialog("2", "web", key)
        await program.see("▸ Cancel ◂")
        await program.press("enter", "enter", "enter")
        await program.see("Slot web.1")  # the dialog went with the first, the others looked into what is below it
        await program.press("escape")
        await program.see_no("Slot web.1")
    await program.open_dialog("2", "web", "plus")
    await program.press("shift+tab", "enter")
    await program.see("▸ Cancel ◂")  # the number is the one that it began with
    assert not swarm.asked("POST")


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
async def test_leaving_changes_nothing(swarm: SimulatedSwarm, program: Program, key: str) -> None:
    await program.open_dialog("2", "web", "s")
    await program.press("9", key)
    await program.see_no("Scale web")
    await program.press("plus")
    await program.see("Scale web from 3 to 4")
    await program.press("tab", key)
    await program.see_no("Scale web")
    assert not swarm.asked("POST")


async def test_an_empty_number_cannot_be_asked_for(swarm: SimulatedSwarm, program: Program) -> None:
    await program.open_dialog("2", "web", "plus")
    await program.press("shift+tab", "backspace", "backspace")
    await program.read("Type the number of replicas")
    await program.press("enter")
    await program.see("▸ Cancel ◂")
    assert not program.shows("docker service scale")
    await program.press("shift+tab", "x", "7")
    await program.see("Scale web from 3 to 7")


async def test_a_huge_number_is_asked_about(swarm: SimulatedSwarm, program: Program) -> None:
    await program.open_dialog("2", "web", "s")
    await program.type("123456")
    await program.see("Scale web from 3 to 123456")
    assert program.says("123456 is 123453 more than now. Is the number right?")
    assert program.shows(r"docker service scale web=123456$|docker service scale web=123456 ")


async def test_no_digit_is_dropped_in_silence(swarm: SimulatedSwarm, program: Program) -> None:
    await program.open_dialog("2", "web", "s")
    await program.type("1234567")
    await program.see("Replicas 1234567")
    await program.read("1234567 replicas are too many: at most 1000000.")
    await program.press("backspace")
    await program.see("Scale web from 3 to 123456")


@pytest.mark.parametrize("key", ["s", "minus"])
async def test_a_sign_before_a_digit_makes_no_other_number(swarm: SimulatedSwarm, program: Program, key: str) -> None:
    """-5 is neither 5 nor 25: from the table, where - opens the dialog, and in it."""
    await program.open_dialog("2", "web", key)
    await program.press(*(["minus"] if key == "s" else []), "5")
    await program.read("'-5' is not a number of replicas. Type a number; + and - change it by one.")
    await program.press("enter", "enter")
    await program.see_no("Scale web")
    assert not swarm.asked("POST")


async def test_a_digit_after_an_arrow_begins_anew(program: Program) -> None:
    await program.open_dialog("2", "web", "s")
    await program.press("up", "7")
    await program.see("Scale web from 3 to 7")


async def test_leading_zeros_are_no_other_number(swarm: SimulatedSwarm, program: Program) -> None:
    await program.open_dialog("2", "web", "s")
    await program.type("0004")
    await program.see("Scale web from 3 to 4")
    assert program.shows(r"docker service scale web=4\b")
    await program.press("backspace", "3")
    await program.read("web is already set to 3")


async def test_a_global_service_is_refused_with_a_reason(swarm: SimulatedSwarm, program: Program) -> None:
    await program.on_row("2", "agent")
    for key in ("s", "plus", "minus"):
        await program.press(key)
        await program.read("agent is a global service")
    assert len(program.app.screen_stack) == 1


async def test_it_acts_on_what_it_shows_whatever_the_rows_do(swarm: SimulatedSwarm, program: Program) -> None:
    await program.open_dialog("2", "api", "plus")
    await program.see("Scale api from 1 to 2")
    swarm.add_service("aaa", replicas=1)
    await program.see(r"aaa +replica")
    await program.confirm("Scale api")
    await program.see("✔ Scale api from 1 to 2")
    assert (swarm.replicas("api"), swarm.replicas("aaa"), swarm.replicas()) == (2, 1, 3)


async def test_an_object_removed_under_the_dialog(swarm: SimulatedSwarm, program: Program) -> None:
    await program.open_dialog("2", "web", "plus")
    swarm.remove_service("web")
    await program.read("web is no longer in the swarm")
    await program.confirm("Scale web")
    await program.see("✖ Scale web from 3 to 4:")
    assert program.says("not found")
    await program.press("escape", "escape")  # the first one leaves the tasks of web
    await program.see_no("✖ Scale web")


async def test_the_consequences_follow_the_swarm_while_it_is_open(swarm: SimulatedSwarm, program: Program) -> None:
    await program.open_dialog("2", "web", "plus")
    await program.see("1 task will start")
    swarm.speed(0)
    swarm.crash("web", 1)
    swarm.crash("web", 3)
    await program.read("Only 1 of 3 run now")
