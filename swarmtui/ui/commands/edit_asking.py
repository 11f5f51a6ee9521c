"""How a whole spec is asked for: the user's editor on it."""

from __future__ import annotations

from typing import Any

from swarmtui.swarm.editing.edit_spec import EditSpec
from swarmtui.swarm.kinds import Kind
from swarmtui.ui.changes.edit_spec import EditSpecDialog
from swarmtui.ui.commands.asking import Asking, Dialog, DialogContext

__all__ = ["edit_asking"]


def edit_asking(kind: Kind) -> Asking:
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

    return Asking(dialog, (EditSpec,))
