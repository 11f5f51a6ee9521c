"""Opening: how one change is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from textual.screen import ModalScreen

from swarmtui.engine.observation import Observation
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.ui.dialogs.action import ConfirmDialog
from swarmtui.ui.editor import Editor
from swarmtui.ui.session import SwarmSession

__all__ = ["Confirmation", "Dialog", "Ground", "Opening", "RawConfirmation", "confirm"]

Dialog = ModalScreen[Any]
"""It returns the action to be done, the name of what to ask for next (a menu), or None."""


@dataclass(frozen=True)
class Ground:
    """What a dialog stands on when it is opened.

    Attributes:
        observation: the newest that is known.
        read_only: the gateway will refuse every change.
        session: for a dialog that asks for more while it is open.
        addresses: at which other machines may reach the engine, as far as they are known.
        raw: the object as the engine has it now, as raw JSON, where the opening asks for that; else None.
        editor: the user's, for what is changed as a text.
        refused: the newest of each sort of action that failed, by name. A dialog takes out its own and begins with
            what was typed for it, so that it need not be typed again.
    """

    observation: Observation
    read_only: bool = False
    addresses: tuple[str, ...] = ()
    raw: Any = None
    session: SwarmSession | None = None
    editor: Editor | None = None
    refused: dict[str, Action] = field(default_factory=dict)


@dataclass(frozen=True)
class Opening:
    """How a change is asked for.

    Attributes:
        about: the class of what must be under the cursor; None for a change that is about no object of a pane.
        dialog: makes the dialog for an object. Raises ChangeRefused when the change makes no sense for it.
        raw: of what kind the object is, where the dialog needs it as raw JSON: it is asked for first.
        again: makes for another object the action that was agreed on for one (`(item, action, cluster)`), so that it
            can be asked for of all that are marked. Raises ChangeRefused when it makes no sense for that one. None:
            it can be asked for of one object at a time; for a `confirm` it is not needed.
    """

    about: type | None
    dialog: Callable[[Any, Ground], Dialog]
    raw: Kind | None = None
    again: Callable[[Any, Action, Cluster | None], Action] | None = None


class Confirmation:
    """Makes the dialog for an action that leaves nothing to choose.

    Attributes:
        make: the action, of an object and the newest cluster. Raises ChangeRefused when it makes no sense.
    """

    def __init__(self, make: Callable[[Any, Cluster | None], Action]) -> None:
        self.make = make

    def __call__(self, item: Any, ground: Ground) -> Dialog:
        action = self.make(item, ground.observation.cluster)
        return ConfirmDialog(action, ground.observation, read_only=ground.read_only)


confirm = Confirmation


class RawConfirmation:
    """As Confirmation, for an action that is made from the object's raw JSON.

    Attributes:
        make: the action, of the raw JSON. Raises ChangeRefused when it makes no sense.
    """

    def __init__(self, make: Callable[[Mapping[str, Any]], Action]) -> None:
        self.make = make

    def __call__(self, item: Any, ground: Ground) -> Dialog:
        return ConfirmDialog(self.make(ground.raw), ground.observation, read_only=ground.read_only)
