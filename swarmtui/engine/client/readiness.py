"""Whether an engine can show and change a swarm: told by its words, its `/info`, and its list of nodes.

The wordings are moby's (daemon/cluster/errors.go) and swarmkit's (manager/controlapi, manager/state/raft).
"""

from __future__ import annotations

from collections.abc import Iterable

from swarmtui.errors import NoLeader, NotAManager, NotInSwarm, NotUsable, SwarmLocked
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.engine import EngineInfo
from swarmtui.swarm.objects.node import Node

__all__ = ["from_info", "from_nodes", "from_words", "no_leader", "of_another_swarm", "swarm_silent"]

LEADERLESS_WORDS = ("does not have a leader", "code = deadlineexceeded", "code = unavailable")
"""Its own words, and what a manager says that cannot reach the leader it knows. Not "quorum": that is in the words with
which the engine refuses a demotion."""
NO_SWARM_WORDS = ("not part of a swarm", '"docker swarm init"')
NO_MANAGER_WORDS = ("not a swarm manager", "not participating as a swarm manager")

UNLOCK = "Run `docker swarm unlock` on that machine; the key is shown by `docker swarm unlock-key` on another manager."
RECOVER_QUORUM = (
    "Start the lost managers again. If they are lost for good, run "
    "`docker swarm init --force-new-cluster --advertise-addr ADDRESS` on one that is left."
)
JOIN = "Run `docker swarm init` there, `docker swarm join` it to a swarm, or name another engine with -H or -c."


def from_words(message: str) -> NotUsable | None:
    """What the engine's words say of the swarm as a whole; None when they are about something else."""
    words = message.lower()
    if "needs to be unlocked" in words:
        return SwarmLocked("The swarm is locked: this manager waits for its unlock key.", UNLOCK)
    if "certificates have expired" in words:
        return NotUsable(message, "The node's swarm certificate has expired: leave the swarm there and join again.")
    if any(text in words for text in NO_SWARM_WORDS):
        return NotInSwarm("This engine is not in a swarm.", JOIN)
    if any(text in words for text in NO_MANAGER_WORDS):
        return NotAManager("This engine is a worker: only managers know the swarm.", _ask_a_manager(()))
    if any(text in words for text in LEADERLESS_WORDS):
        return no_leader()
    return None


def no_leader(detail: str = "") -> NoLeader:
    """The managers have lost their quorum.

    Args:
        detail: what shows it, as a part of a sentence.
    """
    return NoLeader(f"The swarm has no leader: {detail or 'too few of its managers are online'}.", RECOVER_QUORUM)


def swarm_silent() -> NoLeader:
    """The engine answers, but no question about the swarm: the manager waits for a leader."""
    return NoLeader(
        "The swarm does not answer, although this engine does: it has no leader right now.",
        f"Its managers may be electing one, which takes up to 30 s. {RECOVER_QUORUM}",
    )


def _ask_a_manager(managers: tuple[str, ...]) -> str:
    hosts = ", ".join(address.rpartition(":")[0] or address for address in managers)
    known = f" It knows these managers: {hosts}." if hosts else ""
    return f"Name a manager's engine with -H or -c, or promote this node.{known}"


def from_info(info: EngineInfo) -> NotUsable | None:
    """Whether this engine can show a swarm, by its own `/info`. None when it can.

    Measured: after the quorum is lost everything but `/_ping` hangs for a while, and then `/info` says why in
    `Swarm.Error`.
    """
    swarm = info.swarm
    if swarm.local_node_state == "locked":
        return SwarmLocked("The swarm is locked: this manager waits for its unlock key.", UNLOCK)
    if swarm.error:
        told = from_words(swarm.error)
        if told is not None and not isinstance(told, NotAManager):
            return told
    if swarm.local_node_state == "inactive":
        return NotInSwarm(f"The engine {info.name} is not in a swarm.".replace("  ", " "), JOIN)
    if swarm.local_node_state == "pending":
        return NotInSwarm("The engine is joining a swarm.", "Wait until it has joined.")
    if swarm.local_node_state == "error":
        return NotUsable(f"The engine's swarm mode has failed: {swarm.error or 'it does not say why'}.", JOIN)
    if not swarm.control_available:
        return NotAManager(
            f"The engine {info.name} is a worker: only managers know the swarm.".replace("  ", " "),
            _ask_a_manager(info.managers),
            managers=info.managers,
        )
    return None


def of_another_swarm(info: EngineInfo, cluster: Cluster) -> NotUsable | None:
    """Whether an engine is not a node of the swarm that is known: its address may be another's by now."""
    if not cluster.nodes or info.swarm.node_id in cluster.nodes:
        return None
    return NotUsable(f"The engine {info.name} is in another swarm.".replace("  ", " "), "Name managers of one swarm.")


def from_nodes(nodes: Iterable[Node]) -> NoLeader | None:
    """Whether the node list shows that the quorum is lost.

    Measured: after that a surviving manager keeps answering old data with status 200 for about 20 s, but it knows
    soon whom it cannot reach. A manager of "unknown" reachability counts as reachable here: it may be just joining.
    """
    states = [node.manager_status.reachability for node in nodes if node.manager_status is not None]
    lost = states.count("unreachable")
    majority = len(states) // 2 + 1
    if states and len(states) - lost < majority:
        return no_leader(f"{lost} of its {len(states)} managers cannot be reached")
    return None
