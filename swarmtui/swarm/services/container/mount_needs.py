"""What the swarm must have for a service's mounts, and what that means for their data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from swarmtui.swarm.actions.action import Consequence
from swarmtui.swarm.actions.wording import danger, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.judgement.local_data import is_local
from swarmtui.swarm.objects.task_template import Mount
from swarmtui.swarm.short_text import listed
from swarmtui.swarm.syntax.mounts import GROUP

__all__ = ["needs_of"]

_FIRST_WITH_CLUSTER_VOLUMES = 23
"""The engine's version. Source: moby's release notes of 23.0 (API 1.42)."""


def needs_of(cluster: Cluster, mounts: Iterable[Mount]) -> Iterator[Consequence]:
    """What new mounts of a service's containers need, and where their data is.

    Args:
        cluster: a snapshot.
        mounts: those that are new.
    """
    of_type: dict[str, list[Mount]] = {}
    for mount in mounts:
        of_type.setdefault(mount.type, []).append(mount)
    yield from _pipes(cluster, of_type.get("npipe", []))
    yield from _cluster_volumes(cluster, of_type.get("cluster", []))
    yield from _binds(of_type.get("bind", []))
    yield from _volumes([mount for mount in of_type.get("volume", []) if is_local(mount)])


def _binds(mounts: list[Mount]) -> Iterator[Consequence]:
    if mounts:
        paths = listed([mount.source for mount in mounts])
        yield warning(f"{paths} must exist on every node that a task may run on: no engine creates it.")
    if written := [mount.source for mount in mounts if is_local(mount)]:
        yield warning(f"What a task writes to {listed(written)} does not move with it.")


def _volumes(mounts: list[Mount]) -> Iterator[Consequence]:
    if named := [mount.source for mount in mounts if mount.source]:
        its = f"volume {named[0]}" if len(named) == 1 else f"volumes {listed(named)}"
        yield warning(f"Each node has its own {its}: the data does not move with a task.")
    if unnamed := [mount.target for mount in mounts if not mount.source]:
        yield warning(f"{listed(unnamed)} has no volume's name: each new task begins with an empty one.")


def _pipes(cluster: Cluster, mounts: list[Mount]) -> Iterator[Consequence]:
    if not mounts:
        return
    systems = {node.description.platform.os for node in cluster.nodes.values()}
    if "windows" not in systems and systems - {""}:
        yield danger("Only Windows has named pipes, and no node runs Windows: no task will start.")
    else:
        yield note("Only Windows nodes can start a task with a named pipe.")


def _cluster_volumes(cluster: Cluster, mounts: list[Mount]) -> Iterator[Consequence]:
    if not mounts:
        return
    version = cluster.info.server_version
    major = version.partition(".")[0]
    if major.isdecimal() and int(major) < _FIRST_WITH_CLUSTER_VOLUMES:
        yield danger(f"This manager's Docker {version} has no cluster volumes (since 23.0): it will refuse this.")
        return
    if not any(node.description.csi_info for node in cluster.nodes.values()):
        yield warning("No node has a CSI plugin: tasks will wait for their cluster volume.")
    if cluster.volumes is None:
        return
    known = {each.name for each in cluster.volumes.values()}
    known |= {f"{GROUP}{each.spec.group}" for each in cluster.volumes.values()}
    if unknown := [mount.source for mount in mounts if mount.source not in known]:
        yield warning(f"The swarm has no cluster volume {listed(unknown)}: tasks will wait for it.")
