"""When it makes sense to ask for a change of the engine's place in a swarm."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from swarmtui.engine.observation import Observation
from swarmtui.errors import NoLeader, NotInSwarm, NotUsable, SwarmLocked

__all__ = ["MEMBERSHIP", "may_ask"]


def _outside(observation: Observation) -> bool:
    return isinstance(observation.connection.error, NotInSwarm) and observation.info.swarm.local_node_state != "pending"


def _stuck(observation: Observation) -> bool:
    """In a swarm that cannot be shown from here. (From a manager that can, its row in the swarm view asks for it.)"""
    error = observation.connection.error
    return isinstance(error, NotUsable) and not isinstance(error, NoLeader) and not _outside(observation)


MEMBERSHIP: Mapping[str, Callable[[Observation], bool]] = {
    "swarm.init": _outside,
    "swarm.join": _outside,
    "swarm.unlock": lambda observation: isinstance(observation.connection.error, SwarmLocked),
    "swarm.leave": _stuck,
    "swarm.recover": lambda observation: isinstance(observation.connection.error, NoLeader),
}
"""What is asked for by keys of the main screen, and when."""


def may_ask(what: str, observation: Observation) -> bool:
    """Whether a key for it does something now."""
    allowed = MEMBERSHIP.get(what)
    return allowed is None or allowed(observation)
