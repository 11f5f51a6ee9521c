"""What a compose file would change in a stack: its services against those that run.

Only what is named here is compared. docker itself decides what it really changes, and may update a service in which no
difference is seen: when its image's tag has come to mean another image. Values of environment variables are compared
and never kept, since passwords stand in them.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.judgement.replacement import Replacement
from swarmtui.swarm.object_names import PREDEFINED_NETWORKS, next_version
from swarmtui.swarm.objects.service import ServiceSpec
from swarmtui.swarm.objects.struct_decoders import converted
from swarmtui.swarm.services.restarts import RollingPolicy, replacement
from swarmtui.swarm.specs.fields import field_of, part_of
from swarmtui.swarm.stacks.compose_files import ComposeFiles
from swarmtui.swarm.stacks.compose_service import (
    ServiceInFile,
    mode_and_replicas,
    mode_of,
    scoped_name,
)
from swarmtui.swarm.stacks.compose_values import FieldDifference
from swarmtui.swarm.syntax.image import ImageName, short_image
from swarmtui.swarm.syntax.unreadable import Unreadable

__all__ = ["Comparison", "ServiceAfter", "ServiceDifference", "Trouble", "compare", "files_of", "of_content"]

Raw = Mapping[str, Any]
CLOCKS_DIFFER = 5.0
"""Seconds by which the clocks of this machine and of a manager may differ."""

RENDERED = (
    "docker rendered the file. Compared: image, mode, replicas, entrypoint, command, labels, health check,"
    " environment, ports, networks, secrets, configs, volumes, placement, resources, log driver, restart condition and"
    " update_config."
)
AS_IT_STANDS = (
    "This docker cannot render a compose file (version 25 or newer can): the file was read as it stands."
    " Compared: only the services' names, images and replicas."
)


@dataclass(frozen=True)
class ServiceAfter:
    """A service as a deploy leaves it, as far as the file tells.

    Attributes:
        spec: what docker sends, as the judge reads it: without the environment.
        replacement: the update that it starts.
        how: the policy of that update.
    """

    spec: ServiceSpec = field(repr=False)
    replacement: Replacement
    how: RollingPolicy


@dataclass(frozen=True)
class ServiceDifference:
    """One service of the file or of the stack.

    Attributes:
        name: without the stack's name before it.
        what: "added", "changed", "removed" (it runs and is not in the file) or "same".
        changes: what is different, or of an added one what it will be, in words.
        version: of the service that runs; 0 when none does.
        after: what an added or changed one will be; None where that cannot be told.
    """

    name: str
    what: str
    changes: tuple[str, ...] = ()
    version: int = 0
    after: ServiceAfter | None = None


@dataclass(frozen=True)
class Comparison:
    """What deploying a file would change.

    Attributes:
        files: by whole paths, as docker is given them.
        stack: the stack's name.
        services: of the file and of the stack, by name.
        others: what else is made: "The network shop_front is created."
        how: how it was compared, and what was not.
        obstacles: why it cannot be deployed, or not from here.
        warnings: what docker warns of, and what it may refuse.
        place: the manager whose docker reads the files; "" for this machine's.
    """

    files: ComposeFiles
    stack: str
    services: tuple[ServiceDifference, ...] = ()
    others: tuple[str, ...] = ()
    how: str = ""
    obstacles: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    place: str = ""


def compare(
    files: ComposeFiles, stack: str, compose: Raw, running: Iterable[Raw], cluster: Cluster | None, *, rendered: bool
) -> Comparison:
    """Compare a compose file with the stack that runs.

    Args:
        files: by whole paths.
        stack: the stack's name.
        compose: what the files say together.
        running: the stack's services, as raw JSON.
        cluster: to see which secrets, configs and networks there are.
        rendered: whether docker rendered the content, so that all of it is in its long form and no variable is left.
    """
    services = part_of(compose, "services")
    present = {str(field_of(each, "Spec", "Name")).removeprefix(f"{stack}_"): each for each in running}
    differences: list[ServiceDifference] = []
    for name in sorted({*map(str, services), *present}):
        raw = present.get(name)
        if name not in services:
            differences.append(ServiceDifference(name, "removed", version=field_of(raw or {}, "Version", "Index")))
        else:
            file = ServiceInFile(stack, part_of(services, name), compose)
            differences.append(_of_service(name, file, raw, cluster, rendered=rendered))
    others = tuple(_created(stack, compose, cluster))
    how = RENDERED if rendered else AS_IT_STANDS
    obstacles = (*_obstacles(stack, compose, cluster), *_of_modes(services, present), *_of_images(services))
    return Comparison(files, stack, tuple(differences), others, how, obstacles)


def _of_service(
    name: str, file: ServiceInFile, raw: Raw | None, cluster: Cluster | None, *, rendered: bool
) -> ServiceDifference:
    """A service of the file beside the one that runs, if one does."""
    spec = part_of(raw or {}, "Spec")
    differences = tuple(file.differences(spec, cluster, rendered=rendered))
    if raw is None:
        return ServiceDifference(name, "added", _words_of(file.service), after=_after({}, file, differences))
    version, words = field_of(raw, "Version", "Index"), tuple(each.words for each in differences)
    if not words:
        return ServiceDifference(name, "same", version=version)
    return ServiceDifference(name, "changed", words, version, _after(spec, file, differences))


def _after(spec: Raw, file: ServiceInFile, differences: tuple[FieldDifference, ...]) -> ServiceAfter | None:
    sent = file.sent(spec, differences)
    try:
        read = converted(sent, ServiceSpec)
    except msgspec.ValidationError:
        return None
    return ServiceAfter(read, replacement(spec, sent), RollingPolicy.of(sent))


def _words_of(wanted: Raw) -> tuple[str, ...]:
    """What an added service will be."""
    return (short_image(str(wanted.get("image") or "no image")), mode_and_replicas(wanted))


SECTIONS = ("networks", "secrets", "configs")


def _used(compose: Raw) -> dict[str, dict[str, str]]:
    """What services name of each section, and the first service that does. One that names no network is on "default"
    (docker/cli command/stack/swarm, `getServicesDeclaredNetworks`)."""
    used: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    for name, service in part_of(compose, "services").items():
        given = service if isinstance(service, Mapping) else {}
        for section in SECTIONS:
            entries = given.get(section) or (["default"] if section == "networks" else [])
            for each in entries:
                key = each.get("source") if isinstance(each, Mapping) else each
                used[section].setdefault(str(key), str(name))
    return used


def _created(stack: str, compose: Raw, cluster: Cluster | None) -> Iterator[str]:
    """docker makes the networks that services use, and all secrets and configs."""
    if cluster is None:
        return
    used = _used(compose)
    for section in SECTIONS:
        declared = part_of(compose, section)
        names = _known(cluster, section)
        for key in used[section] if section == "networks" else declared:
            what = declared.get(key)
            name = scoped_name(stack, str(key), what)
            if name not in names and not _is_external(what) and (key in declared or key == "default"):
                services = ", for services that name none" if key == "default" and key not in declared else ""
                yield f"The {section.removesuffix('s')} {name} is created{services}."


def _obstacles(stack: str, compose: Raw, cluster: Cluster | None) -> Iterator[str]:
    """What docker refuses, most of it only after it has begun."""
    used = _used(compose)
    for section in SECTIONS:
        word, declared = section.removesuffix("s"), part_of(compose, section)
        for key, service in used[section].items():
            if key not in declared and key != "default":
                yield f"The service {service} uses the {word} {key}, which the file does not define."
            elif _is_external(declared.get(key)) and cluster is not None:
                name = scoped_name(stack, key, declared.get(key))
                if name not in _known(cluster, section) and name not in PREDEFINED_NETWORKS:
                    yield f"The {word} {name} is external but does not exist: create it first."
    for service, volume in _undefined_volumes(compose):
        yield f"The service {service} uses the volume {volume}, which the file does not define."


def _of_modes(services: Raw, present: Mapping[str, Raw]) -> Iterator[str]:
    """Swarm never changes a service's mode (swarmkit manager/controlapi/service.go, `UpdateService`)."""
    modes = {
        "replicated": "Replicated",
        "global": "Global",
        "replicated-job": "ReplicatedJob",
        "global-job": "GlobalJob",
    }
    for name in services:
        wanted, now = mode_of(part_of(services, name)), part_of(present.get(name) or {}, "Spec", "Mode")
        if now and wanted in modes and modes[wanted] not in now:
            yield f"Swarm cannot make the service {name} {wanted}: a mode cannot change. Remove the service first."


def _of_images(services: Raw) -> Iterator[str]:
    """What an engine does not take for an image; one with a variable in it is not known yet."""
    for name in services:
        image = str(part_of(services, name).get("image") or "")
        if image and "$" not in image:
            try:
                ImageName.parse(image)
            except Unreadable as problem:
                yield f"The service {name} cannot have the image {image}. {problem}."


def _undefined_volumes(compose: Raw) -> Iterator[tuple[str, str]]:
    declared = part_of(compose, "volumes")
    for name, service in part_of(compose, "services").items():
        for each in (service.get("volumes") if isinstance(service, Mapping) else None) or ():
            source = each.get("source") if isinstance(each, Mapping) and each.get("type") == "volume" else None
            if source and str(source) not in declared:
                yield str(name), str(source)


def _known(cluster: Cluster, section: str) -> frozenset[str]:
    things = {"networks": cluster.networks, "secrets": cluster.secrets, "configs": cluster.configs}[section]
    return frozenset(thing.name for thing in (things or {}).values())


def _is_external(what: Any) -> bool:
    return isinstance(what, Mapping) and bool(what.get("external"))


# ------------------------------------------------------------------------------------------------ files of secrets


@dataclass(frozen=True)
class Trouble:
    """What stands in the way of a deploy, and what may."""

    obstacles: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def __add__(self, other: Trouble) -> Trouble:
        return Trouble((*self.obstacles, *other.obstacles), (*self.warnings, *other.warnings))


def files_of(stack: str, compose: Raw, section: str) -> Iterator[tuple[str, str]]:
    """The secrets or configs that are made of files: their real names, and the files' paths."""
    for key, what in part_of(compose, section).items():
        path = what.get("file") if isinstance(what, Mapping) else None
        if isinstance(path, str) and path and not _is_external(what):
            yield scoped_name(stack, str(key), what), path


def of_content(word: str, name: str, raw: Raw, data: bytes, written: float) -> Trouble:
    """What it means that a secret or config of a file is there already. Swarm changes the labels of one, and nothing
    else (swarmkit manager/controlapi/secret.go, config.go).

    Args:
        word: "secret" or "config".
        raw: its raw JSON. That of a config holds its content, that of a secret does not.
        data: what the file holds.
        written: when the file was written, in seconds since 1970.
    """
    new_name = f"Give it a new name in the compose file (name: {next_version(name)})."
    content = field_of(raw, "Spec", "Data")
    if isinstance(content, str):
        if content == base64.b64encode(data).decode():
            return Trouble()
        return Trouble((f"Swarm cannot change the {word} {name}, and its file has different content now. {new_name}",))
    try:
        made = datetime.fromisoformat(str(raw.get("CreatedAt"))[:19]).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return Trouble()
    if written <= made + CLOCKS_DIFFER:
        return Trouble()
    text = f"The file of the {word} {name} was written after the {word} was created. If its content changed,"
    return Trouble(warnings=(f"{text} Swarm refuses the deploy. {new_name}",))
