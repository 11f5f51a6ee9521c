"""Help lists the keys that are live; the palette finds them, and objects, by words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.widgets import OptionList

from swarmtui.ui.commands.registry import COMMANDS
from swarmtui.ui.findings.sick_row import SIGNS as FINDING_SIGNS
from swarmtui.ui.shell.help import HelpScreen
from swarmtui.ui.shell.palette import SwarmCommands, _asked_by
from swarmtui.ui.tasks.columns import SIGNS as TASK_SIGNS
from tests.ui.driving import CURSOR, Program, running
from tests.ui.scripted import ScriptedSession
from tests.ui.test_layout import SMALL
from tests.unit.swarm import builders


def help_text(program: Program) -> str:
    """All of the help, what has to be scrolled to included."""
    screen = program.app.screen
    assert isinstance(screen, HelpScreen)
    return " ".join(str(part.render()) for part in screen.query("#help-body Static")).replace("\n", " ")


def found(program: Program) -> list[str]:
    """The first line of each command that the palette offers."""
    options = program.app.screen.query_one(OptionList).options
    return [str(option.prompt).partition("\n")[0] for option in options]


async def search(program: Program, words: str) -> None:
    await program.press("colon")
    await program.until(lambda: program.app.screen.query(OptionList))
    await program.type(words)


async def test_help_has_words_for_every_sign_and_state(program: Program) -> None:
    await program.press("question_mark")
    text = help_text(program)
    signs = {sign for sign, _ in (*FINDING_SIGNS.values(), *TASK_SIGNS.values())}
    for sign in (*signs, "▰▰▱▱ 2/4", CURSOR, "│", "…", "running?", "pending", "looping 5×", "paused 1/3", "gave up"):
        assert re.search(rf"(^| ){re.escape(sign)}[, ]", text), sign
    assert "a warning: worse than it should be" in text


async def test_help_lists_the_keys_of_the_focused_pane(program: Program) -> None:
    for pane, mine, others in (
        (
            "1",
            ["Drain the node", "Make the worker a manager"],
            ["Set how many replicas", "earlier tasks"],
        ),
        ("2", ["Set how many replicas", "Scale up by one"], ["Drain the node"]),
        ("3", ["earlier tasks", "Set how many replicas"], ["Drain the node", "Scale up by one"]),
    ):
        await program.press(pane, "question_mark")
        await program.see("Keys")
        text = help_text(program)
        for words in [*mine, "Go to the nodes", "Show only what is unhealthy", "Sort by the next column", "command"]:
            assert words in text
        for words in others:
            assert words not in text
        assert "▰▰▱▱ 2/4" in text
        await program.press("question_mark")
        await program.see_no("Keys$")


async def test_help_can_be_read_to_its_end_in_the_smallest_terminal(program: Program) -> None:
    await program.resize(*SMALL)
    await program.press("question_mark")
    await program.see("↑↓ scroll +esc Close")
    assert not program.says("Fewer tasks run than should.")
    await program.press(*["j"] * 5, "k", "pagedown", "end")
    await program.read("Fewer tasks run than should.")
    assert program.shows(r"↑↓ scroll +esc Close"), "how to leave stays in sight"
    await program.press("escape")
    await program.see_no("Keys")
    assert program.cursor_on("agent")


async def test_the_palette_offers_what_the_keys_of_the_pane_do(program: Program) -> None:
    await program.press("1", "ctrl+p")
    await program.until(lambda: "Drain  (d)" in found(program))
    offered = found(program)
    assert len(offered) == len(set(offered)), "nothing twice"
    assert not any(each.startswith(("Up ", "Page")) for each in offered), "nobody looks for those"
    assert offered.index("Drain  (d)") < offered.index("Sort  (o)") < offered.index("Screenshot")
    await program.type("quorum of nothing")
    await program.see("No matches found")


async def test_actions_are_found_by_words(program: Program) -> None:
    for pane, words, offer in (
        ("1", "drain", "Drain  (d)"),
        ("1", "set availability", "Avail  (a)"),
        ("2", "scale up", "Scale up  (+)"),
        ("2", "join token", "Tokens  (t)"),
        ("3", "unhealthy", "Only unhealthy  (Z)"),
    ):
        await program.press(pane)
        await search(program, words)
        await program.until(lambda: offer in found(program)[:1], offer)  # noqa: B023 - it is called in this round
        await program.press("escape")
        await program.until(lambda: len(program.app.screen_stack) == 1)


@pytest.mark.parametrize(
    ("pane", "words", "offer", "object_", "says"),
    [
        ("2", "drain", "Drain a node", "wrk2", "Drain wrk2"),
        ("3", "promote", "Promote a node", "wrk1", "Promote wrk1"),
        ("1", "roll back", "Roll back a service", "", ""),
        ("5", "scale", "Scale a service", "web", "service web"),
        ("2", "deploy", "Deploy a stack", "", "compose file"),
        ("1", "autolock", "Turn autolock on or off", "", "autolock"),
        ("3", "create secret", "Create a secret", "", "secret"),
        ("1", "logs of service", "Show the logs of a service", "api", "Logs of api"),
    ],
)
async def test_an_action_is_found_from_another_pane_and_asks_for_its_object(
    program: Program, pane: str, words: str, offer: str, object_: str, says: str
) -> None:
    await program.press(pane)
    await search(program, words)
    await program.until(lambda: offer in found(program)[:1], offer)
    if not says:
        return
    await program.press("enter")
    if object_:
        await program.read(f"{offer}: which one?")
        await program.type(object_)
        await program.press("enter")
    await program.read(says)


async def test_the_list_of_objects_begins_on_the_one_under_the_cursor(program: Program) -> None:
    await program.on_row("2", "web")
    await program.press("enter")
    await program.see(f"{CURSOR}web.1")
    await program.press("j")
    await program.see(f"{CURSOR}web.2")
    await search(program, "remove a service")
    await program.until(lambda: found(program)[:1] == ["Remove a service"])
    await program.press("enter")
    await program.read("Remove a service: which one?")
    await program.press("enter")
    await program.read("service web ID")


async def test_everything_that_can_be_asked_for_is_found_from_every_pane_and_opens(program: Program) -> None:
    needs_trouble = {"swarm.init", "swarm.join", "swarm.unlock", "swarm.recover"}
    app = program.app
    for number in "12345678":
        await program.press(number)
        commands = SwarmCommands(app.screen)
        here = {_asked_by(active.binding.action) for active in app.screen.active_bindings.values()}
        words = {text for text, _, _ in commands._elsewhere()}
        missing = set(COMMANDS) - needs_trouble - here - {command.name for command in program.main.current.keyless}
        assert {COMMANDS[name].title for name in missing} <= words
    await program.press("8")
    for wish in list(app.finder.wishes()):
        wish.run()
        await program.until(lambda: len(app.screen_stack) > 1 or len(app._notifications) > 0, wish.name)
        while len(app.screen_stack) > 1:
            screen = app.screen
            await program.press("escape")
            await program.until(lambda: app.screen is not screen, f"{wish.name} is left by escape")  # noqa: B023
        app.clear_notifications()


async def test_an_action_of_the_palette_does_what_its_key_does(program: Program) -> None:
    await program.on_row("2", "web")
    await search(program, "scale up")
    await program.until(lambda: found(program)[:1] == ["Scale up  (+)"])
    await program.press("enter")
    await program.see("Scale web from 3 to 4")
    await program.press("escape")
    await program.see_no("Scale web from")
    assert program.cursor_on("web")


async def test_a_jump_goes_to_a_service_or_a_node(program: Program) -> None:
    await search(program, "web")
    await program.until(lambda: "Go to service web" in found(program))
    await program.press("enter")
    await program.see(rf"{CURSOR}web +replicated")
    await program.see("Tasks of web")
    await search(program, "go to node wrk2")
    await program.until(lambda: found(program)[:1] == ["Go to node wrk2"])
    await program.press("enter")
    await program.see(rf"{CURSOR}wrk2 +worker")
    await program.see("Tasks of wrk2")


async def test_a_jump_finds_what_a_filter_or_only_unhealthy_hides(program: Program) -> None:
    await program.press("2", "slash")
    await program.type("agent")
    await program.press("enter", "Z")
    await program.see("only unhealthy")
    await search(program, "service web")
    await program.until(lambda: found(program)[:1] == ["Go to service web"])
    await program.press("enter")
    await program.see(rf"{CURSOR}web +replicated")
    assert not program.shows("only unhealthy")


async def test_a_jump_among_thousands_takes_the_best(crash_log: Path) -> None:
    nodes = [builders.node(f"node{number}") for number in range(5000)]
    session = ScriptedSession(builders.cluster([builders.node("mgr1", leader=True), *nodes]))
    async with running(session, crash_log) as program:
        await program.see("mgr1")
        await search(program, "node7")
        await program.until(lambda: "Go to node node7" in found(program)[:1])
        assert len([each for each in found(program) if each.startswith("Go to")]) <= 50
        await program.press("enter")
        await program.see(rf"{CURSOR}node7 ")


async def test_nothing_of_the_palette_is_left_behind(program: Program) -> None:
    await program.press("1", "colon", "escape")
    await program.until(lambda: len(program.app.screen_stack) == 1)
    assert program.cursor_on("mgr1")
    await program.press("colon")
    await program.type("theme")
    await program.until(lambda: "Theme" in found(program)[:1])
    await program.press("enter")
    await program.see("textual-light")
    await program.type("textual-light")
    await program.press("enter")
    await program.until(lambda: program.app.theme == "textual-light")
    assert program.cursor_on("mgr1")
