"""Panes whose list the engine refuses: they say so, and the others are none the worse for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stub_engine import StubEngine
from tests.ui.driving import open_on

HTML = "<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n</body></html>"


async def test_refused_secrets_are_said_to_be_so_with_what_helps(engine: StubEngine, crash_log: Path) -> None:
    engine.refuse("GET /secrets", 403, HTML)
    async with open_on(engine.url, crash_log, size=(80, 24)) as program:
        await program.press("5")
        await program.see(r"refused: GET /secrets \(403: 403 Forbidden")
        await program.read("allow GET /secrets (docker-socket-proxy: SECRETS=1). Retrying every minute")
        assert program.shows("● live")
        engine.release()
        engine.add_shared("secrets", "key")
        await program.press("ctrl+r")
        await program.see(r"▌key")
        await program.see_no("refused")


async def test_refused_tasks_leave_the_services_as_the_managers_count_them(engine: StubEngine, crash_log: Path) -> None:
    engine.refuse("GET /tasks", 403, HTML)
    async with open_on(engine.url, crash_log) as program:
        await program.see(r"refused: GET /tasks")
        await program.see(r"services 3/3")
        await program.see(r"▰ 3/3")
        await program.see(r"wrk1 +worker.* \?")
        await program.see_no("loading")
        assert program.shows("● live")


@pytest.mark.parametrize(
    ("path", "parts"), [("/nodes", ("managers ?", "nodes ?")), ("/services", ("services ?", "tasks ?"))]
)
async def test_what_is_refused_is_unknown_and_not_nought(
    engine: StubEngine, crash_log: Path, path: str, parts: tuple[str, ...]
) -> None:
    engine.refuse(f"GET {path}", 403, HTML)
    engine.add_shared("secrets", "key")
    async with open_on(engine.url, crash_log, wait=False) as program:
        await program.see("● live")
        for part in parts:
            await program.until(lambda: part in program.text, part)  # noqa: B023 - called in this round
        await program.see(rf"refused: GET {path}")
        if path == "/services":
            await program.press("5")
            await program.see("used by unknown services")
