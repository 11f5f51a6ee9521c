"""How the commands on a service ask. Each imports its own dialog and action when it is asked for, and no other's."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.short_text import counted
from swarmtui.ui.commands.asking import Asking, Dialog, DialogContext, RawConfirmation, confirm

if TYPE_CHECKING:
    from swarmtui.swarm.services.form_change import FormChange
    from swarmtui.swarm.services.lines_change import LinesChange

__all__ = [
    "create",
    "force",
    "form_of",
    "image",
    "lines_of",
    "menu_of",
    "newer",
    "remove",
    "resume",
    "roll_back",
    "scale",
    "scale_by",
]

LINES = {
    names.SET_ENVIRONMENT: "lines_change:SetEnvironment",
    names.SET_PORTS: "ports:SetPorts",
    names.SET_MOUNTS: "container.mounts:SetMounts",
    names.SET_SECRETS: "container.files:SetSecrets",
    names.SET_CONFIGS: "container.files:SetConfigs",
    names.SET_NETWORKS: "container.networks:SetNetworks",
    names.SET_PLACEMENT: "placement:SetPlacement",
    names.SET_SERVICE_LABELS: "lines_change:SetServiceLabels",
    names.SET_CONTAINER_LABELS: "container.labels:SetContainerLabels",
}
"""The actions that change a set of lines, by their names: each in its module of `swarmtui.swarm.services`."""

FORMS = {
    names.SET_ENDPOINT_MODE: "service_settings:SetEndpointMode",
    names.SET_RESOURCES: "service_settings:SetResources",
    names.SET_UPDATE_POLICY: "service_settings:SetUpdatePolicy",
    names.SET_ROLLBACK_POLICY: "service_settings:SetRollbackPolicy",
    names.SET_RESTART_POLICY: "service_settings:SetRestartPolicy",
    names.SET_STOP_GRACE_PERIOD: "service_settings:SetStopGracePeriod",
    names.SET_COMMAND: "container.forms:SetCommand",
    names.SET_HEALTH_CHECK: "container.forms:SetHealthCheck",
    names.SET_NAME_RESOLUTION: "container.forms:SetNameResolution",
    names.SET_CONTAINER_OPTIONS: "container.forms:SetContainerOptions",
    names.SET_LOG_DRIVER: "container.forms:SetLogDriver",
}
"""Those that have a form of named settings, likewise."""


def _action(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(f"swarmtui.swarm.services.{module}"), name)


# ------------------------------------------------------------------------------------------------ scaling


def _scale_dialog(service: Service, difference: int, context: DialogContext) -> Dialog:
    from swarmtui.ui.services.scale import ScaleDialog

    return ScaleDialog(service, difference, context.observation)


def _same_number(service: Service, action: Action, _: Cluster | None) -> Action:
    from swarmtui.swarm.services.scale import ScaleService

    if not isinstance(action, ScaleService):
        return action
    wanted = ScaleService.of(service, int(action.wanted))
    if wanted.seen == wanted.wanted:
        raise NotPossible(f"{service.name} is already set to {wanted.wanted}.")
    return wanted


def scale() -> Asking:
    """To a number."""
    from swarmtui.swarm.services.scale import ScaleService

    return Asking(lambda service, context: _scale_dialog(service, 0, context), (ScaleService,), again=_same_number)


def scale_by(difference: int) -> Asking:
    """Up or down."""
    from swarmtui.swarm.services.scale import ScaleService

    def each(service: Service, _: Cluster | None) -> Action:
        replicas = int(ScaleService.of(service, replicas=0).seen) + difference
        if replicas < 0:
            raise NotPossible(f"{service.name} is already set to 0.")
        return ScaleService.of(service, replicas)

    return Asking(lambda service, context: _scale_dialog(service, difference, context), (ScaleService,), each=each)


# ------------------------------------------------------------------------------------------------ its spec


def menu_of(choices: Mapping[str, str]) -> Asking:
    """A menu of commands.

    Args:
        choices: what the menu calls each, by their names.
    """

    def menu(service: Service, context: DialogContext) -> Dialog:
        from swarmtui.ui.kit.dialogs.menu import MenuDialog

        whom = service.name if context.number == 1 else counted(context.number, "service")
        return MenuDialog(f"Change {whom}: what?", choices)

    return Asking(menu, leads_on=True)


def _likewise(raw: Mapping[str, Any], action: Action, _: Cluster | None) -> Action:
    """What was chosen for one service, for another: given its raw JSON."""
    from swarmtui.swarm.services.change import ServiceChange

    return action.on_another(raw) if isinstance(action, ServiceChange) else action


def image() -> Asking:
    """For another image."""
    from swarmtui.swarm.services.update_image import UpdateImage

    def dialog(_: Service, context: DialogContext) -> Dialog:
        from swarmtui.ui.services.update_image import ImageDialog

        return ImageDialog(context.raw, context.observation, context.session)

    return Asking(dialog, (UpdateImage,), again=_likewise)


def lines_of(name: str) -> Asking:
    """The lines of a set.

    Args:
        name: of the action.
    """
    kind: type[LinesChange] = _action(LINES[name])

    def dialog(_: Service, context: DialogContext) -> Dialog:
        from swarmtui.ui.services.lines_dialog import LinesDialog

        if missing := kind.unknown(context.observation.cluster):
            raise NotPossible(missing)
        return LinesDialog(kind, context.raw, context.observation)

    return Asking(dialog, (kind,), again=_likewise)


def form_of(name: str) -> Asking:
    """A form.

    Args:
        name: of the action.
    """
    kind: type[FormChange] = _action(FORMS[name])

    def dialog(_: Service, context: DialogContext) -> Dialog:
        from swarmtui.ui.services.form_dialog import FormDialog

        kind.check_service(context.raw)
        return FormDialog(kind, context.raw, context.observation)

    return Asking(dialog, (kind,), again=_likewise)


# ------------------------------------------------------------------------------------------------ all of it


def force() -> Asking:
    """To replace all tasks."""
    from swarmtui.swarm.services.rolling import ForceUpdate

    return Asking(RawConfirmation(ForceUpdate.of), (ForceUpdate,))


def roll_back() -> Asking:
    """To the spec before."""
    from swarmtui.swarm.services.rolling import RollBack

    return Asking(RawConfirmation(RollBack.of), (RollBack,))


def resume() -> Asking:
    """To go on with an update."""
    from swarmtui.swarm.services.rolling import ResumeUpdate

    return Asking(RawConfirmation(ResumeUpdate.of), (ResumeUpdate,))


def remove() -> Asking:
    """To remove it."""
    from swarmtui.swarm.services.removal import RemoveService

    def of(service: Service, _: Cluster | None) -> Action:
        return RemoveService.of(service)

    return Asking(confirm(of), (RemoveService,))


def newer() -> Asking:
    """Which newer images are taken."""
    from swarmtui.swarm.services.update_image import UpdateImage

    def dialog(_: object, context: DialogContext) -> Dialog:
        from swarmtui.ui.services.newer_images import NewerImagesDialog

        if context.session is None or context.observation.cluster is None:
            raise NotPossible("The services are not known yet.")
        return NewerImagesDialog(context.observation, context.session)

    return Asking(dialog, (UpdateImage,))


def create() -> Asking:
    """A new one: the form, with what was typed before, when the engine has refused that."""
    from swarmtui.swarm.services.create import CreateService

    def dialog(_: object, context: DialogContext) -> Dialog:
        from swarmtui.ui.services.create import CreateServiceDialog

        refused = context.refused.pop(CreateService.name, None)
        form = refused.form if isinstance(refused, CreateService) else None
        return CreateServiceDialog(context.observation, form=form, refused=refused is not None, session=context.session)

    return Asking(dialog, (CreateService,))
