"""How a live table is drawn: what its columns get of the width, what is drawn again, and in which colours."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from rich.color_triplet import ColorTriplet
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from swarmtui.ui.kit.tables.live_table import Column
from swarmtui.ui.shell.themes import HIGH_CONTRAST
from tests.ui.widgets.table_app import SHORT, Item, RecordingTable, TableApp, named, numbered, settled


async def test_text_from_outside_is_shown_literally() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(named("[/x]", "a [red]b", "\x1b[31mred", "\x07\n"), 0)
        await settled(pilot)
        assert [line[1:11].rstrip() for line in app.lines[1:5]] == ["[/x]", "a [red]b", "␛[31mred", "␇␊"]


async def test_wide_characters_keep_columns_aligned() -> None:
    app = TableApp()
    names = ("plain", "日本語の名前", "🙂🙂", "e\u0301e\u0301", "مرحبا", "⚠\ufe0f", "a\u200db")
    async with app.run_test(size=(60, 10)) as pilot:
        app.table.show(named(*names), 0)
        await settled(pilot)
        strips = app.screen._compositor.render_strips()[: len(names) + 1]
        at = [strip.crop(0, 15).text for strip in strips]
        assert all(strip.crop(15, 22).text == "running" for strip in strips[1:]), at
        assert {strip.cell_length for strip in strips} == {60}


async def test_what_the_filter_found_is_underlined() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(named("x", "my-web-web"), 0)
        app.table.set_filter("web")
        await settled(pilot)
        strip = app.screen._compositor.render_strips()[1]
        assert [text for text, style, _ in strip if style and style.underline] == ["web", "web"]


async def test_narrow_tables_drop_their_least_columns() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(named("a-longer-name"), 0)
        await settled(pilot)
        assert app.lines[0].split() == ["NAME", "STATE", "COUNT", "AGE"]
        await pilot.resize_terminal(29, 8)
        await settled(pilot)
        assert app.lines[0].split() == ["NAME", "STATE", "COUNT"]
        await pilot.resize_terminal(22, 8)
        await settled(pilot)
        assert app.lines[0].split() == ["NAME", "STATE"]
        assert app.lines[1] == "▌a-longer-na… running"
        await pilot.resize_terminal(*SHORT)
        await settled(pilot)
        assert app.lines[0].split() == ["NAME", "STATE", "COUNT", "AGE"]
        assert not app.table.show_horizontal_scrollbar


async def test_the_scroll_bar_covers_nothing() -> None:
    aged = Column[Item, int]("age", "SINCE", lambda item, now: "5 min", priority=5)
    name = Column[Item, int]("name", "NAME", lambda item, now: item.name, weight=1)
    app = TableApp(RecordingTable([name, aged]))
    async with app.run_test(size=(30, 8)) as pilot:
        app.table.show(numbered(3), 0)
        await settled(pilot)
        assert app.lines[1] == f"▌n000{'5 min':>25}"
        app.table.show(numbered(30), 0)
        await settled(pilot)
        assert app.lines[0].endswith("SINCE")
        assert app.lines[2][:29].endswith("5 min")
        app.table.set_filter("n001")
        await settled(pilot)
        assert app.lines[1] == f"▌n001{'5 min':>24}", "no column moves while one types"


async def test_a_table_that_is_too_narrow_even_so_scrolls_sideways() -> None:
    wide = Column[Item, int]("wide", "WIDE", lambda item, now: item.name, min_width=30)
    app = TableApp(RecordingTable([wide]))
    async with app.run_test(size=(20, 8)) as pilot:
        app.table.show(named("0123456789" * 3), 0)
        await settled(pilot)
        assert app.lines[1] == "▌0123456789012345678"
        await pilot.press("right")
        assert app.lines[1] == "78901234567890123456"
        await pilot.press("right", "right")
        assert app.lines[1].endswith("789")
        await pilot.press("left", "left", "left")
        assert app.lines[1] == "▌0123456789012345678"


async def test_columns_grow_at_once_and_shrink_later() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 8)) as pilot:
        app.table.show(named("a"), 0)
        await settled(pilot)
        assert app.lines[1].index("running") == 7
        app.table.show(named("a", "much-longer"), 0)
        await settled(pilot)
        assert app.lines[1].index("running") == 14
        app.table.show(named("a"), 0)
        await settled(pilot)
        assert app.lines[1].index("running") == 14
        app.table.set_filter("a")
        await settled(pilot)
        assert app.lines[1].index("running") == 14, "no column moves while one types"
        app.table.show(named("ab"), 0, subject="another")
        await settled(pilot)
        assert app.lines[1].index("running") == 14, "nor without need"
        await pilot.resize_terminal(59, 8)
        await settled(pilot)
        assert app.lines[1].index("running") == 7


async def test_columns_shrink_when_that_brings_another_into_sight() -> None:
    app = TableApp()
    async with app.run_test(size=(32, 8)) as pilot:
        app.table.show(named("much-longer"), 0)
        await settled(pilot)
        assert app.lines[0].split() == ["NAME", "STATE", "COUNT"]
        app.table.show(named("a"), 0, subject="another")
        await settled(pilot)
        assert app.lines[0].split() == ["NAME", "STATE", "COUNT", "AGE"]


async def test_a_column_that_was_in_the_way_while_empty_comes_when_it_has_something_to_say() -> None:
    name = Column[Item, int]("name", "NAME", lambda item, now: item.name, priority=9, min_width=12)
    note = Column[Item, int]("note", "NOTE", lambda item, now: "x" * (item.count or 0), priority=1)
    app = TableApp(RecordingTable([name, note]))
    async with app.run_test(size=(22, 8)) as pilot:
        app.table.show([Item("a", "a-name-of-19-letters")], 0)
        await settled(pilot)
        assert app.lines[0].split() == ["NAME"]
        app.table.show([Item("a", "a-name-of-19-letters", count=3)], 0)
        await settled(pilot)
        assert app.lines[0].split() == ["NAME", "NOTE"]


async def test_only_cells_that_differ_are_refreshed() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 20)) as pilot:
        table, items = app.table, numbered(100)
        table.show(items, 0)
        await settled(pilot)
        table.refreshed.clear()
        table.show([*items[:3], replace(items[3], state="failed"), *items[4:]], 0)
        assert table.refreshed == [Region(7, 4, 8, 1)]
        await settled(pilot)
        assert app.lines[4].split()[:2] == ["n003", "failed"]


async def test_nothing_is_refreshed_when_nothing_in_sight_differs() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 20)) as pilot:
        table, items = app.table, numbered(100)
        table.show(items, 0)
        await settled(pilot)
        table.refreshed.clear()
        table.show(items, 0)
        table.show([replace(item) for item in items], 0)
        table.show([*items[:50], replace(items[50], state="failed"), *items[51:]], 0)
        table.show([*items, Item("more", "more")], 0)
        table.show(items[:-1], 0)
        await settled(pilot)
        assert table.refreshed == []


async def test_a_tick_refreshes_only_what_has_aged() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 4)) as pilot:
        app.table.show(named("a", "b"), 1)
        await settled(pilot)
        x = app.lines[1].index("1 s")
        app.table.refreshed.clear()
        app.table.tick(2)
        assert app.table.refreshed == [Region(x, 1, 1, 1), Region(x, 2, 1, 1)]
        await settled(pilot)
        assert [line.split()[-2:] for line in app.lines[1:3]] == [["2", "s"]] * 2


async def test_cells_are_made_only_for_lines_in_sight() -> None:
    made: list[str] = []

    def cell(item: Item, now: int) -> str:
        made.append(item.id)
        return item.name

    app = TableApp(RecordingTable([Column("name", "NAME", cell)]))
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(numbered(10_000), 0)
        await settled(pilot)
        made.clear()
        app.table.show(numbered(10_000), 1)
        await settled(pilot)
        assert made == [str(number) for number in range(7)]


async def test_a_lost_connection_greys_the_rows() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show([Item("a", "a"), Item("b", "b", "failed")], 0)
        await settled(pilot)

        def styles() -> set[str]:
            return {str(style) for _, style, _ in app.screen._compositor.render_strips()[2] if style}

        assert len(styles()) > 1
        app.table.greyed = True
        await settled(pilot)
        assert len(styles()) == 1
        app.table.greyed = False
        await settled(pilot)
        assert len(styles()) > 1


async def test_the_cursor_is_told_apart_without_colour_and_without_focus() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(named("a", "b"), 0)
        await settled(pilot)
        assert app.lines[1].startswith("▌a")
        app.screen.set_focus(None)
        await settled(pilot)
        assert app.lines[1].startswith("│a")


async def test_dark_light_and_terminal_themes_can_draw_it() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show([Item("a", "a"), Item("b", "b", "failed")], 0)
        seen: set[str] = set()
        for theme in ("textual-dark", "textual-light", "nord", "ansi-dark", "ansi-light"):
            app.theme = theme
            await settled(pilot)
            seen.add(str([style for _, style, _ in app.screen._compositor.render_strips()[1]]))
            assert app.names == ["a", "b"]
        assert len(seen) == 5


def rows_of(app: TableApp) -> list[Strip]:
    """The first two rows as they are drawn."""
    return app.screen._compositor.render_strips()[1:3]


def contrast(style: Style) -> float:
    """WCAG's contrast ratio of the two colours of a style; infinite where the terminal chooses them."""
    if style.color is None or style.bgcolor is None or style.color.triplet is None or style.bgcolor.triplet is None:
        return math.inf

    def luminance(colour: ColorTriplet) -> float:
        parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    lighter, darker = sorted((luminance(style.color.triplet), luminance(style.bgcolor.triplet)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


async def test_what_has_failed_is_told_apart_under_the_cursor_in_every_theme() -> None:
    app = TableApp()
    app.register_theme(HIGH_CONTRAST)
    async with app.run_test(size=SHORT) as pilot:
        app.table.show([Item("a", "a", "failed"), Item("b", "b", "failed")], 0)
        for theme in app.available_themes:
            app.theme = theme
            await settled(pilot)
            under, other = ({text.strip(" ▌"): style for text, style, _ in row if style} for row in rows_of(app))
            assert under["failed"] != under["a"], theme
            assert contrast(under["failed"]) >= min(contrast(other["failed"]), 3.0) - 0.01, theme


async def test_without_colours_the_row_under_the_cursor_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show([Item("a", "a", "failed")], 0)
        await settled(pilot)
        assert app.lines[1].split() == ["▌a", "failed", "0", "0", "s"]
        for text, style, _ in rows_of(app)[0]:
            assert not text.strip() or (style and contrast(style) >= 3.0), text


async def test_rows_read_well_in_a_small_terminal() -> None:
    text = {
        "NAME": "shop_frontend",
        "MODE": "replicated",
        "REPLICAS": "▰▰▰▱ 3/4",
        "IMAGE": "registry.example.com:5000/shop/frontend:1.27.3",
        "PORTS": "8080→80",
        "UPDATE": "2/4",
    }
    least = {"NAME": 13, "REPLICAS": 8, "IMAGE": 16}
    columns = [
        Column[Item, int](
            title.lower(),
            title,
            lambda item, now, title=title: text[title],  # type: ignore[misc]
            min_width=least.get(title),
            weight=int(title == "IMAGE"),
            priority=len(text) - number,
        )
        for number, title in enumerate(text)
    ]
    app = TableApp(RecordingTable(columns))
    async with app.run_test(size=(80, 24)) as pilot:
        app.table.show(named("a"), 0)
        await settled(pilot)
        assert app.lines[1] == "▌shop_frontend  replicated  ▰▰▰▱ 3/4  registry.example.com:500…  8080→80  2/4"
        await pilot.resize_terminal(60, 24)
        await settled(pilot)
        assert app.lines[1] == "▌shop_frontend replicated ▰▰▰▱ 3/4 registry.example… 8080→80"
