"""Cluster volumes (CSI). Source: swarmkit controlapi/volume.go and moby daemon/cluster/convert/volume.go.

There is no plugin that makes them: a volume is there at once where a node says that it has the plugin.
"""

from __future__ import annotations

from swarmtui.sim.control.access import Access
from swarmtui.sim.control.errors import ApiError, invalid, out_of_sequence, rpc
from swarmtui.sim.objects import encode
from swarmtui.sim.objects.objects import ClusterVolume
from swarmtui.sim.objects.spec import JSON

_FIXED = ("Group", "AccessMode", "AccessibilityRequirements")


class ClusterVolumes(Access):
    """What `docker volume` is answered with about volumes of the swarm."""

    def list(self) -> list[JSON]:
        """Those among the volumes of `GET /volumes`; none for an engine that cannot ask the swarm."""
        raft, node_id = self._cluster.raft, self._machine.node_id
        if not (raft.serves(node_id) or raft.reads_stale(node_id)):
            return []
        return [_shown(each) for each in self.store.volumes.values()]

    def create(self, posted: JSON) -> JSON:
        """`POST /volumes/create` with a ClusterVolumeSpec."""
        store, name, spec = self.writing(), str(posted.get("Name") or ""), posted["ClusterVolumeSpec"]
        if not posted.get("Driver"):
            raise invalid("driver must be specified")
        if not name:
            raise invalid("meta: name must be provided")
        mode = spec.get("AccessMode")
        if not mode:
            raise invalid("AccessMode must not be nil")
        if mode.get("MountVolume") is None and mode.get("BlockVolume") is None:
            raise invalid("Volume AccessMode must specify either Mount or Block access type")
        if store.named("volume", name) is not None:
            raise rpc("AlreadyExists", f"volume {name} already exists")
        volume = ClusterVolume(self._cluster.ids.object(), name, posted["Driver"], spec)
        if any(
            each["PluginName"] == volume.driver for node in store.nodes.values() for each in node.machine.csi_plugins
        ):
            volume.volume_id = self._cluster.ids.hex()
        store.create_named("volume", volume)
        self.changed()
        return _shown(volume)

    def update(self, name: str, version: int, spec: JSON) -> None:
        """`PUT /volumes/{name}`: only its availability can be changed."""
        store = self.writing()
        volume = self._find(name)
        if volume.version != version:
            raise out_of_sequence()
        for key in _FIXED:
            if spec.get(key) != volume.spec.get(key):
                raise invalid(f"{key} cannot be updated")
        volume.spec = {**volume.spec, "Availability": spec.get("Availability") or "active"}
        store.update_named("volume", volume)
        self.changed()

    def remove(self, name: str) -> None:
        """`DELETE /volumes/{name}`."""
        store, volume = self.writing(), self._find(name)
        if any(volume.id == id for task in store.tasks.values() for id, _, _ in task.volumes if not task.ended):
            raise rpc("FailedPrecondition", "volume is still in use")
        store.delete_named("volume", volume)
        self.changed()

    def has(self, name: str) -> bool:
        """Whether there is one of that name (or ID), as far as this engine can ask."""
        return any(name in (each["Name"], each["ClusterVolume"]["ID"]) for each in self.list())

    def _find(self, name: str) -> ClusterVolume:
        for each in self.store.volumes.values():
            if name in (each.name, each.id):
                return each
        raise ApiError(404, f"volume {name} not found")


def _shown(volume: ClusterVolume) -> JSON:
    part: JSON = {**encode.meta(volume), "Spec": {"Availability": "active", **volume.spec}}
    if volume.volume_id:
        part["Info"] = {"VolumeID": volume.volume_id}
        if volume.reachable_from:
            part["Info"]["AccessibleTopology"] = volume.reachable_from
    return {
        "ClusterVolume": part,
        "CreatedAt": part["CreatedAt"],
        "Driver": volume.driver,
        "Labels": {},
        "Mountpoint": "",
        "Name": volume.name,
        "Options": {},
        "Scope": "global",
    }
