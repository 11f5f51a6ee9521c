"""What lies on a node beside its running tasks, read from its engine's answers: images, containers, volumes, disk use.

Shapes: measured on engines 20.10 and 26.1; `GET /system/df` up to API 1.51. Sizes are bytes, None where not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.syntax.image import ImageName
from swarmtui.swarm.syntax.unreadable import Unreadable

__all__ = [
    "DiskUse",
    "StoredContainer",
    "StoredImage",
    "StoredVolume",
    "containers_in",
    "disk_use",
    "forgotten",
    "images_in",
    "is_there",
    "services_that_name",
    "volumes_in",
]

TASK_ID = "com.docker.swarm.task.id"
TASK_NAME = "com.docker.swarm.task.name"
ACTIVE = frozenset({"running", "paused", "restarting"})
"""States of containers that keep what they use (docker/cli command/formatter/disk_usage.go, `isActive`)."""

_ANONYMOUS = re.compile(r"[0-9a-f]{64}")
_TEMPLATE = re.compile(r"\{\{.*?\}\}", re.DOTALL)


class StoredImage(msgspec.Struct, frozen=True):
    """An image.

    Attributes:
        id: "sha256:…".
        tags: its names; () for one that no tag leads to.
        digests: "repository@sha256:…".
        size: with all its layers.
        own: of layers that no other image has.
        used: by containers, also stopped ones; None where that was not counted.
    """

    id: str
    tags: tuple[str, ...]
    digests: tuple[str, ...]
    size: int | None
    own: int | None
    used: int | None

    @property
    def name(self) -> str:
        """Its first tag; of one without, its repository and the beginning of its ID."""
        short = self.id.removeprefix("sha256:")[:12]
        if self.tags:
            return self.tags[0]
        return f"{self.digests[0].partition('@')[0]} ({short})" if self.digests else short


class StoredContainer(msgspec.Struct, frozen=True):
    """A container.

    Attributes:
        name: a task's as people call it ("web.1"), else its own.
        task_id: whose container it is; "" for one that is no task's.
        state: "running", "exited", …
        status: docker's words: "Up 3 days".
        size: what it has written.
        mounts: names of volumes, and where each is inside.
    """

    id: str
    name: str
    task_id: str
    image: str
    state: str
    status: str
    size: int | None
    mounts: tuple[tuple[str, str], ...]


class StoredVolume(msgspec.Struct, frozen=True):
    """A volume.

    Attributes:
        users: how many containers mount it; None where that was not counted.
    """

    name: str
    driver: str
    size: int | None
    users: int | None

    @property
    def short(self) -> str:
        """Its name; the beginning of one that docker has made up."""
        return self.name[:12] if _ANONYMOUS.fullmatch(self.name) else self.name


class DiskUse(msgspec.Struct, frozen=True):
    """A line of `docker system df`.

    Attributes:
        word: "image", "container", …
        number: how many there are.
        size: of all.
        reclaimable: of those that nothing uses.
    """

    word: str
    number: int
    size: int
    reclaimable: int


def images_in(images: Raw) -> tuple[StoredImage, ...]:
    """The images of `GET /images/json`, or of the "Images" of `/system/df`."""
    return tuple(_image(each) for each in images.each() if each.text("Id"))


def _image(raw: Raw) -> StoredImage:
    size, shared, used = _size(raw, "Size"), _size(raw, "SharedSize"), raw.number("Containers")
    own = size - shared if size is not None and shared is not None else None
    return StoredImage(
        raw.text("Id"),
        tuple(each for each in raw.texts("RepoTags") if "<none>" not in each),
        tuple(each for each in raw.texts("RepoDigests") if "<none>" not in each),
        size,
        own,
        int(used) if used is not None and used >= 0 else None,
    )


def containers_in(containers: Raw) -> tuple[StoredContainer, ...]:
    """The containers of `GET /containers/json`, or of the "Containers" of `/system/df`."""
    return tuple(_container(each) for each in containers.each() if each.text("Id"))


def _container(raw: Raw) -> StoredContainer:
    labels = raw.at("Labels")
    own = next(iter(raw.texts("Names")), "").removeprefix("/") or raw.text("Id")[:12]
    task_id, task_name = labels.text(TASK_ID), labels.text(TASK_NAME)
    name = task_name.removesuffix(f".{task_id}") if task_id and task_name else own
    mounts = ((each.text("Name"), each.text("Destination")) for each in raw.each("Mounts") if each.text("Name"))
    return StoredContainer(
        raw.text("Id"),
        name,
        task_id,
        raw.text("Image"),
        raw.text("State"),
        raw.text("Status"),
        # The engine leaves out a size of nothing.
        _size(raw, "SizeRw") or (0 if raw.has("SizeRootFs") else None),
        tuple(mounts),
    )


def forgotten(containers: Iterable[StoredContainer], cluster: Cluster) -> tuple[StoredContainer, ...]:
    """Those of tasks that the swarm does not know any more. Only the whole list of tasks can tell."""
    if not cluster.tasks_complete:
        return ()
    known = {task.id for task in cluster.all_tasks()}
    return tuple(each for each in containers if each.task_id and each.task_id not in known)


def volumes_in(volumes: Raw) -> tuple[StoredVolume, ...]:
    """The "Volumes" of `GET /volumes`, or of `/system/df`, which alone has sizes and users."""
    return tuple(
        StoredVolume(
            each.text("Name"),
            each.text("Driver"),
            _size(each.at("UsageData"), "Size"),
            _size(each.at("UsageData"), "RefCount"),
        )
        for each in volumes.each()
        if each.text("Name")
    )


def _size(raw: Raw, name: str) -> int | None:
    """A size or a count; the engine says -1 for what it has not counted."""
    number = raw.number(name)
    return int(number) if number is not None and number >= 0 else None


def disk_use(raw: Raw) -> Iterator[DiskUse]:
    """The lines of `docker system df`, by its own rules (docker/cli command/formatter/disk_usage.go)."""
    images = images_in(raw.at("Images"))
    layers = _size(raw, "LayersSize") or 0
    used = sum(each.own or 0 for each in images if each.used)
    yield DiskUse("image", len(images), layers, max(0, layers - used))
    containers = containers_in(raw.at("Containers"))
    idle = sum(each.size or 0 for each in containers if each.state not in ACTIVE)
    yield DiskUse("container", len(containers), sum(each.size or 0 for each in containers), idle)
    volumes = volumes_in(raw.at("Volumes"))
    unused = sum(each.size or 0 for each in volumes if each.users == 0)
    yield DiskUse("volume", len(volumes), sum(each.size or 0 for each in volumes), unused)
    cache = list(raw.each("BuildCache"))
    own = [each for each in cache if not each.flag("Shared")]
    whole, free = (sum(_size(each, "Size") or 0 for each in some) for some in (own, _free(own)))
    yield DiskUse("build cache entry", len(cache), whole, free)


def _free(cache: list[Raw]) -> list[Raw]:
    return [each for each in cache if not each.flag("InUse")]


def services_that_name(volume: str, cluster: Cluster) -> list[str]:
    """The names of the services that mount a volume of this name, also by a template: `{{.Node.Hostname}}-data`."""
    return [
        service.name
        for service in cluster.services.values()
        if any(mount.type == "volume" and _may_be(mount.source, volume) for mount in service.mounts)
    ]


def _may_be(source: str, name: str) -> bool:
    """Whether a mount's source, which may hold Go templates, can come to be a name."""
    if "{{" not in source:
        return bool(source) and source == name
    pattern = ".*".join(re.escape(part) for part in _TEMPLATE.split(source))
    return re.fullmatch(pattern, name, re.DOTALL) is not None


def is_there(image: str, images: tuple[StoredImage, ...]) -> bool:
    """Whether a node has an image by the name that a service gives it: by digest where it has one, else by tag."""
    try:
        wanted = ImageName.parse(image)
    except Unreadable:
        return False
    for stored in images:
        for name in stored.digests if wanted.digest else stored.tags:
            try:
                found = ImageName.parse(name)
            except Unreadable:
                continue
            if (found.registry, found.repository) != (wanted.registry, wanted.repository):
                continue
            if found.digest == wanted.digest if wanted.digest else found.tag == (wanted.tag or "latest"):
                return True
    return False
