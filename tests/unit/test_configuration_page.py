"""The page on configuration shows the file that the program itself would print."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from swarmtui.config import default_file
from swarmtui.ui.panes.declaration import PaneDeclaration
from swarmtui.ui.panes.registry import PANES
from swarmtui.ui.places.pane import PlacesPane

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"


def test_the_page_holds_the_annotated_file() -> None:
    assert f"```toml\n{default_file()}```\n" in PAGE.read_text(encoding="utf-8")


def test_the_file_names_every_column_of_every_pane() -> None:
    lists = re.findall(
        r"^# (\w+ = \[.*\])$", default_file().partition("[columns]\n")[2].partition("\n\n")[0], re.MULTILINE
    )
    panes: tuple[type[PaneDeclaration], ...] = (*PANES, PlacesPane)
    columns = {pane.ID: [column.id for column in pane.COLUMNS] for pane in panes}
    assert tomllib.loads("\n".join(lists)) == columns, "change swarmtui/config.toml"
