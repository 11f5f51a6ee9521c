"""How the commands on secrets and configs ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from swarmtui.swarm.files.changes import CreateConfig, CreateSecret, RemoveConfig, RemoveSecret
from swarmtui.swarm.files.rotation import ReplaceReference, RotateConfig, RotateSecret
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.file import SecretFile
from swarmtui.ui.commands.asking import Asking, Dialog, DialogContext, confirm
from swarmtui.ui.files.dialogs import CreateFileDialog, RotateDialog

__all__ = ["ConfigAskings", "FileAskings", "SecretAskings"]


def _create(kind: Kind) -> Callable[[Any, DialogContext], Dialog]:
    return lambda _, context: CreateFileDialog(kind, context.observation)


def _rotate(action: type[RotateSecret | RotateConfig]) -> Callable[[Any, DialogContext], Dialog]:
    def dialog(item: SecretFile, context: DialogContext) -> Dialog:
        action.check(item, context.observation.cluster)
        return RotateDialog(item, context.observation)

    return dialog


class FileAskings:
    """Those of one of the two kinds."""

    create: Asking
    rotate: Asking
    remove: Asking


class SecretAskings(FileAskings):
    create = Asking(_create(Kind.SECRET), (CreateSecret,))
    rotate = Asking(_rotate(RotateSecret), (RotateSecret, ReplaceReference))
    remove = Asking(confirm(RemoveSecret.of), (RemoveSecret,))


class ConfigAskings(FileAskings):
    create = Asking(_create(Kind.CONFIG), (CreateConfig,))
    rotate = Asking(_rotate(RotateConfig), (RotateConfig, ReplaceReference))
    remove = Asking(confirm(RemoveConfig.of), (RemoveConfig,))
