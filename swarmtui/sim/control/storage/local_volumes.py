"""The volumes of one engine. Sentences: measured on engine 20.10; moby volume/{service,local}."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from swarmtui.sim.agent.storage import Volume, volume_size
from swarmtui.sim.control.access import Access
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.control.selection import Filters, check, has_labels, is_pruned
from swarmtui.sim.objects.spec import JSON
from swarmtui.sim.objects.timestamps import iso

_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_OPTIONS = frozenset({"device", "o", "size", "type"})


Names = list[str]


class LocalVolumes(Access):
    """What `docker volume` is answered with on one machine."""

    def all(self) -> dict[str, Volume]:
        """Those that somebody made, and those of tasks: they stay when the task is gone."""
        known = self._machine.storage.volumes
        for each in self._machine.containers():
            for name, labels in each.volumes():
                if name not in known:
                    known[name] = Volume(volume_size(name), each.created, labels)
        return known

    def list(self, filters: Filters | None = None) -> list[JSON]:
        """The volumes of `GET /volumes`."""
        given = check(filters, "dangling", "driver", "label", "name")
        used = self.users() if "dangling" in given else {}
        return [
            self._shown(name, volume)
            for name, volume in sorted(self.all().items())
            if (not given.get("name") or any(each in name for each in given["name"]))
            and has_labels(volume.labels or {}, given.get("label", ()))
            and "local" in given.get("driver", ("local",))
            and ("dangling" not in given or (given["dangling"][0] in ("true", "1")) != (name in used))
        ]

    def inspect(self, name: str) -> JSON:
        """`GET /volumes/{name}`."""
        known = self.all()
        if name not in known:
            raise ApiError(404, f"get {name}: no such volume")
        return self._shown(name, known[name])

    def create(self, posted: JSON) -> JSON:
        """`POST /volumes/create`: one that is there already is left as it is."""
        name = str(posted.get("Name") or "") or self._cluster.ids.hex()
        driver = str(posted.get("Driver") or "local")
        if driver != "local":
            raise ApiError(404, f'create {name}: error looking up volume plugin {driver}: plugin "{driver}" not found')
        if name not in self.all():
            self._check(name, posted.get("DriverOpts") or {})
            labels = dict(posted["Labels"]) if posted.get("Labels") is not None else None
            made = Volume(0, self._cluster.clock.now(), labels, posted.get("DriverOpts") or None)
            self._machine.storage.volumes[name] = made
            self.told(name, "create")
        return self.inspect(name)

    @staticmethod
    def _check(name: str, options: JSON) -> None:
        if len(name) < 2:
            raise ApiError(
                400,
                f"create {name}: volume name is too short, names should be at least two alphanumeric characters",
            )
        if not _NAME.fullmatch(name):
            raise ApiError(
                400,
                f'create {name}: "{name}" includes invalid characters for a local volume name, only '
                '"[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path',
            )
        for option in options:
            if option not in _OPTIONS:
                raise ApiError(400, f'create {name}: invalid option: "{option}"')

    def remove(self, name: str, force: bool = False) -> None:
        """`DELETE /volumes/{name}`."""
        if name not in self.all():
            if force:
                return
            raise ApiError(404, f"get {name}: no such volume")
        users = self.users().get(name)
        if users:
            raise ApiError(409, f"remove {name}: volume is in use - [{', '.join(users)}]")
        self._forget(name)

    def prune(self, everything: Callable[[str], bool], filters: Filters | None = None) -> JSON:
        """`POST /volumes/prune`: of those that nobody uses, the ones without a name that somebody gave them.

        Args:
            everything: whether a volume is removed although it has such a name.
        """
        given = check(filters, "all", "label", "label!")
        named = given.get("all", ("false",))[0] in ("true", "1")
        used, freed = self.users(), 0
        deleted = []
        for name, volume in sorted(self.all().items()):
            if name in used or not is_pruned(volume.labels, given) or not (named or everything(name)):
                continue
            freed += volume.size
            deleted.append(name)
            self._forget(name)
        self._cluster.events.local(self._machine, "volume", "", "prune", {"reclaimed": str(freed)})
        return {"VolumesDeleted": deleted, "SpaceReclaimed": freed}

    def users(self) -> Mapping[str, Sequence[str]]:
        """The containers that have a volume, by its name."""
        found: dict[str, Names] = {}
        for each in self._machine.containers():
            for name, _ in each.volumes():
                found.setdefault(name, []).append(str(each.container_id))
        return found

    def _forget(self, name: str) -> None:
        self._machine.storage.volumes.pop(name, None)
        self.told(name, "destroy")

    def told(self, name: str, action: str) -> None:
        """Tell of a volume in the events."""
        self._cluster.events.local(self._machine, "volume", name, action, {"driver": "local"})

    def _shown(self, name: str, volume: Volume) -> JSON:
        return {
            "CreatedAt": f"{iso(volume.created or self._cluster.epoch)[:19]}Z",
            "Driver": "local",
            "Labels": volume.labels,
            "Mountpoint": f"/var/lib/docker/volumes/{name}/_data",
            "Name": name,
            "Options": volume.options,
            "Scope": "local",
        }


def anonymous(name: str) -> bool:
    """Whether nobody has named a volume."""
    return bool(re.fullmatch(r"[0-9a-f]{64}", name))
