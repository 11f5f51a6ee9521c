"""Rotation of a secret or config: what it holds cannot change, so a new one takes its place in every service.

Each service gets one change of its spec: the reference names the new object, and file name, owner and mode stay. That
is one rolling update of its tasks. All services are told one after another; none waits for another's update to end.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import msgspec

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import QUIET, Action, Consequence, Impact, Progress, Series, Spec, SpecChange, Target
from swarmtui.swarm.actions.judging import Judged
from swarmtui.swarm.actions.wording import argument, docker, gone, impact_of, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.files.changes import (
    Content,
    CreateConfig,
    CreateSecret,
    RemoveConfig,
    RemoveSecret,
)
from swarmtui.swarm.judgement.replacement import Replacement, Replacements, Restart
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.object_names import taken_names
from swarmtui.swarm.objects.file import SecretFile
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.stack_label import stack_of
from swarmtui.swarm.objects.task_template import FileTarget
from swarmtui.swarm.services.replicas import count
from swarmtui.swarm.services.rollout import rollout_of
from swarmtui.swarm.services.update_progress import pause_of_update
from swarmtui.swarm.short_text import counted, listed
from swarmtui.swarm.specs.fields import field_of, with_field
from swarmtui.swarm.usage import users_of

__all__ = ["ReplaceReference", "RotateConfig", "RotateSecret"]

CREDENTIALS = ("TaskTemplate", "ContainerSpec", "Privileges", "CredentialSpec", "Config")


@dataclass(frozen=True)
class ReplaceReference(Judged, SpecChange):
    """Let a service use another secret or config in the place of one. A step of a rotation.

    Attributes:
        target: the service.
        old: the secret or config that it uses.
        new_id, new_name: what it should use instead.
        files: the files that it is in the containers, as a docker command line names them.
    """

    name: ClassVar[str] = names.REPLACE_REFERENCE
    verb: ClassVar[str] = "Update"
    field: ClassVar[str] = "secret or config"

    target: Target
    old: Target
    new_id: str
    new_name: str
    files: tuple[str, ...] = ()

    @classmethod
    def of(cls, service: Service, old: Target, new_id: str, new_name: str) -> ReplaceReference:
        """Let a service use another one. `new_id` may be "" as long as the new one is still to be made."""
        files = tuple(_file_text(file) for file in service.files_of(old.id))
        return cls(Target.of(service), old, new_id, new_name, files)

    @property
    def title(self) -> str:
        return f"Let {self.target.name} use {self.new_name}"

    @property
    def docker_command(self) -> str:
        word = self.old.kind.word
        added = [f"source={self.new_name},{file}" for file in self.files or (f"target={self.old.name}",)]
        flags = [part for each in added for part in (f"--{word}-add", each)]
        return docker("service", "update", f"--{word}-rm", self.old.name, *flags, argument(self.target))

    # -------------------------------------------------------------------------------- the change

    @property
    def _word(self) -> str:
        return self.old.kind.word.capitalize()

    @property
    def _path(self) -> tuple[str, str, str]:
        return ("TaskTemplate", "ContainerSpec", f"{self._word}s")

    def _references(self, spec: Spec) -> list[Any]:
        found = field_of(spec, *self._path)
        return found if isinstance(found, list) else []

    def _ids(self, spec: Spec) -> set[object]:
        references = (each for each in self._references(spec) if isinstance(each, Mapping))
        return {each.get(f"{self._word}ID") for each in references}

    def change(self, spec: Spec) -> dict[str, Any]:
        if field_of(spec, *CREDENTIALS) == self.old.id:
            raise NotPossible(
                f"{self.target.name} gets its Windows credentials from {self.old.name}.", "Change it by hand."
            )
        references = [self._replaced(each) for each in self._references(spec)]
        return with_field(spec, self._path, references) if references else dict(spec)

    def _replaced(self, reference: Any) -> Any:
        word = self._word
        if not isinstance(reference, Mapping) or reference.get(f"{word}ID") != self.old.id:
            return reference
        return {**reference, f"{word}ID": self.new_id, f"{word}Name": self.new_name}

    def value(self, spec: Spec) -> str:
        ids = self._ids(spec)
        if self.old.id in ids:
            return self.old.name
        return self.new_name if self.new_id in ids else "neither"

    @property
    def seen(self) -> str:
        return self.old.name

    @property
    def wanted(self) -> str:
        return self.new_name

    # -------------------------------------------------------------------------------- what it means

    def expected(self, cluster: Cluster) -> Cluster:
        """The service is another one then, in what the judge does not look at."""
        service = cluster.services.get(self.target.id)
        return cluster if service is None else cluster.with_service(msgspec.structs.replace(service))

    def replaces(self, cluster: Cluster) -> Replacements:
        service = cluster.services.get(self.target.id)
        return {} if service is None else {service.id: Replacement(Restart.ALL, service.spec.update_config)}

    def remarks(self, cluster: Cluster) -> Impact:
        service = cluster.services.get(self.target.id)
        return gone(self.target) if service is None else impact_of([note(_restart_text(cluster, service))])

    def shown(self, cluster: Cluster) -> str | None:
        service = cluster.services.get(self.target.id)
        used = service.secret_ids | service.config_ids if service is not None else frozenset()
        return self.new_name if self.new_id in used else self.old.name if self.old.id in used else "neither"

    def standing(self, value: str) -> str:
        return f"{self.target.name} uses {value}"

    def settling(self, cluster: Cluster) -> Progress:
        return Progress(f"{self.target.name} uses {self.new_name}", settled=True)


@dataclass(frozen=True)
class _Rotate(Judged, Series):
    """Put a new secret or config in the place of one, in all services that use it.

    Attributes:
        target: the old one.
        creation: makes the new one.
        replacements: a change for each service that uses the old one, by name; without the new one's ID.
        remove_old: whether the old one is removed at the end.
    """

    verb: ClassVar[str] = "Rotate"
    kind: ClassVar[Kind]
    creating: ClassVar[type[CreateSecret] | type[CreateConfig]]
    removing: ClassVar[type[RemoveSecret] | type[RemoveConfig]]

    target: Target
    creation: CreateSecret | CreateConfig
    replacements: tuple[ReplaceReference, ...]
    remove_old: bool = False

    @classmethod
    def of(cls, old: SecretFile, name: str, content: Content, cluster: Cluster, *, remove_old: bool = False) -> Self:
        """Rotate a secret or config. The new one has the labels of the old one.

        Args:
            name: of the new one.
            content: what the new one is to hold.
            cluster: to see who uses the old one, and which names are taken.

        Raises:
            NotPossible: no service uses it, its driver keeps the content elsewhere, or the new one cannot be made so.
        """
        cls.check(old, cluster)
        labels = tuple(sorted(old.labels.items()))
        creation = cls.creating.of(name, content, labels, taken=taken_names(cluster, cls.kind))
        if old.spec.templating is not None and old.spec.templating.name:
            creation = replace(creation, templating=old.spec.templating.name)
        target = Target.of(old)
        users = users_of(cluster, old)
        replacements = tuple(ReplaceReference.of(service, target, "", name) for service in users)
        return cls(target, creation, replacements, remove_old)

    @staticmethod
    def check(old: SecretFile, cluster: Cluster | None) -> None:
        """Tell whether it can be rotated at all.

        Raises:
            NotPossible: as for `of`.
        """
        word = old.kind.word
        if old.spec.driver is not None and old.spec.driver.name:
            raise NotPossible(
                f"The content of {old.name} is kept by the driver {old.spec.driver.name}.", "Rotate it there."
            )
        if cluster is not None and not users_of(cluster, old):
            raise NotPossible(
                f"No service uses the {word} {old.name}: nothing to rotate.",
                "n creates a new one, delete removes this one.",
            )

    @property
    def title(self) -> str:
        return f"Rotate the {self.kind.word} {self.target.name} to {self.creation.target.name}"

    @property
    def docker_command(self) -> str:
        steps = [self.creation.docker_command]
        steps += [each.docker_command for each in self.replacements]
        if self.remove_old:
            steps.append(docker(self.kind.word, "rm", argument(self.target)))
        return " && ".join(steps)

    @property
    def services(self) -> tuple[Target, ...]:
        """The services that get the new one."""
        return tuple(each.target for each in self.replacements)

    def steps(self) -> Generator[Action, str, None]:
        new_id = yield self.creation
        for each in self.replacements:
            yield replace(each, new_id=new_id)
        if self.remove_old:
            yield self.removing(self.target)

    # -------------------------------------------------------------------------------- what it means

    def expected(self, cluster: Cluster) -> Cluster:
        for each in self.replacements:
            cluster = each.expected(cluster)
        return cluster

    def replaces(self, cluster: Cluster) -> Replacements:
        return {key: value for each in self.replacements for key, value in each.replaces(cluster).items()}

    def remarks(self, cluster: Cluster) -> Impact:
        old = (cluster.objects(self.kind) or {}).get(self.target.id)
        return gone(self.target) if old is None else impact_of(self._consequences(cluster, old))

    def _consequences(self, cluster: Cluster, old: SecretFile) -> Iterator[Consequence]:
        new, word = self.creation.target.name, self.kind.word
        for target in self.services:
            service = cluster.services.get(target.id)
            yield note(_restart_text(cluster, service) if service else f"{target.name} was removed.")
        late = {service.name for service in users_of(cluster, old)} - {target.name for target in self.services}
        if late:
            yield warning(f"{listed(late)} started using it meanwhile and would keep the old one: try again.")
        yield note("The file in the containers keeps its name, owner and mode.")
        if self.remove_old:
            yield warning(
                f"The old {word} is removed right away: these services cannot be rolled back to it, not even when"
                " an update fails."
            )
        else:
            yield note(f"{old.name} stays, so that a rollback can use it. delete removes it later.")
        if stack_of(old):
            yield note(
                f"The stack {stack_of(old)}'s compose file still names {old.name}: put {new} there, or its next deploy"
                " goes back."
            )

    def progress(self, cluster: Cluster) -> Progress:
        done, failed = 0, list[str]()
        known = cluster.objects(self.kind) or {}
        new_ids = {each.id for each in known.values() if each.name == self.creation.target.name}
        for target in self.services:
            service = cluster.services.get(target.id)
            if service is None:
                done += 1
                continue
            if service.version.index <= target.version:
                continue
            rollout = rollout_of(cluster, service)
            if rollout is not None and rollout.went_wrong:
                failed.append(f"{service.name}: {rollout.sentence}")
            elif new_ids and not new_ids & (service.secret_ids | service.config_ids):
                return Progress.by_others(f"{service.name} does not use {self.creation.target.name}")
            elif rollout is None or not rollout.under_way:
                done += 1
        total = len(self.services)
        text = f"{done} of {counted(total, 'service')} updated"
        if failed:
            return Progress("; ".join([text, *failed]), settled=done + len(failed) == total, failed=True)
        return Progress(text, settled=done == total, runs=tuple(each.id for each in self.services))

    def longest_pause(self, cluster: Cluster) -> float:
        return max((pause_of_update(cluster, each.id) for each in self.services), default=QUIET)


@dataclass(frozen=True)
class RotateSecret(_Rotate):
    """Put a new secret in the place of one, in all services that use it."""

    name: ClassVar[str] = names.ROTATE_SECRET
    kind: ClassVar[Kind] = Kind.SECRET
    creating = CreateSecret
    removing = RemoveSecret


@dataclass(frozen=True)
class RotateConfig(_Rotate):
    """Put a new config in the place of one, in all services that use it."""

    name: ClassVar[str] = names.ROTATE_CONFIG
    kind: ClassVar[Kind] = Kind.CONFIG
    creating = CreateConfig
    removing = RemoveConfig


def _restart_text(cluster: Cluster, service: Service) -> str:
    """What the update does to a service's tasks."""
    running = count(cluster, service).running
    if running == 0:
        return f"{service.name} is updated; none of its tasks is running."
    tasks = "its tasks" if running is None else "its task" if running == 1 else f"its {running} tasks"
    config = service.spec.update_config
    at_once = 1 if config is None else config.parallelism
    pace = "all at once" if at_once == 0 else f"{at_once} at a time" if (running or 2) > 1 else "once"
    order = (
        "" if config is not None and config.order == "start-first" else ", each stopped before its replacement starts"
    )
    if running == 1:
        order = (
            "" if config is not None and config.order == "start-first" else ", stopped before its replacement starts"
        )
    return f"{service.name} restarts {tasks}, {pace}{order}."


def _file_text(file: FileTarget) -> str:
    """A file as `docker service update --secret-add` takes it; what is usual is left out."""
    unusual = {
        "uid": file.uid if file.uid not in ("", "0") else "",
        "gid": file.gid if file.gid not in ("", "0") else "",
        "mode": f"{file.mode:04o}" if file.mode != 0o444 else "",
    }
    return ",".join([f"target={file.name}", *(f"{key}={value}" for key, value in unusual.items() if value)])
