"""Every object of a swarm in words, from its raw JSON: what `docker inspect` says, readably and with names for IDs.

The description of each kind is a module; `describe` chooses. All of it is pure, and takes any JSON at all: what an
engine leaves out, or gives in another form, is left out here too. The words are plain text from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from swarmtui.swarm.describe.document import Fact, Section
from swarmtui.swarm.describe.node import describe_node
from swarmtui.swarm.describe.raw import Raw
from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.describe.service import describe_service
from swarmtui.swarm.describe.shared import describe_config, describe_network, describe_secret
from swarmtui.swarm.describe.swarm import describe_swarm
from swarmtui.swarm.describe.task import describe_task
from swarmtui.swarm.kinds import Kind

__all__ = ["Fact", "Scene", "Section", "describe"]

_DESCRIPTIONS: Mapping[Kind, Callable[[Raw, Scene], tuple[Section, ...]]] = {
    Kind.NODE: describe_node,
    Kind.SERVICE: describe_service,
    Kind.TASK: describe_task,
    Kind.SECRET: describe_secret,
    Kind.CONFIG: describe_config,
    Kind.NETWORK: describe_network,
    Kind.SWARM: describe_swarm,
}


def describe(kind: Kind, raw: object, scene: Scene) -> tuple[Section, ...]:
    """Describe an object.

    Args:
        kind: what it is; a stack has no JSON of its own, and no description.
        raw: its JSON as the engine gives it.
        scene: the rest of the swarm.
    """
    return _DESCRIPTIONS[kind](Raw(raw), scene)
