"""What can be asked for about a service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import ScaleService
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.actions.forms import FormChange
from swarmtui.swarm.actions.lines import LinesChange, SetEnvironment, SetServiceLabels
from swarmtui.swarm.actions.placement import SetPlacement
from swarmtui.swarm.actions.ports import SetPorts
from swarmtui.swarm.actions.removal import RemoveService
from swarmtui.swarm.actions.rolling import ForceUpdate, ResumeUpdate, RollBack
from swarmtui.swarm.actions.service_settings import SetResources, SetRestartPolicy, SetRollbackPolicy, SetUpdatePolicy
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects import Service
from swarmtui.ui.dialogs.form import FormDialog
from swarmtui.ui.dialogs.image import ImageDialog
from swarmtui.ui.dialogs.lines import LinesDialog
from swarmtui.ui.dialogs.menu import MenuDialog
from swarmtui.ui.dialogs.scale import ScaleDialog
from swarmtui.ui.openers.opening import Dialog, Ground, Opening, RawConfirmation, confirm

__all__ = ["CHANGES", "OPENINGS"]

CHANGES: Mapping[str, str] = {
    "service.image": "image",
    "service.environment": "environment",
    "service.ports": "published ports",
    "service.constraints": "constraints and preferences",
    "service.limits": "limits and reservations",
    "service.labels": "labels",
    "service.scale": "replicas",
    "service.update-policy": "update policy",
    "service.rollback-policy": "rollback policy",
    "service.restart-policy": "restart policy",
    "service.resume": "resume a paused update",
}
"""What the menu of changes offers, in its words."""


def _scale(difference: int) -> Callable[[Service, Ground], Dialog]:
    def scale(service: Service, ground: Ground) -> Dialog:
        replicas = int(ScaleService.of(service, replicas=0).seen)
        return ScaleDialog(service, replicas + difference, ground.observation, read_only=ground.read_only)

    return scale


def _same_number(service: Service, action: Action, _: Cluster | None) -> Action:
    return ScaleService.of(service, int(action.wanted)) if isinstance(action, ScaleService) else action


def _menu(service: Service, _: Ground) -> Dialog:
    return MenuDialog(f"Change {service.name}: what?", CHANGES)


def _image(_: Service, ground: Ground) -> Dialog:
    return ImageDialog(ground.raw, ground.observation, read_only=ground.read_only)


def _lines(kind: type[LinesChange]) -> Opening:
    def dialog(_: Service, ground: Ground) -> Dialog:
        return LinesDialog(kind, ground.raw, ground.observation, read_only=ground.read_only)

    return Opening(Service, dialog, raw=Kind.SERVICE)


def _form(kind: type[FormChange]) -> Opening:
    def dialog(service: Service, ground: Ground) -> Dialog:
        if service.spec.mode.name.endswith("-job") and kind in (SetUpdatePolicy, SetRollbackPolicy):
            raise NotPossible(f"{service.name} is a job: its tasks are not replaced one after another.")
        return FormDialog(kind, ground.raw, ground.observation, read_only=ground.read_only)

    return Opening(Service, dialog, raw=Kind.SERVICE)


def _confirm(make: Callable[[Mapping[str, Any]], Action]) -> Opening:
    return Opening(Service, RawConfirmation(make), raw=Kind.SERVICE)


OPENINGS: dict[str, Opening] = {
    "service.scale": Opening(Service, _scale(0), again=_same_number),
    "service.scale.more": Opening(Service, _scale(1), again=_same_number),
    "service.scale.less": Opening(Service, _scale(-1), again=_same_number),
    "service.change": Opening(Service, _menu),
    "service.image": Opening(Service, _image, raw=Kind.SERVICE),
    "service.force": _confirm(ForceUpdate.of),
    "service.rollback": _confirm(RollBack.of),
    "service.resume": _confirm(ResumeUpdate.of),
    "service.environment": _lines(SetEnvironment),
    "service.ports": _lines(SetPorts),
    "service.constraints": _lines(SetPlacement),
    "service.labels": _lines(SetServiceLabels),
    "service.limits": _form(SetResources),
    "service.update-policy": _form(SetUpdatePolicy),
    "service.rollback-policy": _form(SetRollbackPolicy),
    "service.restart-policy": _form(SetRestartPolicy),
    "service.remove": Opening(Service, confirm(lambda service, _: RemoveService.of(service))),
}
