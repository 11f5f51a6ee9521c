"""What can be made anew."""

from __future__ import annotations

from swarmtui.swarm.actions.create_service import CreateService
from swarmtui.ui.dialogs.create_service import CreateServiceDialog
from swarmtui.ui.openers.opening import Dialog, Ground, Opening

__all__ = ["OPENINGS"]


def _create_service(_: object, ground: Ground) -> Dialog:
    """The form; with what was typed before, when the engine has refused that."""
    refused = ground.refused.pop(CreateService.name, None)
    form = refused.form if isinstance(refused, CreateService) else None
    return CreateServiceDialog(ground.observation, read_only=ground.read_only, form=form, refused=refused is not None)


OPENINGS: dict[str, Opening] = {
    "service.create": Opening(None, _create_service),
}
