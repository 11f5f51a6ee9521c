"""The bench goes on where a part of it fails, and says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bench.results import Result, at_most, measured, table


def test_a_part_that_fails_is_a_row_that_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    def fails_in_the_middle() -> Iterator[Result]:
        yield at_most("the first", 1.0, 2.0, "s")
        raise AssertionError("the cursor did not move\nand a whole screen")

    rows = list(measured("keys", fails_in_the_middle))
    assert [row.kept for row in rows] == [True, False]
    last = table(rows).splitlines()[-1]
    assert last.split()[:2] == ["keys", "to"]
    assert "failed" in last
    assert "MISSED" in last
    assert last.endswith("AssertionError: the cursor did not move")
    assert "Traceback" in capsys.readouterr().err
