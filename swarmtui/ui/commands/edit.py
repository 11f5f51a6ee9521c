"""A whole spec in the user's editor, as a command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from swarmtui.swarm.editing.edit_spec import EditSpec
from swarmtui.swarm.kinds import Kind
from swarmtui.ui.changes.edit_spec import EditSpecDialog
from swarmtui.ui.commands.command import Command, Dialog, DialogContext

__all__ = ["edit_command"]


def _edit_spec(kind: Kind) -> Callable[[Any, DialogContext], Dialog]:
    """The editor on an object of a kind; or, when what was edited could not be done, that again."""

    def dialog(item: Any, context: DialogContext) -> Dialog:
        assert context.editor is not None
        refused = context.refused.get(EditSpec.name)
        text = ""
        if isinstance(refused, EditSpec) and refused.target.id == item.id:
            from swarmtui.swarm.specs.spec_text import spec_text  # with it comes yaml

            del context.refused[EditSpec.name]
            text = spec_text(refused.change(context.raw["Spec"]), "What you edited before, on the current version.")
        return EditSpecDialog(kind, context.raw, context.observation, context.editor, text=text)

    return dialog


def edit_command(kind: Kind, about: type) -> Command:
    """The command for objects of a kind.

    Args:
        about: their class.
    """
    return Command(
        name=f"{kind.word}.edit",
        title=f"Edit the spec of a {kind.word}",
        label="Edit",
        explanation=f"Edit the whole spec of the {kind.word} in $EDITOR",
        docker=f"{kind.word} update",
        about=about,
        dialog=_edit_spec(kind),
        key="e",
        raw=kind,
        to_write=True,
        actions=(EditSpec,),
    )
