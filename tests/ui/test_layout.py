"""Three panes at once, folded to tabs where there is little room, zoomed, and the order in which escape undoes."""

from __future__ import annotations

from pathlib import Path

from textual import events

from tests.ui.driving import CURSOR, Program, open_on
from tests.ui.simulated import SimulatedSwarm

SMALL = (80, 24)


def panes(program: Program) -> list[str]:
    """Which panes are on the screen, by their column titles."""
    signs = {"nodes": r"NAME +ROLE", "services": "REPLICAS", "tasks": r"NAME +NODE +STATE"}
    return [name for name, sign in signs.items() if program.shows(sign)]


def tab(program: Program) -> str:
    """The tab that is drawn as the current one."""
    line = program.main._tabs
    content = line.render_line(0)
    return next((segment.text.strip() for segment in content if segment.style and segment.style.reverse), "")


ALL = ["nodes", "services", "tasks"]


async def test_it_folds_below_100_columns_or_28_rows(swarm: SimulatedSwarm, crash_log: Path) -> None:
    sizes = {(100, 28): False, (99, 36): True, (120, 27): True, (80, 24): True, (200, 60): False, (120, 36): False}
    async with open_on(swarm.url, crash_log, size=SMALL) as program:
        await program.until(lambda: panes(program) == ["services"])
        for size, folded in sizes.items():
            await program.resize(*size)
            wanted = ["services"] if folded else ALL
            await program.until(lambda wanted=wanted: panes(program) == wanted, str(size))  # type: ignore[misc]
            assert program.shows(r"2 Services 3/3") == (folded or size[1] >= 32), "the tabs, where a line is to spare"


async def test_resizing_folds_and_unfolds_and_keeps_the_place(program: Program) -> None:
    await program.on_row("2", "web")
    await program.resize(80, 24)
    await program.until(lambda: panes(program) == ["services"])
    assert program.cursor_on("web")
    assert program.shows(r"1 Nodes 5/5 +2 Services 3/3 +3 Tasks of web")
    assert tab(program) == "2 Services 3/3"
    await program.resize(120, 36)
    await program.until(lambda: panes(program) == ALL)
    assert program.cursor_on("web")
    assert program.shows(r"╭─ Services")


async def test_on_a_tall_terminal_the_tasks_have_the_rows_that_nodes_and_services_do_not_need(program: Program) -> None:
    def rows_of_tasks() -> int:
        lines = program.lines
        first = next((place for place, line in enumerate(lines) if line.startswith("╭─ Tasks")), len(lines))
        return len(lines) - first

    await program.resize(200, 60)
    await program.until(lambda: rows_of_tasks() > 40, "more than half")
    await program.press("2", "z")
    await program.until(lambda: panes(program) == ["services"])
    await program.press("z")
    await program.until(lambda: rows_of_tasks() > 40, "the same again")
    await program.resize(120, 36)
    await program.until(lambda: 10 < rows_of_tasks() < 20, "half of a small one")


async def test_numbers_and_tab_go_through_the_panes(program: Program) -> None:
    for size in ((120, 36), SMALL):
        await program.resize(*size)
        for key, name in (("1", "mgr1"), ("2", "agent"), ("3", r"a\w+\.")):
            await program.press(key)
            await program.see(rf"{CURSOR}{name}")
        for name in ("mgr1", "agent", r"a\w+\.", "mgr1"):
            await program.press("tab")
            await program.see(rf"{CURSOR}{name}")
        for name in (r"a\w+\.", "agent", "mgr1"):
            await program.press("shift+tab")
            await program.see(rf"{CURSOR}{name}")


async def test_only_the_focused_pane_has_the_cursor_sign(program: Program) -> None:
    for key in "123":
        await program.press(key)
        await program.until(lambda: program.text.count(CURSOR) == 1)


async def test_zoom_shows_a_pane_alone_and_all_again(program: Program) -> None:
    await program.press("1", "z")
    await program.until(lambda: panes(program) == ["nodes"])
    assert program.cursor_on("mgr1")
    assert tab(program) == "1 Nodes 5/5"
    await program.press("tab")
    await program.until(lambda: panes(program) == ["services"])
    await program.press("z")
    await program.until(lambda: panes(program) == ALL)
    assert program.cursor_on("agent")


async def test_zoom_survives_folding(program: Program) -> None:
    await program.press("1", "z")
    await program.resize(*SMALL)
    await program.resize(120, 36)
    await program.until(lambda: panes(program) == ["nodes"])
    await program.press("escape")
    await program.until(lambda: panes(program) == ALL)


async def test_only_what_is_unhealthy(swarm: SimulatedSwarm, crash_log: Path) -> None:
    swarm.set_node("wrk2", Availability="drain")
    async with open_on(swarm.url, crash_log, size=SMALL) as program:
        await program.press("1")
        await program.see(r"wrk2 +worker +● ready +drain")
        await program.press("Z")
        await program.see_no("mgr1 ")
        assert program.shows("only unhealthy")
        assert program.shows(r"wrk2 +worker")
        await program.press("2")
        await program.read("nothing unhealthy here")
        assert program.shows("only unhealthy"), "that rows are hidden is told in every pane"
        await program.press("Z")
        await program.see("web ")
        await program.see_no("only unhealthy")


async def test_escape_undoes_the_nearest_first(swarm: SimulatedSwarm, program: Program) -> None:
    await program.on_row("2", "web")
    await program.see("Tasks of web")
    await program.press("z", "Z")
    await program.read("nothing unhealthy here")
    await program.press("slash")
    await program.type("we")
    await program.see("/we: 0 of 3")
    await program.press("enter", "escape")
    await program.see_no("/we")
    assert program.shows("only unhealthy"), "the filter goes first"
    await program.press("escape")
    await program.see_no("only unhealthy")
    assert panes(program) == ["services"], "then only-unhealthy"
    await program.press("escape")
    await program.until(lambda: panes(program) == ALL, "then the zoom")
    assert program.shows("Tasks of web")
    await program.press("escape")
    await program.see_no("Tasks of web")
    assert program.shows("╭─ Tasks ──"), "then whose tasks are shown"
    await program.press("escape", "escape")
    assert program.shows("Tasks ──")


async def test_the_footer_tells_the_keys_of_the_focused_pane(program: Program) -> None:
    def footer() -> str:
        return program.lines[-1]

    await program.until(lambda: "s Scale" in footer())
    await program.press("1")
    await program.until(lambda: "d Drain" in footer())
    assert "Scale" not in footer()
    await program.press("3")
    await program.until(lambda: "H History" in footer())
    for size in ((80, 24), (100, 30)):
        await program.resize(*size)
        for key in "123":
            await program.press(key)
            await program.until(lambda: "q Quit" in footer(), "the footer has room for all it says")


async def test_the_current_pane_keeps_the_keys_though_it_was_hidden_for_a_moment(program: Program) -> None:
    await program.press("8")
    await program.until(lambda: program.cursor_on("ID"))
    program.main.current.table.post_message(events.Hide())  # as while panes are added to the first screen
    await program.drawn()
    await program.press("j")
    await program.until(lambda: program.cursor_on("Created"))
