"""The command palette's entries: everything that a key does now, and a jump to any node or service by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from swarmtui.ui.screens.main import MainScreen
from swarmtui.ui.text import visible

__all__ = ["SwarmCommands"]

MOST_JUMPS = 50
"""How many jumps are offered for what was typed; scoring all of 10,000 names would take 60 ms a key."""


class SwarmCommands(Provider):
    """Offers the bindings of the focused pane by their words, and jumps."""

    async def discover(self) -> Hits:
        for text, help_text, run in self._keys():
            yield DiscoveryHit(text, run, help=help_text)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for text, help_text, run in [*self._keys(), *self._jumps(query)]:
            score = matcher.match(text)
            if score > 0:
                yield Hit(score, matcher.highlight(text), run, text=text, help=help_text)

    def _keys(self) -> Iterable[tuple[str, str, Callable[[], object]]]:
        """What keys do now: label with key, explanation, and how to do it."""
        seen = set()
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if not binding.id or binding.id in seen or not binding.tooltip or not active.enabled:
                continue
            seen.add(binding.id)
            key = self.app.get_key_display(binding)
            run = partial(self.app.run_action, binding.action, active.node)
            yield f"{binding.description}  ({key})", binding.tooltip, run

    def _jumps(self, query: str) -> Iterable[tuple[str, str, Callable[[], object]]]:
        screen = self.screen
        cluster = screen.observation.cluster if isinstance(screen, MainScreen) else None
        if not isinstance(screen, MainScreen) or cluster is None:
            return
        wanted = query.casefold().removeprefix("go to ").strip()
        found = 0
        for pane, items in ((screen.nodes, cluster.nodes), (screen.services, cluster.services)):
            for item in items.values():
                if wanted in item.name.casefold() and found < MOST_JUMPS:
                    found += 1
                    kind = type(item).__name__.lower()
                    yield (
                        f"Go to {kind} {visible(item.name)}",
                        f"Put the cursor on the {kind} and show its tasks",
                        partial(screen.jump, pane.id or "", item.id),
                    )
