"""ObjectKind: the one declaration of a kind of object."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.destinations import Destination
from swarmtui.swarm.kinds import Kind, Target, version_of

if TYPE_CHECKING:
    from swarmtui.swarm.describe.document import Section
    from swarmtui.swarm.describe.loose_json import Raw
    from swarmtui.swarm.describe.node_side import NodeSide
    from swarmtui.swarm.describe.scene import Scene

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


class ObjectKind(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """All that the program needs to know about a kind of object, except how it looks (that is its `Pane` in the UI).

    From it follow what the engine is asked for and when, how answers are decoded, inspect, the finder and "Go to…".

    Attributes:
        kind: its word and path.
        type: the class of its objects.
        listed: the engine has a list of them, kept in the Cluster's attribute of the kind's name. An event of the type
            that is the kind's word announces each change.
        query: the parameters of that list.
        seldom: the program works without this list, so an engine may refuse it; it is requested only now and then, in
            case an event was missed.
        touches: the kinds whose lists are requested after the user changes one, until the change has settled.
        has_log: the engine gives the log of one.
        all_of: all objects of a snapshot that can be chosen from; None if there is nothing to choose.
        name_of: how people call one.
        summary: what tells two of them apart in a list of choices.
        describe: turns its raw JSON into words; None if it has no JSON of its own. It imports what it needs when it
            is called: no start of the program waits for that.
        node_side: gives what only the engine of a node knows of it, likewise; None for nothing.
        related: where "Go to…" leads from it, nearest first; may name a place twice.
    """

    kind: Kind
    type: type[T]
    listed: bool = False
    query: Mapping[str, str] = msgspec.field(default_factory=dict)
    seldom: bool = False
    touches: tuple[Kind, ...] = ()
    has_log: bool = False
    all_of: Callable[[Cluster], Iterable[T]] | None = None
    name_of: Callable[[Cluster, T], str] = own_name
    summary: Callable[[Cluster, T], str] = lambda cluster, item: item.id[:12]
    describe: Callable[[Raw, Scene], tuple[Section, ...]] | None = None
    node_side: Callable[[], NodeSide] | None = None
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
