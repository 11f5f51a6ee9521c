"""The images of one engine. Shapes and sentences: measured on engine 20.10; moby daemon/images."""

from __future__ import annotations

import fnmatch
import hashlib
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from swarmtui.sim.agent.images import Behaviour, Made, image_id, image_size, plain, split
from swarmtui.sim.control.access import Access
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.control.image_names import is_valid
from swarmtui.sim.control.selection import Filters, check, has_labels, is_pruned, moment
from swarmtui.sim.objects.spec import JSON
from swarmtui.sim.objects.timestamps import iso

NO_TAG = "<none>:<none>"
_NO_DIGEST = "<none>@<none>"
AGE = 9 * 86400.0
"""How old images are: they were built before anything happened here."""


Rows = list[JSON]


@dataclass
class Stored:
    """An image that lies here.

    Attributes:
        source: the name that it was pulled by, which decides what it is; "" for one without a name.
    """

    id: str
    source: str
    size: int
    tags: list[str] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)


class ImageStore(Access):
    """What `docker image` is answered with on one machine."""

    def stored(self) -> list[Stored]:
        """All images, each once, however many names it has."""
        found: dict[str, Stored] = {}
        for name in self._machine.cached_images:
            stored = found.setdefault(image_id(name), Stored(image_id(name), plain(name), image_size(name)))
            if plain(name) not in stored.tags:
                stored.tags.append(plain(name))
                stored.digests.append(f"{split(name)[0]}@{self._cluster.images.digest(name)}")
        for tag, source in self._machine.storage.tags.items():
            stored = found.setdefault(image_id(source), Stored(image_id(source), source, self._size(source)))
            stored.tags.append(tag)
        for id, size in self._machine.storage.untagged.items():
            source = f"sha256:{id}" if f"sha256:{id}" in self._cluster.images.made else ""
            found[f"sha256:{id}"] = Stored(f"sha256:{id}", source, size)
        return list(found.values())

    def _size(self, source: str) -> int:
        made = self._cluster.images.made.get(source)
        return image_size(source) if made is None else made.size

    def count(self) -> int:
        """How many there are."""
        names = [*self._machine.cached_images, *self._machine.storage.tags.values()]
        return len({plain(each) for each in names}) + len(self._machine.storage.untagged)

    def find(self, name: str) -> Stored | None:
        """An image by one of its names, its digest, its ID or the beginning of that."""
        for each in self.stored():
            short = name.removeprefix("sha256:")
            if plain(name) in each.tags or name in (each.id, *each.digests):
                return each
            if len(short) >= 4 and each.id.removeprefix("sha256:").startswith(short):
                return each
        return None

    def needed(self, name: str) -> Stored:
        """An image that has to be here."""
        found = self.find(name)
        if found is None:
            raise ApiError(404, f"No such image: {plain(checked(name))}")
        return found

    # --- looking ---

    def list(self, filters: Filters | None = None) -> Rows:
        """`GET /images/json`."""
        given = check(filters, "before", "dangling", "label", "reference", "since", "until")
        patterns = given.get("reference", ())
        shown = []
        for each in self.stored():
            if "dangling" in given and (given["dangling"][0] in ("true", "1")) == bool(each.tags):
                continue
            tags = [tag for tag in each.tags if not patterns or any(_matches(tag, pattern) for pattern in patterns)]
            if (patterns and not tags) or not has_labels(self._labels(each) or {}, given.get("label", ())):
                continue
            shown.append(self._row(each, tags))
        return shown

    def _row(self, stored: Stored, tags: Sequence[str]) -> JSON:
        return {
            "Containers": -1,
            "Created": int(self._created(stored)),
            "Labels": self._labels(stored),
            "ParentId": "",
            "Id": stored.id,
            "RepoTags": list(tags) or [NO_TAG],
            "RepoDigests": stored.digests or [_NO_DIGEST],
            "Size": stored.size,
            "SharedSize": -1,
        }

    def inspect(self, name: str) -> JSON:
        """`GET /images/{name}/json`."""
        stored = self.needed(name)
        layers, made = _layers(stored), self._cluster.images.made.get(stored.source)
        data = {part: f"/var/lib/docker/overlay2/{layers[-1]}/{part.removesuffix('Dir').lower()}" for part in _DIRS}
        return {
            "Id": stored.id,
            "RepoTags": stored.tags,
            "RepoDigests": stored.digests,
            "Parent": "",
            "Comment": made.comment if made else "",
            "Created": iso(self._created(stored)),
            "DockerVersion": self._machine.release.version if made else "",
            "Author": made.author if made else "",
            "Config": self._cluster.images.config(stored.source),
            "Architecture": "amd64",
            "Os": "linux",
            "Size": stored.size,
            "GraphDriver": {"Data": data, "Name": "overlay2"},
            "RootFS": {"Type": "layers", "Layers": [f"sha256:{each}" for each in layers]},
            "Metadata": {"LastTagTime": iso(self._created())},
        }

    def history(self, name: str) -> Sequence[JSON]:
        """`GET /images/{name}/history`."""
        stored = self.needed(name)
        made = self._cluster.images.made.get(stored.source)
        if made is not None:
            older = self.history(made.base) if made.base and self.find(made.base) else []
            own = [{**each, "Id": "<missing>", "Tags": None} for each in made.history]
            first = {"Id": stored.id, "Tags": stored.tags or None}
            return [*({**each, **(first if not number else {})} for number, each in enumerate([*own, *older]))]
        layers = _layers(stored)
        share = stored.size // len(layers)
        return [
            {
                "Comment": "",
                "Created": int(self._created()),
                "CreatedBy": "/bin/sh -c #(nop) COPY dir in /" if number else "CMD",
                "Id": "<missing>" if number else stored.id,
                "Size": share if number else stored.size - share * (len(layers) - 1),
                "Tags": None if number else stored.tags,
            }
            for number in range(len(layers))
        ]

    def _created(self, stored: Stored | None = None) -> float:
        made = self._cluster.images.made.get(stored.source) if stored is not None else None
        return self._cluster.epoch - AGE if made is None else made.created

    def _labels(self, stored: Stored) -> dict[str, str] | None:
        labels: dict[str, str] | None = self._cluster.images.config(stored.source).get("Labels")
        return labels

    # --- changing ---

    def tag(self, name: str, repository: str, tag: str) -> None:
        """`POST /images/{name}/tag`."""
        stored = self.needed(name)
        new = checked(repository)
        new = f"{split(new)[0]}:{tag}" if tag else plain(new)
        self._name(new, stored.source)

    def _name(self, new: str, source: str) -> None:
        """Give an image a name, which another one may lose by it."""
        id, storage = image_id(source), self._machine.storage
        old = next((each for each in self.stored() if new in each.tags), None)
        if old is not None and old.id != id:
            self._untag(new)
            if old.tags == [new]:
                storage.untagged[old.id.removeprefix("sha256:")] = old.size
        if old is None or old.id != id:
            storage.tags[new] = source
            storage.untagged.pop(id.removeprefix("sha256:"), None)
        self._told(id, "tag", new)

    def add(self, made: Made, *names: str, id: str = "") -> str:
        """Have an image that was made here, under these names; its ID."""
        text = repr((made.base, made.config, made.created, sorted(made.files.items()), made.history))
        id = id or f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
        self._cluster.images.made[id] = made
        if self.find(id) is None:
            self._machine.storage.untagged[id.removeprefix("sha256:")] = made.size
        for name in names:
            self._name(name, id)
        return id

    def made(self, stored: Stored) -> Made | None:
        """What was made here; None for what was pulled."""
        return self._cluster.images.made.get(stored.source)

    def missing(self, name: str) -> ApiError | None:
        """What the registry says where it has no such image."""
        behaviour = self._cluster.images.behaviour(name)
        if behaviour.exists:
            return None
        return ApiError(404, f"manifest for {plain(name)} not found: manifest unknown: manifest unknown")

    def behaviour(self, name: str) -> Behaviour:
        """How an image behaves, also while it is pulled."""
        return self._cluster.images.behaviour(name)

    def layers(self, name: str) -> Sequence[tuple[str, int]]:
        """The layers that pulling an image brings: the beginning of their IDs, and bytes; none where it is here."""
        if self.find(name) is not None:
            return []
        stored = Stored(image_id(name), plain(name), image_size(name))
        ids = _layers(stored)
        return [(each[:12], stored.size // len(ids)) for each in ids]

    def pulled(self, name: str) -> str:
        """An image is here now; its digest."""
        self._machine.storage.tags.pop(plain(name), None)
        if plain(name) not in {plain(each) for each in self._machine.cached_images}:
            self._machine.cached_images[plain(name)] = None
        self._told(plain(name), "pull", split(name)[0])
        return str(self._cluster.images.digest(name))

    def remove(self, name: str, force: bool = False) -> Rows:
        """`DELETE /images/{name}`: a name of several, or the image with its last one."""
        stored = self.needed(name)
        by_name = plain(name) in stored.tags
        if by_name and len(stored.tags) > 1:
            self._untag(plain(name))
            self._told(stored.id, "untag", stored.id)
            return [{"Untagged": plain(name)}]
        short = stored.id[7:19]
        if not by_name and len(stored.tags) > 1 and not force:
            raise ApiError(
                409,
                f"conflict: unable to delete {short} (must be forced) - image is referenced in multiple repositories",
            )
        self._unused(stored, name if by_name else short, force)
        return self._delete(stored)

    def _unused(self, stored: Stored, called: str, force: bool) -> None:
        for each in self._machine.containers():
            if each.image_id != stored.id:
                continue
            id = str(each.container_id)[:12]
            if each.alive:
                raise ApiError(
                    409,
                    f'conflict: unable to remove repository reference "{called}" (cannot force) - container {id} is '
                    f"using its referenced image {stored.id[7:19]}"
                    if called != stored.id[7:19]
                    else f"conflict: unable to delete {called} (cannot be forced) - image is being used by running "
                    f"container {id}",
                )
            if not force:
                raise ApiError(
                    409,
                    f"conflict: unable to delete {stored.id[7:19]} (must be forced) - image is being used by stopped "
                    f"container {id}",
                )

    def _delete(self, stored: Stored) -> Rows:
        told: Rows = [{"Untagged": each} for each in (*stored.tags, *stored.digests)]
        for tag in stored.tags:
            self._untag(tag)
        self._machine.storage.untagged.pop(stored.id.removeprefix("sha256:"), None)
        if stored.tags:
            self._told(stored.id, "untag", stored.id)
        self._told(stored.id, "delete", stored.id)
        return [*told, {"Deleted": stored.id}, *({"Deleted": f"sha256:{each}"} for each in _layers(stored))]

    def _untag(self, tag: str) -> None:
        self._machine.storage.tags.pop(tag, None)
        for each in [each for each in self._machine.cached_images if plain(each) == tag]:
            del self._machine.cached_images[each]

    def prune(self, filters: Filters | None = None) -> JSON:
        """`POST /images/prune`: those without a name, and with `dangling=false` all that no container needs."""
        given = check(filters, "dangling", "label", "label!", "until")
        everything = given.get("dangling", ("true",))[0] in ("false", "0")
        used = {each.image_id for each in self._machine.containers()}
        if moment(given, self._cluster.clock.now()) < self._created():
            return {"ImagesDeleted": None, "SpaceReclaimed": 0}
        told: Rows = []
        freed = 0
        for each in self.stored():
            if (each.tags and not everything) or each.id in used or not is_pruned(self._labels(each), given):
                continue
            told += self._delete(each)
            freed += each.size
        self._cluster.events.local(self._machine, "image", "", "prune", {"reclaimed": str(freed)})
        return {"ImagesDeleted": told or None, "SpaceReclaimed": freed}

    def _told(self, id: str, action: str, name: str) -> None:
        self._cluster.events.local(self._machine, "image", id, action, {"name": name})


_DIRS = ("MergedDir", "UpperDir", "WorkDir")


def checked(name: str) -> str:
    """The name of an image; ApiError where it is none."""
    if not is_valid(name) and not re.fullmatch(r"(?:sha256:)?[0-9a-f]{4,64}", name):
        why = ": repository name must be lowercase" if is_valid(name.lower()) else ""
        raise ApiError(400, f"invalid reference format{why}")
    return name


def _layers(stored: Stored) -> Sequence[str]:
    count = random.Random(f"{stored.id}-layers").randrange(2, 6)
    return [hashlib.sha256(f"{stored.id}-{number}".encode()).hexdigest() for number in range(count)]


def _matches(tag: str, pattern: str) -> bool:
    names = [tag, tag.partition(":")[0]]
    return any(fnmatch.fnmatchcase(each, pattern) for each in names)


def pull_lines(name: str, layers: Sequence[tuple[str, int]]) -> Iterator[JSON]:
    """What a pull tells while it goes on, without its end."""
    repository, tag = split(name)
    familiar = repository.partition("/")[2] if "." in repository.partition("/")[0] or ":" in repository else repository
    if "/" not in familiar and familiar == repository:
        familiar = f"library/{familiar}"
    yield {"status": f"Pulling from {familiar}", "id": tag}
    for id, _ in layers:
        yield {"status": "Pulling fs layer", "progressDetail": {}, "id": id}
    for id, size in layers:
        for part in (size // 3, size):
            yield _progress("Downloading", id, part, size)
        for status in ("Verifying Checksum", "Download complete"):
            yield {"status": status, "progressDetail": {}, "id": id}
    for id, size in layers:
        yield _progress("Extracting", id, size, size)
        yield {"status": "Pull complete", "progressDetail": {}, "id": id}


def _progress(status: str, id: str, done: int, size: int) -> JSON:
    bar = "=" * (50 * done // max(size, 1))
    shown = f"[{bar}>{' ' * (50 - len(bar))}]  {_size(done)}/{_size(size)}"
    return {"status": status, "progressDetail": {"current": done, "total": size}, "progress": shown, "id": id}


def _size(count: int) -> str:
    """As Go's units.HumanSize has it."""
    value, units = float(count), ["B", "kB", "MB", "GB"]
    while value >= 1000 and len(units) > 1:
        value /= 1000
        del units[0]
    return f"{value:.4g}{units[0]}"
