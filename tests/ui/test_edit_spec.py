"""A whole spec in $EDITOR: the file, what came of it, mistakes, conflicts, and that nothing typed is lost."""

from __future__ import annotations

import re
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from swarmtui.swarm.specs.spec_text import read_spec
from swarmtui.ui.changes.editor import Editor
from tests.stub_engine import StubEngine
from tests.ui.driving import Program, open_on
from tests.ui.test_layout import SMALL

pytestmark = pytest.mark.usefixtures("engine")
"""The program is on the stub, which tells afterwards what it was asked."""

Script = Callable[[str], None]


class Typist:
    """An editor: a script that changes its file.

    Attributes:
        seen: a copy of what it was given, the last time.
    """

    def __init__(self, directory: Path) -> None:
        self.seen = directory / "seen.yaml"
        self.modes = directory / "modes"
        self._script = directory / "edit"
        self.does("true")

    @property
    def editor(self) -> Editor:
        return Editor(nullcontext, {"VISUAL": "", "EDITOR": f"sh {self._script}"})

    def does(self, commands: str) -> None:
        """What it does next time; the file is $1."""
        watch = f'cp "$1" "{self.seen}"; stat -c "%a %n" "$1" "$(dirname "$1")" > "{self.modes}"\n'
        self._script.write_text(watch + commands + "\n")

    @property
    def given(self) -> dict[str, Any]:
        """The spec that it was given."""
        return read_spec(self.seen.read_text())


@pytest.fixture
def typist(tmp_path: Path) -> Typist:
    return Typist(tmp_path)


@asynccontextmanager
async def opened(
    engine: StubEngine, crash_log: Path, typist: Typist, size: tuple[int, int] = (120, 36), *, read_only: bool = False
) -> AsyncIterator[Program]:
    async with open_on(engine.url, crash_log, size=size, editor=typist.editor, read_only=read_only) as program:
        yield program


async def edit(program: Program, pane: str = "2", name: str = "web") -> None:
    await program.on_row(pane, name)
    await program.press("e")


def left_behind(typist: Typist) -> list[str]:
    """What is still there of the directory that the editor had its file in."""
    return [line.partition(" ")[2] for line in typist.modes.read_text().splitlines() if Path(line.split()[1]).exists()]


async def test_an_edited_spec_is_shown_and_then_set(engine: StubEngine, crash_log: Path, typist: Typist) -> None:
    spec = engine.service("web")["Spec"]
    spec["FromTheFuture"] = {"null": None, "text": "0123", "date": "2024-01-01", "lines": "a\r\nb\n", "yes": "yes"}
    spec["TaskTemplate"]["ContainerSpec"]["Env"] = ["DB_PASSWORD=hunter2", "A=1"]
    before = dict(spec)
    typist.does("""sed -i 's/Replicas: 3/Replicas: 4/; s/A=1/A=2/' "$1" """)
    async with opened(engine, crash_log, typist, SMALL) as program:
        await edit(program)
        await program.see("▸ Cancel ◂ +Change web")
        await program.see("Based on version")  # the consequences have got their room
        assert typist.given == before
        assert "hunter2" in typist.seen.read_text(), "the user has asked for it as it is"
        assert program.says("All 3 tasks are replaced")
        read = program.text
        while not program.shows(r"\+ +Replicas: 4"):
            await program.press("down")
            read += program.text
        assert re.search(r"- +Replicas: 3", read)
        assert "hunter2" not in read
        await program.confirm("Change web")
        await program.until(lambda: engine.asked("POST /services"))
        [request] = engine.asked("POST /services")
        assert request.body == {
            **before,
            "Mode": {"Replicated": {"Replicas": 4}},
            "TaskTemplate": {
                **before["TaskTemplate"],
                "ContainerSpec": {**before["TaskTemplate"]["ContainerSpec"], "Env": ["DB_PASSWORD=hunter2", "A=2"]},
            },
        }
        await program.see(r"web +.*4/4")
    modes = [line.split()[0] for line in typist.modes.read_text().splitlines()]
    assert modes == [f"{stat.S_IRUSR | stat.S_IWUSR:o}", f"{stat.S_IRWXU:o}"]
    assert not left_behind(typist)


async def test_a_node_too(engine: StubEngine, crash_log: Path, typist: Typist) -> None:
    typist.does("""sed -i 's/Labels: {}/Labels: {disk: ssd}/' "$1" """)
    async with opened(engine, crash_log, typist) as program:
        await edit(program, "1", "wrk1")
        await program.see(r"\+ +disk: ssd")
        await program.confirm("Change wrk1")
        await program.see("✔ Change the spec of wrk1")
    assert engine.node("wrk1")["Spec"]["Labels"] == {"disk": "ssd"}


async def test_left_without_a_change(engine: StubEngine, crash_log: Path, typist: Typist) -> None:
    async with opened(engine, crash_log, typist) as program:
        await edit(program)
        await program.see("The spec of web is unchanged")
        await program.until(lambda: len(program.app.screen_stack) == 1)
        typist.does("""printf '# a comment\\n' >> "$1" """)
        await edit(program)
        await program.until(lambda: typist.modes.exists() and len(program.app.screen_stack) == 1)
    assert not engine.asked("POST")
    assert not left_behind(typist)


async def test_a_mistake_is_told_with_its_line_and_nothing_typed_is_lost(
    engine: StubEngine, crash_log: Path, typist: Typist
) -> None:
    typist.does("""printf 'Labels: [half\\n' >> "$1" """)
    async with opened(engine, crash_log, typist) as program:
        await edit(program)
        await program.read("This cannot be read, line")
        lines = len(typist.seen.read_text().splitlines())
        assert program.says(f"line {lines + 2}: expected"), "where the end came instead of the bracket"
        await program.see("▸ e  Edit again ◂")
        typist.does("""sed -i '/half/d; s/Replicas: 3/Replicas: 7/' "$1" """)
        await program.press("enter")
        await program.see(r"\+ +Replicas: 7")
        assert "half" in typist.seen.read_text(), "the editor had what was typed before"
        await program.press("escape")
        await program.see("Discard changes")
        await program.press("escape")
        await program.see("Change the spec of web")
        await program.press("escape", "tab", "enter")
        await program.see_no("Change the spec of web")
    assert not engine.asked("POST")


async def test_an_editor_that_gives_up(engine: StubEngine, crash_log: Path, typist: Typist) -> None:
    typist.does("""sed -i 's/Replicas: 3/Replicas: 7/' "$1"; exit 1""")
    async with opened(engine, crash_log, typist) as program:
        await edit(program)
        await program.read("The editor exited with status 1")
        await program.press("tab", "tab")
        assert not program.shows("▸ Change web ◂")
        typist.does("true")
        await program.press("e")
        await program.see(r"\+ +Replicas: 7")
        await program.see("▸ Cancel ◂")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/nowhere/edit", "/nowhere/edit cannot be run: No such file or directory. Set $EDITOR"),
        ("edit 'x", "$EDITOR cannot be read: a quote is not closed in it."),
        ("rm", "rm has removed the file."),
    ],
)
async def test_an_editor_that_cannot_be_run(engine: StubEngine, crash_log: Path, command: str, words: str) -> None:
    async with open_on(engine.url, crash_log, editor=Editor(nullcontext, {"EDITOR": command})) as program:
        await edit(program)
        await program.until(lambda: words.split()[0] in program.words)
        await program.until(lambda: len(program.app.screen_stack) == 1)
    assert not engine.asked("POST")


async def test_a_terminal_that_cannot_be_lent(engine: StubEngine, program: Program) -> None:
    await edit(program)
    await program.see("An editor cannot run here")
    await program.until(lambda: len(program.app.screen_stack) == 1)


async def test_somebody_else_changed_the_spec(engine: StubEngine, crash_log: Path, typist: Typist) -> None:
    typist.does("""sed -i 's/Replicas: 3/Replicas: 4/' "$1" """)
    async with opened(engine, crash_log, typist) as program:
        await edit(program)
        await program.see(r"\+ +Replicas: 4")
        engine.service("web")["Spec"]["Labels"] = {"by": "other"}
        engine.set_replicas("web", 7)
        await program.read("Your change is merged into it")
        await program.confirm("Change web")
        await program.see("Somebody else changed spec of web")
        assert program.shows("Mode.Replicated.Replicas")
        assert program.shows("now, by another +7")
        assert not program.shows("by: other"), "it stays whatever is answered"
        await program.press("enter")
        await program.see("left alone: somebody else changed it")
        assert not engine.asked("POST")
        await program.press("e")
        await program.read("The change was not made; your edits are still here.")
        typist.does("""sed -i 's/Replicas: 4/Replicas: 5/' "$1" """)
        await program.press("e")
        await program.see(r"\+ +Replicas: 5")
        await program.confirm("Change web")
        await program.see("Change the spec of web")
        await program.until(lambda: engine.asked("POST"))
    spec = engine.service("web")["Spec"]
    assert spec["Labels"] == {"by": "other"}
    assert spec["Mode"]["Replicated"]["Replicas"] == 5


async def test_and_it_is_set_all_the_same(engine: StubEngine, crash_log: Path, typist: Typist) -> None:
    typist.does("""sed -i 's/Replicas: 3/Replicas: 4/' "$1" """)
    async with opened(engine, crash_log, typist) as program:
        await edit(program)
        await program.see(r"\+ +Replicas: 4")
        engine.service("web")["Spec"]["Labels"] = {"by": "other"}
        engine.set_replicas("web", 7)
        await program.confirm("Change web")
        await program.confirm("Change web anyway")
        await program.until(lambda: engine.asked("POST"))
    assert engine.service("web")["Spec"]["Labels"] == {"by": "other"}
    assert engine.service("web")["Spec"]["Mode"]["Replicated"]["Replicas"] == 4


async def test_what_another_changed_elsewhere_in_the_spec_is_no_conflict(
    engine: StubEngine, crash_log: Path, typist: Typist
) -> None:
    typist.does("""sed -i 's/Replicas: 3/Replicas: 4/' "$1" """)
    async with opened(engine, crash_log, typist) as program:
        await edit(program)
        await program.see(r"\+ +Replicas: 4")
        engine.service("web")["Spec"]["Labels"] = {"by": "other"}
        engine.touch("service", engine.service("web"))
        await program.confirm("Change web")
        await program.until(lambda: engine.asked("POST"))
    assert engine.service("web")["Spec"]["Labels"] == {"by": "other"}
    assert engine.service("web")["Spec"]["Mode"]["Replicated"]["Replicas"] == 4


async def test_what_the_engine_refuses_can_be_edited_on(engine: StubEngine, crash_log: Path, typist: Typist) -> None:
    engine.refuse("POST /services", 400, "invalid service: nonsense", times=1)
    typist.does("""sed -i 's/Replicas: 3/Replicas: 4/' "$1" """)
    async with opened(engine, crash_log, typist) as program:
        await edit(program)
        await program.confirm("Change web")
        await program.see("✖ Change the spec of web")
        await program.press("e")
        await program.read("The change was not made; your edits are still here.")
        assert program.shows(r"\+ +Replicas: 4")


@pytest.mark.parametrize(("pane", "name"), [("2", "web"), ("1", "wrk1")])
async def test_read_only_refuses_before_the_editor_opens(
    engine: StubEngine, crash_log: Path, typist: Typist, pane: str, name: str
) -> None:
    typist.does("""sed -i 's/Replicas: 3/Replicas: 4/' "$1" """)
    async with opened(engine, crash_log, typist, read_only=True) as program:
        await edit(program, pane, name)
        await program.read("Read-only")
        assert not typist.seen.exists(), "nobody writes what cannot be sent"
    assert not engine.asked("POST")


async def test_replicas_of_none_in_the_editor_are_an_outage(
    engine: StubEngine, crash_log: Path, typist: Typist
) -> None:
    typist.does("""sed -i 's/Replicas: 3/Replicas: 0/' "$1" """)
    async with opened(engine, crash_log, typist) as program:
        await edit(program)
        await program.read("✖ web will not run at all: an outage until it is scaled up again.")
        assert not program.says("No task is restarted")


async def test_a_number_of_replicas_that_is_none_is_refused_here(
    engine: StubEngine, crash_log: Path, typist: Typist
) -> None:
    typist.does("""sed -i 's/Replicas: 3/Replicas: -3/' "$1" """)
    async with opened(engine, crash_log, typist) as program:
        await edit(program)
        await program.read(
            "The engine would refuse this. Mode.Replicated.Replicas must be 0 or more, not -3. Edit it again."
        )
        assert not program.shows("▸ Change web ◂")
    assert not engine.asked("POST")
