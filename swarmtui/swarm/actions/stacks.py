"""Stacks: to remove one with all that belongs to it, and to deploy one from a compose file."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import (
    Action,
    DockerCommand,
    Finding,
    Impact,
    Progress,
    Removal,
    Series,
    Target,
)
from swarmtui.swarm.actions.wording import argument, danger, docker, impact_of, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.compose import Comparison, ServiceDifference
from swarmtui.swarm.description import counted, listed
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects import Service
from swarmtui.swarm.replicas import count
from swarmtui.swarm.rollout import rollout_of
from swarmtui.swarm.shared import Network, Shared, StoredConfig, StoredSecret
from swarmtui.swarm.stacks import Stack, stack_named
from swarmtui.swarm.usage import users_of

__all__ = ["DeployStack", "RemovePart", "RemoveStack", "check_stack_name"]

STACK_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]*")
LONGEST_STACK_NAME = 48
"""A service is named STACK_SERVICE, and a service's name has at most 63 characters."""

NETWORK_PATIENCE = 30.0
"""Seconds that the tasks of removed services get to leave their networks."""


def part_target(thing: Service | Shared) -> Target:
    """A part of a stack, as an action names it. A network has no version."""
    if isinstance(thing, Network):
        return Target(Kind.NETWORK, thing.id, thing.name, 0)
    kinds = {Service: Kind.SERVICE, StoredSecret: Kind.SECRET, StoredConfig: Kind.CONFIG}
    return Target(kinds[type(thing)], thing.id, thing.name, thing.version.index)


@dataclass(frozen=True)
class RemovePart(Removal):
    """Remove one part of a stack. A step of the stack's removal."""

    name: ClassVar[str] = "stack.remove-part"
    verb: ClassVar[str] = "Remove"
    label: ClassVar[str] = "Remove a part of a stack"

    target: Target

    @property
    def title(self) -> str:
        return f"Remove the {self.target.kind.word} {self.target.name}"

    @property
    def docker_command(self) -> str:
        return docker(self.target.kind.word, "rm", argument(self.target))

    @property
    def patience(self) -> float:
        return NETWORK_PATIENCE if self.target.kind is Kind.NETWORK else 0.0

    def impact(self, cluster: Cluster) -> Impact:
        return impact_of([danger(f"{self.target.name} is removed.")])

    def progress(self, cluster: Cluster) -> Progress:
        if _is_there(cluster, self.target):
            return Progress("waiting for the engine", settled=False)
        return Progress(f"{self.target.name} is gone", settled=True)


@dataclass(frozen=True)
class RemoveStack(Series):
    """Remove a stack: its services, then its secrets, configs and networks, as docker does.

    Attributes:
        target: the stack.
        parts: what is removed, in this order.
        kept: what stays, since services outside the stack use it, with their names in words.
    """

    name: ClassVar[str] = "stack.remove"
    verb: ClassVar[str] = "Remove"
    label: ClassVar[str] = "Remove a stack"

    target: Target
    parts: tuple[Target, ...]
    kept: tuple[tuple[Target, str], ...] = ()

    @classmethod
    def of(cls, stack: Stack, cluster: Cluster) -> RemoveStack:
        """Remove a stack, as it is on this snapshot."""
        own = {service.id for service in stack.services}
        parts, kept = list[Target](), list[tuple[Target, str]]()
        for part in stack.parts:
            others = [] if isinstance(part, Service) else [s.name for s in users_of(cluster, part) if s.id not in own]
            if others:
                kept.append(
                    (part_target(part), f"{listed(others)}, outside the stack, need{'s' * (len(others) == 1)} it")
                )
            else:
                parts.append(part_target(part))
        return cls(Target(Kind.STACK, stack.name, stack.name, 0), tuple(parts), tuple(kept))

    @property
    def title(self) -> str:
        return f"Remove the stack {self.target.name}"

    @property
    def docker_command(self) -> str:
        return docker("stack", "rm", argument(self.target))

    def steps(self) -> Generator[Action, str, None]:
        for part in self.parts:
            yield RemovePart(part)

    # -------------------------------------------------------------------------------- what it means

    def impact(self, cluster: Cluster) -> Impact:
        return impact_of(self._findings(cluster), type_to_confirm=self.target.name)

    def _findings(self, cluster: Cluster) -> Iterator[Finding]:
        for kind in (Kind.SERVICE, Kind.SECRET, Kind.CONFIG, Kind.NETWORK):
            names = [part.name for part in self.parts if part.kind is kind]
            if names:
                lost = ", with all tasks" if kind is Kind.SERVICE else ""
                text = f"{counted(len(names), kind.word)} removed{lost}: {listed(names, 40)}."
                yield danger(text) if kind is Kind.SERVICE else warning(text)
        for part, reason in self.kept:
            yield warning(f"The {part.kind.word} {part.name} stays: {reason}.")
        stack = stack_named(cluster, self.target.name)
        late = [part.name for part in (stack.parts if stack else ()) if part.id not in self._known]
        if late:
            yield warning(f"{listed(late)} came to the stack meanwhile and would stay: ask for this anew.")
        yield note("Volumes stay on the nodes that they are on; what is in secrets and configs is lost.")

    @property
    def _known(self) -> frozenset[str]:
        return frozenset((*(part.id for part in self.parts), *(part.id for part, _ in self.kept)))

    def progress(self, cluster: Cluster) -> Progress:
        left = [part for part in self.parts if _is_there(cluster, part)]
        if not left:
            return Progress(f"{counted(len(self.parts), 'object')} removed", settled=True)
        return Progress(f"{len(self.parts) - len(left)} of {counted(len(self.parts), 'object')} removed", settled=False)


def _is_there(cluster: Cluster, target: Target) -> bool:
    known: Mapping[Kind, Mapping[str, object] | None] = {
        Kind.SERVICE: cluster.services,
        Kind.SECRET: cluster.secrets,
        Kind.CONFIG: cluster.configs,
        Kind.NETWORK: cluster.networks,
    }
    return target.id in (known[target.kind] or {})


# ------------------------------------------------------------------------------------------------ deploying


def check_stack_name(name: str) -> None:
    """Tell whether a stack can be called so.

    Raises:
        NotPossible: it cannot; with the reason.
    """
    if not name:
        raise NotPossible("The stack needs a name.")
    if len(name) > LONGEST_STACK_NAME or not STACK_NAME.fullmatch(name):
        raise NotPossible(
            f"A stack's name has at most {LONGEST_STACK_NAME} letters a-z and A-Z, digits, - and _;"
            " it begins with a letter or digit."
        )


@dataclass(frozen=True)
class DeployStack(DockerCommand):
    """Make or update a stack from a compose file, with docker's own program.

    Attributes:
        target: the stack.
        comparison: what the file would change, as it was shown to the user.
        prune: whether services that are not in the file are removed.
        send_credentials: whether the credentials of this machine's docker login go along, for private registries.
    """

    name: ClassVar[str] = "stack.deploy"
    verb: ClassVar[str] = "Deploy"
    label: ClassVar[str] = "Deploy a stack from a compose file"

    target: Target
    comparison: Comparison
    prune: bool = False
    send_credentials: bool = False

    @classmethod
    def of(cls, comparison: Comparison, *, prune: bool = False, send_credentials: bool = False) -> DeployStack:
        """Deploy what was compared.

        Raises:
            NotPossible: the name cannot be, or docker cannot do it; with the reason.
        """
        check_stack_name(comparison.stack)
        if comparison.obstacle:
            raise NotPossible(comparison.obstacle)
        return cls(Target(Kind.STACK, "", comparison.stack, 0), comparison, prune, send_credentials)

    @property
    def title(self) -> str:
        return f"Deploy the stack {self.target.name}"

    @property
    def arguments(self) -> tuple[str, ...]:
        flags = [
            *(["--prune"] if self.prune else []),
            *(["--with-registry-auth"] if self.send_credentials else []),
        ]
        return ("stack", "deploy", "--compose-file", self.comparison.path, *flags, self.target.name)

    @property
    def docker_command(self) -> str:
        return docker(*self.arguments)

    # -------------------------------------------------------------------------------- what it means

    def impact(self, cluster: Cluster) -> Impact:
        return impact_of(self._findings())

    def _findings(self) -> Iterator[Finding]:
        comparison = self.comparison
        for difference in self._of("changed"):
            yield warning(f"~ {difference.name} is changed: {'; '.join(difference.changes)}")
        for difference in self._of("added"):
            yield note(f"+ {difference.name} is added: {', '.join(difference.changes)}")
        yield from (note(text) for text in comparison.others)
        gone = [difference.name for difference in self._of("removed")]
        if gone and self.prune:
            yield danger(f"− Not in the file, and removed (prune): {listed(gone, 20)}.")
        elif gone:
            yield note(f"Not in the file, and left as it is: {listed(gone, 20)}.")
        same = [difference.name for difference in self._of("same")]
        if same:
            yield note(f"No difference was seen in {listed(same, 20)}.")
        yield note(comparison.how)
        if not self.send_credentials:
            yield note("No credentials are sent: services keep those that they have.")

    def _of(self, what: str) -> list[ServiceDifference]:
        return [difference for difference in self.comparison.services if difference.what == what]

    def progress(self, cluster: Cluster) -> Progress:
        stack = stack_named(cluster, self.target.name)
        services = {service.name: service for service in stack.services} if stack else {}
        waiting, going, wrong = 0, 0, list[str]()
        for difference in self.comparison.services:
            service = services.get(f"{self.target.name}_{difference.name}")
            if service is None:
                waiting += difference.what == "added"
                continue
            rollout = rollout_of(cluster, service)
            if difference.what == "changed" and service.version.index <= difference.version:
                waiting += 1
            elif rollout is not None and rollout.went_wrong:
                wrong.append(f"{service.name} {rollout.sentence}")
            elif (rollout is not None and rollout.under_way) or count(cluster, service).healthy is not True:
                going += 1
        text = f"{len(services) - going - len(wrong)} of {counted(len(services), 'service')} run as they should"
        if wrong:
            return Progress("; ".join([text, *wrong]), settled=not (waiting or going), failed=True)
        return Progress("waiting for the engine" if waiting else text, settled=not (waiting or going))
