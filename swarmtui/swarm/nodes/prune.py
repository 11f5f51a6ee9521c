"""Prune a node: remove what nothing there uses, exactly what was shown, each thing by itself.

The engine's own prune calls remove whatever they find at that moment. Here each thing that goes has been seen before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Impact, Progress, Target
from swarmtui.swarm.actions.node_call import NodeRemovals
from swarmtui.swarm.actions.wording import danger, docker, impact_of, note, on_node, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.nodes.stored import (
    ACTIVE,
    StoredImage,
    StoredVolume,
    containers_in,
    forgotten,
    images_in,
    is_there,
    services_that_name,
    volumes_in,
)
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.short_text import counted, listed
from swarmtui.swarm.units import rough_size

__all__ = ["SORTS", "Doomed", "Found", "PruneNode", "found_on"]

SORTS = {
    "images": "dangling images",
    "containers": "stopped containers of tasks that the swarm has forgotten",
    "volumes": "unused volumes, with the data in them",
}
"""What can be pruned, in the order of what it costs. Never all at once."""

_NOUNS = {"images": "dangling image", "containers": "stopped container", "volumes": "unused volume"}
_COMMANDS = {"images": ("image", "rm"), "containers": ("rm",), "volumes": ("volume", "rm")}


@dataclass(frozen=True)
class Doomed:
    """One thing that goes.

    Attributes:
        id: by which the engine removes it.
        name: by which people know it.
        size: the bytes that it alone takes; None where that is not known.
    """

    id: str
    name: str
    size: int | None = None

    @property
    def text(self) -> str:
        """ "backup_2025, 3 GiB"."""
        return self.name if self.size is None else f"{self.name}, {rough_size(self.size)}"


@dataclass(frozen=True)
class Found:
    """What could go of one sort.

    Attributes:
        doomed: what nothing uses.
        kept: why something that nothing uses now stays all the same, in sentences.
        unknown: why nothing can be told yet; "" when it can.
    """

    doomed: tuple[Doomed, ...] = ()
    kept: tuple[str, ...] = ()
    unknown: str = ""

    @property
    def size(self) -> int:
        """What is reclaimed at least."""
        return sum(each.size or 0 for each in self.doomed)


def found_on(df: Any, cluster: Cluster) -> Mapping[str, Found]:
    """What could be pruned of each sort.

    Args:
        df: the raw answer to `GET /system/df`.
    """
    raw = Raw(df)
    if Kind.SERVICE in cluster.refused or Kind.TASK in cluster.refused:
        return dict.fromkeys(
            SORTS, Found(unknown="What services need is unknown: the engine refuses the list of them.")
        )
    return {
        "images": _images(images_in(raw.at("Images")), cluster),
        "containers": _containers(raw, cluster),
        "volumes": _volumes(volumes_in(raw.at("Volumes")), cluster),
    }


def _images(images: tuple[StoredImage, ...], cluster: Cluster) -> Found:
    """Images without a tag that no container uses. What a service names by its digest is one too, and stays."""
    dangling = [each for each in images if not each.tags and each.used == 0]
    wanted = [each.image for each in cluster.services.values() if each.image]
    needed = [each for each in dangling if any(is_there(image, (each,)) for image in wanted)]
    kept = f"{counted(len(needed), 'image')} without a tag that services name by digest: kept." if needed else ""
    return Found(
        tuple(Doomed(each.id, each.name, each.own) for each in dangling if each not in needed), (kept,) if kept else ()
    )


def _containers(raw: Raw, cluster: Cluster) -> Found:
    if not cluster.tasks_complete:
        return Found(unknown="Not all tasks of the swarm are known yet.")
    stopped = [each for each in forgotten(containers_in(raw.at("Containers")), cluster) if each.state not in ACTIVE]
    return Found(tuple(Doomed(each.id, f"{each.name} ({each.id[:12]})", each.size) for each in stopped))


def _volumes(volumes: tuple[StoredVolume, ...], cluster: Cluster) -> Found:
    """Volumes that no container mounts. What a service names may be a task's data that comes back here, and stays."""
    unused = [each for each in volumes if each.users == 0]
    named = {each.name: by for each in unused if (by := services_that_name(each.name, cluster))}
    kept = tuple(f"{name} is kept: {listed(by)} mounts it." for name, by in named.items())
    return Found(tuple(Doomed(each.name, each.short, each.size) for each in unused if each.name not in named), kept)


@dataclass(frozen=True)
class PruneNode(NodeRemovals):
    """Remove what nothing uses of one sort from a node.

    Attributes:
        target: the node.
        sort: one of SORTS.
        doomed: what goes; never empty.
        kept: what stays, in sentences.
    """

    name: ClassVar[str] = names.PRUNE_NODE
    verb: ClassVar[str] = "Prune"

    target: Target
    node: Node
    sort: str
    doomed: tuple[Doomed, ...]
    kept: tuple[str, ...] = ()

    @classmethod
    def of(cls, node: Node, sort: str, found: Found) -> Self:
        """Remove what was found.

        Raises:
            NotPossible: there is nothing of that sort.
        """
        if found.unknown:
            raise NotPossible(found.unknown, "Try again in a moment.")
        if not found.doomed:
            kept = f" {' '.join(found.kept)}" if found.kept else ""
            raise NotPossible(f"There are no {SORTS[sort]} on {node.name}.{kept}")
        return cls(Target.of(node), node, sort, found.doomed, found.kept)

    @property
    def title(self) -> str:
        return f"Remove {counted(len(self.doomed), _NOUNS[self.sort])} from {self.target.name}"

    @property
    def docker_command(self) -> str:
        ids = (each.id if self.sort == "volumes" else each.id.removeprefix("sha256:")[:12] for each in self.doomed)
        return on_node(docker(*_COMMANDS[self.sort], *ids), self.node)

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(f"/{self.sort}/{each.id}" for each in self.doomed)

    def impact(self, cluster: Cluster) -> Impact:
        del cluster
        return impact_of([*self._consequences()], self.target.name if self.sort == "volumes" else "")

    def _consequences(self) -> Iterator[Consequence]:
        size = sum(each.size or 0 for each in self.doomed)
        if self.sort == "volumes":
            yield danger("The data in these volumes is lost for good. There is no undo.")
        elif self.sort == "images":
            yield warning("They cannot be pulled again where no registry has them. There is no undo.")
        else:
            yield warning("What these containers have written, and their logs, are lost. There is no undo.")
        yield note(f"Reclaims {rough_size(size)}{' at least' if self.sort == 'images' else ''}:")
        for each in self.doomed:
            yield note(each.text)
        for kept in self.kept:
            yield note(kept)

    def progress(self, cluster: Cluster) -> Progress:
        del cluster
        return Progress("done", settled=True)

    def told_of(self, refused: Mapping[str, str]) -> tuple[str, ...]:
        by_path = dict(zip(self.paths, self.doomed, strict=True))
        gone = [each for path, each in by_path.items() if path not in refused]
        size = rough_size(sum(each.size or 0 for each in gone))
        return (
            f"{counted(len(gone), _NOUNS[self.sort])} removed from {self.target.name}: {size} reclaimed.",
            *(f"✔ {each.text}" for each in gone),
            *(f"✖ {by_path[path].name} stays: {why}" for path, why in refused.items()),
        )
