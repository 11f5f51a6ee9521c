"""What can be asked for about a service."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from swarmtui.swarm.actions import names
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.service import Service
from swarmtui.ui.commands.command import Command, asking_of
from swarmtui.ui.commands.edit import edit_command

if TYPE_CHECKING:
    from swarmtui.ui.commands.asking import Asking

__all__ = ["SERVICE_COMMANDS"]


def _menu() -> Asking:
    from swarmtui.ui.services.askings import menu_of

    return menu_of({command.name: command.menu for command in SERVICE_COMMANDS if command.menu})


def _on_spec(name: str, asking: Callable[[], Asking], *, docker: str = "service update", **words: Any) -> Command:
    """A command whose dialog stands on the service's raw JSON."""
    return Command(name=name, docker=docker, about=Service, asking=asking, raw=Kind.SERVICE, **words)


def _set(name: str, **words: Any) -> Command:
    """A command that edits a set of lines."""
    return _on_spec(name, asking_of("services", "lines_of", name), **words)


def _form(name: str, **words: Any) -> Command:
    """A command with a form of named settings."""
    return _on_spec(name, asking_of("services", "form_of", name), **words)


SERVICE_COMMANDS: tuple[Command, ...] = (
    Command(
        name=names.SCALE_SERVICE,
        title="Scale a service",
        label="Scale",
        explanation="Set how many replicas the service has",
        docker="service scale",
        about=Service,
        asking=asking_of("services", "scale"),
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
        asking=asking_of("services", "scale_by", 1),
        key="plus",
    ),
    Command(
        name="service.scale.less",
        title="Scale down a service",
        label="Scale down",
        explanation="Scale down by one (asks first)",
        docker="service scale",
        about=Service,
        asking=asking_of("services", "scale_by", -1),
        key="minus",
    ),
    _on_spec(
        names.UPDATE_IMAGE,
        asking_of("services", "image"),
        title="Update the image of a service",
        label="Image",
        explanation="Update the image: another name or tag",
        key="u",
        shown=True,
        menu="image",
    ),
    _on_spec(
        names.FORCE_UPDATE,
        asking_of("services", "force"),
        title="Force-update a service",
        label="Force-update",
        explanation="Force-update (rolling restart): replace all tasks",
        key="r",
    ),
    _on_spec(
        names.ROLL_BACK,
        asking_of("services", "roll_back"),
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
        names.SET_MOUNTS,
        title="Change the mounts of a service",
        label="Mounts",
        explanation="Add, change and remove volumes, directories and other mounts of its containers",
        menu="mounts",
    ),
    _set(
        names.SET_SECRETS,
        title="Change the secrets of a service",
        label="Secrets",
        explanation="Change which secrets its containers get, as which files",
        menu="secrets",
    ),
    _set(
        names.SET_CONFIGS,
        title="Change the configs of a service",
        label="Configs",
        explanation="Change which configs its containers get, as which files",
        menu="configs",
    ),
    _set(
        names.SET_NETWORKS,
        title="Change the networks of a service",
        label="Networks",
        explanation="Change which networks its tasks are on, and their other names there",
        menu="networks",
    ),
    _form(
        names.SET_ENDPOINT_MODE,
        title="Change the endpoint mode of a service",
        label="Endpoint mode",
        explanation="Change whether its name stands for one virtual address (vip) or for its tasks' (dnsrr)",
        menu="endpoint mode",
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
    _set(
        names.SET_CONTAINER_LABELS,
        title="Change the container labels of a service",
        label="Container labels",
        explanation="Change the labels of its containers",
        menu="container labels",
    ),
    _form(
        names.SET_COMMAND,
        title="Change the command of a service",
        label="Command",
        explanation="Change what its containers run, as which user, and where",
        menu="command and user",
    ),
    _form(
        names.SET_HEALTH_CHECK,
        title="Change the health check of a service",
        label="Health check",
        explanation="Change how its containers are checked",
        menu="health check",
    ),
    _form(
        names.SET_NAME_RESOLUTION,
        title="Change the name resolution of a service",
        label="Names",
        explanation="Change the hostname, hosts and DNS of its containers",
        menu="hostname, hosts and DNS",
    ),
    _form(
        names.SET_CONTAINER_OPTIONS,
        title="Change the container options of a service",
        label="Container",
        explanation="Change signal, init, read-only, terminal, groups, capabilities, ulimits, sysctls",
        menu="container options: init, read-only, capabilities, ulimits …",
    ),
    _form(
        names.SET_LOG_DRIVER,
        title="Change the log driver of a service",
        label="Log driver",
        explanation="Change where its containers write their logs",
        menu="log driver",
    ),
    _on_spec(
        names.RESUME_UPDATE,
        asking_of("services", "resume"),
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
        asking=asking_of("services", "remove"),
        key="delete,ctrl+x",
    ),
    Command(
        name=names.CREATE_SERVICE,
        title="Create a service",
        label="New",
        explanation="Create a service with a form",
        docker="service create",
        asking=asking_of("services", "create"),
        key="n",
        to_write=True,
    ),
    Command(
        name="service.newer",
        title="Look for newer images",
        label="Newer images",
        explanation="Ask the registries which services have a newer image behind their tag, and update them in turn",
        docker="service update",
        asking=asking_of("services", "newer"),
        key="B",
    ),
    edit_command(Kind.SERVICE, Service),
)
"""In the order of their keys on the screen, and in the menu of changes."""
