"""What can be asked for about secrets and configs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from swarmtui.swarm.actions import names
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.file import ConfigFile, SecretFile
from swarmtui.ui.commands.command import Command

if TYPE_CHECKING:
    from swarmtui.ui.files.askings import FileAskings

__all__ = ["CONFIG_COMMANDS", "SECRET_COMMANDS"]


def _secret_askings() -> type[FileAskings]:
    from swarmtui.ui.files.askings import SecretAskings

    return SecretAskings


def _config_askings() -> type[FileAskings]:
    from swarmtui.ui.files.askings import ConfigAskings

    return ConfigAskings


def _raw(kind: Kind) -> Kind | None:
    """Whose raw JSON is asked for first: the engine gives away what a config holds, and never what a secret does."""
    return kind if kind is Kind.CONFIG else None


def _clone(kind: Kind, of: type[SecretFile], askings: Callable[[], type[FileAskings]]) -> Command:
    return Command(
        name=f"{kind.word}.clone",
        title=f"Clone a {kind.word}",
        label="Clone",
        explanation=f"Create a {kind.word} like this one: its labels{', its content' if kind is Kind.CONFIG else ''}",
        docker=f"{kind.word} create",
        about=of,
        asking=lambda: askings().clone,
        key="d",
        raw=_raw(kind),
        to_write=True,
    )


def _labels(kind: Kind, of: type[SecretFile], askings: Callable[[], type[FileAskings]], name: str) -> Command:
    word = kind.word
    return Command(
        name=name,
        title=f"Change the labels of a {word}",
        label="Labels",
        explanation=f"Add, change and remove labels of the {word}",
        about=of,
        asking=lambda: askings().labels,
        key="L",
    )


def _commands(
    kind: Kind,
    of: type[SecretFile],
    askings: Callable[[], type[FileAskings]],
    create: str,
    rotate: str,
    remove: str,
    labels: str,
) -> tuple[Command, ...]:
    word = kind.word
    return (
        Command(
            name=create,
            title=f"Create a {word}",
            label="New",
            explanation=f"Create a {word}, from a file or from what you type",
            docker=f"{word} create",
            asking=lambda: askings().create,
            key="n",
            shown=True,
            to_write=True,
        ),
        Command(
            name=rotate,
            title=f"Rotate a {word}",
            label="Rotate",
            explanation=f"Replace the {word} with a new one in every service that uses it",
            about=of,
            asking=lambda: askings().rotate,
            key="r",
            raw=_raw(kind),
            shown=True,
            to_write=True,
        ),
        _clone(kind, of, askings),
        _labels(kind, of, askings, labels),
        Command(
            name=remove,
            title=f"Remove a {word}",
            label="Remove",
            explanation=f"Remove the {word}, if no service uses it",
            docker=f"{word} rm",
            about=of,
            asking=lambda: askings().remove,
            key="delete,ctrl+x",
            shown=True,
        ),
    )


SECRET_COMMANDS = _commands(
    Kind.SECRET,
    SecretFile,
    _secret_askings,
    names.CREATE_SECRET,
    names.ROTATE_SECRET,
    names.REMOVE_SECRET,
    names.SET_SECRET_LABELS,
)
CONFIG_COMMANDS = _commands(
    Kind.CONFIG,
    ConfigFile,
    _config_askings,
    names.CREATE_CONFIG,
    names.ROTATE_CONFIG,
    names.REMOVE_CONFIG,
    names.SET_CONFIG_LABELS,
)
"""Both in the order of their keys on the screen."""
