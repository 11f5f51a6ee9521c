"""Images, volumes and disk use of one engine, as its API tells of them. Shapes: measured on engine 20.10."""

from __future__ import annotations

from swarmtui.sim.agent.container_json import listed
from swarmtui.sim.agent.images import split
from swarmtui.sim.agent.storage import Left, image_id, image_size, volume_size
from swarmtui.sim.control.access import Access
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.objects.spec import JSON
from swarmtui.sim.objects.timestamps import iso

NO_TAG = "<none>:<none>"


def left_listed(left: Left) -> JSON:
    """A row of `docker ps` for a container that no task needs."""
    return {
        "Id": left.id,
        "Names": [f"/{left.name}"],
        "Image": left.image,
        "ImageID": image_id(left.image),
        "Command": "sh",
        "Created": int(left.created),
        "Ports": [],
        "Labels": left.labels,
        "State": "running" if left.running else "exited",
        "Status": "Up 2 days" if left.running else "Exited (0) 2 days ago",
        "HostConfig": {"NetworkMode": "default"},
        "NetworkSettings": {"Networks": {}},
        "Mounts": [],
    }


class Storage(Access):
    """What `docker image`, `volume` and `system df` are answered with on one machine."""

    def containers(self) -> list[JSON]:
        """All containers, as `GET /containers/json?all=1` has them."""
        agent, now = self._machine.agent, self._cluster.clock.now()
        runs = [run for run in agent.runs.values() if run.has_container] if agent is not None else []
        of_tasks = [listed(run, self._machine, now) for run in runs]
        return [*of_tasks, *(left_listed(each) for each in self._machine.storage.containers.values())]

    def images(self) -> list[JSON]:
        """`GET /images/json`, without what only `/system/df` counts."""
        created = int(self._cluster.clock.now() - 9 * 86400)
        named = [
            {"Id": image_id(name), "RepoTags": [_tagged(name)], "RepoDigests": self._digests(name), "Size": size}
            for name in self._machine.cached_images
            for size in (image_size(name),)
        ]
        untagged = [
            {"Id": f"sha256:{id}", "RepoTags": [NO_TAG], "RepoDigests": ["<none>@<none>"], "Size": size}
            for id, size in self._machine.storage.untagged.items()
        ]
        common = {"Containers": -1, "Created": created, "Labels": None, "ParentId": "", "SharedSize": -1}
        return [{**common, **each} for each in (*named, *untagged)]

    def volumes(self) -> list[JSON]:
        """The volumes of `GET /volumes`."""
        return [
            {
                "CreatedAt": iso(self._cluster.clock.now() - 9 * 86400),
                "Driver": "local",
                "Labels": None,
                "Mountpoint": f"/var/lib/docker/volumes/{name}/_data",
                "Name": name,
                "Options": None,
                "Scope": "local",
            }
            for name in self._volumes()
        ]

    def disk_use(self) -> JSON:
        """`GET /system/df`."""
        containers = self.containers()
        left = self._machine.storage.containers
        users = [each["ImageID"] for each in containers]
        mounted = [mount.get("Name") for each in containers for mount in each["Mounts"]]
        images = [{**each, "Containers": users.count(each["Id"]), "SharedSize": 0} for each in self.images()]
        sizes = self._volumes()
        return {
            "LayersSize": sum(each["Size"] for each in images),
            "Images": images,
            "Containers": [
                # The engine leaves out what is nothing.
                {**each, **({"SizeRw": left[each["Id"]].size} if each["Id"] in left else {}), "SizeRootFs": 1 << 20}
                for each in containers
            ],
            "Volumes": [
                {**each, "UsageData": {"RefCount": mounted.count(each["Name"]), "Size": sizes[each["Name"]]}}
                for each in self.volumes()
            ],
            "BuildCache": self._cache(),
        }

    def remove_image(self, name: str) -> list[JSON]:
        """`DELETE /images/{id}`."""
        image = next((each for each in self.images() if _is_called(each, name)), None)
        if image is None:
            raise ApiError(404, f"No such image: {name}")
        user = next((each for each in self.containers() if each["ImageID"] == image["Id"]), None)
        if user is not None:
            raise ApiError(
                409,
                f"conflict: unable to delete {image['Id'][7:19]} (cannot be forced) - image is being used by "
                f"{user['State']} container {user['Id'][:12]}",
            )
        self._machine.storage.untagged.pop(image["Id"].removeprefix("sha256:"), None)
        for each in [each for each in self._machine.cached_images if image_id(each) == image["Id"]]:
            del self._machine.cached_images[each]
        return [{"Deleted": image["Id"]}]

    def remove_volume(self, name: str) -> None:
        """`DELETE /volumes/{name}`."""
        if name not in self._volumes():
            raise ApiError(404, f"get {name}: no such volume")
        for each in self.containers():
            if any(mount.get("Name") == name for mount in each["Mounts"]):
                raise ApiError(409, f"remove {name}: volume is in use - [{each['Id']}]")
        self._machine.storage.volumes.pop(name, None)

    def _volumes(self) -> dict[str, int]:
        """Those that lie here, and those of tasks: they stay when the task is gone."""
        for each in self.containers():
            for mount in each["Mounts"]:
                if mount["Type"] == "volume" and mount["Name"]:
                    self._machine.storage.volumes.setdefault(mount["Name"], volume_size(mount["Name"]))
        return self._machine.storage.volumes

    def _digests(self, name: str) -> list[str]:
        return [f"{split(name)[0]}@{self._cluster.images.digest(name)}"]

    def _cache(self) -> list[JSON]:
        size = self._machine.storage.cache
        return [{"ID": "cache", "Type": "regular", "InUse": False, "Shared": False, "Size": size}] if size else []


def _is_called(image: JSON, name: str) -> bool:
    return name in (image["Id"], *image["RepoTags"]) or (len(name) >= 4 and image["Id"][7:].startswith(name))


def _tagged(name: str) -> str:
    repository, tag = split(name)
    return f"{repository}:{tag}"
