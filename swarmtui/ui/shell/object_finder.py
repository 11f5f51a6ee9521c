"""Finding the object for what was asked for elsewhere than on it: a list to choose from, then the dialog as ever."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.object_kind import ObjectKind
from swarmtui.swarm.object_kinds import OBJECT_KINDS
from swarmtui.swarm.objects.swarm import Swarm
from swarmtui.swarm.objects.task import Task
from swarmtui.ui.changes.changes import Changes
from swarmtui.ui.commands.command import Command
from swarmtui.ui.commands.registry import COMMANDS
from swarmtui.ui.kit.dialogs.picker import Option, PickerDialog
from swarmtui.ui.messages import InspectAsked, LogsAsked, RolloutAsked

if TYPE_CHECKING:
    from textual.app import App

__all__ = ["ObjectFinder", "Wish"]
AnyKind = ObjectKind[Any]


@dataclass(frozen=True)
class Wish:
    """Something that can be asked for from anywhere.

    Attributes:
        name: as keys ask for it: "node.drain".
        words: "Drain a node".
        explanation: of it.
        run: asks for the object where there is one, and continues.
    """

    name: str
    words: str
    explanation: str
    run: Callable[[], object]


class ObjectFinder:
    """Offers all that can be asked for.

    Args:
        app: whose screens the lists are.
        changes: who asks further.
    """

    def __init__(self, app: App[Any], changes: Changes) -> None:
        self._app = app
        self._changes = changes

    @property
    def _cluster(self) -> Cluster | None:
        return self._changes.observation.cluster

    def wishes(self, near: Iterable[object] = ()) -> Iterator[Wish]:
        """All that makes sense now.

        Args:
            near: objects under cursors: the list begins on one of them.
        """
        at = tuple(near)
        observation = self._changes.observation
        for command in COMMANDS.values():
            if command.offered(observation):
                yield Wish(command.name, command.title, command.explanation, partial(self._ask, command, at))
        if self._cluster is None:
            return
        chosen = [each for each in OBJECT_KINDS.values() if each.all_of is not None]
        services: AnyKind = OBJECT_KINDS[Kind.SERVICE]
        watched = "Each slot, the failures, what holds it up, of its update, rollback or scaling"
        yield self._look(services, "Watch the update of a", watched, self._watch, at)
        nodes: AnyKind = OBJECT_KINDS[Kind.NODE]
        drained = "Which tasks have left, where they run again, what holds up the rest"
        yield self._look(nodes, "Watch the drain of a", drained, self._watch, at)
        for each in chosen:
            if each.has_log:
                yield self._look(each, "Show the logs of a", "Follow its logs", self._show_logs, at)
        for each in chosen:
            if each.describe is not None:
                yield self._look(each, "Inspect a", "Show the whole object in words", self._inspect, at)

    def _look(
        self, of: AnyKind, verb: str, explanation: str, show: Callable[[Target], None], near: tuple[object, ...]
    ) -> Wish:
        words = f"{verb} {of.kind.word}"

        def run() -> None:
            self._choose(of, words, near, lambda item: show(of.target(self._cluster or Cluster(), item)))

        return Wish(f"{words.split()[0].lower()}.{of.kind.word}", words, explanation, run)

    def _ask(self, command: Command, near: tuple[object, ...]) -> None:
        if command.about is None:
            self._changes.ask(command.name, None)
        elif command.about is Swarm:
            self._changes.ask(command.name, self._cluster.swarm if self._cluster is not None else None)
        else:
            of: AnyKind = next(each for each in OBJECT_KINDS.values() if each.type is command.about)
            self._choose(of, command.title, near, lambda item: self._changes.ask(command.name, item))

    # ------------------------------------------------------------------------------------ choosing

    def _choose(self, of: AnyKind, words: str, near: tuple[object, ...], chosen: Callable[[Any], object]) -> None:
        cluster = self._cluster
        if cluster is None:
            return
        word = of.kind.word
        options = [
            Option(of.name_of(cluster, item), of.summary(cluster, item), item.id) for item in of.choices(cluster)
        ]
        start = next((key for each in near if (key := _key_of(of.kind, each))), "")

        def answered(key: str | None) -> None:
            item = None if key is None or self._cluster is None else of.find(self._cluster, key)
            if item is not None:
                chosen(item)
            elif key is not None:
                self._app.notify(f"This {word} is no longer in the swarm.", severity="warning", markup=False)

        empty = f"No {word} is known."
        self._app.push_screen(PickerDialog(f"{words}: which one?", options, empty=empty, start=start), answered)

    def _show_logs(self, target: Target) -> None:
        self._app.post_message(LogsAsked(target))

    def _watch(self, target: Target) -> None:
        self._app.post_message(RolloutAsked(target))

    def _inspect(self, target: Target) -> None:
        self._app.post_message(InspectAsked(target, raw=False))


def _key_of(kind: Kind, near: object) -> str:
    """The object of a kind that another one is, or belongs to; "" for none."""
    if isinstance(near, Task):
        ids = {Kind.TASK: near.id, Kind.SERVICE: near.service_id, Kind.NODE: near.node_id}
        return ids.get(kind, "")
    key: str = getattr(near, "id", "") if getattr(near, "kind", None) is kind else ""
    return key
