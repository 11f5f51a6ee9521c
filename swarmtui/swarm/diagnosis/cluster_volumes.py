"""Which node can mount the cluster volumes (CSI) that a service's tasks ask for.

The rules are swarmkit's (manager/scheduler/volumes.go, `checkVolume`): a volume must be available and reachable from
the node, and its access mode must allow one more task there. A mount names a volume, or a group of which any will do.
Of several mounts the scheduler's filter wants only one to be possible.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.cluster_volume import ClusterVolume
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.task_template import Mount
from swarmtui.swarm.short_text import counted, listed
from swarmtui.swarm.tasks.states import is_leaving, is_placed

__all__ = ["ClusterVolumes", "Hindrance", "cluster_mounts"]

GROUP = "group:"
"""How a mount's source begins that names a group."""


def cluster_mounts(service: Service) -> tuple[Mount, ...]:
    """The mounts of a service that are cluster volumes."""
    return tuple(mount for mount in service.mounts if mount.type == "cluster")


class Hindrance(msgspec.Struct, frozen=True):
    """Why a mount is not possible on a node: what to say of that node, and of several; and whether it ends by itself
    once tasks have stopped that are stopping now."""

    detail: str
    general: str
    passing: bool = False


class _Use(msgspec.Struct, frozen=True):
    task: Task
    read_only: bool


class ClusterVolumes:
    """Asks nodes about the cluster volumes of one service.

    Args:
        cluster: a snapshot in which they are known.
        service: whose mounts are meant.
    """

    def __init__(self, cluster: Cluster, service: Service) -> None:
        self._cluster = cluster
        self._volumes = {each.name: each for each in (cluster.volumes or {}).values()}
        self._mounts = cluster_mounts(service) if cluster.volumes is not None else ()

    def __bool__(self) -> bool:
        """Whether there is anything to ask."""
        return bool(self._mounts)

    def hindrance(self, node: Node) -> Hindrance | None:
        """Why none of the mounts is possible on a node; None where one is."""
        found: Hindrance | None = None
        for mount in self._mounts:
            each = self._of_mount(mount, node)
            if each is None:
                return None
            found = found or each
        return found

    def _of_mount(self, mount: Mount, node: Node) -> Hindrance | None:
        group = mount.source.removeprefix(GROUP)
        if group == mount.source:
            volume = self._volumes.get(mount.source)
            return self._of_volume(volume, mount, node) if volume is not None else _missing(mount.source)
        those = [each for each in self._volumes.values() if each.spec.group == group]
        hindrances = [self._of_volume(each, mount, node) for each in those]
        if None in hindrances:
            return None
        first = next((each for each in hindrances if each is not None), None)
        if first is None or len(those) == 1:
            return first or Hindrance(*2 * (f"no cluster volume is in the group {group}",))
        words = f"none of the {counted(len(those), 'cluster volume')} of the group {group} is free"
        return Hindrance(
            f"{words}: {first.detail.removeprefix('cluster volume ')}",
            words,
            any(each is not None and each.passing for each in hindrances),
        )

    def _of_volume(self, volume: ClusterVolume, mount: Mount, node: Node) -> Hindrance | None:
        what = f"cluster volume {volume.name}"
        if not volume.is_made:
            return Hindrance(*2 * (f"{what} is not created yet by its plugin {volume.driver}",))
        if volume.spec.availability != "active":
            words = {"pause": "paused", "drain": "drained"}.get(volume.spec.availability, volume.spec.availability)
            return Hindrance(*2 * (f"{what} is {words}",))
        mode, uses = volume.spec.access_mode, self._uses.get(volume.id, [])
        away = [use for use in uses if use.task.node_id != node.id]
        if mode.scope == "single" and away:
            return self._used(f"{what} works on one node at a time, and is in use", away)
        if mode.sharing == "none" and uses:
            return self._used(f"{what} serves one task at a time, and is in use", uses)
        writers = [use for use in uses if not use.read_only]
        if mode.sharing == "onewriter" and not mount.read_only and writers:
            return self._used(f"{what} takes one writer, and has one", writers)
        if mode.sharing == "readonly" and not mount.read_only:
            return Hindrance(*2 * (f"{what} can only be mounted read-only",))
        return _out_of_reach(what, volume, node)

    def _used(self, words: str, uses: list[_Use]) -> Hindrance:
        names = listed([self._name(use.task) for use in uses], 2)
        return Hindrance(f"{words}: {names}", words, all(is_leaving(use.task) for use in uses))

    def _name(self, task: Task) -> str:
        return f"{self._cluster.task_name(task)} on {self._cluster.node_name(task.node_id)}"

    @cached_property
    def _uses(self) -> dict[str, list[_Use]]:
        """The tasks that have each volume, by its ID."""
        found: dict[str, list[_Use]] = {}
        for service in self._cluster.services.values():
            if mounts := cluster_mounts(service):
                read_only = {(each.source, each.target) for each in mounts if each.read_only}
                for task, volume_id, place in _attached(self._cluster, service):
                    found.setdefault(volume_id, []).append(_Use(task, place in read_only))
        return found


def _attached(cluster: Cluster, service: Service) -> Iterator[tuple[Task, str, tuple[str, str]]]:
    for task in cluster.tasks_of(service.id) or ():
        if task.volumes and is_placed(task):
            for each in task.volumes:
                yield task, each.id, (each.source, each.target)


def _missing(name: str) -> Hindrance:
    return Hindrance(*2 * (f"there is no cluster volume {name}",))


def _out_of_reach(what: str, volume: ClusterVolume, node: Node) -> Hindrance | None:
    """A plugin that names no place for the node, and a volume that names none, fit everywhere."""
    plugins = node.description.csi_info or ()
    place = next((each.accessible_topology for each in plugins if each.plugin_name == volume.driver), None)
    wanted = volume.reachable_from
    if place is None or not wanted:
        return None
    if any(all(place.parts.get(part, "") == value for part, value in each.parts.items()) for each in wanted):
        return None
    there = listed([", ".join(f"{part}={value}" for part, value in sorted(each.parts.items())) for each in wanted], 2)
    return Hindrance(f"{what} is only reachable from {there}", f"{what} is out of reach")
