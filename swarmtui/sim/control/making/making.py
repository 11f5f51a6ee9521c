"""Images that come from a container, from a tar, or from another engine. Sentences: measured on engine 20.10."""

from __future__ import annotations

import io
import json
import posixpath
import tarfile
from collections.abc import Iterable, Mapping, Sequence

from swarmtui.sim.agent.described import described
from swarmtui.sim.agent.images import NO_CONFIG, Made, image_id, plain, split
from swarmtui.sim.control.access import Access
from swarmtui.sim.control.containers.containers import Containers
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.control.making.dockerfile import changed
from swarmtui.sim.control.storage.images import ImageStore, Stored, checked
from swarmtui.sim.objects.spec import JSON


class Making(Access):
    """What `docker import`, `commit`, `save` and `load` do on one machine."""

    def imported(self, data: bytes, name: str, message: str = "", changes: Sequence[str] = ()) -> str:
        """`POST /images/create?fromSrc=-`: an image of the files of a tar; its ID."""
        config = changed(NO_CONFIG, list(changes))
        files = unpacked(data)
        history = [self._step("", sum(map(len, files.values())), message)]
        made = Made("", config, self._now(), sum(map(len, files.values())), files, history, message)
        return self._store().add(made, *([name] if name else []))

    def commit(
        self, container: str, name: str, comment: str = "", author: str = "", changes: Sequence[str] = ()
    ) -> str:
        """`POST /commit`: an image of a container as it is now; its ID."""
        if not container:
            raise ApiError(400, 'invalid name or ID supplied: ""')
        found = Containers(self._cluster, self._machine).find(container)
        about = described(found, self._machine)
        config = changed({**about.config, "Hostname": "", "Image": found.image}, list(changes))
        base = self._cluster.images.made.get(found.source)
        files = {**(base.files if base else {}), **found.written}
        added = sum(map(len, found.written.values()))
        size = ImageStore(self._cluster, self._machine).needed(found.image).size + added
        history = [self._step(" ".join(about.argv), added, comment)]
        made = Made(found.source, config, self._now(), size, files, history, comment, author)
        id = self._store().add(made, *([name] if name else []))
        self._cluster.events.container(self._machine, found, "commit", {"comment": comment, "imageID": id})
        return id

    def _store(self) -> ImageStore:
        return ImageStore(self._cluster, self._machine)

    def _now(self) -> float:
        return self._cluster.clock.now()

    def _step(self, by: str, size: int, comment: str = "") -> JSON:
        return {"Comment": comment, "Created": int(self._now()), "CreatedBy": by, "Size": size}

    # --- from one engine to another ---

    def saved(self, names: Sequence[str]) -> bytes:
        """`GET /images/get`: images with their names, as a tar."""
        store = self._store()
        found: dict[str, tuple[Stored, list[str]]] = {}
        for name in names:
            stored = store.find(name)
            if stored is None:
                raise ApiError(404, f"No such image: {name}")
            tags = found.setdefault(stored.id, (stored, []))[1]
            tags += [plain(name)] if plain(name) in stored.tags else []
        entries: dict[str, bytes] = {}
        manifest: list[JSON] = []
        repositories: JSON = {}
        for id, (stored, tags) in found.items():
            short = id.removeprefix("sha256:")
            made = store.made(stored)
            about = store.inspect(id)
            kept = {"config": about["Config"], "created": about["Created"], "architecture": "amd64", "os": "linux"}
            entries[f"{short}.json"] = json.dumps({**kept, "history": [], "rootfs": about["RootFS"]}).encode()
            entries[f"{short}/layer.tar"] = packed(made.files if made else {})
            manifest.append({"Config": f"{short}.json", "RepoTags": tags or None, "Layers": [f"{short}/layer.tar"]})
            for tag in tags:
                repositories.setdefault(split(tag)[0], {})[split(tag)[1]] = short
        entries["manifest.json"] = json.dumps(manifest).encode() + b"\n"
        entries["repositories"] = json.dumps(repositories).encode()
        return packed(entries)

    def loaded(self, data: bytes) -> Iterable[JSON]:
        """`POST /images/load`: the images of a tar that some engine saved; what is told of it."""
        try:
            entries = unpacked(data)
        except ApiError as error:
            return [_failed(f"Error processing tar file(exit status 1): {error.message}")]
        if "/manifest.json" not in entries:
            where = f"/var/lib/docker/tmp/docker-import-{len(data)}/repositories"
            return [_failed(f"open {where}: no such file or directory")]
        told: list[JSON] = []
        for each in json.loads(entries["/manifest.json"]):
            id = "sha256:" + posixpath.basename(str(each["Config"])).removesuffix(".json")
            tags = [str(tag) for tag in each.get("RepoTags") or []]
            self._load(id, tags, entries, each)
            told += [{"stream": f"Loaded image: {tag}\n"} for tag in tags]
            told += [] if tags else [{"stream": f"Loaded image ID: {id}\n"}]
        return told

    def _load(self, id: str, tags: list[str], entries: Mapping[str, bytes], said: JSON) -> None:
        store = self._store()
        pulled = [tag for tag in tags if image_id(tag) == id]
        for tag in pulled:
            self._machine.cached_images.setdefault(plain(tag))
        if pulled:
            return
        about = json.loads(entries.get(f"/{said['Config']}", b"{}"))
        layers = [unpacked(entries.get(f"/{layer}", b"")) for layer in said.get("Layers") or []]
        files = {path: data for layer in layers for path, data in layer.items()}
        known = self._cluster.images.made.get(id)
        config = {**NO_CONFIG, **(about.get("config") or {})}
        size = sum(map(len, files.values()))
        store.add(known or Made("", config, self._now(), size, files), *tags, id=id)


def _failed(message: str) -> JSON:
    return {"errorDetail": {"message": message}, "error": message}


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files of a tar, by absolute path; ApiError where it is none."""
    if not data:
        return {}
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            opened = {entry.name: tar.extractfile(entry) for entry in tar if entry.isfile()}
            return {absolute(name): file.read() for name, file in opened.items() if file is not None}
    except (tarfile.TarError, EOFError, OSError):
        raise ApiError(500, "unexpected EOF") from None


def absolute(name: str) -> str:
    """A path from the root on."""
    return posixpath.normpath("/" + name.lstrip("/"))


def packed(files: Mapping[str, bytes]) -> bytes:
    """Files as a tar."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as tar:
        for path, data in files.items():
            entry = tarfile.TarInfo(path.lstrip("/"))
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return written.getvalue()


def name_of(repository: str, tag: str) -> str:
    """The name that a new image is to have, "" for none."""
    return plain(f"{checked(repository)}:{tag}" if tag else checked(repository)) if repository else ""
