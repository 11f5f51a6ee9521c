"""Opening: how one change is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual.screen import ModalScreen

from swarmtui.engine.observation import Observation
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.ui.dialogs.action import ConfirmDialog

__all__ = ["Dialog", "Ground", "Opening", "confirm"]

Dialog = ModalScreen[Action | None]


@dataclass(frozen=True)
class Ground:
    """What a dialog stands on when it is opened.

    Attributes:
        observation: the newest that is known.
        read_only: the gateway will refuse every change.
        raw: the object as the engine has it now, as raw JSON, where the opening asks for that; else None.
    """

    observation: Observation
    read_only: bool = False
    raw: Any = None


@dataclass(frozen=True)
class Opening:
    """How a change is asked for.

    Attributes:
        about: the class of what must be under the cursor; None for a change that is about no object of a pane.
        dialog: makes the dialog for an object. Raises ChangeRefused when the change makes no sense for it.
        raw: of what kind the object is, where the dialog needs it as raw JSON: it is asked for first.
    """

    about: type | None
    dialog: Callable[[Any, Ground], Dialog]
    raw: Kind | None = None


def confirm(make: Callable[[Any, Cluster | None], Action]) -> Callable[[Any, Ground], Dialog]:
    """The dialog for an action that leaves nothing to choose."""

    def dialog(item: Any, ground: Ground) -> Dialog:
        return ConfirmDialog(make(item, ground.observation.cluster), ground.observation, read_only=ground.read_only)

    return dialog
