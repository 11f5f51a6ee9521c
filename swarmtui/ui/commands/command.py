"""Command: something a user can ask for, and how it is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from swarmtui.engine.polling.observation import Observation
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.ui.changes.action_dialog import ConfirmDialog
from swarmtui.ui.changes.editor import Editor
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.stacks.deployed import Deployed

__all__ = [
    "Command",
    "Confirmation",
    "Dialog",
    "DialogContext",
    "RawConfirmation",
    "Views",
    "confirm",
    "keys_of",
]

Dialog = ModalScreen[Any]
"""It returns the action to be done, several to be done in turn, the name of what to ask for next (a menu), or None."""


@dataclass(frozen=True)
class DialogContext:
    """What a dialog stands on when it is opened.

    Attributes:
        observation: the newest that is known.
        session: for a dialog that asks for more while it is open.
        addresses: at which other machines may reach the engine, as far as they are known.
        raw: the object as the engine has it now, as raw JSON, where the command asks for that; else None.
        editor: the user's, for what is changed as a text.
        refused: the newest of each sort of action that failed, by name. A dialog takes out its own and begins with
            what was typed for it, so that it need not be typed again.
        deployed: the compose files that were deployed from here.
    """

    observation: Observation
    addresses: tuple[str, ...] = ()
    raw: Any = None
    session: SwarmSession | None = None
    editor: Editor | None = None
    refused: dict[str, Action] = field(default_factory=dict)
    deployed: Deployed = field(default_factory=Deployed)


def has_swarm(observation: Observation) -> bool:
    """Whether there is a swarm on the screen."""
    return observation.cluster is not None


def always(_: Observation) -> bool:
    return True


class Views(Protocol):
    """What is shown for a command that asks for no change."""

    def show_tokens(self) -> None: ...
    def show_unlock_key(self) -> None: ...
    def show_recovery(self) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Command:
    """What a user can ask for: the one declaration of it.

    Its key, the line of keys, the menu, the help, the palette, docs/keys.md and docs/docker-commands.md follow from it.

    Attributes:
        name: also the ID of its key: "service.scale".
        title: what it is called where no object is under the cursor: "Scale a service".
        label: what it is called where one is; in a word or two: "Scale".
        explanation: what it does, without a full stop.
        docker: the docker command that does it: "service scale"; "" for none.
        about: the class of what must be under the cursor; None for what is about no object of a pane.
        dialog: makes the dialog for an object. Raises ChangeRefused when the change makes no sense for it.
        view: what it shows where it asks for no change; it has no dialog then.
        key: in the pane of these objects, or everywhere, as Textual names it; "" for none.
        shown: whether the key stands on the line of keys.
        menu: what the menu of changes calls it; "": it does not stand there.
        raw: of what kind the object is, where the dialog needs it as raw JSON: it is asked for first.
        again: makes for another object the action that was agreed on for one (`(item, action, cluster)`), so that it
            can be asked for of all that are marked. Raises ChangeRefused when it makes no sense for that one. None:
            it can be asked for of one object at a time; for a `confirm` it is not needed.
        to_write: whether the user writes something new in it, in an editor or a form: with --read-only that is refused
            before a word is written.
        each: makes the action for each of several by itself, where there is nothing to choose for all of them: one
            more replica than each has. Raises ChangeRefused when it makes no sense for that one.
        actions: the classes of the actions that come of it.
        offered: whether the palette has it now.
        works: whether its key does something now.
    """

    name: str
    title: str
    explanation: str
    label: str = ""
    docker: str = ""
    about: type | None = None
    dialog: Callable[[Any, DialogContext], Dialog] | None = None
    view: Callable[[Views], object] | None = None
    key: str = ""
    shown: bool = False
    menu: str = ""
    raw: Kind | None = None
    again: Callable[[Any, Action, Cluster | None], Action] | None = None
    to_write: bool = False
    each: Callable[[Any, Cluster | None], Action] | None = None
    actions: tuple[type[Action], ...] = ()
    offered: Callable[[Observation], bool] = has_swarm
    works: Callable[[Observation], bool] = always

    @property
    def binding(self) -> Binding:
        """Its key."""
        return Binding(
            self.key, f"ask('{self.name}')", self.label, show=self.shown, id=self.name, tooltip=self.explanation
        )


def keys_of(commands: Iterable[Command], before: Mapping[str, Binding] | None = None) -> list[BindingType]:
    """The keys of commands, in their order.

    Args:
        before: other keys, by the name of the command that they stand before.
    """
    keys = list[BindingType]()
    for command in commands:
        if before and command.name in before:
            keys.append(before[command.name])
        if command.key:
            keys.append(command.binding)
    return keys


class Confirmation:
    """Makes the dialog for an action that leaves nothing to choose.

    Attributes:
        make: the action, of an object and the newest cluster. Raises ChangeRefused when it makes no sense.
    """

    def __init__(self, make: Callable[[Any, Cluster | None], Action]) -> None:
        self.make = make

    def __call__(self, item: Any, context: DialogContext) -> Dialog:
        action = self.make(item, context.observation.cluster)
        return ConfirmDialog(action, context.observation)


confirm = Confirmation


class RawConfirmation:
    """As Confirmation, for an action that is made from the object's raw JSON.

    Attributes:
        make: the action, of the raw JSON. Raises ChangeRefused when it makes no sense.
    """

    def __init__(self, make: Callable[[Mapping[str, Any]], Action]) -> None:
        self.make = make

    def __call__(self, item: Any, context: DialogContext) -> Dialog:
        return ConfirmDialog(self.make(context.raw), context.observation)
