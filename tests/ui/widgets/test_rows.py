from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from swarmtui.ui.kit.tables.rows import RENEWED_TEXTS, SearchTexts, index_of, matching, ordered, parse_filter, survivor
from swarmtui.ui.kit.tables.table_rows import TableRows
from tests.ui.widgets.table_app import COLUMNS, Item, named, numbered


def same(text: str) -> str:
    return text


def passing(text: str, *rows: str) -> list[str]:
    return matching(rows, rows, parse_filter(text))


def test_filters_are_regular_expressions_in_any_case() -> None:
    assert passing("WEB|api", "my-web", "Api", "db") == ["my-web", "Api"]


def test_an_exclamation_mark_excludes() -> None:
    assert passing("!web|api", "my-web", "Api", "db") == ["db"]


@pytest.mark.parametrize("text", ["", "!"])
def test_nothing_to_look_for_lets_everything_pass(text: str) -> None:
    assert passing(text, "a", "b") == ["a", "b"]


@pytest.mark.parametrize("text", ["[zz", "*", "(a", "a{99999999999}"])
def test_a_bad_expression_is_taken_literally(text: str) -> None:
    assert parse_filter(text).problem.startswith("taken literally: ")
    assert passing(text, f"has {text} in it", "zz") == [f"has {text} in it"]


def test_ordered_puts_missing_values_last_in_both_directions() -> None:
    values = {"a": 2, "b": None, "c": 1, "d": None, "e": 2}
    assert ordered("abcde", values.__getitem__, descending=False) == ["c", "a", "e", "b", "d"]
    assert ordered("abcde", values.__getitem__, descending=True) == ["a", "e", "c", "b", "d"]


def test_values_of_different_types_can_be_sorted() -> None:
    values: dict[str, object] = {"a": "x", "b": 3, "c": (1, None), "d": 2.5, "e": (1, "x"), "f": True}
    assert ordered("abcdef", values.__getitem__, descending=False)[:4] == ["f", "d", "b", "a"]


def test_index_of_looks_near_first_and_then_everywhere() -> None:
    asked: list[str] = []

    def key(item: str) -> str:
        asked.append(item)
        return item

    rows = [str(number) for number in range(1000)]
    assert index_of(rows, key, "500", 500) == 500
    assert asked == ["500"]
    assert index_of(rows, key, "990", 5) == 990
    assert index_of(rows, key, "gone", 5) is None
    assert index_of([], key, "0", 5) is None
    assert index_of(rows, key, "0", 5000) == 0


@pytest.mark.parametrize(
    ("after", "place"),
    [
        ("abde", 2),
        ("xabde", 3),
        ("ab", 1),
        ("ba", 0),
        ("xyz", 2),
        ("x", 0),
        ("", None),
    ],
)
def test_survivor_is_the_next_row_else_the_one_before(after: str, place: int | None) -> None:
    assert survivor("abcde", after, same, 2) == place


def test_search_texts_are_kept_as_long_as_the_items_are() -> None:
    texts = SearchTexts(COLUMNS)
    items = numbered(RENEWED_TEXTS + 10)
    before = texts.of(items, 0, renew=True)
    after = texts.of(items, 0, renew=False)
    assert before[0] == "n000\nrunning\n0"
    assert all(old is new for old, new in zip(before, after, strict=True))
    changed = [replace(items[0], state="failed"), *items[1:]]
    assert texts.of(changed, 0, renew=False)[0] == "n000\nfailed\n0"


def test_a_huge_table_renews_its_search_texts_little_by_little() -> None:
    texts = SearchTexts(COLUMNS)
    items = numbered(2 * RENEWED_TEXTS)
    first = texts.of(items, 0, renew=True)
    second = texts.of(items, 1, renew=True)
    third = texts.of(items, 2, renew=True)

    def renewed(one: list[str], other: list[str]) -> set[bool]:
        return {old is not new for old, new in zip(one[:RENEWED_TEXTS], other[:RENEWED_TEXTS], strict=True)}

    assert (renewed(first, second), renewed(second, third)) == ({False}, {True})


def test_ten_thousand_rows_are_sorted_quickly() -> None:
    rows = TableRows(COLUMNS, lambda item: item.id)
    items = [Item(str(n), f"name-{n * 7919 % 10_000}") for n in range(10_000)]
    rows.sorted_by = COLUMNS[0]
    spent: list[float] = []
    for _ in range(3):
        start = time.process_time()
        rows.arrange(list(items), 0)
        spent.append(time.process_time() - start)
    assert [item.name for item in rows.rows[:2]] == ["name-0", "name-1"]
    assert min(spent) < 0.2  # ten times what it takes: only another order of growth fails here


def test_marks_of_dead_items_go() -> None:
    rows = TableRows(COLUMNS, lambda item: item.id)
    rows.arrange(named("a", "b", "c"), 0)
    rows.toggle_all()
    rows.arrange(named("a", "c"), 0)
    assert rows.marks == {"a", "c"}
    assert [item.id for item in rows.marked()] == ["a", "c"]


@given(
    st.lists(st.sets(st.sampled_from("abcdefgh")), min_size=2, max_size=8),
    st.integers(0, 7),
    st.booleans(),
)
def test_the_cursor_stays_on_a_living_item(snapshots: list[set[str]], start: int, sort: bool) -> None:
    rows = TableRows(COLUMNS, lambda item: item.id)
    rows.sorted_by = COLUMNS[0] if sort else None
    rows.descending = True
    for snapshot in snapshots:
        key = rows.cursor_key
        rows.arrange(named(*sorted(snapshot)), 0)
        assert (rows.cursor_key is None) == (not snapshot)
        if key in snapshot:
            assert rows.cursor_key == key
        if rows.rows:
            rows.cursor = start % len(rows.rows)


LETTERS = "abcdefgh"


class CursorModel(RuleBasedStateMachine):
    """Rows come and go, are filtered, hidden and sorted; the cursor belongs to what the user chose."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = TableRows(COLUMNS, lambda item: item.id)
        self.chosen: str | None = None
        self.stood_on: str | None = None
        self.marked: set[str] = set()

    def arrange(self, items: list[Item], *, renew: bool) -> None:
        self.stood_on = self.rows.cursor_key
        self.rows.arrange(items, 0, renew=renew)

    @property
    def shown(self) -> set[str]:
        return {item.id for item in self.rows.rows}

    @initialize(items=st.sets(st.sampled_from(LETTERS), min_size=1))
    def come(self, items: set[str]) -> None:
        self.arrange(named(*sorted(items)), renew=True)

    @rule(items=st.sets(st.sampled_from(LETTERS)))
    def change(self, items: set[str]) -> None:
        self.arrange(named(*sorted(items)), renew=True)
        self.marked &= items

    @rule(text=st.sampled_from(["", "[abc]", "[c-f]", "!e", "zz"]))
    def filter(self, text: str) -> None:
        self.rows.filter = parse_filter(text)
        self.arrange(list(self.rows.items), renew=False)

    @rule(hidden=st.sets(st.sampled_from(LETTERS)))
    def hide(self, hidden: set[str]) -> None:
        self.rows.predicate = (lambda item, _: item.id not in hidden) if hidden else None
        self.arrange(list(self.rows.items), renew=False)

    @rule(sort=st.booleans(), descending=st.booleans())
    def sort(self, sort: bool, descending: bool) -> None:
        self.rows.sorted_by, self.rows.descending = COLUMNS[0] if sort else None, descending
        self.arrange(list(self.rows.items), renew=False)

    @precondition(lambda self: self.rows.rows)
    @rule(row=st.integers(0, 7))
    def move(self, row: int) -> None:
        self.rows.cursor = row % len(self.rows.rows)
        self.rows.take()
        self.chosen = self.stood_on = self.rows.cursor_key

    @precondition(lambda self: self.rows.rows)
    @rule()
    def work_on_what_it_stands_on(self) -> None:
        self.rows.take()
        self.chosen = self.stood_on = self.rows.cursor_key

    @precondition(lambda self: self.rows.rows)
    @rule()
    def mark(self) -> None:
        self.rows.toggle_mark(self.rows.cursor)
        self.marked ^= {self.rows.cursor_key or ""}

    @invariant()
    def it_is_where_the_user_left_it(self) -> None:
        key = self.rows.cursor_key
        assert (key is None) == (not self.rows.rows)
        if self.chosen in self.shown:
            assert key == self.chosen
        elif self.stood_on in self.shown:
            assert key == self.stood_on, "without need it does not wander"

    @invariant()
    def marks_are_on_objects(self) -> None:
        assert self.rows.marks == self.marked


TestCursorModel = CursorModel.TestCase


def test_a_row_that_goes_leaves_the_cursor_to_what_belongs_to_it() -> None:
    rows = TableRows(COLUMNS, lambda item: item.id, lambda item: "current")
    rows.arrange(named("current", "earlier", "other"), 0)
    rows.cursor = 1
    rows.take()
    rows.arrange(named("current", "other"), 0)
    assert rows.cursor_key == "current"
    rows.arrange(named("current", "earlier", "other"), 0)
    assert rows.cursor_key == "earlier"
