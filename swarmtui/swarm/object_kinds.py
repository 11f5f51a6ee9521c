"""All kinds of objects there are, and what is asked of whichever one is at hand.

Each is declared in the folder of its subject (`kind.py`); this is the one list of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.destinations import Destination
from swarmtui.swarm.files.kind import CONFIG, SECRET
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.membership.kind import SWARM
from swarmtui.swarm.networks.kind import NETWORK
from swarmtui.swarm.nodes.kind import NODE
from swarmtui.swarm.object_kind import ObjectKind
from swarmtui.swarm.services.kind import SERVICE
from swarmtui.swarm.stacks.kind import STACK
from swarmtui.swarm.tasks.kind import TASK

if TYPE_CHECKING:
    from swarmtui.swarm.describe.document import Section
    from swarmtui.swarm.describe.scene import Scene

__all__ = ["LISTED", "OBJECT_KINDS", "describe", "related"]

OBJECT_KINDS: Mapping[Kind, ObjectKind[Any]] = {
    each.kind: each for each in (NODE, SERVICE, TASK, SECRET, CONFIG, NETWORK, SWARM, STACK)
}

LISTED = tuple(each for each in OBJECT_KINDS.values() if each.listed)
"""Those that the engine is asked for by a list, in the order in which it is asked at the start."""


def describe(kind: Kind, raw: object, scene: Scene) -> tuple[Section, ...]:
    """An object in words, from its raw JSON: what `docker inspect` says, readably and with names for IDs.

    It takes any JSON at all: what an engine leaves out, or gives in another form, is left out here too. The words are
    plain text from outside.

    Args:
        kind: what it is; a stack has no JSON of its own, and no description.
        raw: its JSON as the engine gives it.
        scene: the rest of the swarm.
    """

    from swarmtui.swarm.describe.loose_json import Raw

    words = OBJECT_KINDS[kind].describe
    return () if words is None else words(Raw(raw), scene)


def related(cluster: Cluster, item: object) -> tuple[Destination, ...]:
    """Where you can go from an object of a snapshot; nearest first. From anything else there is nowhere to go."""
    kind = getattr(item, "kind", None)
    places = OBJECT_KINDS[kind].related if isinstance(kind, Kind) else None
    return () if places is None else tuple(dict.fromkeys(places(cluster, item)))
