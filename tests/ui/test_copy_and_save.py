"""Taking texts away: to the clipboard, and to a file."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest

from tests.stub_engine import StubEngine
from tests.ui.driving import Program, open_on

pytestmark = pytest.mark.usefixtures("engine")
"""The program is on the stub, which tells afterwards what it was asked."""


async def test_a_name_an_id_or_an_image_is_copied(engine: StubEngine, program: Program) -> None:
    copied: list[str] = []
    program.app.copy_to_clipboard = copied.append  # type: ignore[method-assign,assignment]
    await program.on_row("2", "web")
    for steps in range(3):
        await program.press("c")
        await program.see(r"\(●\) name +web")
        await program.press(*["down"] * steps, "enter")
        await program.read("Copied (if your terminal allows it)")
    assert copied == ["web", engine.service("web")["ID"], "10.97.0.2:5000/web:1.2"]


async def test_escape_copies_nothing(program: Program) -> None:
    copied: list[str] = []
    program.app.copy_to_clipboard = copied.append  # type: ignore[method-assign,assignment]
    await program.press("c", "escape")
    await program.see_no(r"\(●\)")
    assert copied == []


@pytest.mark.parametrize("ending", ["csv", "json"])
async def test_the_rows_that_are_shown_are_saved(
    engine: StubEngine, program: Program, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"rows.{ending}"
    await program.press("2", "slash")
    await program.type("a.*global|web")
    await program.press("enter", "ctrl+s")
    await program.see("Save 2 rows")
    await program.press("ctrl+u")
    await program.type(str(path))
    await program.press("enter")
    await program.read("Saved to")
    if ending == "csv":
        with path.open(newline="") as file:
            names = [row["name"] for row in csv.DictReader(file)]
    else:
        names = [row["name"] for row in json.loads(path.read_text())]
    assert names == ["agent", "web"]
    assert path.stat().st_mode & 0o777 == 0o600


async def test_a_file_is_replaced_only_after_a_yes(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("precious")
    await program.press("2", "ctrl+s", "ctrl+u")
    await program.type(str(path))
    await program.press("enter")
    await program.read("already exists. Overwrite it?")
    await program.see("▸ Cancel ◂")
    assert path.read_text() == "precious"
    await program.press("tab", "enter")
    await program.read("Saved to")
    assert "running,desired" in path.read_text()


async def test_what_cannot_be_saved_is_said(program: Program, tmp_path: Path) -> None:
    await program.press("2", "ctrl+s", "ctrl+u")
    await program.type(str(tmp_path / "rows.ods"))
    await program.press("enter")
    await program.read("End the name in .csv, .json, .jsonl, .md or .txt")
    await program.press("ctrl+u")
    await program.type(str(tmp_path / "nowhere" / "rows.csv"))
    await program.press("enter")
    await program.read(f"cannot be written: {os.strerror(2)}")
    await program.press("escape")
    await program.see_no("Save 3 rows")


async def test_escape_sequences_in_names_are_saved_as_they_are_and_shown_harmlessly(
    engine: StubEngine, crash_log: Path, tmp_path: Path
) -> None:
    engine.add_service("a\x1b[2Jb", replicas=1)
    path = tmp_path / "rows.json"
    async with open_on(engine.url, crash_log) as program:
        await program.press("2", "g", "c")
        await program.see(r"\(●\) name")
        await program.press("escape", "ctrl+s", "ctrl+u")
        await program.type(str(path))
        await program.press("enter")
        await program.read("Saved to")
    assert "a\x1b[2Jb" in {row["name"] for row in json.loads(path.read_text())}
