"""What nodes' own engines told somebody who looked: a disk that is nearly full, an image that has yet to be pulled."""

from __future__ import annotations

from collections.abc import Iterator

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis import remedies
from swarmtui.swarm.diagnosis.finding import Severity
from swarmtui.swarm.diagnosis.rule import Found, NodeScene, node_rule
from swarmtui.swarm.nodes.node_evidence import DISK_COUNTS, IMAGES_COUNT, NEARLY_FULL
from swarmtui.swarm.nodes.stored import StoredImage, is_there
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.constraints import eligible_nodes
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.syntax.image import short_image
from swarmtui.swarm.tasks.states import holds_a_place
from swarmtui.swarm.units import age, rough_size

__all__ = ["disk_nearly_full", "image_missing"]

FULL = 0.97
"""The share of a disk from which on it is urgent."""
MOST_LINES = 8


@node_rule("disk-nearly-full", Severity.WARNING, "The disk of a node that was looked at is more than nine tenths full.")
def disk_nearly_full(scene: NodeScene) -> Iterator[Found]:
    told = scene.memory.nodes.get(scene.node.id)
    if told is None or told.room is None or told.room.used < NEARLY_FULL or scene.now > told.at + DISK_COUNTS:
        return
    room = told.room
    free = sum(each.reclaimable for each in told.uses)
    uses = [
        f"{counted(each.number, each.word, 'build cache entries' if each.word.endswith('entry') else '')}:"
        f" {rough_size(each.size)}, {rough_size(each.reclaimable)} of it reclaimable"
        for each in told.uses
        if each.number
    ]
    full = room.used >= FULL
    yield Found(
        summary=f"disk {'full' if full else 'nearly full'}: {rough_size(room.free)} of {rough_size(room.size)} free",
        evidence=(
            f"{scene.node.name} told so {age(scene.now - told.at)} ago: the disk that holds Docker's root directory",
            *uses,
        ),
        cause=f"Pulls and writes fail when it is full. Docker could give back {rough_size(free)}."
        if free
        else "Pulls and writes fail when it is full.",
        remedies=(remedies.prune(scene.node), remedies.inspect(scene.subject)),
        since=told.at,
        until=told.at + DISK_COUNTS,
        severity=Severity.CRITICAL if full else None,
    )


@node_rule(
    "image-missing", Severity.NOTE, "A node that was looked at has yet to pull the image that a service is updated to."
)
def image_missing(scene: NodeScene) -> Iterator[Found]:
    """Most nodes lack most images, and that is well: it is told only where a task is about to need one."""
    told, node = scene.memory.nodes.get(scene.node.id), scene.node
    if told is None or told.images is None or scene.now > told.at + IMAGES_COUNT:
        return
    missing = [each for each in scene.cluster.services.values() if _is_needed(scene.cluster, each, node, told.images)]
    if not missing:
        return
    images = sorted({short_image(each.image) for each in missing})
    yield Found(
        summary=f"has yet to pull {images[0] if len(images) == 1 else counted(len(images), 'image')}",
        evidence=(
            *(f"{short_image(each.image)} for {each.name}" for each in missing[:MOST_LINES]),
            *([f"and {len(missing) - MOST_LINES} more"] if len(missing) > MOST_LINES else []),
            f"{node.name} told so {age(scene.now - told.at)} ago",
        ),
        cause="An update that comes to this node waits for the pull, and fails if the registry cannot be reached.",
        remedies=(remedies.inspect(scene.subject),),
        since=told.at,
        until=told.at + IMAGES_COUNT,
    )


def _is_needed(cluster: Cluster, service: Service, node: Node, images: tuple[StoredImage, ...]) -> bool:
    """Whether a service is between two images, and its new one is not on a node that may run it."""
    if not service.image or not _changes_image(cluster, service) or is_there(service.image, images):
        return False
    return any(each.id == node.id for each in eligible_nodes(cluster, service))


def _changes_image(cluster: Cluster, service: Service) -> bool:
    tasks = cluster.tasks_of(service.id) or ()
    return any(holds_a_place(each) and each.image and each.image != service.image for each in tasks)
