"""What each kind of terminal is given: characters that it has, and a clear word where nothing can be drawn."""

from __future__ import annotations

import itertools

import pytest
from rich.cells import cell_len

from swarmtui.own_terminal import Characters, characters_shown
from swarmtui.substitutes import CONSOLE_HAS, Substitutes
from tests.terminal import Terminal
from tests.ui.driving import Program

NOTHING_SET = {"LC_ALL": "", "LC_CTYPE": "", "LANG": ""}


@pytest.mark.parametrize(
    ("environment", "console"),
    [
        ({"LANG": "C"}, False),
        ({"LANG": "de_DE@euro"}, False),
        ({"LANG": "C.UTF-8", "TERM": "linux"}, True),
    ],
)
def test_no_character_that_the_terminal_does_not_have(environment: dict[str, str], console: bool) -> None:
    with Terminal(["demo"], columns=100, rows=30, environment=NOTHING_SET | environment) as terminal:
        terminal.wait_for(r"tasks 33/33")
        for keys, shows in (
            ("!", "crash loop"),
            ("v", "running .* starting"),
            ("escape", "crash loop"),
            ("2", "REPLICAS"),
            ("s", "Scale ops_grafana"),
        ):
            terminal.press(keys)
            terminal.wait_for(shows)
            has = CONSOLE_HAS | set(map(chr, range(0xA1, 0x100))) if console else frozenset()
            assert {each for each in terminal.text if not (each.isascii() or each in has)} == set()


def test_of_sixteen_colours_those_are_used_that_mean_something() -> None:
    with Terminal(["demo"], columns=100, rows=30, environment={"TERM": "xterm", "COLORTERM": ""}) as terminal:
        terminal.wait_for(r"tasks 33/33")
        terminal.wait_for("✖ 1 critical")
        assert terminal.colour_of("● live") == "green"
        assert terminal.colour_of("✖ 1 critical") == "red"


@pytest.mark.parametrize("characters", [Characters.ASCII, Characters.CONSOLE])
def test_what_stands_for_a_character_is_as_wide(characters: Characters) -> None:
    table = Substitutes(characters, cell_len)
    text = "".join(map(chr, itertools.chain(range(0x3000), range(0x4E00, 0x4E80), range(0x1F300, 0x1F700))))
    for each in text:
        assert cell_len(each.translate(table)) == cell_len(each), repr(each)


def test_signs_that_mean_something_else_look_different() -> None:
    table = Substitutes(Characters.ASCII, cell_len)
    states = "✔✖▲●○◌↻‖"
    assert len(set(states.translate(table))) == len(states)
    assert "naïve Größe".translate(table) == "naive Gro?e"
    assert "naïve Größe ● 服".translate(Substitutes(Characters.CONSOLE, cell_len)) == "naïve Größe * ??"


@pytest.mark.parametrize(
    ("wanted", "environment", "shown"),
    [
        ("auto", {"LANG": "en_US.UTF-8"}, Characters.ALL),
        ("auto", {"LANG": "C", "LC_CTYPE": "en_US.utf8"}, Characters.ALL),
        ("auto", {"LANG": "en_US.UTF-8", "LC_ALL": "C"}, Characters.ASCII),
        ("auto", {}, Characters.ASCII),
        ("auto", {"LC_CTYPE": "UTF-8", "TERM": "linux"}, Characters.CONSOLE),
        ("unicode", {"LANG": "C"}, Characters.ALL),
        ("ascii", {"LANG": "en_US.UTF-8"}, Characters.ASCII),
    ],
)
def test_which_characters_a_locale_stands_for(wanted: str, environment: dict[str, str], shown: Characters) -> None:
    assert characters_shown(wanted, environment) is shown


def test_nothing_can_be_drawn_on_a_dumb_terminal() -> None:
    with Terminal(["-H", "unix:///nobody"], environment={"TERM": "dumb"}) as terminal:
        terminal.wait_until_ended()
        assert terminal.exit_status == 2
        assert "No screen can be drawn on this terminal: TERM is dumb." in terminal.text
        assert "Traceback" not in terminal.text


async def test_any_size_and_back(program: Program) -> None:
    """However small or large it becomes, in a pane or a dialog, nothing breaks, and all is there afterwards."""
    for keys in (["2"], ["2", "s"], ["v"], ["!"], ["9"]):
        await program.press(*keys)
        for size in [(1, 1), (400, 100), (2, 40), (200, 2), (10, 5), (80, 24), (120, 36)]:
            await program.resize(*size)
        await program.press("escape")
    await program.press("2")
    await program.see("web .*3/3")
