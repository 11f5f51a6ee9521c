"""The swarm's settings that are a number or a duration: task history, heartbeat, certificate expiry, snapshots."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Finding, Impact, Progress, Spec, SpecChange, Target
from swarmtui.swarm.actions.raw import field_of, with_field
from swarmtui.swarm.actions.wording import docker, impact_of, note, target_swarm, warning, without_quorum
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.durations import DAY, HOUR, SECOND, duration_text, go_duration, parse_duration
from swarmtui.swarm.objects import Swarm

__all__ = [
    "SETTINGS",
    "SetCertExpiry",
    "SetDispatcherHeartbeat",
    "SetKeptSnapshots",
    "SetSnapshotInterval",
    "SetSwarmNumber",
    "SetTaskHistoryLimit",
]


@dataclass(frozen=True)
class SetSwarmNumber(SpecChange):
    """What these settings have in common: one number in the swarm's spec.

    Class attributes:
        path: where it stands in the spec.
        flag: of `docker swarm update`.
        least: the least that the engine takes; a 0 where that is not 0 would mean "leave it".
        default: what counts when the spec does not have it.
        unit: what it counts, for the title; "" for a duration.
        means: what it is, in a sentence.
    """

    verb: ClassVar[str] = "Set"
    path: ClassVar[tuple[str, str]]
    flag: ClassVar[str]
    least: ClassVar[int] = 0
    default: ClassVar[int] = 0
    unit: ClassVar[str] = ""
    means: ClassVar[str]

    target: Target
    number: int
    number_seen: int

    # -------------------------------------------------------------------------------- for subclasses

    @classmethod
    @abstractmethod
    def of_swarm(cls, swarm: Swarm) -> int:
        """The number that a swarm has."""

    @abstractmethod
    def consequences(self, cluster: Cluster) -> Iterator[Finding]:
        """What another number means."""

    # -------------------------------------------------------------------------------- making one

    @classmethod
    def of(cls, swarm: Swarm, number: int) -> Self:
        """Set the number.

        Raises:
            NotPossible: it is too small.
        """
        if number < cls.least:
            raise NotPossible(f"The {cls.field} cannot be less than {cls.text_of(cls.least)}.")
        return cls(target_swarm(swarm), number, cls.of_swarm(swarm))

    @classmethod
    def read(cls, text: str) -> int:
        """The number that a text means.

        Raises:
            ValueError: it is none; the message says what would be one.
        """
        if not text.strip().isdecimal():
            raise ValueError("a whole number")
        return int(text)

    @classmethod
    def text_of(cls, number: int) -> str:
        """The number for people."""
        return str(number)

    @classmethod
    def argument_of(cls, number: int) -> str:
        """The number as the docker command takes it, and as `read` does."""
        return str(number)

    # -------------------------------------------------------------------------------- the action

    @property
    def title(self) -> str:
        return f"Set the {self.field} from {self.text_of(self.number_seen)} to {self.text_of(self.number)}"

    @property
    def button(self) -> str:
        return f"Set to {self.text_of(self.number)}"

    @property
    def docker_command(self) -> str:
        return docker("swarm", "update", self.flag, self.argument_of(self.number))

    @property
    def undo(self) -> Self:
        return replace(self, number=self.number_seen, number_seen=self.number)

    def change(self, spec: Spec) -> dict[str, Any]:
        return with_field(spec, self.path, self.number)

    def value(self, spec: Spec) -> str:
        found = field_of(spec, *self.path)
        return self.text_of(found if isinstance(found, int) else self.default)

    @property
    def seen(self) -> str:
        return self.text_of(self.number_seen)

    @property
    def wanted(self) -> str:
        return self.text_of(self.number)

    def impact(self, cluster: Cluster) -> Impact:
        return impact_of([*without_quorum(cluster), *self.consequences(cluster)])

    def progress(self, cluster: Cluster) -> Progress:
        now = self.number_seen if cluster.swarm is None else self.of_swarm(cluster.swarm)
        if now == self.number_seen:
            return Progress("waiting for the engine", settled=False)
        if now != self.number:
            return Progress(f"somebody else set it to {self.text_of(now)}", settled=True, failed=True)
        return Progress(f"it is {self.text_of(now)} now", settled=True)


@dataclass(frozen=True)
class _SetDuration(SetSwarmNumber):
    @classmethod
    def read(cls, text: str) -> int:
        return parse_duration(text)

    @classmethod
    def text_of(cls, number: int) -> str:
        return duration_text(number)

    @classmethod
    def argument_of(cls, number: int) -> str:
        return go_duration(number)


@dataclass(frozen=True)
class SetTaskHistoryLimit(SetSwarmNumber):
    """How many old tasks are kept of each slot."""

    name: ClassVar[str] = "swarm.task-history"
    label: ClassVar[str] = "Set how many old tasks are kept"
    field: ClassVar[str] = "task history limit"
    path: ClassVar[tuple[str, str]] = ("Orchestration", "TaskHistoryRetentionLimit")
    flag: ClassVar[str] = "--task-history-limit"
    default: ClassVar[int] = 5
    unit: ClassVar[str] = "tasks"
    means: ClassVar[str] = (
        "How many tasks of each slot are kept, the present one among them: what a service went through."
    )

    @classmethod
    def of_swarm(cls, swarm: Swarm) -> int:
        limit = swarm.spec.orchestration.task_history_retention_limit
        return cls.default if limit is None else limit

    def consequences(self, cluster: Cluster) -> Iterator[Finding]:
        if self.number < 2:
            yield warning(
                "Tasks that have failed go as soon as another one starts: what they died of, and their logs, can no"
                " longer be seen."
            )
        if self.number < self.number_seen:
            yield note("Older tasks than that go for good, with their logs, as the services' tasks change.")
        elif self.number > 20:
            yield warning("Every list of tasks gets longer: the managers hold them all in memory and in Raft.")
        else:
            yield note("More of what each slot went through is kept from now on; what has gone does not come back.")


@dataclass(frozen=True)
class SetDispatcherHeartbeat(_SetDuration):
    """How often each node reports to the managers."""

    name: ClassVar[str] = "swarm.heartbeat"
    label: ClassVar[str] = "Set how often nodes report to the managers"
    field: ClassVar[str] = "dispatcher heartbeat"
    path: ClassVar[tuple[str, str]] = ("Dispatcher", "HeartbeatPeriod")
    flag: ClassVar[str] = "--dispatcher-heartbeat"
    least: ClassVar[int] = SECOND
    means: ClassVar[str] = "How often each node reports; one that misses about three in a row counts as down."

    @classmethod
    def of_swarm(cls, swarm: Swarm) -> int:
        return swarm.spec.dispatcher.heartbeat_period

    def consequences(self, cluster: Cluster) -> Iterator[Finding]:
        yield note(f"A node counts as down after about {duration_text(3 * self.number)} of silence.")
        if self.number > 20 * SECOND:
            yield warning("For so long the tasks of a dead node are missing before others start in their place.")
        elif self.number < 2 * SECOND:
            yield warning("A short pause of the network or of a busy machine is then taken for a dead node.")


@dataclass(frozen=True)
class SetCertExpiry(_SetDuration):
    """How long the certificates of nodes are good for."""

    name: ClassVar[str] = "swarm.cert-expiry"
    label: ClassVar[str] = "Set how long the nodes' certificates are good for"
    field: ClassVar[str] = "certificate expiry"
    path: ClassVar[tuple[str, str]] = ("CAConfig", "NodeCertExpiry")
    flag: ClassVar[str] = "--cert-expiry"
    least: ClassVar[int] = HOUR
    means: ClassVar[str] = "How long a node's certificate is good for; it is renewed after about half of that."

    @classmethod
    def of_swarm(cls, swarm: Swarm) -> int:
        return swarm.spec.ca_config.node_cert_expiry

    def consequences(self, cluster: Cluster) -> Iterator[Finding]:
        yield note("It counts for certificates that are made from now on: each node gets one at its next renewal.")
        yield note(f"A node that is off for longer than {duration_text(self.number)} has to leave and join anew.")
        if self.number < 7 * DAY:
            yield warning("A node that is switched off over a holiday may find its certificate expired.")


@dataclass(frozen=True)
class SetSnapshotInterval(SetSwarmNumber):
    """How many Raft log entries there are between two snapshots."""

    name: ClassVar[str] = "swarm.snapshot-interval"
    label: ClassVar[str] = "Set how often managers take a Raft snapshot"
    field: ClassVar[str] = "Raft snapshot interval"
    path: ClassVar[tuple[str, str]] = ("Raft", "SnapshotInterval")
    flag: ClassVar[str] = "--snapshot-interval"
    least: ClassVar[int] = 1
    unit: ClassVar[str] = "log entries"
    means: ClassVar[str] = "After how many log entries each manager writes a snapshot of the swarm's state."

    @classmethod
    def of_swarm(cls, swarm: Swarm) -> int:
        return swarm.spec.raft.snapshot_interval

    def consequences(self, cluster: Cluster) -> Iterator[Finding]:
        if self.number < self.number_seen:
            yield note("Managers write more to their disks, hold a shorter log, and start faster.")
        else:
            yield note("Managers write less to their disks, hold a longer log, and take longer to start.")
        if self.number < 1000:
            yield warning("On a busy swarm managers would write snapshots all the time.")


@dataclass(frozen=True)
class SetKeptSnapshots(SetSwarmNumber):
    """How many old Raft snapshots are kept."""

    name: ClassVar[str] = "swarm.max-snapshots"
    label: ClassVar[str] = "Set how many old Raft snapshots managers keep"
    field: ClassVar[str] = "kept snapshots"
    path: ClassVar[tuple[str, str]] = ("Raft", "KeepOldSnapshots")
    flag: ClassVar[str] = "--max-snapshots"
    unit: ClassVar[str] = "snapshots"
    means: ClassVar[str] = "How many snapshots each manager keeps on its disk beside the newest one."

    @classmethod
    def of_swarm(cls, swarm: Swarm) -> int:
        return swarm.spec.raft.keep_old_snapshots or 0

    def consequences(self, cluster: Cluster) -> Iterator[Finding]:
        if self.number < self.number_seen:
            yield note("Older snapshots are deleted from the managers' disks with the next one.")
        else:
            yield note("They take room on the managers' disks; Swarm itself never goes back to one.")


SETTINGS: tuple[type[SetSwarmNumber], ...] = (
    SetTaskHistoryLimit,
    SetDispatcherHeartbeat,
    SetCertExpiry,
    SetSnapshotInterval,
    SetKeptSnapshots,
)
