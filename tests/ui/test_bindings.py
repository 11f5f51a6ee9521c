"""Keys are data: each has an id to remap it by, and words for the palette and the help."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.binding import Binding

import swarmtui.ui
from swarmtui.errors import NotAManager, NotInSwarm, NotUsable, SwarmLocked
from swarmtui.swarm.actions import (
    ALL_ACTIONS,
    Demote,
    InitSwarm,
    JoinSwarm,
    LeaveSwarm,
    Promote,
    RemoveNode,
    RotateCA,
    RotateJoinToken,
    RotateUnlockKey,
    ScaleService,
    SetAutolock,
    SetAvailability,
    SetCertExpiry,
    SetDispatcherHeartbeat,
    SetKeptSnapshots,
    SetNodeLabels,
    SetSnapshotInterval,
    SetTaskHistoryLimit,
    UnlockSwarm,
)
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.actions.settings import SETTINGS
from swarmtui.swarm.durations import HOUR
from swarmtui.swarm.objects import EngineInfo, EngineSwarm, Swarm
from swarmtui.swarm.secret import Secret
from swarmtui.ui.app import SwarmApp
from swarmtui.ui.panes.nodes import NodesPane
from swarmtui.ui.panes.pane import Pane
from swarmtui.ui.panes.services import ServicesPane
from swarmtui.ui.panes.tasks import TasksPane
from swarmtui.ui.screens.main import MainScreen
from swarmtui.ui.widgets.live_table import LiveTable
from tests.ui.driving import Program, running
from tests.ui.scripted import ScriptedSession, live
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


@pytest.mark.parametrize("pane", [NodesPane, ServicesPane, TasksPane])
def test_ids_and_keys_are_unique_in_what_is_live_in_a_pane(pane: type) -> None:
    live = [each for owner in (LiveTable, Pane, pane, MainScreen, SwarmApp) for each in bindings_of(owner)]
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
        SetAvailability.of(worker, "drain"),
        Promote.of(worker),
        Demote.of(manager),
        SetNodeLabels.of(worker, {"x": ""}),
        RemoveNode.of(builders.node("wrk2", state="down")),
        *of_the_swarm(builders.swarm(autolock=True)),
        InitSwarm.of(OUTSIDE),
        JoinSwarm.of(OUTSIDE, Secret("SWMTKN-1"), "m"),
        LeaveSwarm.of(WORKER),
        UnlockSwarm.of(LOCKED, Secret("SWMKEY-1")),
    ]


def of_the_swarm(swarm: Swarm) -> list[Action]:
    return [
        RotateJoinToken.of(swarm, "worker"),
        SetAutolock.of(swarm, on=False),
        RotateUnlockKey.of(swarm),
        RotateCA.of(swarm),
        *(setting.of(swarm, 9 * HOUR) for setting in SETTINGS),
    ]


OUTSIDE = EngineInfo(name="n1")
WORKER = EngineInfo(name="n1", swarm=EngineSwarm(local_node_state="active"))
LOCKED = EngineInfo(name="n1", swarm=EngineSwarm(local_node_state="locked"))

TROUBLES: dict[type[Action], tuple[NotUsable, EngineInfo]] = {
    InitSwarm: (NotInSwarm("It is in no swarm."), OUTSIDE),
    JoinSwarm: (NotInSwarm("It is in no swarm."), OUTSIDE),
    LeaveSwarm: (NotAManager("It is a worker."), WORKER),
    UnlockSwarm: (SwarmLocked("It is locked."), LOCKED),
}
"""What must be wrong with the engine for the keys of an action to be there."""


def setting_at(row: int, *keys: str) -> tuple[str, ...]:
    """The keys to a row of the swarm view, counted from 0, and those that are pressed in its dialog."""
    return ("8", "g", *["j"] * row, "enter", *keys)


WAYS: dict[type[Action], tuple[str, ...]] = {
    ScaleService: ("2", "plus"),
    SetAvailability: ("1", "end", "d"),
    Promote: ("1", "end", "p"),
    Demote: ("1", "g", "j", "m"),
    SetNodeLabels: ("1", "end", "L", "x"),
    RemoveNode: ("1", "end", "delete"),
    RotateJoinToken: ("t", "r"),
    SetAutolock: setting_at(6),
    RotateUnlockKey: setting_at(7, "r"),
    SetCertExpiry: setting_at(8, "ctrl+u", "9", "h"),
    RotateCA: setting_at(9),
    SetTaskHistoryLimit: setting_at(10, "9"),
    SetDispatcherHeartbeat: setting_at(11, "ctrl+u", "9", "h"),
    SetSnapshotInterval: setting_at(12, "9"),
    SetKeptSnapshots: setting_at(13, "9"),
    InitSwarm: ("I",),
    JoinSwarm: ("J", *"SWMTKN-1", "enter", "m"),
    LeaveSwarm: ("E",),
    UnlockSwarm: ("K", *"SWMKEY-1"),
}
"""The keys from the main screen to the dialog of each action."""


async def test_every_action_is_reached_by_keys(crash_log: Path) -> None:
    assert set(WAYS) == set(ALL_ACTIONS), "an action without a key"
    assert {type(action) for action in actions()} == set(ALL_ACTIONS)
    nodes = [*builders.managers(3), builders.node("wrk1"), builders.node("wrk2", state="down")]
    cluster = builders.cluster(nodes, [builders.service("web", 2)], swarm=builders.swarm(autolock=True))
    session = ScriptedSession(cluster)
    async with running(session, crash_log) as program:
        await program.see("web +replicated")
        for action in actions():
            error, info = TROUBLES.get(type(action), (None, cluster.info))
            session.tell(connection=live(error=error), info=info)
            await program.drawn()
            await reach(program, session, *WAYS[type(action)])
            assert program.shows(rf"\$ {action.docker_command.split()[0]} {action.docker_command.split()[1]}")
            await program.see("Drain" if isinstance(action, SetAvailability) else action.verb)
            await program.press("escape", "escape")
            await program.until(lambda: len(program.app.screen_stack) == 1)


async def reach(program: Program, session: ScriptedSession, *keys: str) -> None:
    for key in keys:
        await program.press(key)
        if key == "t":
            session.give_tokens()
            await program.see("SWMTKN-1-•")
        if session.keys_asked and not session.keys_asked[-1].done():
            session.keys_asked[-1].set_result(Secret("SWMKEY-1-x"))
            await program.see("SWMKEY-1-•")
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
