"""What can be asked for about a service."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from swarmtui.swarm.actions import names
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.service import Service
from swarmtui.ui.commands.command import Command
from swarmtui.ui.commands.edit import edit_command

if TYPE_CHECKING:
    from swarmtui.ui.commands.asking import Asking
    from swarmtui.ui.services.askings import ServiceAskings

__all__ = ["SERVICE_COMMANDS"]


def _askings() -> type[ServiceAskings]:
    from swarmtui.ui.services.askings import ServiceAskings

    return ServiceAskings


def _menu() -> Asking:
    from swarmtui.ui.services.askings import menu_of

    return menu_of({command.name: command.menu for command in SERVICE_COMMANDS if command.menu})


def _on_spec(name: str, asking: Callable[[], Asking], *, docker: str = "service update", **words: Any) -> Command:
    """A command whose dialog stands on the service's raw JSON."""
    return Command(name=name, docker=docker, about=Service, asking=asking, raw=Kind.SERVICE, **words)


def _set(name: str, **words: Any) -> Command:
    """A command that edits a set of lines."""
    return _on_spec(name, lambda: _askings().lines[name], **words)


def _form(name: str, **words: Any) -> Command:
    """A command with a form of named settings."""
    return _on_spec(name, lambda: _askings().forms[name], **words)


SERVICE_COMMANDS: tuple[Command, ...] = (
    Command(
        name=names.SCALE_SERVICE,
        title="Scale a service",
        label="Scale",
        explanation="Set how many replicas the service has",
        docker="service scale",
        about=Service,
        asking=lambda: _askings().scale,
        key="s",
        shown=True,
        menu="replicas",
    ),
    Command(
        name="service.scale.more",
        title="Scale up a service",
        label="Scale up",
        explanation="Scale up by one (asks first)",
        docker="service scale",
        about=Service,
        asking=lambda: _askings().more,
        key="plus",
    ),
    Command(
        name="service.scale.less",
        title="Scale down a service",
        label="Scale down",
        explanation="Scale down by one (asks first)",
        docker="service scale",
        about=Service,
        asking=lambda: _askings().less,
        key="minus",
    ),
    _on_spec(
        names.UPDATE_IMAGE,
        lambda: _askings().image,
        title="Update the image of a service",
        label="Image",
        explanation="Update the image: another name or tag",
        key="u",
        shown=True,
        menu="image",
    ),
    _on_spec(
        names.FORCE_UPDATE,
        lambda: _askings().force,
        title="Force-update a service",
        label="Force-update",
        explanation="Force-update (rolling restart): replace all tasks",
        key="r",
    ),
    _on_spec(
        names.ROLL_BACK,
        lambda: _askings().roll_back,
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
        asking=_menu,
        key="E",
        shown=True,
    ),
    _set(
        names.SET_ENVIRONMENT,
        title="Change the environment of a service",
        label="Environment",
        explanation="Add, change and remove environment variables of its containers",
        menu="environment",
    ),
    _set(
        names.SET_PORTS,
        title="Change the published ports of a service",
        label="Ports",
        explanation="Add and remove published ports",
        menu="published ports",
    ),
    _set(
        names.SET_PLACEMENT,
        title="Change the constraints of a service",
        label="Constraints",
        explanation="Change where its tasks may run, and how they are spread",
        menu="constraints and preferences",
    ),
    _form(
        names.SET_RESOURCES,
        title="Change the limits of a service",
        label="Limits",
        explanation="Change the limits and reservations of its tasks",
        menu="limits and reservations",
    ),
    _set(
        names.SET_SERVICE_LABELS,
        title="Change the labels of a service",
        label="Labels",
        explanation="Change the labels of the service",
        key="L",
        menu="labels",
    ),
    _form(
        names.SET_UPDATE_POLICY,
        title="Change the update policy of a service",
        label="Update policy",
        explanation="Change how an update replaces its tasks",
        menu="update policy",
    ),
    _form(
        names.SET_ROLLBACK_POLICY,
        title="Change the rollback policy of a service",
        label="Rollback policy",
        explanation="Change how a rollback replaces its tasks",
        menu="rollback policy",
    ),
    _form(
        names.SET_RESTART_POLICY,
        title="Change the restart policy of a service",
        label="Restart policy",
        explanation="Change when Swarm replaces a task that ended",
        menu="restart policy",
    ),
    _form(
        names.SET_STOP_GRACE_PERIOD,
        title="Change the stop grace period of a service",
        label="Stop grace period",
        explanation="Change how long its containers may take to stop before they are killed",
        menu="stop grace period",
    ),
    _on_spec(
        names.RESUME_UPDATE,
        lambda: _askings().resume,
        title="Resume a paused update of a service",
        label="Resume",
        explanation="Resume the paused update: Swarm continues replacing tasks",
        menu="resume a paused update",
    ),
    Command(
        name=names.REMOVE_SERVICE,
        title="Remove a service",
        label="Remove",
        explanation="Remove the service: all of its tasks stop",
        docker="service rm",
        about=Service,
        asking=lambda: _askings().remove,
        key="delete,ctrl+x",
    ),
    Command(
        name=names.CREATE_SERVICE,
        title="Create a service",
        label="New",
        explanation="Create a service with a form",
        docker="service create",
        asking=lambda: _askings().create,
        key="n",
        to_write=True,
    ),
    edit_command(Kind.SERVICE, Service),
)
"""In the order of their keys on the screen, and in the menu of changes."""
