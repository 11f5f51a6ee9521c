"""What a task writes on its node: data that stays there when the task goes elsewhere.

A named or anonymous volume of the engine's own driver, and a bind mount, are on one node alone. Volumes of another
driver, and those of the local driver that mount something over the network, follow the task.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.task_template import Mount
from swarmtui.swarm.short_text import listed
from swarmtui.swarm.tasks.states import holds_a_place, rank

__all__ = ["LeftBehind", "data_left_behind", "is_local", "kept_local_mounts", "local_mounts", "stays_text"]

_OF_THE_HOST = ("/proc", "/sys", "/dev", "/run", "/var/run", "/etc/localtime", "/etc/timezone")
"""Directories that each node has of its own, and no task keeps its data in."""
_LOCAL_TYPES = frozenset({"", "none", "bind", "tmpfs", "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs"})
"""File systems that the local driver mounts from the node itself; all others (nfs, cifs, …) come over the network."""


def local_mounts(service: Service) -> tuple[Mount, ...]:
    """The mounts of a service whose data is on the task's node alone."""
    return tuple(mount for mount in service.mounts if is_local(mount))


def kept_local_mounts(before: Service | None, after: Service) -> tuple[Mount, ...]:
    """The mounts of a service whose data is on the nodes already, and that its new tasks have, too."""
    mounts = local_mounts(after)
    if before is None or before.mounts == after.mounts:
        return mounts
    there = {_data_of(mount) for mount in local_mounts(before)}
    return tuple(mount for mount in mounts if _data_of(mount) in there)


def _data_of(mount: Mount) -> tuple[str, str]:
    """What tells the data of a mount from that of another one: an anonymous volume is known by its place alone."""
    return (mount.type, mount.source or mount.target)


def stays_text(mounts: Sequence[Mount], nodes: Collection[str]) -> str:
    """ "its volume db_data stays on wrk1; elsewhere it starts empty"; "" where nothing is written locally.

    Args:
        mounts: those of a service whose data is on the task's node alone.
        nodes: the names of the nodes that tasks leave.
    """
    if not mounts:
        return ""
    volumes = [mount.source or f"(anonymous, {mount.target})" for mount in mounts if mount.type == "volume"]
    paths = [mount.source for mount in mounts if mount.type == "bind"]
    where = listed(nodes)
    parts = []
    if volumes:
        one = len(volumes) == 1
        parts.append(
            f"its volume{'' if one else 's'} {listed(volumes)} stay{'s' if one else ''} on {where};"
            f" elsewhere {'it starts' if one else 'they start'} empty"
        )
    if paths:
        its = "it" if volumes else "its bind mount" if len(paths) == 1 else "its bind mounts"
        what = f"so does {listed(paths)}" if volumes and len(paths) == 1 else f"so do {listed(paths)}"
        if volumes:
            parts.append(what)
        else:
            parts.append(f"{its} {listed(paths)} stay{'s' if len(paths) == 1 else ''} on {where}")
    return "; ".join(parts)


class LeftBehind(msgspec.Struct, frozen=True):
    """A task that has moved away from its data.

    Attributes:
        service: whose task it is.
        slot: the slot of the task.
        was_on, is_on: IDs of the nodes: where the data is, and where the task is now.
    """

    service: Service
    slot: int
    was_on: str
    is_on: str

    def text(self, cluster: Cluster) -> str:
        """ "volume db_data is on wrk1, and db.1 runs on wrk2"."""
        names = [mount.source or mount.target for mount in local_mounts(self.service)]
        kinds = {mount.type for mount in local_mounts(self.service)}
        word = "data" if len(kinds) > 1 else "volume" if "volume" in kinds else "bind mount"
        plural = len(names) > 1 and word != "data"
        old = cluster.nodes.get(self.was_on)
        lost = " (not in the swarm)" if old is None else "" if old.is_ready else f" ({old.status.state})"
        return (
            f"{word}{'s' if plural else ''} {listed(names)} {'are' if plural else 'is'} on"
            f" {cluster.node_name(self.was_on)}{lost}, and {self.service.name}.{self.slot} is on"
            f" {cluster.node_name(self.is_on)}"
        )


def data_left_behind(cluster: Cluster, service: Service) -> Iterator[LeftBehind]:
    """The slots of a replicated service whose task ran on another node before, and wrote its data there.

    As far as the swarm remembers: it keeps five tasks of each slot (`docker swarm update --task-history-limit`).
    """
    if service.spec.mode.name != "replicated" or not local_mounts(service):
        return
    slots: dict[int, list[Task]] = {}
    for task in cluster.tasks_of(service.id) or ():
        slots.setdefault(task.slot, []).append(task)
    for slot, tasks in sorted(slots.items()):  # newest first
        now = next((task for task in tasks if holds_a_place(task) and task.node_id), None)
        if now is None:
            continue
        before = next((task for task in tasks if task is not now and _has_run(task)), None)
        if before is not None and before.node_id != now.node_id:
            yield LeftBehind(service, slot, before.node_id, now.node_id)


def _has_run(task: Task) -> bool:
    """Whether the task had a container: what was never started wrote nothing."""
    container = task.status.container_status
    return bool(task.node_id) and (
        (container is not None and bool(container.container_id)) or rank(task.status.state) == rank("running")
    )


def is_local(mount: Mount) -> bool:
    """Whether what is written there is on the task's node alone."""
    if mount.type == "bind":
        return not (
            mount.read_only
            or mount.source.endswith(".sock")
            or any(mount.source == path or mount.source.startswith(f"{path}/") for path in _OF_THE_HOST)
        )
    if mount.type != "volume" or mount.driver.name not in ("", "local"):
        return False
    return (mount.driver.options or {}).get("type", "").lower() in _LOCAL_TYPES
