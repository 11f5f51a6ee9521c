"""Filter and sort, by keys and by mouse."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

import pytest

from tests.ui.driving import CURSOR, Program, open_on
from tests.ui.simulated import SimulatedSwarm


def services(program: Program) -> list[str]:
    """The services on the screen, from top to bottom."""
    pane = program.main.services.table.region
    rows = [line[pane.x : pane.right] for line in program.lines[pane.y + 1 : pane.bottom]]
    names = [row[1:].split()[0] for row in rows if row[1:].strip()]
    return [name for name in names if name in ("agent", "api", "web")]


async def test_a_filter_shows_only_rows_that_match(program: Program) -> None:
    await program.press("2", "slash")
    await program.type("^a")
    await program.until(lambda: services(program) == ["agent", "api"])
    await program.see(r"/\^a: 2 of 3")
    await program.type("p")
    await program.until(lambda: services(program) == ["api"])
    await program.press("enter")
    await program.see(rf"{CURSOR}api")
    await program.press("escape")
    await program.until(lambda: services(program) == ["agent", "api", "web"])
    assert not program.shows("of 3")


async def test_an_exclamation_mark_excludes(program: Program) -> None:
    await program.press("2", "slash")
    await program.type("!web")
    await program.until(lambda: services(program) == ["agent", "api"])
    assert "esc Clear" in program.lines[-1]
    assert "/ Filter" not in program.lines[-1]


async def test_the_filter_looks_at_the_whole_image(program: Program) -> None:
    await program.press("2", "slash")
    await program.type("10.97.0.2:5000")
    await program.until(lambda: services(program) == ["web"])


async def test_what_is_no_regular_expression_is_taken_literally(swarm: SimulatedSwarm, crash_log: Path) -> None:
    async with open_on(swarm.url, crash_log, size=(80, 24)) as program:
        await program.press("slash")
        await program.type("web(")
        await program.see(r"/web\(: 0 of 3, taken literally")
        assert program.says("nothing matches the filter")
        await program.press("backspace")
        await program.until(lambda: services(program) == ["web"])
        assert not program.shows("literally")


async def test_no_letter_is_a_hotkey_while_a_filter_is_typed(swarm: SimulatedSwarm, program: Program) -> None:
    typed = "".join(char for char in string.printable if char.isprintable())
    await program.press("2", "slash")
    await program.type(typed)
    assert program.main.services._filter.value == typed
    assert len(program.app.screen_stack) == 1
    assert not swarm.asked("POST")
    await program.see("nothing matches")


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
async def test_leaving_the_filter_clears_it_and_does_no_more(program: Program, key: str) -> None:
    await program.press("2", "slash")
    await program.type("web")
    await program.until(lambda: services(program) == ["web"])
    await program.press(key)
    await program.until(lambda: services(program) == ["agent", "api", "web"])
    assert program.cursor_on("web"), "the cursor stays on its object"
    assert not program.says("Press q")
    await program.press("j", "k")
    assert program.cursor_on("api"), "the keys are the table's again"


async def test_an_empty_filter_line_goes_by_enter(program: Program) -> None:
    await program.press("2", "slash")
    await program.see("filter: a regular expression")
    await program.press("enter")
    await program.see_no("filter: a regular expression")
    await program.press("slash", "down")
    await program.see_no("filter: a regular expression")
    assert program.cursor_on("agent")


async def test_a_filter_stays_while_rows_come(swarm: SimulatedSwarm, program: Program) -> None:
    await program.press("2", "slash")
    await program.type("we")
    await program.press("enter")
    swarm.add_service("webshop", replicas=1)
    await program.see("/we: 2 of 4")
    assert program.shows("webshop ")
    assert not program.shows(" api +replicated")


async def test_each_pane_has_a_filter_of_its_own(program: Program) -> None:
    await program.press("1", "slash")
    await program.type("mgr")
    await program.press("enter")
    await program.see("/mgr: 3 of 5")
    assert services(program) == ["agent", "api", "web"]
    await program.press("2", "escape")
    assert program.shows("/mgr:"), "escape in another pane leaves it"
    await program.press("1", "escape")
    await program.see_no("/mgr:")


async def test_o_sorts_by_the_next_column_and_shift_o_turns_it_round(program: Program) -> None:
    await program.on_row("2", "api")
    await program.press("o")
    await program.see("NAME ▲")
    await program.press("O")
    await program.see("NAME ▼")
    await program.until(lambda: services(program) == ["web", "api", "agent"])
    assert program.cursor_on("api")
    await program.press("o", "o")
    await program.see("REPLICAS ▲")
    await program.until(lambda: services(program) == ["api", "web", "agent"], "by how many run")
    for _ in range(10):
        if not program.shows("[▲▼]"):
            break
        await program.press("o")
    assert services(program) == ["agent", "api", "web"], "after the last column, the order as it was"


async def test_every_column_of_every_pane_can_be_sorted_by(swarm: SimulatedSwarm, crash_log: Path) -> None:
    def change(spec: dict[str, Any]) -> None:
        spec["EndpointSpec"] = {"Ports": [{"Protocol": "tcp", "TargetPort": 80, "PublishedPort": 8080}]}
        spec["TaskTemplate"]["ContainerSpec"]["Image"] = "10.97.0.2:5000/web:missing"

    swarm.change_service("web", change)
    swarm.wait(lambda: swarm.service("web")["UpdateStatus"]["State"] == "paused", "the update to fail")
    async with open_on(swarm.url, crash_log, size=(320, 50)) as program:
        for pane in program.main.panes:
            program.main.action_pane(pane.id or "")
            await program.drawn()
            sorted_by = set()
            await program.press("o", "O")
            while pane.table.sorting is not None:
                await program.see(f"{next(c.title for c in pane.table.columns if c.id == pane.table.sorting[0])} ▼")
                sorted_by.add(pane.table.sorting[0])
                await program.press("o", "O")
            assert sorted_by == {column.id for column in pane.table.columns}


async def test_a_click_on_a_row_puts_the_cursor_there(program: Program) -> None:
    await program.see(r"mgr3 +manager")
    await program.click("mgr3")
    await program.see(rf"{CURSOR}mgr3")
    await program.see("Tasks of mgr3")
    await program.click("api")
    await program.see(rf"{CURSOR}api")
    await program.see("Tasks of api")


async def test_a_double_click_opens(program: Program) -> None:
    await program.click("web", times=2)
    await program.see(rf"{CURSOR}web\.1")


async def test_a_click_on_a_title_sorts(program: Program) -> None:
    await program.click("REPLICAS")
    await program.see("REPLICAS ▲")
    await program.click("REPLICAS")
    await program.see("REPLICAS ▼")
    await program.click("REPLICAS")
    await program.see_no("REPLICAS [▲▼]")
