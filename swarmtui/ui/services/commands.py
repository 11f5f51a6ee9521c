"""What can be asked for about a service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.create import CreateService
from swarmtui.swarm.services.form_change import FormChange
from swarmtui.swarm.services.lines_change import LinesChange, SetEnvironment, SetServiceLabels
from swarmtui.swarm.services.placement import SetPlacement
from swarmtui.swarm.services.ports import SetPorts
from swarmtui.swarm.services.removal import RemoveService
from swarmtui.swarm.services.rolling import ForceUpdate, ResumeUpdate, RollBack
from swarmtui.swarm.services.scale import ScaleService
from swarmtui.swarm.services.settings import (
    SetResources,
    SetRestartPolicy,
    SetRollbackPolicy,
    SetStopGracePeriod,
    SetUpdatePolicy,
)
from swarmtui.swarm.services.update_image import UpdateImage
from swarmtui.ui.commands.command import Command, Dialog, DialogContext, RawConfirmation, confirm
from swarmtui.ui.commands.edit import edit_command
from swarmtui.ui.kit.dialogs.menu import MenuDialog
from swarmtui.ui.services.create import CreateServiceDialog
from swarmtui.ui.services.form_dialog import FormDialog
from swarmtui.ui.services.lines_dialog import LinesDialog
from swarmtui.ui.services.scale import ScaleDialog
from swarmtui.ui.services.update_image import ImageDialog

__all__ = ["SERVICE_COMMANDS"]


def _scale(difference: int) -> Callable[[Service, DialogContext], Dialog]:
    def scale(service: Service, context: DialogContext) -> Dialog:
        return ScaleDialog(service, difference, context.observation)

    return scale


def _more(difference: int) -> Callable[[Service, Cluster | None], Action]:
    def more(service: Service, _: Cluster | None) -> Action:
        replicas = int(ScaleService.of(service, replicas=0).seen) + difference
        if replicas < 0:
            raise NotPossible(f"{service.name} is already set to 0.")
        return ScaleService.of(service, replicas)

    return more


def _same_number(service: Service, action: Action, _: Cluster | None) -> Action:
    if not isinstance(action, ScaleService):
        return action
    wanted = ScaleService.of(service, int(action.wanted))
    if wanted.seen == wanted.wanted:
        raise NotPossible(f"{service.name} is already set to {wanted.wanted}.")
    return wanted


def _menu(service: Service, _: DialogContext) -> Dialog:
    choices = {command.name: command.menu for command in SERVICE_COMMANDS if command.menu}
    return MenuDialog(f"Change {service.name}: what?", choices)


def _image(_: Service, context: DialogContext) -> Dialog:
    return ImageDialog(context.raw, context.observation)


def _lines(kind: type[LinesChange]) -> Callable[[Service, DialogContext], Dialog]:
    return lambda _, context: LinesDialog(kind, context.raw, context.observation)


def _form(kind: type[FormChange]) -> Callable[[Service, DialogContext], Dialog]:
    def dialog(service: Service, context: DialogContext) -> Dialog:
        if service.spec.mode.name.endswith("-job") and kind in (SetUpdatePolicy, SetRollbackPolicy):
            raise NotPossible(f"{service.name} is a job: its tasks are not replaced one after another.")
        return FormDialog(kind, context.raw, context.observation)

    return dialog


def _create(_: object, context: DialogContext) -> Dialog:
    """The form; with what was typed before, when the engine has refused that."""
    refused = context.refused.pop(CreateService.name, None)
    form = refused.form if isinstance(refused, CreateService) else None
    return CreateServiceDialog(context.observation, form=form, refused=refused is not None)


def _on_spec(
    action: type[Action],
    dialog: Callable[[Service, DialogContext], Dialog],
    *,
    docker: str = "service update",
    **words: Any,
) -> Command:
    """A command whose dialog stands on the service's raw JSON."""
    return Command(
        name=action.name, docker=docker, about=Service, dialog=dialog, raw=Kind.SERVICE, actions=(action,), **words
    )


SERVICE_COMMANDS: tuple[Command, ...] = (
    Command(
        name=ScaleService.name,
        title="Scale a service",
        label="Scale",
        explanation="Set how many replicas the service has",
        docker="service scale",
        about=Service,
        dialog=_scale(0),
        key="s",
        shown=True,
        menu="replicas",
        again=_same_number,
        actions=(ScaleService,),
    ),
    Command(
        name="service.scale.more",
        title="Scale up a service",
        label="Scale up",
        explanation="Scale up by one (asks first)",
        docker="service scale",
        about=Service,
        dialog=_scale(1),
        key="plus",
        each=_more(1),
        actions=(ScaleService,),
    ),
    Command(
        name="service.scale.less",
        title="Scale down a service",
        label="Scale down",
        explanation="Scale down by one (asks first)",
        docker="service scale",
        about=Service,
        dialog=_scale(-1),
        key="minus",
        each=_more(-1),
        actions=(ScaleService,),
    ),
    _on_spec(
        UpdateImage,
        _image,
        title="Update the image of a service",
        label="Image",
        explanation="Update the image: another name or tag",
        key="u",
        shown=True,
        menu="image",
    ),
    _on_spec(
        ForceUpdate,
        RawConfirmation(ForceUpdate.of),
        title="Force-update a service",
        label="Force-update",
        explanation="Force-update (rolling restart): replace all tasks",
        key="r",
    ),
    _on_spec(
        RollBack,
        RawConfirmation(RollBack.of),
        docker="service rollback",
        title="Roll back a service",
        label="Roll back",
        explanation="Roll back to its previous spec",
        key="R",
    ),
    Command(
        name="service.change",
        title="Change a service",
        label="Change",
        explanation="Change the environment, ports, constraints, limits, policies and more",
        docker="service update",
        about=Service,
        dialog=_menu,
        key="E",
        shown=True,
    ),
    _on_spec(
        SetEnvironment,
        _lines(SetEnvironment),
        title="Change the environment of a service",
        label="Environment",
        explanation="Add, change and remove environment variables of its containers",
        menu="environment",
    ),
    _on_spec(
        SetPorts,
        _lines(SetPorts),
        title="Change the published ports of a service",
        label="Ports",
        explanation="Add and remove published ports",
        menu="published ports",
    ),
    _on_spec(
        SetPlacement,
        _lines(SetPlacement),
        title="Change the constraints of a service",
        label="Constraints",
        explanation="Change where its tasks may run, and how they are spread",
        menu="constraints and preferences",
    ),
    _on_spec(
        SetResources,
        _form(SetResources),
        title="Change the limits of a service",
        label="Limits",
        explanation="Change the limits and reservations of its tasks",
        menu="limits and reservations",
    ),
    _on_spec(
        SetServiceLabels,
        _lines(SetServiceLabels),
        title="Change the labels of a service",
        label="Labels",
        explanation="Change the labels of the service",
        key="L",
        menu="labels",
    ),
    _on_spec(
        SetUpdatePolicy,
        _form(SetUpdatePolicy),
        title="Change the update policy of a service",
        label="Update policy",
        explanation="Change how an update replaces its tasks",
        menu="update policy",
    ),
    _on_spec(
        SetRollbackPolicy,
        _form(SetRollbackPolicy),
        title="Change the rollback policy of a service",
        label="Rollback policy",
        explanation="Change how a rollback replaces its tasks",
        menu="rollback policy",
    ),
    _on_spec(
        SetRestartPolicy,
        _form(SetRestartPolicy),
        title="Change the restart policy of a service",
        label="Restart policy",
        explanation="Change when Swarm replaces a task that ended",
        menu="restart policy",
    ),
    _on_spec(
        SetStopGracePeriod,
        _form(SetStopGracePeriod),
        title="Change the stop grace period of a service",
        label="Stop grace period",
        explanation="Change how long its containers may take to stop before they are killed",
        menu="stop grace period",
    ),
    _on_spec(
        ResumeUpdate,
        RawConfirmation(ResumeUpdate.of),
        title="Resume a paused update of a service",
        label="Resume",
        explanation="Resume the paused update: Swarm continues replacing tasks",
        menu="resume a paused update",
    ),
    Command(
        name=RemoveService.name,
        title="Remove a service",
        label="Remove",
        explanation="Remove the service: all of its tasks stop",
        docker="service rm",
        about=Service,
        dialog=confirm(lambda service, _: RemoveService.of(service)),
        key="delete,ctrl+x",
        actions=(RemoveService,),
    ),
    Command(
        name=CreateService.name,
        title="Create a service",
        label="New",
        explanation="Create a service with a form",
        docker="service create",
        dialog=_create,
        key="n",
        to_write=True,
        actions=(CreateService,),
    ),
    edit_command(Kind.SERVICE, Service),
)
"""In the order of their keys on the screen, and in the menu of changes."""
