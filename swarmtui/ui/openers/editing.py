"""Whole specs in the user's editor."""

from __future__ import annotations

from swarmtui.swarm.actions.edit_spec import EditSpec
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects import Node, Service
from swarmtui.swarm.spec_text import spec_text
from swarmtui.ui.dialogs.edit_spec import EditSpecDialog
from swarmtui.ui.openers.opening import Dialog, Ground, Opening

__all__ = ["OPENINGS"]


def _edit(kind: Kind) -> Opening:
    def dialog(item: Node | Service, ground: Ground) -> Dialog:
        """The editor; or, when what was edited could not be done, that again."""
        assert ground.editor is not None
        refused = ground.refused.get(EditSpec.name)
        text = ""
        if isinstance(refused, EditSpec) and refused.target.id == item.id:
            del ground.refused[EditSpec.name]
            text = spec_text(refused.spec_after, "What you have edited before.")
        return EditSpecDialog(
            kind, ground.raw, ground.observation, ground.editor, read_only=ground.read_only, text=text
        )

    return Opening(Node if kind is Kind.NODE else Service, dialog, raw=kind)


OPENINGS: dict[str, Opening] = {"node.edit": _edit(Kind.NODE), "service.edit": _edit(Kind.SERVICE)}
