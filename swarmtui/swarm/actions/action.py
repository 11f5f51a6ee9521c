"""What every action is: a frozen value that says what to do to which object, and everything one must know before.

A key makes an action from what the cursor is on; from then on the cursor does not matter. The dialog shows `title`,
`docker_command` and `impact`; the gateway carries it out; the activity line follows `progress` until the swarm has
settled. To add a thing that users can do: add one class of one of the sorts below, and one binding.

    Action
    ├── SpecChange    changes one field of an object's raw spec
    ├── Creation      makes a new object
    ├── Removal       removes an object
    ├── DockerCommand runs the docker command line on this machine, for what the Engine API cannot do
    ├── EngineCall    asks one engine for something about itself: to join a swarm, to leave it, to be unlocked
    └── Series        several of these, one after another, each of which may need what came of those before
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, ClassVar

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target

__all__ = [
    "Action",
    "Creation",
    "DockerCommand",
    "EngineCall",
    "Finding",
    "Impact",
    "Kind",
    "Progress",
    "Removal",
    "Series",
    "Severity",
    "Spec",
    "SpecChange",
    "Target",
]

Spec = Mapping[str, Any]
"""An object's spec as the engine gave it: raw JSON. Never mapped through our classes, so nothing in it gets lost."""


class Severity(IntEnum):
    """How much a consequence matters. A DANGER cannot be undone by doing the opposite, or stops what users rely on."""

    NOTE = 0
    WARNING = 1
    DANGER = 2


@dataclass(frozen=True)
class Finding:
    """One consequence of an action, in one or two plain sentences."""

    severity: Severity
    text: str


@dataclass(frozen=True)
class Impact:
    """What an action will do, before it is done.

    Attributes:
        findings: the consequences, the worst first.
        type_to_confirm: what the user must type before the button works; "" when a press of the button is enough.
    """

    findings: tuple[Finding, ...] = ()
    type_to_confirm: str = ""

    @property
    def severity(self) -> Severity:
        return max((finding.severity for finding in self.findings), default=Severity.NOTE)


@dataclass(frozen=True)
class Progress:
    """How far the swarm has got with what an action asked for.

    Attributes:
        text: one short line: "3 of 4 running".
        settled: nothing more is going to happen.
        failed: it has settled, or hangs, short of what was asked.
    """

    text: str
    settled: bool
    failed: bool = False


class Action(ABC):
    """Base of all actions. Subclasses are frozen dataclasses with a `target` and what to do.

    Class attributes:
        name: stable dotted identifier, for the audit log, key bindings and the command palette: "service.scale".
        verb: what the confirming button says before the object's name: "Scale", "Drain".
        label: what the palette, the help and the footer call it: "Scale a service".
        touches_keys: it changes what the swarm locks or signs with. Two such follow each other only after a while.
    """

    name: ClassVar[str]
    verb: ClassVar[str]
    label: ClassVar[str]
    touches_keys: ClassVar[bool] = False

    target: Target

    @property
    @abstractmethod
    def title(self) -> str:
        """ "Scale web from 2 to 4": a whole statement of what will be done."""

    @property
    @abstractmethod
    def docker_command(self) -> str:
        """The same thing as a docker command line that a shell would take (names quoted for it). Never with a secret
        in it: it is shown and written to the audit log."""

    @property
    def whole_command(self) -> str:
        """The command for whoever copies it: with the values that `docker_command` masks."""
        return self.docker_command

    @abstractmethod
    def impact(self, cluster: Cluster) -> Impact:
        """What will move, stop, or become unsafe, judged on this snapshot."""

    @abstractmethod
    def progress(self, cluster: Cluster) -> Progress:
        """How far the swarm has got, on a snapshot taken after the change was accepted."""

    @property
    def parameters(self) -> Mapping[str, str]:
        """Query parameters of the call (`rotateWorkerToken`, `rollback`, `force`), beside the gateway's own."""
        return {}

    @property
    def undo(self) -> Action | None:
        """The action that puts things back, made from what was seen before; None where that is not possible."""
        return None

    def expected(self, cluster: Cluster) -> Cluster:
        """The snapshot as it will be for judging the next of several actions: what matters to those of this sort."""
        return cluster

    @property
    def button(self) -> str:
        """ "Drain node3": the confirming button."""
        return f"{self.verb} {self.target.name}"


class SpecChange(Action):
    """Changes one field of an object's spec: the raw JSON is fetched, changed, and sent back whole.

    Class attributes:
        field: the field it changes, in the field's own terms: "replicas".
    """

    field: ClassVar[str]

    @abstractmethod
    def change(self, spec: Spec) -> dict[str, Any]:
        """The new spec: a copy of the same raw JSON in which one field is changed. `spec` itself stays as it is."""

    @abstractmethod
    def value(self, spec: Spec) -> str:
        """The field's value in a raw spec, as text: compared to know whether somebody else changed it."""

    @property
    @abstractmethod
    def seen(self) -> str:
        """The field's value that the user saw when making the action, as `value` would have given it."""

    @property
    @abstractmethod
    def wanted(self) -> str:
        """The field's value after the action, as `value` will give it."""


class Creation(Action):
    """Makes a new object: `target` has its name, and no ID yet. Names are unique, so it is never made twice."""

    @abstractmethod
    def body(self) -> Mapping[str, Any]:
        """What is sent. It may hold a secret's text: it is made for the call, and never kept, logged or shown."""


class Removal(Action):
    """Removes an object, by its ID."""

    @property
    def patience(self) -> float:
        """For how many seconds "it is in use" is taken for a thing that passes: tasks that are just being stopped."""
        return 0.0


class DockerCommand(Action):
    """Runs the docker command line on this machine, against the engine that is connected.

    For what the Engine API has no call for: the meaning of a compose file is known to docker's own program alone.
    """

    @property
    @abstractmethod
    def arguments(self) -> tuple[str, ...]:
        """What follows "docker" on the command line; the engine's address is put before it."""


class EngineCall(Action):
    """Asks the engine that is connected for something about itself and its place in a swarm.

    It may be made while there is no swarm to show: the engine is in none, or is locked. `impact` and `progress` are
    then given a snapshot that holds nothing but `info`.

    Class attributes:
        path: of the Engine API, without a version: "/swarm/join".
        leaves: afterwards the engine is in no swarm, and what was known of one is over.
    """

    path: ClassVar[str]
    leaves: ClassVar[bool] = False

    @abstractmethod
    def body(self) -> Mapping[str, Any] | None:
        """What is sent, None for nothing. It may hold a token: see `Creation.body`."""


class Series(Action):
    """Several actions as one. The first that fails ends it; what was done before stays done, and is told."""

    @abstractmethod
    def steps(self) -> Generator[Action, str, None]:
        """The actions, one after another. Each `yield` gives the ID of what the step before has made, or ""."""
