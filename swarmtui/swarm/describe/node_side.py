"""What an object's own JSON does not tell and the engine of a node does: what it is asked, and the answers in words.

The swarm knows of a container only its ID, its process and its exit code, and of a node only its size. All else is
known to the node's own engine, which may be behind a slow line: so the answers come one by one, each when it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.document import Fact, Section, section
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.objects.node import Node

__all__ = ["ROOM", "Answers", "NodeSide", "Question", "placed_after"]


@dataclass(frozen=True)
class Question:
    """A GET to a node's engine.

    Attributes:
        name: by which its answer is found.
        path: of the Engine API, without a version.
        params: its query.
        slow: the engine may think for minutes.
        doing: what is being done meanwhile, where that takes long: "measuring the disk use".
        may_fail: nobody misses an answer that cannot be had.
    """

    name: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    slow: bool = False
    doing: str = ""
    may_fail: bool = False


ROOM = "room"
"""The question for the room on the disk that holds Docker's root: no engine answers it, so it has no path."""


@dataclass(frozen=True)
class Answers:
    """What a node's engine has said so far.

    Attributes:
        node: whose engine it is.
        came: raw JSON by the question's name.
        refused: why a question has no answer, by its name: the engine itself said no.
        lost: why the engine cannot be reached; "" while it can.
        doing: what is being done now; "" when all is done.
    """

    node: Node
    came: Mapping[str, Any] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    lost: str = ""
    doing: str = ""

    def with_answer(self, name: str, content: Any) -> Answers:
        """The same with one more answer."""
        return replace(self, came={**self.came, name: content})

    def with_refusal(self, name: str, why: str) -> Answers:
        """The same with one question that was refused."""
        return replace(self, refused={**self.refused, name: why})

    def raw(self, name: str) -> Raw | None:
        """An answer; None where there is none (yet)."""
        return Raw(self.came[name]) if name in self.came else None

    def state(self, title: str) -> tuple[Section, ...]:
        """That it is being asked, or why it cannot be, as a section; none when all has been answered."""
        if self.lost:
            return section(title, [Fact("", f"{self.node.name}'s engine cannot be reached: {self.lost}", "bad")])
        return section(title, [Fact("", f"{self.doing} …", "dim")] if self.doing else ())


@dataclass(frozen=True)
class NodeSide:
    """The part of an object's description that a node's engine knows.

    Attributes:
        node_of: whose engine; None where there is nothing to ask.
        questions: what is asked, in this order.
        describe: the answers so far in words.
        after: the title of the section that the words stand below; "" for the end.
    """

    node_of: Callable[[Raw, Cluster], Node | None]
    questions: Callable[[Raw, Cluster], tuple[Question, ...]]
    describe: Callable[[Raw, Answers, Scene], tuple[Section, ...]]
    after: str = ""


def placed_after(title: str, sections: tuple[Section, ...], more: tuple[Section, ...]) -> tuple[Section, ...]:
    """Sections with others below the one of a title; at the end where there is none of it."""
    place = next((number for number, each in enumerate(sections, 1) if each.title == title), len(sections))
    return (*sections[:place], *more, *sections[place:])
