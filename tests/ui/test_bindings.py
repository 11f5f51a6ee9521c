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
from swarmtui.errors import NotAManager, NotInSwarm, NotUsable, SwarmLocked
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.editing.edit_spec import EditSpec
from swarmtui.swarm.files.changes import CreateConfig, CreateSecret, RemoveConfig, RemoveSecret
from swarmtui.swarm.files.labels import SetConfigLabels, SetSecretLabels
from swarmtui.swarm.files.rotation import ReplaceReference, RotateConfig, RotateSecret
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.membership.changes import InitSwarm, JoinSwarm, LeaveSwarm, UnlockSwarm
from swarmtui.swarm.membership.root_ca import ReplaceRootCA, SetExternalCAs
from swarmtui.swarm.membership.settings import (
    SETTINGS,
    SetCertExpiry,
    SetDispatcherHeartbeat,
    SetKeptSnapshots,
    SetSnapshotInterval,
    SetTaskHistoryLimit,
)
from swarmtui.swarm.membership.swarm_keys import RotateCA, RotateUnlockKey, SetAutolock
from swarmtui.swarm.membership.tokens import RotateJoinToken
from swarmtui.swarm.networks.changes import CreateNetwork, RemoveNetwork
from swarmtui.swarm.nodes.availability import SetAvailability
from swarmtui.swarm.nodes.labels import SetNodeLabels
from swarmtui.swarm.nodes.prune import PruneNode
from swarmtui.swarm.nodes.removal import RemoveNode
from swarmtui.swarm.nodes.roles import Demote, Promote
from swarmtui.swarm.objects.engine import EngineInfo, EngineSwarm
from swarmtui.swarm.objects.swarm import Swarm
from swarmtui.swarm.secret import Secret
from swarmtui.swarm.services.container.files import SetConfigs, SetSecrets
from swarmtui.swarm.services.container.forms import (
    SetCommand,
    SetContainerOptions,
    SetHealthCheck,
    SetLogDriver,
    SetNameResolution,
)
from swarmtui.swarm.services.container.labels import SetContainerLabels
from swarmtui.swarm.services.container.mounts import SetMounts
from swarmtui.swarm.services.container.networks import SetNetworks
from swarmtui.swarm.services.create import CreateService
from swarmtui.swarm.services.create_form import ServiceForm
from swarmtui.swarm.services.lines_change import SetEnvironment, SetServiceLabels
from swarmtui.swarm.services.placement import SetPlacement
from swarmtui.swarm.services.ports import SetPorts
from swarmtui.swarm.services.removal import RemoveService
from swarmtui.swarm.services.rolling import ForceUpdate, ResumeUpdate, RollBack
from swarmtui.swarm.services.scale import ScaleService
from swarmtui.swarm.services.service_settings import (
    SetEndpointMode,
    SetResources,
    SetRestartPolicy,
    SetRollbackPolicy,
    SetStopGracePeriod,
    SetUpdatePolicy,
)
from swarmtui.swarm.services.update_image import UpdateImage
from swarmtui.swarm.stacks.changes import DeployStack, RemovePart, RemoveStack
from swarmtui.swarm.tasks.restart import RestartTask
from swarmtui.swarm.units import HOUR
from swarmtui.swarm.volumes.availability import SetVolumeAvailability
from swarmtui.ui.changes.editor import Editor
from swarmtui.ui.inspect.screen import InspectScreen, InspectView
from swarmtui.ui.kit.tables.live_table import LiveTable
from swarmtui.ui.kit.texts.text_keys import TextKeys
from swarmtui.ui.kit.texts.text_screen import TextScreen
from swarmtui.ui.logs.log_view import LogView
from swarmtui.ui.logs.screen import LogsScreen
from swarmtui.ui.panes.base_pane import Pane
from swarmtui.ui.panes.registry import PANES
from swarmtui.ui.places.connect import ConnectScreen
from swarmtui.ui.places.pane import PlacesPane
from swarmtui.ui.services.commands import SERVICE_COMMANDS
from swarmtui.ui.shell.app import SwarmApp
from swarmtui.ui.shell.main_screen import MainScreen
from swarmtui.ui.tasks.slot_screen import SlotScreen
from tests.ui.driving import Program, running
from tests.ui.scripted import ScriptedSession, live
from tests.unit.swarm import builders
from tests.unit.swarm.all_actions import ALL_ACTIONS
from tests.unit.swarm.examples.on_nodes import RUNNING, SWARM
from tests.unit.swarm.examples.services import EXAMPLES as SERVICE_EXAMPLES
from tests.unit.swarm.examples.services import RAW
from tests.unit.swarm.shared_builders import config, network, secret, using, with_shared

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


@pytest.mark.parametrize("pane", PANES)
def test_ids_and_keys_are_unique_in_what_is_live_in_a_pane(pane: type) -> None:
    live = [each for owner in (LiveTable, Pane, pane, MainScreen, SwarmApp) for each in bindings_of(owner)]
    ids = Counter(each.id for each in live if each.id)
    assert [each for each, number in ids.items() if number > 1] == []
    keys = Counter(key.strip() for each in live for key in each.key.split(","))
    assert [each for each, number in keys.items() if number > 1] == []


@pytest.mark.parametrize("owners", [(InspectScreen, InspectView), (LogsScreen, LogView), (SlotScreen,)])
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
        *(action for action, _ in SERVICE_EXAMPLES if not isinstance(action, ScaleService)),
        ScaleService.of(builders.service("web", 2), 3),
        CreateService.of(ServiceForm(image="nginx:1.27", name="shop"), Cluster()),
        EditSpec.of(Target(Kind.SERVICE, "service-web", "web", 10), {}, {"Name": "web"}),
        SetAvailability.of(worker, "drain"),
        Promote.of(worker),
        Demote.of(manager),
        SetNodeLabels.of(worker, {"x": ""}),
        RemoveNode.of(builders.node("wrk2", state="down")),
        RestartTask.of(RUNNING, SWARM),
        *of_the_swarm(builders.swarm(autolock=True)),
        InitSwarm.of(OUTSIDE),
        JoinSwarm.of(OUTSIDE, Secret("SWMTKN-1"), "m"),
        LeaveSwarm.of(WORKER),
        UnlockSwarm.of(LOCKED, Secret("SWMKEY-1")),
    ]


def chosen(action: type[Action]) -> tuple[str, ...]:
    """The keys to an action's line of the menu of changes."""
    offered = [command.name for command in SERVICE_COMMANDS if command.menu]
    return ("E", *["down"] * offered.index(action.name), "enter")


def of_the_swarm(swarm: Swarm) -> list[Action]:
    return [
        RotateJoinToken.of(swarm, "worker"),
        SetAutolock.of(swarm, on=False),
        RotateUnlockKey.of(swarm),
        RotateCA.of(swarm),
        SetExternalCAs.of(swarm, ("https://ca/sign",)),
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
    UpdateImage: ("2", "u", "8"),
    ForceUpdate: ("2", "r"),
    RollBack: ("2", "R"),
    SetEnvironment: ("2", *chosen(SetEnvironment), "a", *"B=1", "enter"),
    SetPorts: ("2", *chosen(SetPorts), "delete"),
    SetPlacement: ("2", *chosen(SetPlacement), "delete"),
    SetResources: ("2", *chosen(SetResources), "7"),
    SetServiceLabels: ("2", "L", "delete"),
    SetUpdatePolicy: ("2", *chosen(SetUpdatePolicy), "7"),
    SetRollbackPolicy: ("2", *chosen(SetRollbackPolicy), "7"),
    SetRestartPolicy: ("2", *chosen(SetRestartPolicy), "down", "backspace", "7", "s"),
    SetEndpointMode: ("2", *chosen(SetEndpointMode), "ctrl+u", "d"),
    SetStopGracePeriod: ("2", *chosen(SetStopGracePeriod), "7", "s"),
    SetContainerLabels: ("2", *chosen(SetContainerLabels), "a", *"b=1", "enter"),
    SetMounts: ("2", *chosen(SetMounts), "a", *"b1:/b", "enter"),
    SetSecrets: ("2", *chosen(SetSecrets), "a", *"key", "enter"),
    SetConfigs: ("2", *chosen(SetConfigs), "a", *"conf", "enter"),
    SetNetworks: ("2", *chosen(SetNetworks), "a", *"front", "enter"),
    SetCommand: ("2", *chosen(SetCommand), "7"),
    SetHealthCheck: ("2", *chosen(SetHealthCheck), "7"),
    SetNameResolution: ("2", *chosen(SetNameResolution), "7"),
    SetContainerOptions: ("2", *chosen(SetContainerOptions), "S"),
    SetLogDriver: ("2", *chosen(SetLogDriver), "l"),
    ResumeUpdate: ("2", *chosen(ResumeUpdate)),
    RemoveService: ("2", "delete"),
    RestartTask: ("2", "enter", "delete"),
    CreateService: ("2", "n", *"img:1", "tab", *"shop"),
    EditSpec: ("2", "e"),
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
    SetExternalCAs: setting_at(10, *"https://ca/sign"),
    SetTaskHistoryLimit: setting_at(11, "9"),
    SetDispatcherHeartbeat: setting_at(12, "ctrl+u", "9", "h"),
    SetSnapshotInterval: setting_at(13, "9"),
    SetKeptSnapshots: setting_at(14, "9"),
    InitSwarm: ("I",),
    JoinSwarm: ("J", *"SWMTKN-1", "enter", "m"),
    LeaveSwarm: ("W",),
    UnlockSwarm: ("K", *"SWMKEY-1"),
}
"""The keys from the main screen to the dialog of each action."""


FORMS: dict[type[Action], tuple[str, ...]] = {
    CreateSecret: ("5", "n", "Create a secret"),
    SetSecretLabels: ("5", "L", "Labels of key"),
    SetConfigLabels: ("6", "L", "Labels of spare"),
    RemoveSecret: ("5", "delete", "used by"),
    RotateSecret: ("5", "r", "Rotate the secret key"),
    CreateConfig: ("6", "n", "Create a config"),
    RemoveConfig: ("6", "delete", "Remove the config spare"),
    RotateConfig: ("6", "r", "No service uses the config spare"),
    CreateNetwork: ("7", "n", "Create a network"),
    RemoveNetwork: ("7", "delete", "Remove the network back"),
    RemoveStack: ("4", "delete", "Remove the stack shop"),
    PruneNode: ("1", "D", "Measuring the disk use of mgr1"),
    DeployStack: ("4", "n", "Deploy a stack from a compose file"),
    SetVolumeAvailability: (*setting_at(15), "This swarm has no cluster volumes"),
    ReplaceRootCA: (*setting_at(9), "or the path of a PEM file"),
}
"""The keys to each dialog in which one must fill in something first, or that is refused with reasons; and its words."""

STEPS = {RemovePart, ReplaceReference}
"""Done only as parts of others."""


async def test_every_form_is_reached_by_keys(crash_log: Path) -> None:
    key, spare, back = secret("key"), config("spare"), network("back")
    services = [using("shop_web", key, stack="shop")]
    cluster = builders.cluster(builders.managers(3), services, swarm=builders.swarm())
    session = ScriptedSession(with_shared(cluster, [key, spare, back]))
    async with running(session, crash_log) as program:
        await program.see("shop_web +replicated")
        for *keys, words in FORMS.values():
            await program.press(*keys)
            for _, _, future in session.inspected:  # what a config holds
                if not future.done():
                    future.set_result({})
            await program.read(words)
            await program.press("escape")
            await program.until(lambda: len(program.app.screen_stack) == 1)


async def test_every_action_is_reached_by_keys(crash_log: Path) -> None:
    assert set(WAYS) | set(FORMS) | STEPS == set(ALL_ACTIONS), "add its keys to WAYS or FORMS"
    assert {type(action) for action in actions()} == set(WAYS), "add an example to actions()"
    nodes = [*builders.managers(3), builders.node("wrk1"), builders.node("wrk2", state="down")]
    cluster = builders.cluster(nodes, [builders.service("web", 2)], [RUNNING], swarm=builders.swarm(autolock=True))
    cluster = with_shared(cluster, [secret("key"), config("conf"), network("front")])
    session = ScriptedSession(cluster)
    editor = Editor(nullcontext, {"EDITOR": "sed -i 's/Labels: {}/Labels: {a: b}/'"})
    async with running(session, crash_log, editor=editor) as program:
        await program.see("web +replicated")
        for action in {type(each): each for each in actions()}.values():
            error, info = TROUBLES.get(type(action), (None, cluster.info))
            session.tell(connection=live(error=error), info=info)
            await program.read(error.message if error else "● live")
            await reach(program, session, *WAYS[type(action)])
            first, second, *_ = action.docker_command.split()
            await program.see(rf"\$ {first} {second}")
            await program.see("Drain" if isinstance(action, SetAvailability) else action.verb)
            await program.press("escape")
            if program.shows("Discard changes"):
                await program.press("tab", "enter")
            elif len(program.app.screen_stack) > 1:
                await program.press("escape")
            await program.until(lambda: len(program.app.screen_stack) == 1)


async def reach(program: Program, session: ScriptedSession, *keys: str) -> None:
    for key in keys:
        await program.press(key)
        if keys == WAYS[EditSpec] and key == "e":
            session.inspected[-1][2].set_result({"ID": "service-web", "Version": {"Index": 10}, "Spec": {"Labels": {}}})
        if keys == WAYS[RotateJoinToken] and key == "t":
            session.give_tokens()
            await program.see("SWMTKN-1-•")
        for _, _, future in session.inspected:
            if not future.done():
                future.set_result(RAW)
                await program.see("Cancel")
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
