"""The command palette's entries: everything that a key does now, and a jump to anything that has a name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from heapq import nsmallest
from typing import Protocol

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.stacks import stacks_of
from swarmtui.ui.screens.main import MainScreen
from swarmtui.ui.text import visible
from swarmtui.ui.widgets.live_table import LiveTable

__all__ = ["SwarmCommands"]

MOST_JUMPS = 50
"""How many jumps are offered for what was typed; scoring all of 10,000 names would take 60 ms a key."""

MOVES = frozenset(
    f"table.{way}" for way in ("up", "down", "page_up", "page_down", "half_up", "half_down", "first", "last")
)
"""What nobody looks for by words."""

LEAST_SCORE = 0.01
"""For what has the words in its explanation only."""


class Place(Protocol):
    """What one can jump to."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...


Command = tuple[str, str, Callable[[], object]]
"""What it is called, what it does, and how to do it. Plain text, never markup: names may hold anything."""


class SwarmCommands(Provider):
    """Offers what the focused pane can do by its words, jumps, and the app's own commands, in this order."""

    async def discover(self) -> Hits:
        for text, help_text, run in [*self._keys(), *self._without_keys(), *self._of_app()]:
            yield DiscoveryHit(Content(text), run, text=text, help=help_text)

    async def search(self, query: str) -> Hits:
        matcher, words = self.matcher(query), query.casefold().split()
        for text, help_text, run in [
            *self._keys(),
            *self._without_keys(),
            *self._jumps(query),
            *self._of_app(),
        ]:
            score, places = matcher.fuzzy_search.match(query, text)
            if not score and all(word in help_text.casefold() for word in words):
                score = LEAST_SCORE
            if score > 0:
                shown = Content(text)
                for place in places:
                    shown = shown.stylize(matcher.match_style, place, place + 1)
                yield Hit(score, shown, run, text=text, help=help_text)

    def _keys(self) -> Iterable[Command]:
        """What keys do now: label with key, explanation, and how to do it."""
        seen = set(MOVES)
        live = sorted(self.screen.active_bindings.values(), key=lambda each: isinstance(each.node, LiveTable))
        for active in live:
            binding = active.binding
            if not binding.id or binding.id in seen or not binding.tooltip or not active.enabled:
                continue
            seen.add(binding.id)
            key = self.app.get_key_display(binding)
            run = partial(self.app.run_action, binding.action, active.node)
            yield f"{binding.description}  ({key})", binding.tooltip, run

    def _without_keys(self) -> Iterable[Command]:
        """What can be asked for in the focused pane that has no key."""
        screen = self.screen
        if isinstance(screen, MainScreen) and screen.observation.cluster is not None:
            for what, (words, explanation) in screen.current.ASKS.items():
                yield words, explanation, partial(screen.current.action_ask, what)

    def _of_app(self) -> Iterable[Command]:
        for command in self.app.get_system_commands(self.screen):
            yield command.title, command.help, command.callback

    def _jumps(self, query: str) -> Iterable[Command]:
        """Jumps to what every word of the query is in: "web", "go to service web". The shortest names first."""
        screen = self.screen
        cluster = screen.observation.cluster if isinstance(screen, MainScreen) else None
        if not isinstance(screen, MainScreen) or cluster is None:
            return
        words = query.casefold().split()
        found: list[tuple[int, str, str, str]] = []
        for kind, items in _places(cluster):
            for item in items:
                text = f"Go to {kind.word} {visible(item.name)}"
                folded = text.casefold()
                if all(word in folded for word in words):
                    found.append((len(text), text, kind.value, item.id))
        for _, text, value, item_id in nsmallest(MOST_JUMPS, found):
            kind = Kind(value)
            more = " and show its tasks" if kind in (Kind.NODE, Kind.SERVICE) else ""
            yield text, f"Put the cursor on the {kind.word}{more}", partial(screen.go, kind, item_id)


def _places(cluster: Cluster) -> Iterable[tuple[Kind, Iterable[Place]]]:
    """All that one can jump to."""
    yield Kind.NODE, cluster.nodes.values()
    yield Kind.SERVICE, cluster.services.values()
    yield Kind.STACK, stacks_of(cluster)
    yield Kind.SECRET, (cluster.secrets or {}).values()
    yield Kind.CONFIG, (cluster.configs or {}).values()
    yield Kind.NETWORK, (cluster.networks or {}).values()
