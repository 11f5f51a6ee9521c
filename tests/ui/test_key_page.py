"""The page of keys says what the program's bindings say."""

from __future__ import annotations

from scripts.key_table import PAGE, page


def test_the_page_of_keys_is_true() -> None:
    assert PAGE.read_text() == page(), "run: .venv/bin/python -m scripts.key_table"
