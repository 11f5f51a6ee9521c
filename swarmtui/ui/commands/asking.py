"""Asking: how a command asks. Loaded with the first key that asks, since dialogs and actions come with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from textual.screen import ModalScreen

from swarmtui.engine.polling.observation import Observation
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.ui.changes.action_dialog import ConfirmDialog
from swarmtui.ui.changes.editor import Editor
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.stacks.deployed import Deployed

__all__ = ["Asking", "Confirmation", "Dialog", "DialogContext", "RawConfirmation", "confirm"]

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
        number: of how many objects it is asked.
    """

    observation: Observation
    addresses: tuple[str, ...] = ()
    raw: Any = None
    session: SwarmSession | None = None
    editor: Editor | None = None
    refused: dict[str, Action] = field(default_factory=dict)
    deployed: Deployed = field(default_factory=Deployed)
    number: int = 1


class Asking(msgspec.Struct, frozen=True):
    """How a command asks, and what comes of it.

    Attributes:
        dialog: makes the dialog for an object. Raises ChangeRefused when the change makes no sense for it. None for
            what is only shown (`Command.view`).
        actions: the classes of the actions that come of it.
        again: makes for another object the action that was agreed on for one (`(item, action, cluster)`), so that it
            can be asked for of all that are marked. The item is raw JSON where the command asks for that. Raises
            ChangeRefused when it makes no sense for that one. None: it can be asked for of one object at a time; for
            a `confirm` it is not needed.
        each: makes the action for each of several by itself, where there is nothing to choose for all of them: one
            more replica than each has. Raises ChangeRefused when it makes no sense for that one.
        leads_on: its dialog only chooses what is asked for next, of all that are marked.
    """

    dialog: Callable[[Any, DialogContext], Dialog] | None = None
    actions: tuple[type[Action], ...] = ()
    again: Callable[[Any, Action, Cluster | None], Action] | None = None
    each: Callable[[Any, Cluster | None], Action] | None = None
    leads_on: bool = False


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
