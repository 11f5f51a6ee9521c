"""Between findings and the rest of the screen: what is asked for from a finding, and what findings know of nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.message import Message
from textual.widget import Widget

from swarmtui.swarm.diagnosis.finding import Remedy
from swarmtui.swarm.kinds import Kind

if TYPE_CHECKING:
    from swarmtui.swarm.images.answer import ImageAnswer
    from swarmtui.swarm.images.tag_list import TagList
    from swarmtui.swarm.nodes.node_evidence import NodeEvidence

__all__ = ["GoAsked", "RemedyAsked", "Witness"]


class RemedyAsked(Message):
    """The dialog or the view of a remedy is to be opened."""

    def __init__(self, remedy: Remedy) -> None:
        super().__init__()
        self.remedy = remedy


class GoAsked(Message):
    """The cursor is to go to an object in its own pane."""

    def __init__(self, kind: Kind, object_id: str) -> None:
        super().__init__()
        self.kind = kind
        self.object_id = object_id


class Witness(Widget):
    """Knows what nodes' own engines told somebody who looked: the pane of findings, for who must not import that."""

    @property
    def told(self) -> Mapping[str, NodeEvidence]:
        """By the nodes' IDs."""
        raise NotImplementedError

    def learn_of_images(self, answers: Mapping[str, ImageAnswer]) -> None:
        """Somebody has had registries asked for images."""
        raise NotImplementedError

    def learn_of_tags(self, known: TagList) -> None:
        """Somebody has had a registry asked for the tags of a repository."""
        raise NotImplementedError
