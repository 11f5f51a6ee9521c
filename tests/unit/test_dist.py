"""What is published is the same bytes each time, and says what is in it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from scripts import dist
from scripts.bill_of_materials import bill_of_materials


def build(place: Path) -> Path:
    """Something like a self-contained build."""
    packages = place / "lib" / "python3.11" / "site-packages"
    described = packages / "textual-8.2.8.dist-info"
    described.mkdir(parents=True)
    (described / "METADATA").write_text("Name: textual\nVersion: 8.2.8\nLicense-Expression: MIT\n")
    (place / "lib" / "libc.so.6").write_bytes(b"\x7fELF")
    (place / "swarmtui").write_text("#!/bin/sh\n")
    (place / "swarmtui").chmod(0o755)
    return place


def test_two_archives_of_the_same_files_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    archives = []
    for number in (1, 2):
        place = build(tmp_path / str(number) / "swarmtui-0.1.0-linux-x86_64")
        os.utime(place / "swarmtui", (number, number))
        (place / "lib" / "libc.so.6").chmod(0o600 if number == 1 else 0o664)
        dist.pack(place, tmp_path / f"{number}.tar.xz")
        archives.append((tmp_path / f"{number}.tar.xz").read_bytes())
    assert archives[0] == archives[1]


def test_the_bill_of_materials_names_packages_interpreter_and_libraries(tmp_path: Path) -> None:
    bill_of_materials(build(tmp_path / "build"), "0.1.0", tmp_path / "bill.json")
    content = json.loads((tmp_path / "bill.json").read_text())
    found = {each["name"]: each for each in content["components"]}
    assert content["bomFormat"] == "CycloneDX"
    assert found["textual"]["purl"] == "pkg:pypi/textual@8.2.8"
    assert found["textual"]["licenses"] == [{"license": {"name": "MIT"}}]
    assert found["CPython"]["type"] == "platform"
    assert len(found["libc.so.6"]["hashes"][0]["content"]) == 64
