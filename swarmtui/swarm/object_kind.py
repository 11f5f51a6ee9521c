"""ObjectKind: the one declaration of a kind of object."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.document import Section
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.describe.node_side import NodeSide
from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.destinations import Destination
from swarmtui.swarm.kinds import Kind, Target, version_of

__all__ = ["ObjectKind"]


class Identified(Protocol):
    """An object of a snapshot."""

    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=Identified)


def own_name(cluster: Cluster, item: Any) -> str:
    """The name that it has by itself."""
    name: str = item.name
    return name


@dataclass(frozen=True, kw_only=True)
class ObjectKind(Generic[T]):
    """All that the program has to know of a kind of object, but how it looks on the screen (`PaneSpec` of the UI).

    What is asked of the engine, and when, what an answer is decoded into, what is inspected, described, found by name
    and gone to from where: all of it follows from this.

    Attributes:
        kind: its word and path.
        type: the class of its objects.
        listed: it is asked for by a list of its own, and kept in the Cluster's attribute of the kind's name. An event
            named as its word tells of each change.
        query: the parameters of that list.
        seldom: the rest can be shown without its list, which an engine may fail to give for whatever reason; it is
            asked for seldom, in case that an event was missed.
        touches: the kinds whose lists are asked for after a change of one that was made here, and until it has settled.
        has_log: the engine gives the log of one.
        all_of: all of a snapshot that can be chosen from; None where there is nothing to choose.
        name_of: how people call one.
        summary: what tells it from others where one is chosen.
        describe: its raw JSON in words; None where it has no JSON of its own.
        node_side: what of it only a node's own engine knows; None for nothing.
        related: where you can go from it, nearest first; may name a place twice.
    """

    kind: Kind
    type: type[T]
    listed: bool = False
    query: Mapping[str, str] = field(default_factory=dict)
    seldom: bool = False
    touches: tuple[Kind, ...] = ()
    has_log: bool = False
    all_of: Callable[[Cluster], Iterable[T]] | None = None
    name_of: Callable[[Cluster, T], str] = own_name
    summary: Callable[[Cluster, T], str] = lambda cluster, item: item.id[:12]
    describe: Callable[[Raw, Scene], tuple[Section, ...]] | None = None
    node_side: NodeSide | None = None
    related: Callable[[Cluster, T], Iterator[Destination]] | None = None

    def choices(self, cluster: Cluster) -> Iterable[T]:
        """All of a snapshot that can be chosen from."""
        return self.all_of(cluster) if self.all_of is not None else ()

    def find(self, cluster: Cluster, object_id: str) -> T | None:
        """The newest of an object; None when it is gone."""
        return next((item for item in self.choices(cluster) if item.id == object_id), None)

    def target(self, cluster: Cluster, item: T) -> Target:
        """What an action names one by."""
        return Target(self.kind, item.id, self.name_of(cluster, item), version_of(item))
