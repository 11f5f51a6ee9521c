"""How much room images, containers and volumes take on one engine. Shapes: measured on engine 20.10."""

from __future__ import annotations

from swarmtui.sim.agent.container import Plain
from swarmtui.sim.agent.container_json import listed
from swarmtui.sim.control.access import Access
from swarmtui.sim.control.storage.images import ImageStore
from swarmtui.sim.control.storage.local_volumes import LocalVolumes
from swarmtui.sim.objects.spec import JSON


class DiskUse(Access):
    """What `docker system df` is answered with on one machine."""

    def shown(self) -> JSON:
        """`GET /system/df`."""
        now, machine = self._cluster.clock.now(), self._machine
        containers = [(each, listed(each, machine, now)) for each in machine.containers()]
        images, volumes = ImageStore(self._cluster, machine), LocalVolumes(self._cluster, machine)
        users = [each.image_id for each, _ in containers]
        rows = [{**each, "Containers": users.count(each["Id"]), "SharedSize": 0} for each in images.list()]
        sizes, mounted = volumes.all(), volumes.users()
        return {
            "LayersSize": sum(each["Size"] for each in rows),
            "Images": rows,
            "Containers": [
                # The engine leaves out what is nothing.
                {
                    **row,
                    **({"SizeRw": each.size} if isinstance(each, Plain) and each.size else {}),
                    "SizeRootFs": 1 << 20,
                }
                for each, row in containers
            ],
            "Volumes": [
                {**each, "UsageData": {"RefCount": len(mounted.get(name, ())), "Size": sizes[name].size}}
                for each in volumes.list()
                for name in (each["Name"],)
            ],
            "BuildCache": self._cache(),
        }

    def _cache(self) -> list[JSON]:
        size = self._machine.storage.cache
        return [{"ID": "cache", "Type": "regular", "InUse": False, "Shared": False, "Size": size}] if size else []
