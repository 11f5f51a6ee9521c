"""The page on configuration shows the file that the program itself would print."""

from __future__ import annotations

from pathlib import Path

from swarmtui.config import default_file

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"


def test_the_page_holds_the_annotated_file() -> None:
    assert f"```toml\n{default_file()}```\n" in PAGE.read_text(encoding="utf-8")
