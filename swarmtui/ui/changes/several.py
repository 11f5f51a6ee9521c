"""Several objects that one change is meant for: how they are called together, and what is chosen for all at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.content import Content

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.short_text import listed
from swarmtui.ui.kit.texts.text import visible

__all__ = ["Several", "title_of"]


def title_of(actions: Sequence[Action]) -> str:
    """ "Drain 3 nodes": of actions that differ in their object alone."""
    first = actions[0]
    if len(actions) == 1:
        return first.button
    kinds = {action.target.kind for action in actions}
    return entitled(first.button, first.target.name, kinds.pop() if len(kinds) == 1 else None, len(actions))


def entitled(button: str, name: str, kind: Kind | None, number: int) -> str:
    """ "Drain 3 nodes", from the words for one of them: "Drain wrk1"."""
    verb = button.removesuffix(f" {name}")
    objects = f"{number} {kind.word if kind is not None else 'object'}s"
    return f"{verb} {objects}" if verb != button else f"{verb} of {objects}"


@dataclass(frozen=True)
class Several:
    """The marked objects, in a dialog that lets something be chosen for all of them.

    Attributes:
        names: of all of them.
        each: what an action that was chosen becomes for each object: an action of its own, or why it is left out.
    """

    names: tuple[str, ...]
    each: Callable[[Action], Sequence[Action | str]]

    def heading(self, button: str, name: str, kind: Kind) -> str:
        """ "Scale 2 services": `button` and `name` are those of the first one."""
        return entitled(button, name, kind, len(self.names))

    @property
    def subject(self) -> str:
        """ "shop_cache and shop_cart"."""
        return listed(self.names)

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
