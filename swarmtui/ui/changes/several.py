"""Several objects that one change is meant for: how they are called together, and what is chosen for all at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from textual.content import Content

from swarmtui.errors import ChangeRefused, NotPossible, SwarmtuiError
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.short_text import listed
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.session import SwarmSession

__all__ = ["AsItIs", "Several", "Wanted", "as_they_are", "made", "title_of"]

Wanted = Callable[[Cluster | None], Action]
"""Makes the action for one object, on the newest snapshot. Raises ChangeRefused when it makes no sense for that one."""


def made(wanted: Sequence[Wanted], cluster: Cluster | None) -> list[Action | str]:
    """The action for each, or why there is none."""
    found = list[Action | str]()
    for make in wanted:
        try:
            found.append(make(cluster))
        except ChangeRefused as refusal:
            found.append(str(refusal))
    return found


class AsItIs:
    """One of several objects, as the engine has it now.

    Args:
        item: the object.
        answer: its raw JSON, or why there is none.
    """

    def __init__(self, item: Any, answer: Mapping[str, Any] | BaseException) -> None:
        if isinstance(answer, BaseException) and not isinstance(answer, SwarmtuiError):
            raise answer
        self.item = item
        self._answer = answer

    @property
    def is_known(self) -> bool:
        """Whether the engine has told it."""
        return not isinstance(self._answer, BaseException)

    @property
    def raw(self) -> Mapping[str, Any]:
        """Its raw JSON. Raises NotPossible where the engine has not told it."""
        if isinstance(self._answer, BaseException):
            raise NotPossible(f"{self.item.name}: {self._answer}") from self._answer
        return self._answer

    def confirmed(self, make: Callable[[Mapping[str, Any]], Action], _: Cluster | None) -> Action:
        """The action that is made from it. Raises as `raw` and `make` do."""
        return make(self.raw)

    def likewise(
        self, again: Callable[[Any, Action, Cluster | None], Action], action: Action, cluster: Cluster | None
    ) -> Action:
        """What was chosen for one, for this one. Raises as `raw` and `again` do."""
        return again(self.raw, action, cluster)


async def as_they_are(session: SwarmSession, kind: Kind, items: Sequence[Any]) -> list[AsItIs]:
    """Ask for objects as they are now, all at once."""
    asked = [asyncio.wrap_future(session.inspect(kind, item.id)) for item in items]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    return [AsItIs(item, answer) for item, answer in zip(items, answers, strict=True)]


def title_of(actions: Sequence[Action]) -> str:
    """ "Drain 3 nodes": of actions that differ in their object alone."""
    first = actions[0]
    if len(actions) == 1:
        return first.deed
    kinds = {action.target.kind for action in actions}
    return entitled(first.deed, first.target.name, kinds.pop() if len(kinds) == 1 else None, len(actions))


def entitled(deed: str, name: str, kind: Kind | None, number: int) -> str:
    """ "Drain 3 nodes", from the words for one of them: "Drain wrk1"."""
    verb = deed.removesuffix(f" {name}")
    objects = f"{number} {kind.word if kind is not None else 'object'}s"
    return f"{verb} {objects}" if verb != deed else f"{verb} of {objects}"


class Several(msgspec.Struct, frozen=True):
    """The marked objects, in a dialog that lets something be chosen for all of them.

    Attributes:
        names: of all of them.
        each: what an action that was chosen becomes for each object: an action of its own, or why it is left out.
        shown: whose values the dialog begins with, a sentence; "" where it begins with none.
    """

    names: tuple[str, ...]
    each: Callable[[Action], Sequence[Action | str]]
    shown: str = ""

    def heading(self, deed: str, name: str, kind: Kind) -> str:
        """ "Scale 2 services": `deed` and `name` are those of the first one."""
        return entitled(deed, name, kind, len(self.names))

    @property
    def subject(self) -> str:
        """ "2 marked: shop_cache and shop_cart"."""
        marked = f"{len(self.names)} marked: {listed(self.names)}"
        return f"{marked}. {self.shown}" if self.shown else marked

    def lines(self, action: Action) -> tuple[list[Content], bool]:
        """What is done to each, a line for each; and whether anything is."""
        each = self.each(action)
        lines = [
            Content.styled(f"– left out: {visible(one)}", "$text-muted")
            if isinstance(one, str)
            else Content(f"• {visible(one.title)}")
            for one in each
        ]
        return lines, any(isinstance(one, Action) for one in each)
