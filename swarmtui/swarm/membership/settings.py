"""The swarm's settings that are a number or a duration: task history, heartbeat, certificate expiry, snapshots."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import msgspec

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Consequence, Impact, Progress, Spec, SpecChange, Target
from swarmtui.swarm.actions.wording import docker, impact_of, note, warning, without_quorum
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.membership import setting_words
from swarmtui.swarm.objects.swarm import Swarm
from swarmtui.swarm.specs.fields import field_of, with_field
from swarmtui.swarm.syntax.quantities import read_duration
from swarmtui.swarm.units import DAY, HOUR, SECOND, duration_text, go_duration

__all__ = [
    "SETTINGS",
    "SetCertExpiry",
    "SetDispatcherHeartbeat",
    "SetKeptSnapshots",
    "SetSnapshotInterval",
    "SetSwarmNumber",
    "SetTaskHistoryLimit",
    "SpecNumber",
]


GREATEST = 2**63 - 1


class SpecNumber(msgspec.Struct, frozen=True):
    """A number or a duration in the swarm's spec: where it stands, and how it is read and written.

    Attributes:
        path: where it stands in the spec.
        flag: of `docker swarm update`.
        shown: the number in a snapshot; None where the spec does not have it.
        least: the least that the engine takes; a 0 where that is not 0 would mean "leave it".
        default: what counts when the spec does not have it.
        unit: what it counts, for the title; "" for a duration, in nanoseconds.
    """

    path: tuple[str, str]
    flag: str
    shown: Callable[[Swarm], int | None]
    least: int = 0
    default: int = 0
    unit: str = ""

    def of_swarm(self, swarm: Swarm) -> int:
        """The number that a swarm has."""
        number = self.shown(swarm)
        return self.default if number is None else number

    def of_spec(self, spec: Spec) -> int:
        """The number that a raw spec has."""
        found = field_of(spec, *self.path)
        return found if isinstance(found, int) else self.default

    def read(self, text: str) -> int:
        """The number that a text means.

        Raises:
            ValueError: it is none; the message says what would be one.
        """
        if not self.unit:
            return read_duration(text)
        if not text.strip().isdecimal():
            raise ValueError("a whole number")
        return int(text)

    def text_of(self, number: int) -> str:
        """The number for people, and as `read` takes it."""
        return str(number) if self.unit else duration_text(number)

    def argument_of(self, number: int) -> str:
        """The number as the docker command takes it."""
        return str(number) if self.unit else go_duration(number)


@dataclass(frozen=True)
class SetSwarmNumber(SpecChange):
    """What these settings have in common.

    Class attributes:
        spec_number: which number it is.
        means: what it is, in a sentence.
    """

    verb: ClassVar[str] = "Set"
    spec_number: ClassVar[SpecNumber]
    means: ClassVar[str]

    target: Target
    number: int
    number_seen: int

    # -------------------------------------------------------------------------------- for subclasses

    @abstractmethod
    def consequences(self, cluster: Cluster) -> Iterator[Consequence]:
        """What another number means."""

    # -------------------------------------------------------------------------------- making one

    @classmethod
    def of(cls, swarm: Swarm, number: int) -> Self:
        """Set the number.

        Raises:
            NotPossible: it is too small.
        """
        shape = cls.spec_number
        if number < shape.least:
            raise NotPossible(f"The {cls.field} cannot be less than {shape.text_of(shape.least)}.")
        if number > GREATEST:
            raise NotPossible(f"The {cls.field} is too large: the maximum is {GREATEST}.")
        return cls(Target.of(swarm), number, shape.of_swarm(swarm))

    # -------------------------------------------------------------------------------- the action

    @property
    def title(self) -> str:
        return f"Set the {self.field} from {self.seen} to {self.wanted}"

    @property
    def button(self) -> str:
        return f"Set to {self.wanted}"

    @property
    def docker_command(self) -> str:
        return docker("swarm", "update", self.spec_number.flag, self.spec_number.argument_of(self.number))

    @property
    def undo(self) -> Self:
        return replace(self, number=self.number_seen, number_seen=self.number)

    def change(self, spec: Spec) -> dict[str, Any]:
        return with_field(spec, self.spec_number.path, self.number)

    def value(self, spec: Spec) -> str:
        return self.spec_number.text_of(self.spec_number.of_spec(spec))

    @property
    def seen(self) -> str:
        return self.spec_number.text_of(self.number_seen)

    def seen_in(self, spec: Spec) -> Mapping[str, Any]:
        return {"number_seen": self.spec_number.of_spec(spec)}

    @property
    def wanted(self) -> str:
        return self.spec_number.text_of(self.number)

    def impact(self, cluster: Cluster) -> Impact:
        return impact_of([*without_quorum(cluster), *self.consequences(cluster)])

    def shown(self, cluster: Cluster) -> str | None:
        swarm = cluster.swarm
        return None if swarm is None else self.spec_number.text_of(self.spec_number.of_swarm(swarm))

    def standing(self, value: str) -> str:
        return f"the {self.field} is {value}"

    def settling(self, cluster: Cluster) -> Progress:
        return Progress(f"now {self.wanted}", settled=True)


@dataclass(frozen=True)
class SetTaskHistoryLimit(SetSwarmNumber):
    """How many old tasks are kept of each slot."""

    name: ClassVar[str] = setting_words.TASK_HISTORY_LIMIT.name
    field: ClassVar[str] = setting_words.TASK_HISTORY_LIMIT.field
    spec_number: ClassVar[SpecNumber] = SpecNumber(
        ("Orchestration", "TaskHistoryRetentionLimit"),
        "--task-history-limit",
        lambda swarm: swarm.spec.orchestration.task_history_retention_limit,
        default=5,
        unit="tasks",
    )
    means: ClassVar[str] = setting_words.TASK_HISTORY_LIMIT.means

    def consequences(self, cluster: Cluster) -> Iterator[Consequence]:
        if self.number < 2:
            yield warning(
                "Failed tasks are deleted as soon as another one starts: their errors and logs can no longer be seen."
            )
        if self.number < self.number_seen:
            yield note("Older tasks and their logs are deleted for good as the services' tasks change.")
        elif self.number > 20:
            yield warning("Every list of tasks gets longer: the managers hold them all in memory and in Raft.")
        else:
            yield note("More of each slot's history is kept from now on; deleted tasks do not come back.")


@dataclass(frozen=True)
class SetDispatcherHeartbeat(SetSwarmNumber):
    """How often each node reports to the managers."""

    name: ClassVar[str] = setting_words.DISPATCHER_HEARTBEAT.name
    field: ClassVar[str] = setting_words.DISPATCHER_HEARTBEAT.field
    spec_number: ClassVar[SpecNumber] = SpecNumber(
        ("Dispatcher", "HeartbeatPeriod"),
        "--dispatcher-heartbeat",
        lambda swarm: swarm.spec.dispatcher.heartbeat_period,
        least=SECOND,
    )
    means: ClassVar[str] = setting_words.DISPATCHER_HEARTBEAT.means

    def consequences(self, cluster: Cluster) -> Iterator[Consequence]:
        yield note(f"A node counts as down after about {duration_text(3 * self.number)} of silence.")
        if self.number > 20 * SECOND:
            yield warning("A dead node's tasks are replaced only after that time.")
        elif self.number < 2 * SECOND:
            yield warning("A short pause of the network or of a busy machine then looks like a dead node.")


@dataclass(frozen=True)
class SetCertExpiry(SetSwarmNumber):
    """How long the certificates of nodes are good for."""

    name: ClassVar[str] = setting_words.CERT_EXPIRY.name
    field: ClassVar[str] = setting_words.CERT_EXPIRY.field
    spec_number: ClassVar[SpecNumber] = SpecNumber(
        ("CAConfig", "NodeCertExpiry"),
        "--cert-expiry",
        lambda swarm: swarm.spec.ca_config.node_cert_expiry,
        least=HOUR,
    )
    means: ClassVar[str] = setting_words.CERT_EXPIRY.means

    def consequences(self, cluster: Cluster) -> Iterator[Consequence]:
        yield note("It applies to new certificates: each node gets one at its next renewal.")
        yield note(f"A node that is off for longer than {duration_text(self.number)} must leave and join again.")
        if self.number < 7 * DAY:
            yield warning("A node that is switched off over a holiday may find its certificate expired.")


@dataclass(frozen=True)
class SetSnapshotInterval(SetSwarmNumber):
    """How many Raft log entries there are between two snapshots."""

    name: ClassVar[str] = setting_words.SNAPSHOT_INTERVAL.name
    field: ClassVar[str] = setting_words.SNAPSHOT_INTERVAL.field
    spec_number: ClassVar[SpecNumber] = SpecNumber(
        ("Raft", "SnapshotInterval"),
        "--snapshot-interval",
        lambda swarm: swarm.spec.raft.snapshot_interval,
        least=1,
        unit="log entries",
    )
    means: ClassVar[str] = setting_words.SNAPSHOT_INTERVAL.means

    def consequences(self, cluster: Cluster) -> Iterator[Consequence]:
        if self.number < self.number_seen:
            yield note("Managers write more to their disks, hold a shorter log, and start faster.")
        else:
            yield note("Managers write less to their disks, hold a longer log, and take longer to start.")
        if self.number < 1000:
            yield warning("On a busy swarm managers would write snapshots all the time.")


@dataclass(frozen=True)
class SetKeptSnapshots(SetSwarmNumber):
    """How many old Raft snapshots are kept."""

    name: ClassVar[str] = setting_words.KEPT_SNAPSHOTS.name
    field: ClassVar[str] = setting_words.KEPT_SNAPSHOTS.field
    spec_number: ClassVar[SpecNumber] = SpecNumber(
        ("Raft", "KeepOldSnapshots"),
        "--max-snapshots",
        lambda swarm: swarm.spec.raft.keep_old_snapshots,
        unit="snapshots",
    )
    means: ClassVar[str] = setting_words.KEPT_SNAPSHOTS.means

    def consequences(self, cluster: Cluster) -> Iterator[Consequence]:
        if self.number < self.number_seen:
            yield note("Older snapshots are deleted from the managers' disks with the next one.")
        else:
            yield note("They take up space on the managers' disks; Swarm itself never goes back to one.")


SETTINGS: tuple[type[SetSwarmNumber], ...] = (
    SetTaskHistoryLimit,
    SetDispatcherHeartbeat,
    SetCertExpiry,
    SetSnapshotInterval,
    SetKeptSnapshots,
)
