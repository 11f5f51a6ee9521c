"""What can be asked for about a service."""

from __future__ import annotations

from collections.abc import Callable

from swarmtui.swarm.actions import ScaleService
from swarmtui.swarm.objects import Service
from swarmtui.ui.dialogs.scale import ScaleDialog
from swarmtui.ui.openers.opening import Dialog, Ground, Opening

__all__ = ["OPENINGS"]


def _scale(difference: int) -> Callable[[Service, Ground], Dialog]:
    def scale(service: Service, ground: Ground) -> Dialog:
        replicas = int(ScaleService.of(service, replicas=0).seen)
        return ScaleDialog(service, replicas + difference, ground.observation, read_only=ground.read_only)

    return scale


OPENINGS: dict[str, Opening] = {
    "service.scale": Opening(Service, _scale(0)),
    "service.scale.more": Opening(Service, _scale(1)),
    "service.scale.less": Opening(Service, _scale(-1)),
}
