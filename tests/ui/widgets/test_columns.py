from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from swarmtui.ui.kit.tables.columns import Column, Layout, lay_out


def column(
    id: str, *, least: int | None = None, most: int | None = None, weight: int = 0, priority: int = 0
) -> Column[str, None]:
    return Column(
        id, id.upper(), lambda item, _: item, min_width=least, max_width=most, weight=weight, priority=priority
    )


def widths(layout: Layout) -> dict[int, int]:
    return {place.column: place.width for place in layout.placed}


def test_columns_take_what_their_content_wants() -> None:
    layout = lay_out([column("a"), column("b")], [10, 20], 80, gutter=1)
    assert [(place.x, place.width) for place in layout.placed] == [(1, 10), (13, 20)]
    assert layout.width == 33


def test_what_is_left_is_shared_by_weight() -> None:
    layout = lay_out([column("a"), column("b", weight=1), column("c", weight=3)], [10, 10, 10], 74)
    assert widths(layout) == {0: 10, 1: 20, 2: 40}
    assert layout.width == 74


def test_no_column_grows_beyond_its_limit() -> None:
    layout = lay_out([column("a", most=5), column("b", weight=1, most=12), column("c", weight=1)], [50, 50, 4], 60)
    assert widths(layout) == {0: 5, 1: 12, 2: 39}


def test_elastic_columns_are_squeezed_first() -> None:
    layout = lay_out([column("a", least=5), column("b", least=5, weight=1)], [20, 40], 40)
    assert widths(layout) == {0: 20, 1: 18}


def test_what_is_reserved_is_kept_where_there_is_room() -> None:
    columns = [column("a", weight=1), replace(column("b", least=4), reserve=10), column("c")]
    before, after = lay_out(columns, [10, 4, 5], 40), lay_out(columns, [10, 10, 5], 40)
    assert before == after, "nothing moves when it has more to say"
    assert widths(lay_out(columns, [10, 4, 5], 23)) == {0: 10, 1: 4, 2: 5}


def test_a_column_that_says_nothing_goes_before_a_more_important_one_is_cut() -> None:
    columns = [column("a", least=5, priority=1), column("b", least=14, priority=2)]
    assert widths(lay_out(columns, [5, 15], 21)) == {0: 5, 1: 14}
    assert widths(lay_out(columns, [5, 15], 21, idle=[0])) == {1: 15}
    assert widths(lay_out(columns, [5, 15], 22, idle=[0])) == {0: 5, 1: 15}


def test_columns_of_the_lowest_priority_go_first() -> None:
    columns = [column(id, least=10, priority=p) for id, p in (("a", 9), ("b", 1), ("c", 5), ("d", 1))]
    assert list(widths(lay_out(columns, [10] * 4, 34))) == [0, 1, 2]
    assert list(widths(lay_out(columns, [10] * 4, 31))) == [0, 2]


def test_the_gap_is_narrowed_before_a_column_goes() -> None:
    columns = [column("a", least=10), column("b", least=10)]
    assert lay_out(columns, [10, 10], 21).placed[1].x == 11
    assert lay_out(columns, [10, 10], 22).placed[1].x == 12


def test_the_last_column_stays_however_narrow_it_is() -> None:
    layout = lay_out([column("a", least=30, priority=1), column("b", least=8)], [30, 8], 10)
    assert widths(layout) == {0: 30}
    assert layout.width == 30


def test_no_columns() -> None:
    assert lay_out([], [], 80, gutter=1) == Layout((), 1)


@given(
    st.lists(
        st.builds(
            column,
            st.just("x"),
            least=st.none() | st.integers(1, 20),
            most=st.none() | st.integers(20, 40),
            weight=st.integers(0, 3),
            priority=st.integers(0, 3),
        ),
        min_size=1,
        max_size=9,
    ),
    st.lists(st.integers(0, 60), min_size=9, max_size=9),
    st.integers(1, 200),
    st.sets(st.integers(0, 8)),
)
def test_layouts_fit_and_never_overlap(
    columns: list[Column[str, None]], content: list[int], available: int, idle: set[int]
) -> None:
    layout = lay_out(columns, content[: len(columns)], available, gutter=1, idle=idle)
    end = 0
    for place in layout.placed:
        assert place.x > end or end == 0
        assert place.width >= 1
        end = place.x + place.width
    assert layout.width == end
    assert end <= available or len(layout.placed) == 1
