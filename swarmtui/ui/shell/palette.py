"""The command palette's entries: what keys do here, what can be done elsewhere, jumps to all that has a name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from heapq import nsmallest

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.object_kinds import OBJECT_KINDS
from swarmtui.ui.kit.tables.live_table import LiveTable
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.kit.texts.text_screen import TextScreen
from swarmtui.ui.shell.main_screen import MainScreen
from swarmtui.ui.shell.object_finder import ObjectFinder

__all__ = ["SwarmCommands"]

MOST_JUMPS = 50
"""How many jumps are offered for what was typed; scoring all of 10,000 names would take 60 ms a key."""

MOVES = frozenset(
    f"table.{way}" for way in ("up", "down", "page_up", "page_down", "half_up", "half_down", "first", "last")
)
"""What nobody looks for by words."""

LEAST_SCORE = 0.01
"""For what has the words in its explanation only."""
WORDS_SCORE = 0.02
"""For what has the words in its name, in another order."""


Entry = tuple[str, str, Callable[[], object]]
"""What it is called, what it does, and how to do it. Plain text, never markup: names may hold anything."""


class SwarmCommands(Provider):
    """Offers by their words what keys do here, what can be done elsewhere, jumps, and the app's own commands."""

    async def discover(self) -> Hits:
        for text, help_text, run in [*self._keys(), *self._without_keys(), *self._of_app(), *self._elsewhere()]:
            yield DiscoveryHit(Content(text), run, text=text, help=help_text)

    async def search(self, query: str) -> Hits:
        matcher, words = self.matcher(query), query.casefold().split()
        for text, help_text, run in [
            *self._keys(),
            *self._without_keys(),
            *self._jumps(query),
            *self._elsewhere(),
            *self._of_app(),
        ]:
            score, places = matcher.fuzzy_search.match(query, text)
            if not score and all(word in text.casefold() for word in words):
                score = WORDS_SCORE
            elif not score and all(word in f"{text} {help_text}".casefold() for word in words):
                score = LEAST_SCORE
            if score > 0:
                shown = Content(text)
                for place in places:
                    shown = shown.stylize(matcher.match_style, place, place + 1)
                yield Hit(score, shown, run, text=text, help=help_text)

    def _keys(self) -> Iterable[Entry]:
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

    def _without_keys(self) -> Iterable[Entry]:
        """What can be asked for in the focused pane that has no key."""
        screen = self.screen
        if isinstance(screen, MainScreen) and screen.observation.cluster is not None:
            for command in screen.current.keyless:
                yield command.label, command.explanation, partial(screen.current.action_ask, command.name)

    def _elsewhere(self) -> Iterable[Entry]:
        """What can be asked because that is not at hand here: the object is asked for where it is not given."""
        finder, screen = getattr(self.app, "finder", None), self.screen
        if not isinstance(finder, ObjectFinder) or not isinstance(screen, (MainScreen, TextScreen)):
            return
        here = {_asked_by(active.binding.action) for active in screen.active_bindings.values() if active.enabled}
        near: list[object] = []
        if isinstance(screen, MainScreen):
            here |= {command.name for command in screen.current.keyless}
            near = [pane.change_item for pane in (screen.current, *screen.panes)]
        for wish in finder.wishes(near):
            if wish.name not in here:
                yield wish.words, wish.explanation, wish.run

    def _of_app(self) -> Iterable[Entry]:
        for command in self.app.get_system_commands(self.screen):
            yield command.title, command.help, command.callback

    def _jumps(self, query: str) -> Iterable[Entry]:
        """Jumps to what every word of the query is in: "web", "go to service web". The shortest names first."""
        screen = self.screen
        cluster = screen.observation.cluster if isinstance(screen, MainScreen) else None
        if not isinstance(screen, MainScreen) or cluster is None:
            return
        words = query.casefold().split()
        found: list[tuple[int, str, str, str]] = []
        for each in OBJECT_KINDS.values():
            if each.kind is Kind.TASK:
                continue  # one of them is gone in a moment, and is found by its service
            for item in each.choices(cluster):
                text = f"Go to {each.kind.word} {visible(item.name)}"
                folded = text.casefold()
                if all(word in folded for word in words):
                    found.append((len(text), text, each.kind.value, item.id))
        for _, text, value, item_id in nsmallest(MOST_JUMPS, found):
            kind = Kind(value)
            more = " and show its tasks" if kind in (Kind.NODE, Kind.SERVICE) else ""
            yield text, f"Put the cursor on the {kind.word}{more}", partial(screen.go, kind, item_id)


def _asked_by(action: str) -> str:
    """What a key's action asks for: "node.drain" of "ask('node.drain')"; "" of other actions."""
    return action[len("ask('") : -len("')")] if action.startswith("ask('") else ""
