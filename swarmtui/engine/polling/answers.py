"""Which questions have been answered, and which lists the engine refuses."""

from __future__ import annotations

from swarmtui.engine.polling.engine_questions import BY_ID, SELDOM_ASKED, Topic
from swarmtui.errors import EngineRefused
from swarmtui.swarm.cluster import Cluster

__all__ = ["LINGER_LOOK", "Answers", "RemovedNetworks"]

FIRST_PICTURE = {Topic.NODES, Topic.SERVICES}
"""What must be known before anything is shown: unknown is not zero."""

REFUSALS = frozenset({401, 403, 404, 405, 501})
"""The statuses with which a proxy before the engine's socket refuses a path (docker-socket-proxy: 403)."""

LINGER_LOOK = 1.0
"""Seconds between the looks at a removed network that an engine still lists."""
LINGER_AT_MOST = 60.0
"""Seconds for which a network that was removed may still be listed."""


class Answers:
    """What an engine has answered so far. Not thread-safe."""

    def __init__(self) -> None:
        self._known: set[Topic] = set()
        self._refused: set[Topic] = set()

    def answered(self, topic: Topic) -> None:
        """The engine gave it."""
        self._known.add(topic)
        self._refused.discard(topic)

    def refused(self, topic: Topic) -> None:
        """The engine does not give it, which is an answer as well."""
        self._known.add(topic)
        self._refused.add(topic)

    def forget(self) -> None:
        """All is to be asked again: the engine is another swarm's, or in none."""
        self._known.clear()

    def __contains__(self, topic: Topic) -> bool:
        return topic in self._known

    @property
    def can_be_shown(self) -> bool:
        """Whether enough is known to show anything."""
        return self._known >= FIRST_PICTURE

    @property
    def probe(self) -> Topic:
        """The list by which to see whether the engine gives lists again."""
        return Topic.SERVICES if Topic.NODES in self._refused else Topic.NODES

    def is_refusal(self, topic: Topic, error: EngineRefused, *, new: bool) -> bool:
        """Whether the engine is well and only does not give this list. Without nodes and services there is nothing to
        show; and an engine of which nothing is known yet (`new`) has to say who it is."""
        topic = next((whole for whole, some in BY_ID.items() if some is topic), topic)
        if topic in SELDOM_ASKED or topic in (Topic.NETWORK, Topic.VOLUMES, Topic.ENDED, Topic.ENDED_OF):
            return True
        if error.status not in REFUSALS or (topic is Topic.INFO and new):
            return False
        return topic not in FIRST_PICTURE or FIRST_PICTURE - {topic} <= self._known - self._refused


class RemovedNetworks:
    """Networks that are still listed though they were removed: an engine lists one for as long as its own containers
    are leaving it, some seconds; that it is gone then raises no event. Not thread-safe."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}

    def removed(self, network_id: str, now: float) -> None:
        """An event reported it."""
        self._since[network_id] = now

    def linger(self, cluster: Cluster, now: float) -> bool:
        """Whether any is still in the list that has just come, so that it is worth looking again."""
        known = cluster.networks or {}
        self._since = {
            network_id: since
            for network_id, since in self._since.items()
            if network_id in known and now - since < LINGER_AT_MOST
        }
        return bool(self._since)
