"""The rows of a live table: which there are, where the cursor stands, what is filtered, sorted and marked."""

from __future__ import annotations

import pytest
from textual import events
from textual.app import ComposeResult

from swarmtui.ui.kit.cell_updates import CellUpdateApp
from swarmtui.ui.kit.tables.live_table import Column, LiveTable
from tests.ui.widgets.table_app import COLUMNS, SHORT, Item, RecordingTable, TableApp, named, numbered, settled


async def test_it_says_why_there_are_no_rows() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        assert app.lines[2].strip() == "loading…"
        app.table.empty_text = "no services"
        app.table.show([], 0)
        await settled(pilot)
        assert app.lines[2].strip() == "no services"
        app.table.show(named("web"), 0)
        app.table.set_filter("zzz")
        await settled(pilot)
        assert app.lines[2].strip() == "nothing matches the filter"
        assert app.lines[1] == ""


async def test_a_context_may_be_none() -> None:
    class PlainApp(CellUpdateApp[None]):
        def compose(self) -> ComposeResult:
            yield LiveTable[str, None]([Column("name", "NAME", lambda item, _: item)], key=str)

    app = PlainApp()
    async with app.run_test(size=SHORT) as pilot:
        app.query_one(LiveTable).show(["web"], None)
        await settled(pilot)
        assert app.screen._compositor.render_strips()[1].text.rstrip() == "▌web"


async def test_the_cursor_stays_on_its_item_when_rows_come_above() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        items = numbered(50)
        app.table.show(items, 0)
        app.table.move_cursor("20")
        await settled(pilot)
        line = app.cursor_line
        assert app.table.cursor_key == "20"
        app.table.show([*named("x", "y", "z"), *items], 0)
        await settled(pilot)
        assert (app.table.cursor_key, app.cursor_line) == ("20", line)
        app.table.show(items[10:], 0)
        await settled(pilot)
        assert (app.table.cursor_key, app.cursor_line) == ("20", line)
        app.table.show([items[20]], 0)
        await settled(pilot)
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
        await settled(pilot)
        assert app.table.cursor_key == "d"
        app.table.show(named("a", "b"), 0)
        await settled(pilot)
        assert app.table.cursor_key == "b"
        app.table.show([], 0)
        await settled(pilot)
        assert app.table.cursor_item is None
        assert app.moves == [("a", False), ("b", True), ("c", True), ("d", False), ("b", False), (None, False)]


async def test_what_the_user_scrolled_to_stays_when_rows_come_above() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        items = numbered(100)
        app.table.show(items, 0)
        await settled(pilot)
        app.table.scroll_to(y=50)
        await settled(pilot)
        assert app.names[0] == "n050"
        app.table.show([*named("x", "y"), *items], 0)
        await settled(pilot)
        assert app.names[0] == "n050"
        assert app.table.cursor_key == "0"


async def test_another_subject_starts_at_the_top() -> None:
    app = TableApp(RecordingTable(markable=True))
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(numbered(50), 0, subject="web")
        await pilot.press("end", "space")
        app.table.show(numbered(60), 0, subject="api")
        await settled(pilot)
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
        await settled(pilot)
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
        await settled(pilot)
        assert (app.names, table.shown_count, table.total_count) == (["web", "Webhook"], 2, 4)
        table.set_filter("!web")
        await settled(pilot)
        assert app.names == ["api", "db"]
        table.set_filter("failed")
        await settled(pilot)
        assert app.names == ["db"]
        table.set_filter("[we")
        await settled(pilot)
        assert (table.shown_count, bool(table.filter_problem), table.filter_text) == (0, True, "[we")
        table.show(named("[web"), 0)
        await settled(pilot)
        assert app.names == ["[web"]
        table.set_filter("")
        await settled(pilot)
        assert (app.names, table.filter_problem) == (["[web"], "")


async def test_the_cursor_returns_when_a_filter_no_longer_hides_its_item() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(named("web", "api", "db"), 0)
        await pilot.press("down")
        for text in ("x", "", "d", "db", ""):
            app.table.set_filter(text)
        await settled(pilot)
        assert app.table.cursor_key == "api"
        assert app.moves[-1] == ("api", False)


async def test_a_predicate_hides_rows() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show([Item("a", "a"), Item("b", "b", "failed")], 0)
        app.table.set_predicate(lambda item, now: item.state == "failed")
        await settled(pilot)
        assert app.names == ["b"]
        app.table.show([Item("a", "a", "failed"), Item("b", "b", "failed")], 0)
        await settled(pilot)
        assert app.names == ["a", "b"]
        app.table.set_predicate(None)
        app.table.show(named("c"), 0)
        await settled(pilot)
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
        await settled(pilot)
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


async def test_the_cursor_is_in_sight_after_a_resize() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 20)) as pilot:
        app.table.show(numbered(50), 0)
        app.table.move_cursor("15")
        await pilot.resize_terminal(40, 6)
        await settled(pilot)
        assert app.lines[app.cursor_line].startswith("▌n015")


async def test_the_owner_moves_the_cursor() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(numbered(500), 0)
        assert app.table.move_cursor("400")
        assert not app.table.move_cursor("gone")
        await settled(pilot)
        assert app.moves == [("0", False), ("400", False)]
        assert app.lines[app.cursor_line].startswith("▌n400")


async def test_it_can_be_filled_before_it_is_on_the_screen() -> None:
    table = RecordingTable()
    table.show(numbered(50), 0)
    table.set_filter("n00")
    app = TableApp(table)
    async with app.run_test(size=SHORT) as pilot:
        await settled(pilot)
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
        await settled(pilot)
        assert (app.table.cursor_key, app.names[-1]) == ("149999", "n149999")


async def test_columns_say_what_the_filter_looks_at() -> None:
    bar = Column[Item, int]("bar", "BAR", lambda item, now: "▰▱", search=lambda item, now: f"{item.count}/2")
    app = TableApp(RecordingTable([*COLUMNS, bar]))
    async with app.run_test(size=SHORT) as pilot:
        app.table.show([Item("a", "a", count=1), Item("b", "b", count=2)], 77)
        app.table.set_filter("2/2")
        await settled(pilot)
        assert app.names == ["b"]
        app.table.set_filter("77 s")
        await settled(pilot)
        assert app.table.shown_count == 0


async def test_the_cursor_returns_to_what_the_user_chose_when_all_rows_were_gone() -> None:
    app = TableApp()
    async with app.run_test(size=SHORT) as pilot:
        app.table.show(named("a", "b", "c"), 0)
        await pilot.press("down")
        app.table.show([], 0)
        app.table.show(named("a", "b", "c"), 0)
        await settled(pilot)
        assert app.moves == [("a", False), ("b", True), (None, False), ("b", False)]
