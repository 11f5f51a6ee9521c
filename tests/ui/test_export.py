"""What is saved is data: IDs, whole names, numbers, times. Not what a row shows of it."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from swarmtui.ui.kit.saved_file import save_picture
from swarmtui.ui.kit.tables.export import Sheet, time_value
from tests.ui.driving import Program, open_on
from tests.ui.simulated import SimulatedSwarm

FIELDS = {
    "nodes": {"id", "name", "role", "status", "availability", "tasks_running", "labels", "memory_bytes", "created_at"},
    "services": {"id", "name", "mode", "running", "desired", "image", "ports", "stack", "health", "updated_at"},
    "tasks": {"id", "name", "service_id", "node_id", "slot", "state", "state_since", "image", "error", "exit_code"},
    "stacks": {"name", "services", "services_healthy", "tasks_running", "tasks_desired"},
    "secrets": {"id", "name", "created_at", "used_by", "labels"},
    "configs": {"id", "name", "created_at", "used_by", "labels"},
    "networks": {"id", "name", "driver", "subnets", "attachable", "created_at"},
    "swarm": {"id", "setting", "value", "since"},
    "timeline": {"time", "kind", "object", "object_id", "what", "known", "category", "command", "times"},
}
DRAWN = re.compile(r"[▰▱●◌✖○…]|^\d+ (s|min|h|d|y)\b")
"""What belongs on a screen alone."""


def texts_in(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts_in(each)]
    return [text for each in value for text in texts_in(each)] if isinstance(value, list) else []


async def test_every_pane_is_saved_as_data(
    swarm: SimulatedSwarm, crash_log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    digest = "nginx:1.27@sha256:" + "ab" * 32

    def change(spec: dict[str, Any]) -> None:
        spec["EndpointSpec"] = {"Ports": [{"Protocol": "tcp", "TargetPort": 80, "PublishedPort": 8080}]}
        spec["Labels"] = {"com.docker.stack.namespace": "shop"}
        spec["TaskTemplate"]["ContainerSpec"]["Image"] = digest

    swarm.change_service("api", change)
    swarm.wait(lambda: len(swarm.running("api")) == 1, "api to run")
    saved: dict[str, list[dict[str, Any]]] = {}
    async with open_on(swarm.url, crash_log, size=(80, 24)) as program:
        for number, pane in enumerate(FIELDS, start=1):
            path = tmp_path / f"{pane}.json"
            await program.press(str(number), "ctrl+s", *["backspace"] * 3, *"json", "enter")
            await program.until(path.exists)
            await program.until(lambda: len(program.app.screen_stack) == 1)
            saved[pane] = json.loads(path.read_text())
    for pane, fields in FIELDS.items():
        for row in saved[pane]:
            assert fields <= set(row), pane
            assert not [text for text in texts_in(row) if DRAWN.search(text)], row
            for name, value in row.items():
                if name.endswith("_at") and value is not None:
                    assert datetime.fromisoformat(value).tzinfo is not None
    [api] = [row for row in saved["services"] if row["name"] == "api"]
    assert (api["running"], api["desired"], api["image"], api["stack"]) == (1, 1, digest, "shop")
    assert api["ports"] == [{"published": 8080, "target": 80, "protocol": "tcp", "mode": "ingress"}]
    assert api["id"] == swarm.service("api")["ID"]
    assert {row["id"] for row in saved["tasks"]} >= {task["ID"] for task in swarm.running("web")}
    settings = {row["id"]: (row["value"], row["unit"]) for row in saved["swarm"]}
    assert settings["tokens"] == (None, None)
    assert settings["heartbeat"] == (5.0, "s")


def test_no_text_from_outside_is_a_formula_in_a_spreadsheet() -> None:
    evil = ("=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "web", "a\x1b[2Jb")
    sheet = Sheet(("name", "number", "list", "labels"), tuple((text, -3, ["=1", "b"], {"k": "v"}) for text in evil))
    rows = list(csv.DictReader(io.StringIO(sheet.as_csv())))
    assert not [row["name"] for row in rows if row["name"][0] in "=+-@\t\r"]
    assert rows[0] == {"name": "'=HYPERLINK(1)", "number": "-3", "list": "'=1 b", "labels": "k=v"}
    assert rows[6]["name"] == "a␛[2Jb", "nor does it act on a terminal"
    assert [row["name"] for row in json.loads(sheet.as_json())] == list(evil), "JSON has it as it is"


def test_what_is_not_known_is_null_and_empty() -> None:
    sheet = Sheet(("a", "b"), ((None, True),))
    assert sheet.as_csv() == "a,b\r\n,true\r\n"
    assert json.loads(sheet.as_json()) == [{"a": None, "b": True}]


def test_gos_zero_time_is_no_time() -> None:
    assert time_value("0001-01-01T00:00:00Z") is None
    assert time_value("2026-03-01T12:00:00.5Z") == "2026-03-01T12:00:00.5Z"


async def test_a_screenshot_is_saved_where_there_is_no_directory_yet(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DOWNLOAD_DIR", str(tmp_path / "new" / "Downloads"))
    program.app._take_screenshot()
    await program.read("Saved to")
    [picture] = (tmp_path / "new" / "Downloads").iterdir()
    assert picture.read_text().startswith("<svg")


async def test_why_a_screenshot_is_not_saved_is_said(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_DOWNLOAD_DIR", str(tmp_path / "file" / "Downloads"))
    program.app._take_screenshot()
    await program.read("cannot be created: Not a directory.")


def test_two_pictures_of_one_second_are_two_files(tmp_path: Path) -> None:
    assert save_picture("a", tmp_path, "x") != save_picture("b", tmp_path, "x")
