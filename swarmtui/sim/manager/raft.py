"""Raft among the managers, as far as it is felt: who leads, who hears of whom, what happens without a majority.

Source: swarmkit manager/state/raft (ElectionTick 10, HeartbeatTick 1, CheckQuorum, lostQuorumTimeout 10), measured on
engine 20.10: a leader without a majority answers reads for 10 to 20 s, then requests wait for up to 10 s, then they are
refused at once.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from swarmtui.sim.clock import Clock, Timer

if TYPE_CHECKING:
    from swarmtui.sim.agent.machine import Machine

ELECTION = (10.0, 20.0)
"""Seconds after which a follower misses its leader, or a leader its majority."""
TRANSFER = 0.4
LOST_QUORUM = 10.0
"""Seconds without a leader after which a manager refuses requests at once."""


class Raft:
    """The members, and which of them leads."""

    def __init__(self, clock: Clock, rng: random.Random, changed: Callable[[str, bool], None]) -> None:
        """`changed(leader, new)`: somebody can commit now ("": nobody); `new` when it did not lead before."""
        self._clock, self._rng, self._changed = clock, rng, changed
        self.members: dict[str, Machine] = {}
        self.leader = ""
        self._outgoing = ""
        self._served = False
        self._lost: dict[str, float] = {}
        """Since when (or from when on) each manager that is not served knows of no leader."""
        self._stale: dict[str, None] = {}
        """Which of them led and do not know yet that they do not any more."""
        self._election: Timer | None = None

    # --- what managers can tell ---

    @property
    def majority(self) -> int:
        return len(self.members) // 2 + 1

    @property
    def can_commit(self) -> bool:
        """Whether there is a leader with a majority."""
        return self._served

    def alive(self) -> list[str]:
        """The members that hear of each other."""
        return [node_id for node_id in self.members if self._hears(node_id)]

    def _hears(self, node_id: str) -> bool:
        """Whether a member is there, and still is that member."""
        machine = self.members.get(node_id)
        return machine is not None and machine.reachable and not machine.raft_cut and machine.node_id == node_id

    def serves(self, node_id: str) -> bool:
        """Whether this manager can ask the leader, or is it."""
        return self._served and self._hears(node_id)

    def reads_stale(self, node_id: str) -> bool:
        """Whether this manager still believes that it leads."""
        return node_id in self._stale and self._clock.now() < self._lost.get(node_id, 0.0)

    def refuses(self, node_id: str) -> bool:
        """Whether this manager knows well that there is no leader."""
        return self._clock.now() >= self._lost.get(node_id, self._clock.now()) + LOST_QUORUM

    def sees(self, viewer: str, node_id: str) -> bool:
        """Whether a manager hears of another."""
        if viewer == node_id:
            return True
        return self._hears(viewer) and self._hears(node_id)

    def can_remove(self, node_id: str) -> bool:
        """Whether the others would still be a majority of what is left."""
        others = [each for each in self.members if each != node_id]
        reachable = sum(1 for each in others if self._hears(each))
        return reachable >= len(others) // 2 + 1

    # --- changes ---

    def bootstrap(self, node_id: str, machine: Machine) -> None:
        """The first manager leads at once."""
        self.members = {node_id: machine}
        self._lost.clear()
        self._stale.clear()
        self._lead(node_id)

    def join(self, node_id: str, machine: Machine) -> None:
        self.members[node_id] = machine
        self.look()

    def remove(self, node_id: str) -> None:
        """Take a member out of the cluster."""
        if self.members.pop(node_id, None) is None:
            return
        self._lost.pop(node_id, None)
        self._stale.pop(node_id, None)
        if node_id == self.leader:
            self.leader = ""
            self._lose()
        self.look()

    def transfer(self) -> None:
        """The leader hands over to another: it is about to be demoted."""
        self._outgoing, self.leader = self.leader, ""
        self._lose()
        self.look(within=(TRANSFER, TRANSFER * 2))

    def look(self, within: tuple[float, float] = ELECTION) -> None:
        """Some member was killed, cut off, revived, has joined or left."""
        alive = self.alive()
        enough = len(alive) >= self.majority and bool(self.members)
        if enough and self.leader in alive:
            if not self._served:
                self._resume()
        else:
            self._lose()
            if not enough and self._election is not None:
                self._election.cancel()
            if enough and (self._election is None or not self._election.pending):
                self._election = self._clock.later(self._rng.uniform(*within), self._elect)
        self._note_who_is_served(alive)

    def _note_who_is_served(self, alive: list[str]) -> None:
        for node_id in self.members:
            if self._served and node_id in alive:
                self._lost.pop(node_id, None)
                self._stale.pop(node_id, None)
            elif node_id not in self._lost:
                self._lost[node_id] = self._clock.now() + self._rng.uniform(*ELECTION)
                if node_id == self.leader:
                    self._stale[node_id] = None

    def _resume(self) -> None:
        """The majority is back before its leader has given up; had it, there is an election."""
        lost = self._lost.get(self.leader)
        if lost is not None and self._clock.now() >= lost:
            self.leader = ""
            self.look()
            return
        self._served = True
        self._changed(self.leader, False)

    def _elect(self) -> None:
        alive = self.alive()
        if self._served or not alive or len(alive) < self.majority:
            return
        candidates = [each for each in alive if each != self._outgoing]
        self._outgoing = ""
        self._lead(self._rng.choice(candidates or alive))

    def _lead(self, node_id: str) -> None:
        self.leader, self._served = node_id, True
        self._note_who_is_served(self.alive())
        self._changed(node_id, True)

    def _lose(self) -> None:
        if self._served:
            self._served = False
            self._changed("", False)
