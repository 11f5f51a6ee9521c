"""Stacks: to remove one with all that belongs to it, and to deploy one from a compose file."""

from __future__ import annotations

import re
import shlex
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import msgspec

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import (
    QUIET,
    Action,
    Consequence,
    DockerCommand,
    Impact,
    Progress,
    Removal,
    Series,
    Target,
)
from swarmtui.swarm.actions.judging import Judged
from swarmtui.swarm.actions.wording import argument, danger, docker, impact_of, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.consequences import Severity
from swarmtui.swarm.judgement.replacement import Replacements
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.replicas import count
from swarmtui.swarm.services.restarts import rolling_consequences, with_spec
from swarmtui.swarm.services.rollout import rollout_of
from swarmtui.swarm.services.update_progress import pause_of_update
from swarmtui.swarm.short_text import counted, listed
from swarmtui.swarm.stacks.compose import Comparison, ServiceDifference
from swarmtui.swarm.stacks.compose_files import ComposeFiles
from swarmtui.swarm.stacks.stack import PARTS, Stack, stack_named
from swarmtui.swarm.usage import users_of

__all__ = ["DeployStack", "RemovePart", "RemoveStack", "check_stack_name"]

STACK_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]*")
LONGEST_STACK_NAME = 48
"""A service is named STACK_SERVICE, and a service's name has at most 63 characters."""

RESOLVE_IMAGE = ("", "always", "changed", "never")
"""What docker takes for `--resolve-image`."""

NETWORK_PATIENCE = 30.0
"""Seconds that the tasks of removed services get to leave their networks."""


@dataclass(frozen=True)
class RemovePart(Removal):
    """Remove one part of a stack. A step of the stack's removal."""

    name: ClassVar[str] = names.REMOVE_PART
    verb: ClassVar[str] = "Remove"

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
            return Progress.waiting()
        return Progress(f"{self.target.name} is gone", settled=True)


@dataclass(frozen=True)
class RemoveStack(Judged, Series):
    """Remove a stack: its services, then its secrets, configs and networks, as docker does.

    Attributes:
        target: the stack.
        parts: what is removed, in this order.
        kept: what stays, since services outside the stack use it, with their names in words.
    """

    name: ClassVar[str] = names.REMOVE_STACK
    verb: ClassVar[str] = "Remove"

    target: Target
    parts: tuple[Target, ...]
    kept: tuple[tuple[Target, str], ...] = ()

    @classmethod
    def of(cls, stack: Stack, cluster: Cluster) -> RemoveStack:
        """Remove a stack, as it is on this snapshot.

        Raises:
            NotPossible: it is not known yet what all belongs to it.
        """
        unknown = [kind.value for kind in PARTS if cluster.awaits(kind)]
        if unknown:
            raise NotPossible(
                f"The engine has not listed its {listed(unknown)} yet: those of {stack.name} would stay.",
                "Try again in a moment.",
            )
        own = {service.id for service in stack.services}
        parts, kept = list[Target](), list[tuple[Target, str]]()
        for part in stack.parts:
            others = [] if isinstance(part, Service) else [s.name for s in users_of(cluster, part) if s.id not in own]
            if others:
                kept.append(
                    (Target.of(part), f"{listed(others)}, outside the stack, need{'s' * (len(others) == 1)} it")
                )
            else:
                parts.append(Target.of(part))
        return cls(Target.of(stack), tuple(parts), tuple(kept))

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

    def expected(self, cluster: Cluster) -> Cluster:
        for part in self.parts:
            if part.kind is Kind.SERVICE:
                cluster = cluster.without_service(part.id)
        return cluster

    def remarks(self, cluster: Cluster) -> Impact:
        return impact_of(self._consequences(cluster), type_to_confirm=self.target.name)

    def _consequences(self, cluster: Cluster) -> Iterator[Consequence]:
        for kind in PARTS:
            names = [part.name for part in self.parts if part.kind is kind]
            if names:
                lost = ", with all tasks" if kind is Kind.SERVICE else ""
                text = f"{counted(len(names), kind.word)} removed{lost}: {listed(names, 40)}."
                yield danger(text) if kind is Kind.SERVICE else warning(text)
        for kind in PARTS:
            if kind in cluster.refused:
                yield warning(f"The engine does not list its {kind.value}: those of the stack stay.")
        for part, reason in self.kept:
            yield warning(f"The {part.kind.word} {part.name} stays: {reason}.")
        stack = stack_named(cluster, self.target.name)
        late = [part.name for part in (stack.parts if stack else ()) if part.id not in self._known]
        if late:
            yield warning(f"{listed(late)} joined the stack meanwhile and would stay: try again.")
        yield note("Volumes stay on their nodes; the content of secrets and configs is lost.")

    @property
    def _known(self) -> frozenset[str]:
        return frozenset((*(part.id for part in self.parts), *(part.id for part, _ in self.kept)))

    def progress(self, cluster: Cluster) -> Progress:
        left = [part for part in self.parts if _is_there(cluster, part)]
        if not left:
            return Progress(f"{counted(len(self.parts), 'object')} removed", settled=True)
        return Progress(f"{len(self.parts) - len(left)} of {counted(len(self.parts), 'object')} removed", settled=False)


def _is_there(cluster: Cluster, target: Target) -> bool:
    return target.id in (cluster.objects(target.kind) or {})


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
class DeployStack(Judged, DockerCommand):
    """Make or update a stack from a compose file, with docker's own program.

    Attributes:
        target: the stack.
        comparison: what the file would change, as it was shown to the user.
        prune: whether services that are not in the file are removed.
        send_credentials: whether the credentials of that docker's login go along, for private registries.
        resolve_image: whether digests of tags are asked for: "always", "changed" or "never"; "" leaves it to docker.
    """

    name: ClassVar[str] = names.DEPLOY_STACK
    verb: ClassVar[str] = "Deploy"

    target: Target
    comparison: Comparison
    prune: bool = False
    send_credentials: bool = False
    resolve_image: str = ""

    @classmethod
    def of(
        cls,
        comparison: Comparison,
        *,
        prune: bool = False,
        send_credentials: bool = False,
        resolve_image: str = "",
    ) -> DeployStack:
        """Deploy what was compared.

        Raises:
            NotPossible: the name cannot be, or docker cannot do it; with the reason.
        """
        check_stack_name(comparison.stack)
        if comparison.obstacles:
            raise NotPossible(" ".join(comparison.obstacles))
        if resolve_image not in RESOLVE_IMAGE:
            raise NotPossible(f"Digests are resolved always, changed or never, not {resolve_image}.")
        target = Target(Kind.STACK, "", comparison.stack, 0)
        return cls(target, comparison, prune, send_credentials, resolve_image)

    @property
    def title(self) -> str:
        return f"Deploy the stack {self.target.name}"

    @property
    def files(self) -> ComposeFiles:
        return self.comparison.files

    def arguments(self, files: Sequence[str]) -> tuple[str, ...]:
        flags = [
            *(["--prune"] if self.prune else []),
            *(["--with-registry-auth"] if self.send_credentials else []),
            *(["--resolve-image", self.resolve_image] if self.resolve_image else []),
        ]
        return ("stack", "deploy", *files, *flags, self.target.name)

    @property
    def docker_command(self) -> str:
        command = docker(*self.arguments(self.files.options))
        variables = self.files.variables
        return f"(set -a; . {shlex.quote(variables)}; {command})" if variables else command

    # -------------------------------------------------------------------------------- what it means

    def expected(self, cluster: Cluster) -> Cluster:
        """As far as the file tells: docker may look up that a tag has come to mean another image."""
        services = dict(cluster.services)
        for difference, present in self._in(cluster):
            if difference.what == "removed" and present is not None and self.prune:
                del services[present.id]
            elif difference.after is not None:
                name, spec = self._full_name(difference), difference.after.spec
                # A new one has no ID yet; the name stands for one.
                after = with_spec(present or Service(id=name), msgspec.structs.replace(spec, name=name))
                services[after.id] = after
        return replace(cluster, services=services)

    def replaces(self, cluster: Cluster) -> Replacements:
        return {
            present.id: difference.after.replacement
            for difference, present in self._in(cluster)
            if present is not None and difference.after is not None
        }

    def _in(self, cluster: Cluster) -> list[tuple[ServiceDifference, Service | None]]:
        """Each difference, with the service that runs now."""
        running = {service.name: service for service in cluster.services.values()}
        return [(each, running.get(self._full_name(each))) for each in self.comparison.services]

    def _full_name(self, difference: ServiceDifference) -> str:
        return f"{self.target.name}_{difference.name}"

    def remarks(self, cluster: Cluster) -> Impact:
        return impact_of([*self._of_updates(cluster), *self._consequences()])

    def _of_updates(self, cluster: Cluster) -> Iterator[Consequence]:
        """The tasks that are replaced, of each service. What comes of one that fails is left out, for shortness."""
        for difference, present in self._in(cluster):
            after = difference.after
            if difference.what != "changed" or present is None or after is None:
                continue
            service, restart = with_spec(present, after.spec), after.replacement.restart
            for each in rolling_consequences(restart, present, service, cluster, after.how):
                if each.severity is not Severity.NOTE:
                    yield msgspec.structs.replace(
                        each, text=f"{difference.name}: {each.text[0].lower()}{each.text[1:]}"
                    )

    def _consequences(self) -> Iterator[Consequence]:
        comparison = self.comparison
        yield from (warning(text) for text in comparison.warnings)
        for difference in self._of("changed"):
            yield warning(f"~ {difference.name} is changed: {'; '.join(difference.changes)}")
        for difference in self._of("added"):
            yield note(f"+ {difference.name} is added: {', '.join(difference.changes)}")
        yield from (note(text) for text in comparison.others)
        gone = [difference.name for difference in self._of("removed")]
        if gone and self.prune:
            yield danger(f"− Not in the file, and removed (prune): {listed(gone, 20)}.")
        elif gone:
            yield note(f"Not in the file, and left alone: {listed(gone, 20)}.")
        same = [difference.name for difference in self._of("same")]
        if same:
            yield note(f"No difference found in {listed(same, 20)}.")
        yield note(comparison.how)
        if comparison.place:
            yield note(
                f"There is no docker on this machine: the one on {comparison.place} deploys."
                " The files go there over SSH, and are removed afterwards."
            )
        if self.send_credentials and comparison.place:
            yield note(f"The registry credentials are those of your login on {comparison.place}.")
        if not self.send_credentials:
            yield note("No credentials are sent: services keep theirs.")

    def _of(self, what: str) -> list[ServiceDifference]:
        return [difference for difference in self.comparison.services if difference.what == what]

    def progress(self, cluster: Cluster) -> Progress:
        stack = stack_named(cluster, self.target.name)
        services = {service.name: service for service in stack.services} if stack else {}
        waiting, going, wrong, runs = 0, 0, list[str](), list[str]()
        for difference in self.comparison.services:
            name = f"{self.target.name}_{difference.name}"
            service = services.get(name)
            if service is None and difference.what != "removed":
                # docker has made or changed each of them before it ends.
                return Progress.removed(name)
            if service is None:
                continue
            rollout = rollout_of(cluster, service)
            if rollout is None or not rollout.under_way:
                runs.append(service.id)
            if difference.what == "changed" and service.version.index <= difference.version:
                waiting += 1
            elif rollout is not None and rollout.went_wrong:
                wrong.append(f"{service.name} {rollout.sentence}")
            elif (rollout is not None and rollout.under_way) or count(cluster, service).healthy is not True:
                going += 1
        text = f"{len(services) - going - len(wrong)} of {counted(len(services), 'service')} run as they should"
        if wrong:
            return Progress("; ".join([text, *wrong]), settled=not (waiting or going), failed=True)
        text = "waiting for the engine" if waiting else text
        return Progress(text, settled=not (waiting or going), runs=() if waiting else tuple(runs))

    def longest_pause(self, cluster: Cluster) -> float:
        stack = stack_named(cluster, self.target.name)
        return max((pause_of_update(cluster, each.id) for each in (stack.services if stack else ())), default=QUIET)
