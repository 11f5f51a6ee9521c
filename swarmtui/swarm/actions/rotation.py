"""Rotation of a secret or config: what it holds cannot change, so a new one takes its place in every service.

Each service gets one change of its spec: the reference names the new object, and file name, owner and mode stay. That
is one rolling update of its tasks. All services are told one after another; none waits for another's update to end.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Action, Finding, Impact, Progress, Series, Spec, SpecChange, Target
from swarmtui.swarm.actions.raw import field_of, with_field
from swarmtui.swarm.actions.stored import (
    Content,
    CreateConfig,
    CreateSecret,
    RemoveConfig,
    RemoveSecret,
    stored_kind,
    target_stored,
)
from swarmtui.swarm.actions.wording import argument, docker, gone, impact_of, note, target_service, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.description import counted, listed
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects import FileTarget, Service
from swarmtui.swarm.replicas import count
from swarmtui.swarm.rollout import rollout_of
from swarmtui.swarm.shared import StoredSecret, stack_of
from swarmtui.swarm.shared_names import taken_names
from swarmtui.swarm.usage import users_of

__all__ = ["ReplaceReference", "RotateConfig", "RotateSecret"]

CREDENTIALS = ("TaskTemplate", "ContainerSpec", "Privileges", "CredentialSpec", "Config")


@dataclass(frozen=True)
class ReplaceReference(SpecChange):
    """Let a service use another secret or config in the place of one. A step of a rotation.

    Attributes:
        target: the service.
        old: the secret or config that it uses.
        new_id, new_name: what it shall use instead.
        files: the files that it is in the containers, as a docker command line names them.
    """

    name: ClassVar[str] = "service.replace-reference"
    verb: ClassVar[str] = "Update"
    label: ClassVar[str] = "Let a service use another secret or config"
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
        return cls(target_service(service), old, new_id, new_name, files)

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
                f"{self.target.name} takes its Windows credentials from {self.old.name}.", "Change that one by hand."
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
        return self.new_name if self.new_id in ids else "neither of the two"

    @property
    def seen(self) -> str:
        return self.old.name

    @property
    def wanted(self) -> str:
        return self.new_name

    # -------------------------------------------------------------------------------- what it means

    def impact(self, cluster: Cluster) -> Impact:
        service = cluster.services.get(self.target.id)
        return gone(self.target) if service is None else impact_of([note(_restart_text(cluster, service))])

    def progress(self, cluster: Cluster) -> Progress:
        service = cluster.services.get(self.target.id)
        if service is None:
            return Progress(f"{self.target.name} was removed", settled=True, failed=True)
        if self.new_id not in (service.secret_ids | service.config_ids):
            return Progress("waiting for the engine", settled=False)
        return Progress(f"{self.target.name} uses {self.new_name}", settled=True)


@dataclass(frozen=True)
class _Rotate(Series):
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
    def of(cls, old: StoredSecret, name: str, content: Content, cluster: Cluster, *, remove_old: bool = False) -> Self:
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
        target = target_stored(old)
        users = users_of(cluster, old)
        replacements = tuple(ReplaceReference.of(service, target, "", name) for service in users)
        return cls(target, creation, replacements, remove_old)

    @staticmethod
    def check(old: StoredSecret, cluster: Cluster | None) -> None:
        """Tell whether it can be rotated at all.

        Raises:
            NotPossible: as for `of`.
        """
        word = stored_kind(old).word
        if old.spec.driver is not None and old.spec.driver.name:
            raise NotPossible(
                f"What {old.name} holds is kept by the driver {old.spec.driver.name}.", "Rotate it where that keeps it."
            )
        if cluster is not None and not users_of(cluster, old):
            raise NotPossible(
                f"No service uses the {word} {old.name}: there is nothing to rotate it into.",
                "n makes a new one, delete removes this one.",
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

    def impact(self, cluster: Cluster) -> Impact:
        old = ((cluster.configs if self.kind is Kind.CONFIG else cluster.secrets) or {}).get(self.target.id)
        return gone(self.target) if old is None else impact_of(self._findings(cluster, old))

    def _findings(self, cluster: Cluster, old: StoredSecret) -> Iterator[Finding]:
        new, word = self.creation.target.name, self.kind.word
        for target in self.services:
            service = cluster.services.get(target.id)
            yield note(_restart_text(cluster, service) if service else f"{target.name} was removed.")
        late = {service.name for service in users_of(cluster, old)} - {target.name for target in self.services}
        if late:
            yield warning(f"{listed(late)} began to use it meanwhile and would keep the old one: ask for this anew.")
        yield note("The file in the containers keeps its name, owner and mode.")
        if self.remove_old:
            yield warning(
                f"The old {word} is removed at once: none of these services can be rolled back to it, not even by"
                " an update that fails."
            )
        else:
            yield note(f"{old.name} stays, so that a rollback can go back to it. delete removes it later.")
        if stack_of(old):
            yield note(
                f"The stack {stack_of(old)}'s compose file still names {old.name}: put {new} there, or its next deploy"
                " goes back."
            )

    def progress(self, cluster: Cluster) -> Progress:
        done, failed = 0, list[str]()
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
            elif rollout is None or not rollout.under_way:
                done += 1
        total = len(self.services)
        text = f"{done} of {counted(total, 'service')} updated"
        if failed:
            return Progress("; ".join([text, *failed]), settled=done + len(failed) == total, failed=True)
        return Progress(text, settled=done == total)


@dataclass(frozen=True)
class RotateSecret(_Rotate):
    """Put a new secret in the place of one, in all services that use it."""

    name: ClassVar[str] = "secret.rotate"
    label: ClassVar[str] = "Rotate a secret into its services"
    kind: ClassVar[Kind] = Kind.SECRET
    creating = CreateSecret
    removing = RemoveSecret


@dataclass(frozen=True)
class RotateConfig(_Rotate):
    """Put a new config in the place of one, in all services that use it."""

    name: ClassVar[str] = "config.rotate"
    label: ClassVar[str] = "Rotate a config into its services"
    kind: ClassVar[Kind] = Kind.CONFIG
    creating = CreateConfig
    removing = RemoveConfig


def _restart_text(cluster: Cluster, service: Service) -> str:
    """What the update does to a service's tasks."""
    running = count(cluster, service).running
    if running == 0:
        return f"{service.name} is updated; none of its tasks runs now."
    tasks = "its tasks" if running is None else "its task" if running == 1 else f"its {running} tasks"
    config = service.spec.update_config
    at_once = 1 if config is None else config.parallelism
    pace = "all at once" if at_once == 0 else f"{at_once} at a time" if (running or 2) > 1 else "once"
    order = "" if config is not None and config.order == "start-first" else ", each stopped before its successor starts"
    if running == 1:
        order = "" if config is not None and config.order == "start-first" else ", stopped before its successor starts"
    return f"{service.name} restarts {tasks}, {pace}{order}."


def _file_text(file: FileTarget) -> str:
    """A file as `docker service update --secret-add` takes it; what is usual is left out."""
    unusual = {
        "uid": file.uid if file.uid not in ("", "0") else "",
        "gid": file.gid if file.gid not in ("", "0") else "",
        "mode": f"{file.mode:04o}" if file.mode != 0o444 else "",
    }
    return ",".join([f"target={file.name}", *(f"{key}={value}" for key, value in unusual.items() if value)])
