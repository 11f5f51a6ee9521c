"""What can be asked for about secrets and configs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.files.changes import CreateConfig, CreateSecret, RemoveConfig, RemoveSecret
from swarmtui.swarm.files.rotation import ReplaceReference, RotateConfig, RotateSecret
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.file import ConfigFile, SecretFile
from swarmtui.ui.commands.command import Command, Dialog, DialogContext, confirm
from swarmtui.ui.files.dialogs import CreateFileDialog, RotateDialog

__all__ = ["CONFIG_COMMANDS", "SECRET_COMMANDS"]


def _create(kind: Kind) -> Callable[[Any, DialogContext], Dialog]:
    return lambda _, context: CreateFileDialog(kind, context.observation)


def _rotate(action: type[RotateSecret | RotateConfig]) -> Callable[[Any, DialogContext], Dialog]:
    def dialog(item: SecretFile, context: DialogContext) -> Dialog:
        action.check(item, context.observation.cluster)
        return RotateDialog(item, context.observation)

    return dialog


def _commands(
    kind: Kind,
    of: type[SecretFile],
    create: type[Action],
    rotate: type[RotateSecret | RotateConfig],
    remove: Callable[[Any, Cluster | None], Action],
    removal: type[Action],
) -> tuple[Command, ...]:
    word = kind.word
    return (
        Command(
            name=create.name,
            title=f"Create a {word}",
            label="New",
            explanation=f"Create a {word}, from a file or from what you type",
            docker=f"{word} create",
            dialog=_create(kind),
            key="n",
            shown=True,
            to_write=True,
            actions=(create,),
        ),
        Command(
            name=rotate.name,
            title=f"Rotate a {word}",
            label="Rotate",
            explanation=f"Replace the {word} with a new one in every service that uses it",
            about=of,
            dialog=_rotate(rotate),
            key="r",
            shown=True,
            to_write=True,
            actions=(rotate, ReplaceReference),
        ),
        Command(
            name=removal.name,
            title=f"Remove a {word}",
            label="Remove",
            explanation=f"Remove the {word}, if no service uses it",
            docker=f"{word} rm",
            about=of,
            dialog=confirm(remove),
            key="delete,ctrl+x",
            shown=True,
            actions=(removal,),
        ),
    )


SECRET_COMMANDS = _commands(Kind.SECRET, SecretFile, CreateSecret, RotateSecret, RemoveSecret.of, RemoveSecret)
CONFIG_COMMANDS = _commands(Kind.CONFIG, ConfigFile, CreateConfig, RotateConfig, RemoveConfig.of, RemoveConfig)
"""Both in the order of their keys on the screen."""
