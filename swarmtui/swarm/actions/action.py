"""Base classes of actions: an action is a frozen value that says what to do to which object, and what to know first.

A key makes an action from what the cursor is on; from then on the cursor does not matter. The dialog shows `title`,
`docker_command` and `impact`; the gateway carries it out; the activity line follows `progress` until the swarm has
settled. CONTRIBUTING.md says how to add one.

    Action
    ├── SpecChange    changes one field of an object's raw spec
    ├── Creation      makes a new object
    ├── Removal       removes an object
    ├── DockerCommand runs the docker command line, for what the Engine API cannot do
    ├── NodeCall      asks the engine of one node for something about its own containers, images, volumes (node_call.py)
    ├── EngineCall    asks one engine for something about itself: to join a swarm, to leave it, to be unlocked
    └── Series        several of these, one after another, each of which may need what came of those before
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from swarmtui.errors import Contested
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.consequences import Consequence, Impact, Severity
from swarmtui.swarm.judgement.replacement import Replacements
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.short_text import clipped

if TYPE_CHECKING:
    from swarmtui.swarm.specs.difference import DiffLine
    from swarmtui.swarm.stacks.compose_files import ComposeFiles

__all__ = [
    "QUIET",
    "Action",
    "Consequence",
    "Creation",
    "DockerCommand",
    "EngineCall",
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

QUIET = 600.0
"""Seconds for which nothing may move before a change is no longer followed."""

LONGEST_VALUE = 60
"""Characters that a field's value takes in a sentence."""

Spec = Mapping[str, Any]
"""An object's spec as the engine gave it: raw JSON. Never mapped through our classes, so nothing in it gets lost."""


@dataclass(frozen=True)
class Progress:
    """How far the swarm has got with what an action asked for.

    Attributes:
        text: one short line: "3 of 4 running". Until it is settled, it says what the program waits for.
        settled: nothing more will happen.
        failed: it has settled, or hangs, without reaching what was asked for.
        overtaken: somebody else changed the object again, or removed it: `text` says what it is now.
        unseen: an object that should exist by now and is not in the snapshot, which is too old, or it is gone again.
        runs: IDs of the services whose tasks must keep running for this to be a success.
    """

    text: str
    settled: bool
    failed: bool = False
    overtaken: bool = False
    unseen: Target | None = None
    runs: tuple[str, ...] = ()

    @classmethod
    def by_others(cls, what: str) -> Progress:
        """Somebody else has made it pointless to wait: "wrk1 is active again"."""
        return cls(what, settled=True, failed=True, overtaken=True)

    @classmethod
    def removed(cls, name: str) -> Progress:
        """Somebody else has removed it."""
        return cls.by_others(f"{name} was removed")

    @classmethod
    def waiting(cls, unseen: Target | None = None) -> Progress:
        """The snapshot shows nothing of it yet."""
        return cls("waiting for the engine", settled=False, unseen=unseen)


class Action(ABC):
    """Base of all actions. Subclasses are frozen dataclasses with a `target` and what to do.

    Class attributes:
        name: stable dotted identifier, for the audit log, key bindings and the command palette: "service.scale".
        verb: what the confirming button says before the object's name: "Scale", "Drain".
        touches_keys: it changes the swarm's keys or certificates. The gateway leaves some time between two of these.
    """

    name: ClassVar[str]
    verb: ClassVar[str]
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

    @property
    def difference(self) -> Sequence[DiffLine]:
        """What it changes in a spec, line by line, secrets masked; () for what its consequences tell alone."""
        return ()

    @abstractmethod
    def impact(self, cluster: Cluster) -> Impact:
        """What will move, stop, or become unsafe, judged on this snapshot."""

    @abstractmethod
    def progress(self, cluster: Cluster) -> Progress:
        """How far the swarm has got, on a snapshot taken after the change was accepted."""

    def longest_pause(self, cluster: Cluster) -> float:
        """Seconds for which nothing may move while all goes well: who waits for longer than that waits in vain."""
        return QUIET

    @property
    def watched(self) -> Target:
        """The object in which its effect is to be seen: that is asked for often until it has settled."""
        return self.target

    @property
    def parameters(self) -> Mapping[str, str]:
        """Query parameters of the call (`rotateWorkerToken`, `rollback`, `force`), besides the gateway's own."""
        return {}

    @property
    def undo(self) -> Action | None:
        """The action that puts things back, made from what was seen before; None where that is not possible."""
        return None

    def expected(self, cluster: Cluster) -> Cluster:
        """The snapshot with the nodes and services as they will be; the tasks stay as they are. What comes of that
        for the tasks, the judge tells (swarmtui.swarm.judgement)."""
        return cluster

    def replaces(self, cluster: Cluster) -> Replacements:
        """The rolling updates that this starts, by service ID, as seen on a snapshot before it is done."""
        return {}

    def prepared(self) -> Action:
        """The same after a preparation of its object was done (see `order_of_sending`)."""
        return self

    def remarks(self, cluster: Cluster) -> Impact:
        """What of the impact only the action itself knows: all of it, unless it is `Judged`."""
        return self.impact(cluster)

    @property
    def button(self) -> str:
        """ "Drain node3": the confirming button."""
        return f"{self.verb} {self.target.name}"

    @property
    def deed(self) -> str:
        """ "Change the environment of web": without values, the name last: of several it is their number."""
        return self.button


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

    def contested(self, spec: Spec) -> tuple[Contested, ...]:
        """What somebody else has changed in another way than this action would; () when nothing is in its way."""
        now = self.value(spec)
        return () if now in (self.seen, self.wanted) else (Contested(self.field, self.seen, now, self.wanted),)

    def is_made(self, spec: Spec) -> bool:
        """Whether a spec has all that this action would change."""
        return self.value(spec) == self.wanted

    def upon(self, version: int, spec: Spec) -> Self:
        """The same change made upon what the engine has now, so that all it says is of that.

        Args:
            version: the object's version.
            spec: its raw spec.
        """
        target = dataclasses.replace(self.target, version=version)
        return cast("Self", dataclasses.replace(cast("Any", self), target=target, **self.seen_in(spec)))

    def seen_in(self, spec: Spec) -> Mapping[str, Any]:
        """What of the action's own attributes tells of the spec that it is made upon, for this spec."""
        return {}

    # -------------------------------------------------------------------------------- what came of it

    def progress(self, cluster: Cluster) -> Progress:
        """First whether somebody else came after it, as far as the snapshot tells; then how far the swarm has got."""
        version = cluster.version_of(self.target.kind, self.target.id)
        if self.target.kind is Kind.SWARM:
            if version is None or version <= self.target.version:
                return Progress.waiting()
        elif version is None:
            return self.gone
        shown = self.shown(cluster)
        return (self.overtaken_by(shown, cluster) if shown is not None else None) or self.settling(cluster)

    @property
    def gone(self) -> Progress:
        """The object was removed after the change."""
        return Progress.removed(self.target.name)

    @abstractmethod
    def settling(self, cluster: Cluster) -> Progress:
        """How far the swarm has got, on a snapshot that holds the object, where nobody changed the field again."""

    def shown(self, cluster: Cluster) -> str | None:
        """The field's value on a snapshot, as `value` would give it; None where a snapshot does not hold it.

        Then the object's raw spec has to be looked at before the change can be called done.
        """
        return None

    def overtaken_by(self, value: str, cluster: Cluster) -> Progress | None:
        """What somebody else made of the field after this change; None while it is as this change left it.

        Args:
            value: the field's value now.
        """
        if value == self.wanted:
            return None
        return Progress.by_others(self.standing(value) + (" again" if value == self.seen else ""))

    def standing(self, value: str) -> str:
        """ "wrk1 is active": that the field has a value, in words."""
        return f"the {self.field} of {self.target.name}: {clipped(value, LONGEST_VALUE)}"


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
    """Runs docker on compose files, against the engine that is connected: this machine's docker, or the manager's.

    For what the Engine API has no call for: the meaning of a compose file is known to docker's own program alone.
    """

    @property
    @abstractmethod
    def files(self) -> ComposeFiles:
        """What it reads, by whole paths."""

    @abstractmethod
    def arguments(self, files: Sequence[str]) -> tuple[str, ...]:
        """What follows "docker" on the command line; the engine's address is put before it.

        Args:
            files: the options that name the compose files where docker runs.
        """


class EngineCall(Action):
    """Asks the engine that is connected for something about itself, its place in a swarm, or a cluster volume.

    While there is no swarm to show, `impact` and `progress` are given a snapshot that holds nothing but `info`.

    Class attributes:
        path: of the Engine API, without a version: "/swarm/join"; {id} stands for the target's ID.
        method: "POST" or "PUT".
        leaves: afterwards the engine is in no swarm, and what was known of one is over.
    """

    path: ClassVar[str]
    method: ClassVar[str] = "POST"
    leaves: ClassVar[bool] = False

    @abstractmethod
    def body(self) -> Mapping[str, Any] | None:
        """What is sent, None for nothing. It may hold a token: see `Creation.body`."""


class Series(Action):
    """Several actions as one. The first that fails ends it; what was done before stays done, and is told."""

    @abstractmethod
    def steps(self) -> Generator[Action, str, None]:
        """The actions, one after another. Each `yield` gives the ID of what the step before has made, or ""."""
