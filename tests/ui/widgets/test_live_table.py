from __future__ import annotations

from dataclasses import replace

import pytest
from textual import events
from textual.app import ComposeResult
from textual.geometry import Region

from swarmtui.ui.widgets.live_table import Column, LiveTable
from swarmtui.ui.widgets.thrifty import ThriftyApp
from tests.ui.widgets.table_app import COLUMNS, SHORT, Item, RecordingTable, TableApp, named, numbered


async def test_it_says_why_there_are_no_rows() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        assert app.lines[2].strip() == "loading…"
        app.table.empty_text = "no services"
        app.table.show([], 0)
        await pilot.pause()
        assert app.lines[2].strip() == "no services"
        app.table.show(named("web"), 0)
        app.table.set_filter("zzz")
        await pilot.pause()
        assert app.lines[2].strip() == "nothing matches the filter"
        assert app.lines[1] == ""


async def test_a_context_may_be_none() -> None:
    class PlainApp(ThriftyApp[None]):
        def compose(self) -> ComposeResult:
            yield LiveTable[str, None]([Column("name", "NAME", lambda item, _: item)], key=str)

    app = PlainApp()
    async with app.run_test(size=SHORT) as pilot:
        app.query_one(LiveTable).show(["web"], None)
        await pilot.pause()
        assert app.screen._compositor.render_strips()[1].text.rstrip() == "▌web"


async def test_text_from_outside_is_shown_literally() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(named("[/x]", "a [red]b", "\x1b[31mred", "\x07\n"), 0)
        await pilot.pause()
        assert [line[1:11].rstrip() for line in app.lines[1:5]] == ["[/x]", "a [red]b", "␛[31mred", "␇␊"]


async def test_wide_characters_keep_columns_aligned() -> None:
    app = TableApp()
    names = ("plain", "日本語の名前", "🙂🙂", "e\u0301e\u0301", "مرحبا", "⚠\ufe0f", "a\u200db")
    async with app.run_test(size=(60, 10)) as pilot:
        app.table.show(named(*names), 0)
        await pilot.pause()
        strips = app.screen._compositor.render_strips()[: len(names) + 1]
        at = [strip.crop(0, 15).text for strip in strips]
        assert all(strip.crop(15, 22).text == "running" for strip in strips[1:]), at
        assert {strip.cell_length for strip in strips} == {60}


async def test_the_cursor_stays_on_its_item_when_rows_come_above() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        items = numbered(50)
        app.table.show(items, 0)
        app.table.move_cursor("20")
        await pilot.pause()
        line = app.cursor_line
        assert app.table.cursor_key == "20"
        app.table.show([*named("x", "y", "z"), *items], 0)
        await pilot.pause()
        assert (app.table.cursor_key, app.cursor_line) == ("20", line)
        app.table.show(items[10:], 0)
        await pilot.pause()
        assert (app.table.cursor_key, app.cursor_line) == ("20", line)
        app.table.show([items[20]], 0)
        await pilot.pause()
        assert (app.table.cursor_key, app.cursor_line) == ("20", 1)


async def test_the_cursor_stays_on_its_item_when_rows_are_sorted() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(named("d", "b", "a", "c"), 0)
        await pilot.press("down", "o")
        assert app.names == ["a", "b", "c", "d"]
        assert app.table.cursor_key == "b"
        await pilot.press("O")
        assert app.names == ["d", "c", "b", "a"]
        assert app.table.cursor_key == "b"


async def test_when_its_row_dies_the_cursor_goes_to_the_neighbour() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(named("a", "b", "c", "d"), 0)
        await pilot.press("down", "down")
        app.table.show(named("x", "a", "b", "d"), 0)
        await pilot.pause()
        assert app.table.cursor_key == "d"
        app.table.show(named("a", "b"), 0)
        await pilot.pause()
        assert app.table.cursor_key == "b"
        app.table.show([], 0)
        await pilot.pause()
        assert app.table.cursor_item is None
        assert app.moves == [("a", False), ("b", True), ("c", True), ("d", False), ("b", False), (None, False)]


async def test_what_the_user_scrolled_to_stays_when_rows_come_above() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        items = numbered(100)
        app.table.show(items, 0)
        await pilot.pause()
        app.table.scroll_to(y=50)
        await pilot.pause()
        assert app.names[0] == "n050"
        app.table.show([*named("x", "y"), *items], 0)
        await pilot.pause()
        assert app.names[0] == "n050"
        assert app.table.cursor_key == "0"


async def test_another_subject_starts_at_the_top() -> None:
    app = TableApp(RecordingTable(markable=True))
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(numbered(50), 0, subject="web")
        await pilot.press("end", "space")
        app.table.show(numbered(60), 0, subject="api")
        await pilot.pause()
        assert (app.table.cursor_key, app.names[0], app.table.marks) == ("0", "n000", frozenset())
        assert app.moves[-1] == ("0", False)


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ("down", "1"),
        ("j j k", "1"),
        ("up", "0"),
        ("G", "99"),
        ("end up", "98"),
        ("G g", "0"),
        ("end home", "0"),
        ("pagedown", "7"),
        ("pagedown pagedown pageup", "7"),
        ("ctrl+d", "4"),
        ("ctrl+d ctrl+d ctrl+u", "4"),
        ("end pagedown", "99"),
    ],
)
async def test_keys_move_the_cursor(keys: str, key: str) -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(numbered(100), 0)
        await pilot.press(*keys.split())
        assert app.table.cursor_key == key
        assert app.lines[app.cursor_line].startswith(f"▌n{int(key):03}")
        assert all(by_user for _, by_user in app.moves[1:])


async def test_the_mouse_moves_the_cursor_opens_and_scrolls() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(numbered(100), 0)
        await pilot.click(app.table, offset=(5, 3))
        assert app.moves == [("0", False), ("2", True)]
        assert app.opened == []
        await pilot.click(app.table, offset=(5, 4), times=2)
        assert app.opened == ["3"]
        await pilot._post_mouse_events([events.MouseScrollDown], app.table, offset=(5, 4))
        assert app.names[0] != "n000"
        assert app.table.cursor_key == "3"


async def test_a_click_below_the_last_row_does_nothing() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(named("a"), 0)
        await pilot.click(app.table, offset=(5, 5), times=2)
        assert (app.moves, app.opened) == ([("a", False)], [])


async def test_enter_opens() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        await pilot.press("enter")
        app.table.show(named("a", "b"), 0)
        await pilot.press("down", "enter")
        assert app.opened == ["b"]


async def test_a_click_on_a_header_sorts_up_then_down_then_as_given() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show([Item("a", "a", count=2), Item("b", "b", count=None), Item("c", "c", count=1)], 0)
        await pilot.pause()
        x = app.lines[0].index("COUNT")
        await pilot.click(app.table, offset=(x, 0))
        assert (app.names, app.lines[0].split()) == (["c", "a", "b"], ["NAME", "STATE", "COUNT", "▲", "AGE"])
        await pilot.click(app.table, offset=(x, 0))
        assert (app.names, app.lines[0].split()) == (["a", "c", "b"], ["NAME", "STATE", "COUNT", "▼", "AGE"])
        await pilot.click(app.table, offset=(x, 0))
        assert app.names == ["a", "b", "c"]
        await pilot.click(app.table, offset=(app.lines[0].index("AGE"), 0))
        assert app.sorts == [("count", False), ("count", True), None]


async def test_o_goes_through_the_columns_in_sight() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(named("a", "b"), 0)
        await pilot.press("O", "o", "o", "O", "o", "o", "o")
        assert app.sorts == [
            ("name", False),
            ("state", False),
            ("state", True),
            ("count", False),
            None,
            ("name", False),
        ]


async def test_the_filter() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        table = app.table
        table.show([*named("web", "api", "Webhook"), Item("x", "db", "failed")], 0)
        table.set_filter("^web")
        await pilot.pause()
        assert (app.names, table.shown_count, table.total_count) == (["web", "Webhook"], 2, 4)
        table.set_filter("!web")
        await pilot.pause()
        assert app.names == ["api", "db"]
        table.set_filter("failed")
        await pilot.pause()
        assert app.names == ["db"]
        table.set_filter("[we")
        await pilot.pause()
        assert (table.shown_count, bool(table.filter_problem), table.filter_text) == (0, True, "[we")
        table.show(named("[web"), 0)
        await pilot.pause()
        assert app.names == ["[web"]
        table.set_filter("")
        await pilot.pause()
        assert (app.names, table.filter_problem) == (["[web"], "")


async def test_what_the_filter_found_is_underlined() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(named("x", "my-web-web"), 0)
        app.table.set_filter("web")
        await pilot.pause()
        strip = app.screen._compositor.render_strips()[1]
        assert [text for text, style, _ in strip if style and style.underline] == ["web", "web"]


async def test_the_cursor_returns_when_a_filter_no_longer_hides_its_item() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(named("web", "api", "db"), 0)
        await pilot.press("down")
        for text in ("x", "", "d", "db", ""):
            app.table.set_filter(text)
        await pilot.pause()
        assert app.table.cursor_key == "api"
        assert app.moves[-1] == ("api", False)


async def test_a_predicate_hides_rows() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show([Item("a", "a"), Item("b", "b", "failed")], 0)
        app.table.set_predicate(lambda item, now: item.state == "failed")
        await pilot.pause()
        assert app.names == ["b"]
        app.table.show([Item("a", "a", "failed"), Item("b", "b", "failed")], 0)
        await pilot.pause()
        assert app.names == ["a", "b"]
        app.table.set_predicate(None)
        app.table.show(named("c"), 0)
        await pilot.pause()
        assert app.names == ["c"]


async def test_marks() -> None:
    app = TableApp(RecordingTable(markable=True))
    async with app.run_test(size=SHORT) as pilot:
        table = app.table
        table.show(named("a", "b", "c"), 0)
        await pilot.press("space", "space")
        assert (sorted(table.marks), table.cursor_key) == (["a", "b"], "c")
        assert [line[:3] for line in app.lines[1:4]] == [" ✓a", " ✓b", "▌ c"]
        table.show(named("b", "c"), 0)
        await pilot.pause()
        assert app.marks[-1] == {"b"}
        await pilot.press("ctrl+a")
        assert [item.id for item in table.marked_items()] == ["b", "c"]
        await pilot.press("ctrl+a")
        assert table.marks == frozenset()
        table.set_filter("c")
        await pilot.press("ctrl+a")
        assert table.marks == {"c"}
        table.clear_marks()
        assert table.marks == frozenset()


async def test_nothing_can_be_marked_unless_it_is_wanted() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(named("a"), 0)
        await pilot.press("space", "ctrl+a")
        assert (app.table.marks, app.marks) == (frozenset(), [])


async def test_narrow_tables_drop_their_least_columns() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(named("a-longer-name"), 0)
        await pilot.pause()
        assert app.lines[0].split() == ["NAME", "STATE", "COUNT", "AGE"]
        await pilot.resize_terminal(29, 8)
        await pilot.pause()
        assert app.lines[0].split() == ["NAME", "STATE", "COUNT"]
        await pilot.resize_terminal(22, 8)
        await pilot.pause()
        assert app.lines[0].split() == ["NAME", "STATE"]
        assert app.lines[1] == "▌a-longer-na… running"
        await pilot.resize_terminal(*SHORT)
        await pilot.pause()
        assert app.lines[0].split() == ["NAME", "STATE", "COUNT", "AGE"]
        assert not app.table.show_horizontal_scrollbar


async def test_a_table_that_is_too_narrow_even_so_scrolls_sideways() -> None:
    wide = Column[Item, int]("wide", "WIDE", lambda item, now: item.name, min_width=30)
    app = TableApp(RecordingTable([wide]))
    async with app.run_test(size=(20, 8)) as pilot:
        app.table.show(named("0123456789" * 3), 0)
        await pilot.pause()
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
        await pilot.pause()
        assert app.lines[1].index("running") == 7
        app.table.show(named("a", "much-longer"), 0)
        await pilot.pause()
        assert app.lines[1].index("running") == 14
        app.table.show(named("a"), 0)
        await pilot.pause()
        assert app.lines[1].index("running") == 14
        app.table.set_filter("a")
        await pilot.pause()
        assert app.lines[1].index("running") == 7


async def test_the_cursor_is_in_sight_after_a_resize() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 20)) as pilot:
        app.table.show(numbered(50), 0)
        app.table.move_cursor("15")
        await pilot.resize_terminal(40, 6)
        await pilot.pause()
        assert app.lines[app.cursor_line].startswith("▌n015")


async def test_only_cells_that_differ_are_refreshed() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 20)) as pilot:
        table, items = app.table, numbered(100)
        table.show(items, 0)
        await pilot.pause()
        table.refreshed.clear()
        table.show([*items[:3], replace(items[3], state="failed"), *items[4:]], 0)
        assert table.refreshed == [Region(7, 4, 8, 1)]
        await pilot.pause()
        assert app.lines[4].split()[:2] == ["n003", "failed"]


async def test_nothing_is_refreshed_when_nothing_in_sight_differs() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 20)) as pilot:
        table, items = app.table, numbered(100)
        table.show(items, 0)
        await pilot.pause()
        table.refreshed.clear()
        table.show(items, 0)
        table.show([replace(item) for item in items], 0)
        table.show([*items[:50], replace(items[50], state="failed"), *items[51:]], 0)
        table.show([*items, Item("more", "more")], 0)
        table.show(items[:-1], 0)
        await pilot.pause()
        assert table.refreshed == []


async def test_a_tick_refreshes_only_what_has_aged() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 4)) as pilot:
        app.table.show(named("a", "b"), 1)
        await pilot.pause()
        x = app.lines[1].index("1 s")
        app.table.refreshed.clear()
        app.table.tick(2)
        assert app.table.refreshed == [Region(x, 1, 1, 1), Region(x, 2, 1, 1)]
        await pilot.pause()
        assert [line.split()[-2:] for line in app.lines[1:3]] == [["2", "s"]] * 2


async def test_cells_are_made_only_for_lines_in_sight() -> None:
    made: list[str] = []

    def cell(item: Item, now: int) -> str:
        made.append(item.id)
        return item.name

    app = TableApp(RecordingTable([Column("name", "NAME", cell)]))
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(numbered(10_000), 0)
        await pilot.pause()
        made.clear()
        app.table.show(numbered(10_000), 1)
        await pilot.pause()
        assert made == [str(number) for number in range(7)]


async def test_a_lost_connection_greys_the_rows() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show([Item("a", "a"), Item("b", "b", "failed")], 0)
        await pilot.pause()

        def styles() -> set[str]:
            return {str(style) for _, style, _ in app.screen._compositor.render_strips()[2] if style}

        assert len(styles()) > 1
        app.table.greyed = True
        await pilot.pause()
        assert len(styles()) == 1
        app.table.greyed = False
        await pilot.pause()
        assert len(styles()) > 1


async def test_the_cursor_is_told_apart_without_colour_and_without_focus() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(named("a", "b"), 0)
        await pilot.pause()
        assert app.lines[1].startswith("▌a")
        app.screen.set_focus(None)
        await pilot.pause()
        assert app.lines[1].startswith("│a")


async def test_dark_light_and_terminal_themes_can_draw_it() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show([Item("a", "a"), Item("b", "b", "failed")], 0)
        seen: set[str] = set()
        for theme in ("textual-dark", "textual-light", "nord", "ansi-dark", "ansi-light"):
            app.theme = theme
            await pilot.pause()
            seen.add(str([style for _, style, _ in app.screen._compositor.render_strips()[1]]))
            assert app.names == ["a", "b"]
        assert len(seen) == 5


async def test_the_owner_moves_the_cursor() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(numbered(500), 0)
        assert app.table.move_cursor("400")
        assert not app.table.move_cursor("gone")
        await pilot.pause()
        assert app.moves == [("0", False), ("400", False)]
        assert app.lines[app.cursor_line].startswith("▌n400")


async def test_it_can_be_filled_before_it_is_on_the_screen() -> None:
    table = RecordingTable()
    table.show(numbered(50), 0)
    table.set_filter("n00")
    app = TableApp(table)
    async with app.run_test(size=SHORT) as pilot:
        await pilot.pause()
        assert app.names[:2] == ["n000", "n001"]
        assert (table.shown_count, table.cursor_key) == (10, "0")


async def test_every_binding_can_be_remapped_and_explains_itself() -> None:
    bindings = [binding for _, binding in RecordingTable()._bindings]
    assert all(binding.id and binding.description and binding.tooltip for binding in bindings)
    assert {"l", "h", "q", "d", "a", "s"}.isdisjoint(key for key, _ in RecordingTable()._bindings)


async def test_a_huge_table() -> None:
    app = TableApp(RecordingTable(COLUMNS))
    async with app.run_test(size=SHORT) as pilot:
        items = numbered(150_000)
        app.table.show(items, 0)
        await pilot.press("G")
        assert app.table.cursor_key == "149999"
        app.table.show(items[1000:], 0)
        await pilot.pause()
        assert (app.table.cursor_key, app.names[-1]) == ("149999", "n149999")


async def test_columns_say_what_the_filter_looks_at() -> None:
    bar = Column[Item, int]("bar", "BAR", lambda item, now: "▰▱", search=lambda item, now: f"{item.count}/2")
    app = TableApp(RecordingTable([*COLUMNS, bar]))
    async with app.run_test(size=SHORT) as pilot:
        app.table.show([Item("a", "a", count=1), Item("b", "b", count=2)], 77)
        app.table.set_filter("2/2")
        await pilot.pause()
        assert app.names == ["b"]
        app.table.set_filter("77 s")
        await pilot.pause()
        assert app.table.shown_count == 0


async def test_the_cursor_returns_to_what_the_user_chose_when_all_rows_were_gone() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(named("a", "b", "c"), 0)
        await pilot.press("down")
        app.table.show([], 0)
        app.table.show(named("a", "b", "c"), 0)
        await pilot.pause()
        assert app.moves == [("a", False), ("b", True), (None, False), ("b", False)]


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
        await pilot.pause()
        assert app.lines[1] == "▌shop_frontend  replicated  ▰▰▰▱ 3/4  registry.example.com:500…  8080→80  2/4"
        await pilot.resize_terminal(60, 24)
        await pilot.pause()
        assert app.lines[1] == "▌shop_frontend replicated ▰▰▰▱ 3/4 registry.example… 8080→80"
