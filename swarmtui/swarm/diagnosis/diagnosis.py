"""Diagnosis: all findings on a swarm, kept up to date from snapshot to snapshot.

A big swarm has thousands of services and a change concerns a few, so what was found is kept for each object as long as
nothing that it was made of has changed, and no longer than the findings themselves say. What is left to do is done in
pieces: `advance` stops when its time is up, if need be between two rules on one object, and continues at the next call.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.finding import Finding, Severity
from swarmtui.swarm.diagnosis.memory import Memory
from swarmtui.swarm.diagnosis.rule import NodeScene, Rule, ServiceScene, SwarmScene
from swarmtui.swarm.diagnosis.spells import Spells
from swarmtui.swarm.health.nodes import node_health
from swarmtui.swarm.health.services import Condition, service_health
from swarmtui.swarm.natural import natural
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service

if TYPE_CHECKING:
    from swarmtui.swarm.images.answer import ImageAnswer
    from swarmtui.swarm.images.tag_list import TagList
    from swarmtui.swarm.nodes.node_evidence import NodeEvidence
    from swarmtui.swarm.tasks.container_evidence import ContainerEvidence

__all__ = ["Diagnosis", "diagnose"]

LOOK_AGAIN, LOOK_AGAIN_AT_WELL = 10.0, 300.0
"""Seconds after which an object is looked at again: not everything in others that its findings rest on is tracked."""
BACK = 5.0
"""Seconds by which the managers' clock may seem to go back, while it is compared with ours."""
LOOKED_AT_ONCE = 2_000
"""Tasks of one service that are looked at again whenever something in it changes."""
REST, LONGEST_REST = 20.0, 5.0
"""A service with more of them is left alone for so many times what the last look at it cost (a look at ten thousand
takes about 20 ms, so they are looked at twice a second while they change all the time), and no longer than so many
seconds."""
LOOKED_AT = 200
"""Tasks a second that are looked at again for that (about 20 µs each): a service of ten thousand, every 50 seconds."""


class _Looked(NamedTuple):
    """What an object was when it was looked at, and until when what was found holds.

    Attributes:
        thing, tasks: the object, and its tasks.
        others: counts the changes of what all findings rest on.
        until, at: seconds since 1970; when it was looked at.
        cost: seconds that the look took.
    """

    thing: object
    tasks: object
    others: int
    until: float
    at: float = -math.inf
    cost: float = 0.0


@dataclass
class _Look:
    """An object that is being looked at, a rule at a time.

    Attributes:
        key, thing: the object; None for the swarm.
        scene: what its rules look at.
        steps: what is still to be done: to work out what many rules want to know, and to ask each rule.
        at: when it was begun, in seconds since 1970.
        found: what the others have found.
        cost: seconds that it has taken so far.
    """

    key: str
    thing: Node | Service | None
    scene: Any
    steps: Iterator[Callable[[Any], Iterable[Finding]]]
    at: float
    found: list[Finding] = field(default_factory=list)
    cost: float = 0.0


@dataclass
class Diagnosis:
    """The findings on one swarm.

    Args:
        clock: seconds of a clock that only goes forward; it limits the time of a call.

    Attributes:
        findings: the newest that are known, the worst first.
        memory: what was seen since the program started.
        spells: when findings came and went since then.
    """

    clock: Callable[[], float] = perf_counter
    findings: tuple[Finding, ...] = ()
    memory: Memory = field(default_factory=Memory)
    spells: Spells = field(default_factory=Spells)
    _cluster: Cluster | None = None
    _others: tuple[tuple[object, ...], int] = ((), 0)
    _looked: dict[str, _Looked] = field(default_factory=dict)
    _by_object: dict[str, tuple[Finding, ...]] = field(default_factory=dict)
    _found: dict[str, tuple[Finding, ...]] = field(default_factory=dict)
    _stale: dict[str, Node | Service | None] = field(default_factory=dict)
    _due: float = -math.inf
    _look: _Look | None = None
    _now: float = -math.inf

    @property
    def complete(self) -> bool:
        """Whether everything has been looked at; not so before there was anything to look at."""
        return self._cluster is not None and not self._stale and self._look is None

    def learn(self, container_id: str, evidence: ContainerEvidence) -> None:
        """Somebody has looked at a container: findings on its task are made again with what it tells."""
        if self.memory.containers.get(container_id) != evidence:
            self.memory.containers[container_id] = evidence
            self._look_at_all_again()

    def learn_of_node(self, node_id: str, evidence: NodeEvidence) -> None:
        """The same of a node. What it told before and not again still counts."""
        self.memory.nodes[node_id] = evidence.upon(self.memory.nodes.get(node_id))
        self._look_at_all_again()

    def learn_of_images(self, answers: Mapping[str, ImageAnswer]) -> None:
        """Somebody has had registries asked for images."""
        self.memory.images.update(answers)
        self._look_at_all_again()

    def learn_of_tags(self, known: TagList) -> None:
        """Somebody has had a registry asked for the tags of a repository. One that gave none tells nothing new."""
        if known.found:
            self.memory.tags[known.repository] = known
            self._look_at_all_again()

    def _look_at_all_again(self) -> None:
        self._others = (self._others[0], self._others[1] + 1)
        self._due = -math.inf

    def advance(self, cluster: Cluster, now: float, within: float = math.inf) -> bool:
        """Look at what has changed.

        Args:
            cluster: the newest snapshot.
            now: the managers' time, in seconds since 1970.
            within: seconds of looking after which to stop, whatever is left; at least one object is read or rule asked.

        Returns:
            Whether the findings are others than before.
        """
        if now < self._now - BACK:
            self._forget()
        self._now = now
        if cluster is not self._cluster or now >= self._due:
            self._cluster = cluster
            self.memory.observe(cluster, now)
            self._note_stale(cluster, now)
        elif self.complete:
            return False
        if not self._look_on(cluster, now, self.clock() + within):
            return False
        findings = tuple(sorted(chain.from_iterable(self._found.values()), key=_worst_first))
        if findings == self.findings:
            return False
        self.findings = findings
        self.spells.observe(findings, now)
        self._by_object = {}
        for each in findings:
            self._by_object[each.subject.id] = (*self._by_object.get(each.subject.id, ()), each)
        return True

    def _forget(self) -> None:
        """An earlier moment of a record is looked at: what was seen after it has not happened yet."""
        self.memory = Memory()
        self._cluster, self._due = None, -math.inf
        self._looked, self._found, self._stale = {}, {}, {}
        self._look = None

    def _look_on(self, cluster: Cluster, now: float, end: float) -> bool:
        """Go on until the time has come. Returns whether any object has been looked at: all tasks are read before.

        A look that has been begun is ended on the snapshot of its beginning. Where its object has changed meanwhile, it
        is stale again, and looked at once more.
        """
        while self.memory.read(now):
            if self.clock() > end:
                return False
        ended = False
        while not self.complete:
            if self._look is None:
                key = next(iter(self._stale))
                self._look = self._begun(key, self._stale.pop(key), cluster, now)
            ended |= self._ask_on(self._look, end)
            if self.clock() > end:
                break
        return ended

    def _ask_on(self, look: _Look, end: float) -> bool:
        """Go on with an object until the time has come; whether all rules have been asked about it."""
        begun = self.clock()
        for step in look.steps:
            look.found.extend(step(look.scene))
            if (moment := self.clock()) > end:
                look.cost += moment - begun
                return False
        look.cost += self.clock() - begun
        self._look = None
        if look.key in self._looked:
            self._end(look)
        return True

    def _end(self, look: _Look) -> None:
        """All rules have been asked about an object."""
        key, found = look.key, tuple(look.found)
        if found:
            self._found[key] = found
        else:
            self._found.pop(key, None)
        known = self._looked[key]
        until = min((each.until for each in found), default=math.inf)
        again = max(LOOK_AGAIN, len(known.tasks) / LOOKED_AT) if isinstance(known.tasks, tuple) else LOOK_AGAIN
        if not found and _is_well(look.thing, look.scene.cluster, look.at):
            again = LOOK_AGAIN_AT_WELL
        self._looked[key] = known._replace(until=min(until, look.at + again), at=look.at, cost=look.cost)
        self._due = min(self._due, self._looked[key].until)

    def _note_stale(self, cluster: Cluster, now: float) -> None:
        """Find what has changed since it was looked at. It is asked of each object, so it must cost next to nothing."""
        others = (cluster.nodes, cluster.secrets, cluster.configs, cluster.networks, cluster.volumes, cluster.refused)
        if not _same(others, self._others[0]):
            self._others = (others, self._others[1] + 1)
        before, groups = self._looked, cluster.groups_by_node
        self._looked, self._due = {}, math.inf
        self._note("", None, cluster.swarm, cluster.info, before, now)
        for node in cluster.nodes.values():
            self._note(node.id, node, node, groups.get(node.id), before, now)
        for service in cluster.services.values():
            self._note(service.id, service, service, cluster.tasks_by_service.get(service.id), before, now)
        for key in before.keys() - self._looked.keys():
            self._found.pop(key, None)
            self._stale.pop(key, None)

    def _note(
        self,
        key: str,
        thing: Node | Service | None,
        seen: object,
        tasks: object,
        before: Mapping[str, _Looked],
        now: float,
    ) -> None:
        known = before.get(key)
        if known is None or known[0] is not seen or known[1] is not tasks or known[2] != self._others[1]:
            if known is None or key in self._stale or now >= known.at + _rest(known):
                self._looked[key] = _Looked(seen, tasks, self._others[1], math.inf)
                self._stale[key] = thing
                return
            known = known._replace(until=min(known.until, known.at + _rest(known)))
        self._looked[key] = known
        if now >= known[3] or key in self._stale:
            self._stale[key] = thing
        elif known[3] < self._due:
            self._due = known[3]

    def _begun(self, key: str, thing: Node | Service | None, cluster: Cluster, now: float) -> _Look:
        """Begin to look at a node, a service, or (None) the swarm."""
        from swarmtui.swarm.diagnosis.rulebook import NODE_RULES, SERVICE_RULES, SWARM_RULES

        if thing is None:
            return _Look(key, thing, SwarmScene(cluster, now, self.memory), _steps(SWARM_RULES), now)
        if isinstance(thing, Node):
            return _Look(key, thing, NodeScene(cluster, now, self.memory, thing), _steps(NODE_RULES), now)
        return _Look(key, thing, ServiceScene(cluster, now, self.memory, thing), _steps(SERVICE_RULES, _WANTED), now)

    def count(self) -> Mapping[Severity, int]:
        """How many findings of each severity there are."""
        return {severity: sum(each.severity is severity for each in self.findings) for severity in Severity}

    def of(self, object_id: str) -> tuple[Finding, ...]:
        """The findings about an object, the worst first."""
        return self._by_object.get(object_id, ())


def _worked_out(name: str) -> Callable[[Any], Iterable[Finding]]:
    """Works out an attribute of a scene."""

    def step(scene: Any) -> Iterable[Finding]:
        getattr(scene, name)
        return ()

    return step


_WANTED = tuple(map(_worked_out, ("tasks", "failures", "health")))
"""What most rules want to know of a service: of thousands of tasks the larger part of the work."""


def _steps(
    rules: Iterable[Rule[Any]], before: Iterable[Callable[[Any], Iterable[Finding]]] = ()
) -> Iterator[Callable[[Any], Iterable[Finding]]]:
    yield from before
    yield from (rule.findings for rule in rules)


def _rest(known: _Looked) -> float:
    """Seconds after a look at an object until the next one, whatever changes in between."""
    count = len(known.tasks) if isinstance(known.tasks, tuple) else 0
    return min(REST * known.cost, LONGEST_REST) if count > LOOKED_AT_ONCE else 0.0


def diagnose(cluster: Cluster, now: float) -> tuple[Finding, ...]:
    """All findings on one snapshot, the worst first.

    Args:
        now: the managers' time, in seconds since 1970.
    """
    diagnosis = Diagnosis()
    diagnosis.advance(cluster, now)
    return diagnosis.findings


def _same(some: tuple[object, ...], others: tuple[object, ...]) -> bool:
    return len(some) == len(others) and all(a is b for a, b in zip(some, others, strict=True))


def _is_well(thing: Node | Service | None, cluster: Cluster, now: float) -> bool:
    """Whether time alone makes no finding of an object."""
    if isinstance(thing, Node):
        return node_health(thing).well
    return thing is not None and service_health(cluster, thing, now).condition is Condition.WELL


def _worst_first(finding: Finding) -> tuple[Any, ...]:
    return (-finding.severity, finding.subject.kind.value, natural(finding.subject.name), finding.rule, finding.summary)
