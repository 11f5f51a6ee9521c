"""Names and words from outside may hold anything: they are shown as they are, and obeyed by nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import OptionList

from swarmtui.endpoint import Endpoint
from swarmtui.engine.polling.observation import ConnectionStatus
from swarmtui.errors import ChangeConflict, Contested, EngineRefused, EngineSilent
from swarmtui.swarm.objects.service import Port
from tests.ui.driving import CURSOR, Program, running
from tests.ui.scripted import ScriptedSession, live
from tests.unit.swarm import builders

NAMES = {
    "markup": ("[/x][@click=app.quit]$x\\", "[/x][@click=app.quit]$x\\"),
    "escape sequences": ("\x1b[31m\x1b]0;t\x07\n\t\x9b", "␛[31m␛]0;t␇␊ ‹U+009B›"),
    "other scripts": ("服务🚀\u202eבית", "服务🚀‹U+202E›בית"),
}
"""What it is → a name, and how it is to be shown."""


def swarm(name: str) -> ScriptedSession:
    """A swarm in which everything has this name, or says it."""
    nodes = [builders.node("mgr1", leader=True), builders.node(name, id="the-node")]
    service = builders.service(
        name,
        2,
        id="the-service",
        image=f"{name}:1",
        update="paused",
        update_message=f"because of {name}",
        ports=[Port(published_port=80, target_port=80, protocol=name)],
    )
    task = builders.task("x", 1, state="failed", error=f"it said {name}", id="the-task", image=name)
    task = type(task)(**{**{f: getattr(task, f) for f in task.__struct_fields__}, "service_id": "the-service"})
    session = ScriptedSession(builders.cluster(nodes, [service], [task]))
    session.endpoint = Endpoint(f"tcp://{name}", name)
    return session


@pytest.fixture(params=list(NAMES.values()), ids=list(NAMES))
def names(request: pytest.FixtureRequest) -> tuple[str, str]:
    pair: tuple[str, str] = request.param
    return pair


def parts(text: str) -> str:
    """What the words of the screen hold of it: blanks may have become one, or a line break."""
    return " ".join(text.split())


async def test_a_name_is_shown_literally_everywhere(crash_log: Path, names: tuple[str, str]) -> None:
    name, shown = names
    session = swarm(name)
    async with running(session, crash_log, size=(160, 50)) as program:
        await program.until(lambda: program.text.count(shown) >= 7, "rows, titles, header")
        await program.until(lambda: "because of " + shown in program.text, "the detail of the service")
        await program.until(lambda: f"it said {shown}" in program.text, "the error")
        await in_pane_titles_and_dialogs(program, session, shown)
        await in_lines_and_notices(program, session, name, shown)
        await in_the_palette(program, shown)
        await in_the_slot_and_the_time_line(program, shown)
        await program.press("slash")
        await program.type("[/x]")
        await program.see(r"/\[/x\]: ")


async def in_the_slot_and_the_time_line(program: Program, shown: str) -> None:
    await program.press("2", "g", "enter", "enter")
    await program.until(lambda: f"Slot {shown}.1" in program.text, "the heading of the slot")
    await program.until(lambda: program.words.count(f"it said {parts(shown)}") >= 2, "its end, and the whole message")
    await program.press("escape", "9", "g")
    await program.until(lambda: f"{shown} was created" in program.text, "the time line")
    await program.press("enter")
    await program.until(lambda: program.app.screen.is_modal, "an entry")
    await program.press("escape")
    await program.press("r")
    await program.read("made with swarmtui, 3 findings")
    await program.press("escape", "2")


async def in_pane_titles_and_dialogs(program: Program, session: ScriptedSession, shown: str) -> None:
    await program.press("2", "g", "j", "k", "end")
    await program.press("enter")
    await program.until(lambda: f"Tasks of {shown}" in program.text, "the title of the tasks")
    await program.press("escape", "s")
    await program.until(lambda: f"Scale {parts(shown)}" in program.words, "the heading of a dialog")
    assert f"service {parts(shown)} ID the-service" in program.words
    await program.press("5")
    await program.until(lambda: f"Scale {parts(shown)} from 2 to 5" in program.words)
    await program.press("escape", "1", "end", "d")
    await program.until(lambda: f"node {parts(shown)} ID the-node" in program.words)
    assert f"Drain {parts(shown)}" in program.words
    await program.press("escape", "a", "escape")


async def in_lines_and_notices(program: Program, session: ScriptedSession, name: str, shown: str) -> None:
    await program.press("2", "s", "5", "enter", "enter")
    await program.until(lambda: f"▸ Scale {shown} from 2 to 5: sending" in program.text, "the activity line")
    entries, anyway = (Contested(name, name, name, name),), session.applied[0][0]
    conflict = ChangeConflict("", field=name, entries=entries, anyway=anyway)
    session.applied[0][2].set_exception(conflict)
    await program.until(lambda: f"Somebody else changed {parts(shown)} of {parts(shown)}" in program.words)
    await program.press("tab", "enter")
    await program.until(lambda: len(session.applied) == 2)
    session.applied[1][2].set_exception(EngineRefused(f"no, {name}"))
    await program.until(lambda: f": no, {shown}" in program.text, "the failure")
    await program.press("1", "end", "m")
    await program.until(lambda: f"{parts(shown)} is not a manager" in parts(program.text), "the notice")
    session.tell(connection=live(error=EngineSilent(f"Silent: {name}", name)))
    await program.until(lambda: f"engine: Silent: {parts(shown)} {parts(shown)}" in program.words, "the banner")
    session.tell(connection=live())


async def in_the_palette(program: Program, shown: str) -> None:
    await program.press("colon")
    await program.type("go to")
    await program.until(
        lambda: any(
            f"Go to service {shown}" in str(option.prompt)
            for options in program.app.screen.query(OptionList)
            for option in options.options
        ),
        "the jump",
    )
    await program.press("escape")


async def test_it_has_to_be_typed_as_it_is_shown_or_as_it_is(crash_log: Path) -> None:
    managers = builders.managers(2)
    odd = builders.node("[/x]", manager=True)
    session = ScriptedSession(
        builders.cluster([managers[0], odd, builders.node("mgr3", manager=True, reachable=False)])
    )
    async with running(session, crash_log) as program:
        await program.on_row("1", "[/x]")
        await program.press("m")
        await program.see(r"type \[/x\]")
        await program.type("[/x]")
        await program.press("enter")
        await program.see(r"▸ Demote \[/x\] ◂")
        await program.press("escape")
        await program.see(rf"{CURSOR}\[/x\]")


async def test_a_trouble_panel_obeys_nothing(crash_log: Path) -> None:
    error = EngineSilent("[/x] [@click=app.quit]quit \x1b[2J", "[b]try\x1b[0m")
    async with running(ScriptedSession(connection=ConnectionStatus(error=error)), crash_log) as program:
        await program.read("✖ [/x] [@click=app.quit]quit ␛[2J")
        assert program.says("[b]try␛[0m")
        await program.click("[@click")
        assert program.app.is_running
