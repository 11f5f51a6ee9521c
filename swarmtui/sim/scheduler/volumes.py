"""Which cluster volumes (CSI) tasks get. Source: swarmkit manager/scheduler/volumes.go and topology.go.

As there, a change of a volume that the scheduler knows already is not noticed before the next leader's term.
"""

from __future__ import annotations

from collections.abc import Callable

from swarmtui.sim.objects.objects import ClusterVolume, Node, Task
from swarmtui.sim.objects.spec import JSON

Topology = dict[str, str]
Attachments = tuple[tuple[str, str, str], ...]
"""The ID of each volume, and source and target of the mount that it is for."""


class _Known:
    """A volume, and the tasks that have it: by ID, the node of each and whether it only reads."""

    __slots__ = ("availability", "uses", "volume")

    def __init__(self, volume: ClusterVolume) -> None:
        self.volume = volume
        self.availability = volume.availability
        self.uses: dict[str, tuple[str, bool]] = {}


class VolumeSet:
    """All cluster volumes that have been made."""

    def __init__(self) -> None:
        self._volumes: dict[str, _Known] = {}

    def add(self, volume: ClusterVolume) -> None:
        """A volume is there."""
        if volume.volume_id and volume.id not in self._volumes:
            self._volumes[volume.id] = _Known(volume)

    def remove(self, volume: ClusterVolume) -> None:
        self._volumes.pop(volume.id, None)

    def check(self, task: Task) -> Callable[[Node], bool] | None:
        """What a node has to pass; None for a task that mounts none. It is enough that one of the mounts is there."""
        mounts = cluster_mounts(task)
        if not mounts:
            return None
        return lambda node: any(self._available(mount, node) for mount in mounts)

    def choose(self, task: Task, node: Node) -> Attachments | str:
        """A volume for each mount, taken until the task is let go; the mount's source where there is none."""
        chosen: list[tuple[str, str, str]] = []
        for mount in cluster_mounts(task):
            known = self._available(mount, node)
            if known is None:
                self.release(task)
                return str(mount["Source"])
            known.uses[task.id] = node.id, bool(mount.get("ReadOnly"))
            chosen.append((known.volume.id, mount["Source"], mount["Target"]))
        return tuple(chosen)

    def reserve(self, task: Task) -> None:
        """Count what a task has already, at the beginning of a term."""
        reading = {(each["Source"], each["Target"]) for each in cluster_mounts(task) if each.get("ReadOnly")}
        for id, source, target in task.volumes:
            if known := self._volumes.get(id):
                known.uses[task.id] = task.node_id, (source, target) in reading

    def release(self, task: Task) -> None:
        for known in self._volumes.values():
            known.uses.pop(task.id, None)

    def _available(self, mount: JSON, node: Node) -> _Known | None:
        source = str(mount["Source"])
        group = source.removeprefix("group:")
        for known in self._volumes.values():
            named = known.volume.name == source if group == source else known.volume.group == group
            if named and _fits(known, bool(mount.get("ReadOnly")), node):
                return known
        return None


def cluster_mounts(task: Task) -> list[JSON]:
    """The mounts of a task that are cluster volumes."""
    return [mount for mount in task.spec.task.container.get("Mounts") or [] if mount.get("Type") == "cluster"]


def _fits(known: _Known, read_only: bool, node: Node) -> bool:
    volume, uses = known.volume, known.uses.values()
    if known.availability != "active":
        return False
    if volume.scope == "single" and any(where != node.id for where, _ in uses):
        return False
    if volume.sharing == "none" and uses:
        return False
    if volume.sharing == "onewriter" and not read_only and not all(reading for _, reading in uses):
        return False
    if volume.sharing == "readonly" and not read_only:
        return False
    plugin = next((each for each in node.machine.csi_plugins if each["PluginName"] == volume.driver), {})
    place = plugin.get("AccessibleTopology")
    if place is None or not volume.reachable_from:
        return True
    own: Topology = place.get("Segments") or {}
    return any(
        all(own.get(part, "") == value for part, value in (each.get("Segments") or {}).items())
        for each in volume.reachable_from
    )
