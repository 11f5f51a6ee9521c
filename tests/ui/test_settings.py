"""The user's settings on the screen, and what is wrong with them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from swarmtui.config import load_settings
from swarmtui.endpoint import Endpoint
from swarmtui.engine.session import Session
from swarmtui.ui.app import SwarmApp
from tests.stub_engine import StubEngine
from tests.ui.driving import WIDE, Program


@asynccontextmanager
async def set_to(text: str, engine: StubEngine, tmp_path: Path, *, protected: bool = False) -> AsyncIterator[Program]:
    """The program with a settings file that holds this text."""
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    session = Session(Endpoint(engine.url, "stub"), protected=protected)
    try:
        app = SwarmApp(session, crash_log=tmp_path / "crash.log", settings=load_settings(path))
        async with app.run_test(size=WIDE, notifications=True) as pilot:
            program = Program(app, pilot)
            await program.see("● live")
            await program.see(r"tasks \d+/\d+")
            yield program
    finally:
        session.close()


async def test_keys_columns_and_theme(engine: StubEngine, tmp_path: Path) -> None:
    text = """
        theme = "high-contrast"
        [keys]
        "service.scale.more" = "f2"
        [columns]
        services = ["image", "name"]
    """
    async with set_to(text, engine, tmp_path) as program:
        await program.see(r"IMAGE +NAME +│")
        assert not program.shows("REPLICAS")
        assert program.app.theme == "high-contrast"
        await program.press("2", "G", "f2")
        await program.see("Scale web from 3 to 4")


async def test_mistakes_are_told_with_their_line_and_stop_nothing(engine: StubEngine, tmp_path: Path) -> None:
    text = 'theme = "mauve"\nwhat = 1\n[keys]\n"service.dance" = "f2"\n[columns]\nservices = ["name", "[/x]"]\n'
    async with set_to(text, engine, tmp_path) as program:
        await program.see("Settings that cannot be used")
        [notice] = program.app._notifications  # on the screen its lines are broken where the path is long
        for problem in (
            "line 1: there is no theme mauve",
            "line 2: there is no setting what",
            "line 4: nothing that keys do has the id service.dance",
            "line 6: services have no column [/x]",
        ):
            assert f"config.toml, {problem}" in notice.message
        await program.see(r"▌web|│web|web")


async def test_a_protected_endpoint_wants_its_name(engine: StubEngine, tmp_path: Path) -> None:
    async with set_to("", engine, tmp_path, protected=True) as program:
        await program.on_row("2", "web")
        await program.press("plus", "enter", "enter")
        await program.see("stub is protected")
        assert not engine.asked("POST /services")
        await program.type("stab")
        await program.press("enter", "enter")
        await program.see_no("is protected")
        assert not engine.asked("POST /services"), "the focus went to Cancel: the name is wrong"
        await program.press("plus", "enter", "enter")
        await program.see("stub is protected")
        await program.type("stub")
        await program.press("enter", "enter")
        await program.until(lambda: engine.service("web")["Spec"]["Mode"]["Replicated"]["Replicas"] == 4)
