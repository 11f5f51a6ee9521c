"""What can be asked for about a service."""

from __future__ import annotations

from collections.abc import Callable

from swarmtui.swarm.actions import ScaleService
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects import Service
from swarmtui.ui.dialogs.scale import ScaleDialog
from swarmtui.ui.openers.opening import Dialog, Ground, Opening

__all__ = ["OPENINGS"]


def _scale(difference: int) -> Callable[[Service, Ground], Dialog]:
    def scale(service: Service, ground: Ground) -> Dialog:
        replicas = int(ScaleService.of(service, replicas=0).seen)
        return ScaleDialog(service, replicas + difference, ground.observation, read_only=ground.read_only)

    return scale


def _same_number(service: Service, action: Action, _: Cluster | None) -> Action:
    return ScaleService.of(service, int(action.wanted)) if isinstance(action, ScaleService) else action


OPENINGS: dict[str, Opening] = {
    "service.scale": Opening(Service, _scale(0), again=_same_number),
    "service.scale.more": Opening(Service, _scale(1), again=_same_number),
    "service.scale.less": Opening(Service, _scale(-1), again=_same_number),
}
