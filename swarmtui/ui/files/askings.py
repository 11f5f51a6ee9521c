"""How the commands on secrets and configs ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.actions.labels import SetLabels
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.files.changes import CreateConfig, CreateSecret, RemoveConfig, RemoveSecret
from swarmtui.swarm.files.description import config_text
from swarmtui.swarm.files.labels import SetConfigLabels, SetSecretLabels
from swarmtui.swarm.files.rotation import ReplaceReference, RotateConfig, RotateSecret
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.file import SecretFile
from swarmtui.ui.commands.asking import Asking, Dialog, DialogContext, confirm

__all__ = ["ConfigAskings", "FileAskings", "SecretAskings"]


def _create(kind: Kind) -> Callable[[Any, DialogContext], Dialog]:
    def dialog(_: object, context: DialogContext) -> Dialog:
        from swarmtui.ui.files.dialogs import CreateFileDialog

        return CreateFileDialog(kind, context.observation, editor=context.editor)

    return dialog


def _clone(kind: Kind) -> Callable[[Any, DialogContext], Dialog]:
    def dialog(item: SecretFile, context: DialogContext) -> Dialog:
        from swarmtui.ui.files.dialogs import CreateFileDialog

        content = _content_of(context.raw)
        return CreateFileDialog(kind, context.observation, like=item, content=content, editor=context.editor)

    return dialog


def _content_of(raw: Any) -> str:
    """What a config holds, where that is text; "" otherwise, and of a secret."""
    data = ((raw or {}).get("Spec") or {}).get("Data")
    return config_text(data) or "" if isinstance(data, str) else ""


def _rotate(action: type[RotateSecret | RotateConfig]) -> Callable[[Any, DialogContext], Dialog]:
    def dialog(item: SecretFile, context: DialogContext) -> Dialog:
        from swarmtui.ui.files.dialogs import RotateDialog

        action.check(item, context.observation.cluster)
        return RotateDialog(item, context.observation, content=_content_of(context.raw), editor=context.editor)

    return dialog


def _labels(kind: type[SetLabels]) -> Callable[[Any, DialogContext], Dialog]:
    def dialog(item: SecretFile, context: DialogContext) -> Dialog:
        from swarmtui.ui.changes.labels_dialog import LabelsDialog

        return LabelsDialog(kind, item, context.observation)

    return dialog


def _same_labels(item: SecretFile, action: Action, _: Cluster | None) -> Action:
    return action.on_another(item) if isinstance(action, SetLabels) else action


class FileAskings:
    """Those of one of the two kinds."""

    create: Asking
    clone: Asking
    rotate: Asking
    remove: Asking
    labels: Asking


class SecretAskings(FileAskings):
    create = Asking(_create(Kind.SECRET), (CreateSecret,))
    clone = Asking(_clone(Kind.SECRET), (CreateSecret,))
    rotate = Asking(_rotate(RotateSecret), (RotateSecret, ReplaceReference))
    remove = Asking(confirm(RemoveSecret.of), (RemoveSecret,))
    labels = Asking(_labels(SetSecretLabels), (SetSecretLabels,), again=_same_labels)


class ConfigAskings(FileAskings):
    create = Asking(_create(Kind.CONFIG), (CreateConfig,))
    clone = Asking(_clone(Kind.CONFIG), (CreateConfig,))
    rotate = Asking(_rotate(RotateConfig), (RotateConfig, ReplaceReference))
    remove = Asking(confirm(RemoveConfig.of), (RemoveConfig,))
    labels = Asking(_labels(SetConfigLabels), (SetConfigLabels,), again=_same_labels)
