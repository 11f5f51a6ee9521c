"""The user's settings on the screen, and what is wrong with them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from swarmtui.config import load_settings
from swarmtui.endpoint import Endpoint
from swarmtui.engine.session import Session
from swarmtui.errors import ReadOnly
from swarmtui.swarm.services.scale import ScaleService
from swarmtui.ui.nodes.pane import NODE_COLUMNS
from swarmtui.ui.shell.app import SwarmApp
from swarmtui.ui.shell.keymap import judged
from swarmtui.ui.shell.preferences import problems_of
from tests.patience import DEAD
from tests.stub_engine import StubEngine
from tests.ui.driving import WIDE, Program
from tests.ui.test_bindings import OWNERS, bindings
from tests.ui.test_layout import SMALL


@asynccontextmanager
async def set_to(
    text: str, engine: StubEngine, tmp_path: Path, *, protected: bool = False, size: tuple[int, int] = WIDE
) -> AsyncIterator[Program]:
    """The program with a settings file that holds this text."""
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    settings = load_settings(path)
    session = Session(Endpoint(engine.url, "stub"), protected=protected, refuses_because=settings.refuses_because)
    try:
        app = SwarmApp(session, crash_log=tmp_path / "crash.log", settings=settings)
        async with app.run_test(size=size, notifications=True) as pilot:
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
            "line 4: no key action has the id service.dance. Did you mean service.",
            "line 6: services have no column [/x]",
        ):
            assert f"config.toml, {problem}" in notice.message
        await program.see(r"▌web|│web|web")


async def test_a_key_that_is_given_twice_takes_nothing_away(engine: StubEngine, tmp_path: Path) -> None:
    async with set_to('[keys]\n"service.scale" = "q"\n"app.undo" = "question_mark"\n', engine, tmp_path) as program:
        await program.see("Settings that cannot be used")
        await program.on_row("2", "web")
        await program.press("s")
        await program.see("Scale web")
        await program.press("escape")
        await program.see_no("Scale web")
        await program.press("question_mark")
        await program.see("Leave the program|Help")
        await program.press("escape", "q")
        await program.ended()


def keys_of(tmp_path: Path, text: str) -> tuple[dict[str, str], list[str]]:
    """What of a [keys] table counts, and what is wrong with it, without the file's path."""
    path = tmp_path / "config.toml"
    path.write_text(f"[keys]\n{text}\n", encoding="utf-8")
    keys, problems = judged(load_settings(path))
    return keys, [problem.removeprefix(f"{path}, ") for problem in problems]


@pytest.mark.parametrize(
    ("text", "counts", "told"),
    [
        ('"service.scale" = "f2"', ["service.scale"], []),
        ('"service.scale" = "u"\n"service.image" = "s"', ["service.scale", "service.image"], []),
        ('"service.scale" = "s,f2"', ["service.scale"], []),
        (
            '"service.scale" = "q"',
            [],
            ["line 2: service.scale cannot have q: that is app.quit (Quit). It keeps s."],
        ),
        (
            '"service.scale" = "?"',
            [],
            ["line 2: service.scale cannot have question_mark: that is app.help (Help). It keeps s."],
        ),
        (
            '"service.scale" = "f2,escape"',
            [],
            ["line 2: service.scale cannot have escape: that is view.back (Back). It keeps s."],
        ),
        (
            '"service.scale" = "f2"\n"service.image" = "f2"',
            ["service.scale"],
            ["line 3: service.image cannot have f2: that is service.scale (Scale). It keeps u."],
        ),
        (
            '"service.scale" = "q"\n"service.image" = "s"',
            [],
            [
                "line 2: service.scale cannot have q: that is app.quit (Quit). It keeps s.",
                "line 3: service.image cannot have s: that is service.scale (Scale). It keeps u.",
            ],
        ),
        ('"app.quit" = "ctrl+qq"', [], ["line 2: app.quit cannot have 'ctrl+qq': no key has that name."]),
        ('"app.quit" = "control+q"', [], ["line 2: app.quit cannot have 'control+q': no key has that name."]),
        (
            '"service.scal" = "f2"',
            [],
            ["line 2: no key action has the id service.scal. Did you mean service.scale?"],
        ),
        ('"demo.chaos" = "f9"', ["demo.chaos"], []),
    ],
)
def test_keys_are_judged_before_they_count(tmp_path: Path, text: str, counts: list[str], told: list[str]) -> None:
    keys, problems = keys_of(tmp_path, text)
    assert list(keys) == counts
    assert sorted(problems) == told


def test_no_key_of_the_programs_own_clashes(tmp_path: Path) -> None:
    """Every id set to the keys that it has."""
    ids = {each.id: each.key for owner in OWNERS for each in bindings(owner) if each.id}
    assert keys_of(tmp_path, "\n".join(f'"{name}" = "{key}"' for name, key in ids.items()))[1] == []


def test_what_is_wrong_with_panes_and_columns_is_found(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('theme = "drak"\n[columns]\nservces = ["name"]\nnodes = ["name", "name", "cpu"]\n')
    assert [problem.removeprefix(f"{path}, ") for problem in problems_of(load_settings(path))] == [
        "line 1: there is no theme drak. Did you mean dark?",
        "line 3: there is no pane servces. Did you mean services?",
        "line 4: nodes have no column cpu. There are: " + ", ".join(column.id for column in NODE_COLUMNS) + ".",
        "line 4: the column name of nodes is listed twice.",
    ]


async def test_a_restraint_that_cannot_be_read_makes_it_read_only_and_says_why(
    engine: StubEngine, tmp_path: Path
) -> None:
    async with set_to('theme = "dark"\nread_only = "yes"\n', engine, tmp_path, size=SMALL) as program:
        await program.see("READ-ONLY: config.toml, line 2: read_o")
        await program.on_row("2", "web")
        await program.press("plus")
        await program.read("line 2: read_only must be true or false. Edit the file, then start again")
        await program.press("enter", "enter", "escape")
        cluster = program.app.session.observation().cluster
        assert cluster is not None
        [web] = [service for service in cluster.services.values() if service.name == "web"]
        with pytest.raises(ReadOnly, match="read_only must be true or false"):
            program.app.session.apply(ScaleService.of(web, 5)).result(DEAD)
    assert not engine.asked("POST /services")


async def test_a_protected_endpoint_wants_its_name(engine: StubEngine, tmp_path: Path) -> None:
    async with set_to("", engine, tmp_path, protected=True) as program:
        await program.on_row("2", "web")
        await program.press("plus", "right", "enter")
        await program.see("stub is protected")
        assert not engine.asked("POST /services")
        await program.type("stab")
        await program.press("enter", "enter")
        await program.see_no("is protected")
        assert not engine.asked("POST /services"), "the focus went to Cancel: the name is wrong"
        await program.press("plus", "right", "enter")
        await program.see("stub is protected")
        await program.type("stub")
        await program.press("enter", "enter")
        await program.until(lambda: engine.service("web")["Spec"]["Mode"]["Replicated"]["Replicas"] == 4)
