"""Keys are data: each has an id to remap it by, and words for the palette and the help."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from textual.binding import Binding

import swarmtui.ui
from swarmtui.swarm.actions import (
    ALL_ACTIONS,
    CreateService,
    Demote,
    Promote,
    RotateJoinToken,
    ScaleService,
    SetAvailability,
)
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.actions.edit_spec import EditSpec
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects import Swarm, Version
from swarmtui.swarm.service_form import ServiceForm
from swarmtui.ui.app import SwarmApp
from swarmtui.ui.editor import Editor
from swarmtui.ui.panes.nodes import NodesPane
from swarmtui.ui.panes.pane import Pane
from swarmtui.ui.panes.places import PlacesPane
from swarmtui.ui.panes.services import ServicesPane
from swarmtui.ui.panes.tasks import TasksPane
from swarmtui.ui.screens.connect import ConnectScreen
from swarmtui.ui.screens.inspect import InspectScreen, InspectView
from swarmtui.ui.screens.logs import LogsScreen, LogView
from swarmtui.ui.screens.main import MainScreen
from swarmtui.ui.screens.text_screen import TextScreen
from swarmtui.ui.widgets.live_table import LiveTable
from swarmtui.ui.widgets.text_keys import TextKeys
from tests.ui.driving import Program, running
from tests.ui.scripted import ScriptedSession
from tests.unit.swarm import builders

ALIASES = ("app.focus_", "scroll(", "add_scroll")
"""Actions that may go without words: other keys for moving the focus, and for scrolling."""


def owners() -> Iterator[type]:
    """Every class of swarmtui.ui that has bindings of its own."""
    for module in pkgutil.walk_packages(swarmtui.ui.__path__, "swarmtui.ui."):
        for _, owner in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if owner.__module__ == module.name and "BINDINGS" in vars(owner):
                yield owner


OWNERS = sorted(set(owners()), key=lambda owner: owner.__qualname__)


def bindings(owner: type) -> list[Binding]:
    return [each for each in vars(owner).get("BINDINGS", ()) if isinstance(each, Binding)]


@pytest.mark.parametrize("owner", OWNERS, ids=lambda owner: owner.__qualname__)
def test_every_binding_has_an_id_a_label_and_a_tooltip(owner: type) -> None:
    for binding in bindings(owner):
        if binding.action.startswith(ALIASES) or binding.system:
            continue
        assert binding.id, f"{binding.key} of {owner.__name__} has no id"
        assert binding.description, f"{binding.key} of {owner.__name__} has no label"
        assert binding.tooltip, f"{binding.key} of {owner.__name__} has no tooltip"
    ids = Counter(binding.id for binding in bindings(owner) if binding.id)
    assert not [each for each, number in ids.items() if number > 1]


def test_ids_and_keys_are_unique_on_the_connect_screen() -> None:
    """Beside `ctrl+r`, which there is about the list, and escape."""
    live = [each for owner in (LiveTable, Pane, PlacesPane, ConnectScreen, SwarmApp) for each in bindings_of(owner)]
    keys = Counter(key.strip() for each in live for key in each.key.split(","))
    assert [each for each, number in keys.items() if number > 1] == ["ctrl+r", "f5"]


@pytest.mark.parametrize("pane", [NodesPane, ServicesPane, TasksPane])
def test_ids_and_keys_are_unique_in_what_is_live_in_a_pane(pane: type) -> None:
    live = [each for owner in (LiveTable, Pane, pane, MainScreen, SwarmApp) for each in bindings_of(owner)]
    ids = Counter(each.id for each in live if each.id)
    assert [each for each, number in ids.items() if number > 1] == []
    keys = Counter(key.strip() for each in live for key in each.key.split(","))
    assert [each for each, number in keys.items() if number > 1] == []


@pytest.mark.parametrize("owners", [(InspectScreen, InspectView), (LogsScreen, LogView)])
def test_ids_and_keys_are_unique_in_a_view_of_a_text(owners: tuple[type, ...]) -> None:
    live = [each for owner in (TextScreen, TextKeys, *owners) for each in bindings(owner)]
    ids = Counter(each.id for each in live if each.id)
    assert [each for each, number in ids.items() if number > 1] == []
    keys = Counter(key.strip() for each in live for key in each.key.split(","))
    assert [each for each, number in keys.items() if number > 1] == []


def bindings_of(owner: type) -> list[Binding]:
    """Those of a class and, of our own classes, those that it inherits; those of a base pane only once."""
    inherited = [base for base in owner.__mro__ if base.__module__.startswith("swarmtui.") and base is not Pane]
    return bindings(owner) if owner is Pane else [each for base in inherited for each in bindings(base)]


def actions() -> list[Action]:
    """One of each sort of action."""
    worker, manager = builders.node("wrk1"), builders.node("mgr2", manager=True)
    return [
        ScaleService.of(builders.service("web", 2), 3),
        CreateService.of(ServiceForm(image="nginx:1.27", name="shop"), Cluster()),
        EditSpec.of(Target(Kind.SERVICE, "service-web", "web", 10), {}, {"Name": "web"}),
        SetAvailability.of(worker, "drain"),
        Promote.of(worker),
        Demote.of(manager),
        RotateJoinToken.of(Swarm(id="s", version=Version(1)), "worker"),
    ]


WAYS: dict[type[Action], tuple[str, ...]] = {
    ScaleService: ("2", "plus"),
    CreateService: ("2", "n"),
    EditSpec: ("2", "e"),
    SetAvailability: ("1", "end", "d"),
    Promote: ("1", "end", "p"),
    Demote: ("1", "g", "j", "m"),
    RotateJoinToken: ("t", "r"),
}
"""The keys from the main screen to the dialog of each action."""


async def test_every_action_is_reached_by_keys(crash_log: Path) -> None:
    assert set(WAYS) == set(ALL_ACTIONS), "an action without a key"
    assert {type(action) for action in actions()} == set(ALL_ACTIONS)
    nodes = [*builders.managers(3), builders.node("wrk1")]
    cluster = builders.cluster(nodes, [builders.service("web", 2)], swarm=Swarm(id="s", version=Version(1)))
    session = ScriptedSession(cluster)
    editor = Editor(nullcontext, {"EDITOR": "sed -i s/Labels/Name/"})
    async with running(session, crash_log, editor=editor) as program:
        await program.see("web +replicated")
        for action in actions():
            await reach(program, session, *WAYS[type(action)])
            first, second, *_ = action.docker_command.split()
            await program.see(rf"\$ {first} {second}")
            await program.see(action.verb if action.verb != "Set" else "Drain")
            await program.press("escape")
            if program.shows("Throw it away"):
                await program.press("tab", "enter")
            elif len(program.app.screen_stack) > 1:
                await program.press("escape")
            await program.until(lambda: len(program.app.screen_stack) == 1)


async def reach(program: Program, session: ScriptedSession, *keys: str) -> None:
    for key in keys:
        await program.press(key)
        if key == "e":
            session.inspected[-1][2].set_result({"ID": "service-web", "Version": {"Index": 10}, "Spec": {"Labels": {}}})
        if key == "t":
            session.give_tokens()
            await program.see("SWMTKN-1-•")
    await program.see("Cancel")


async def test_keys_can_be_given_to_other_keys_by_their_ids(crash_log: Path) -> None:
    session = ScriptedSession(builders.cluster([builders.node("n1", leader=True)], [builders.service("web", 2)]))
    async with running(session, crash_log) as program:
        await program.see("web +replicated")
        program.app.set_keymap({"service.scale.more": "f2", "pane.zoom": "f3"})
        await program.press("f2")
        await program.see("Scale web from 2 to 3")
        await program.press("escape", "f3")
        await program.see(r"2 Services 0/1")
