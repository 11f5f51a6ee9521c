"""Witness: the widget that knows what nodes' own engines told somebody who looked at them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.widget import Widget

if TYPE_CHECKING:
    from swarmtui.swarm.nodes.node_evidence import NodeEvidence

__all__ = ["Witness"]


class Witness(Widget):
    """Base of the pane of findings, for who must not import that: the dialogs of commands, which it lists."""

    @property
    def told(self) -> Mapping[str, NodeEvidence]:
        """By the nodes' IDs."""
        raise NotImplementedError
