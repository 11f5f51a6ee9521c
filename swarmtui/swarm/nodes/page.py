"""A node's page: what its own engine tells, below what the swarm knows of the node. The slowest question comes last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.document import Fact, Section, fact, facts, section
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.describe.node_side import ROOM, Answers, NodeSide, Question
from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.nodes.node_evidence import NEARLY_FULL, DiskRoom
from swarmtui.swarm.nodes.stored import (
    StoredContainer,
    containers_in,
    disk_use,
    forgotten,
    images_in,
    is_there,
    services_that_name,
    volumes_in,
)
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.constraints import eligible_nodes
from swarmtui.swarm.short_text import counted, listed
from swarmtui.swarm.syntax.image import short_image
from swarmtui.swarm.units import rough_size

__all__ = ["NODE_SIDE"]

MOST = 40
"""Lines of one section."""


def _node_of(raw: Raw, cluster: Cluster) -> Node | None:
    return cluster.nodes.get(raw.text("ID"))


def _questions(raw: Raw, cluster: Cluster) -> tuple[Question, ...]:
    name = cluster.node_name(raw.text("ID"))
    return (
        Question("info", "/info"),
        Question("containers", "/containers/json", {"all": "1"}),
        Question("images", "/images/json"),
        Question("volumes", "/volumes"),
        Question(ROOM, "", may_fail=True),
        Question("df", "/system/df", slow=True, doing=f"measuring the disk use of {name}, which may take minutes"),
    )


def _describe(raw: Raw, answers: Answers, scene: Scene) -> tuple[Section, ...]:
    del raw
    name = answers.node.name
    info, images = answers.raw("info"), answers.raw("images")
    room = DiskRoom.of(answers.raw(ROOM))
    containers, volumes, df = answers.raw("containers"), answers.raw("volumes"), answers.raw("df")
    known = containers_in(containers) if containers is not None else ()
    sizes = df.at("Volumes") if df is not None else None
    lists = (volumes.at("Volumes") if volumes is not None else None) if sizes is None else sizes
    return (
        *(section(f"Docker on {name}", _docker(info, room)) if info is not None else ()),
        *(section(f"Disk use on {name}", _disk(df)) if df is not None else ()),
        *(_images(images, answers.node, scene.cluster) if images is not None else ()),
        *(_containers(known, name, scene.cluster) if containers is not None else ()),
        *(section(f"Volumes on {name}", _volumes(lists, known, scene.cluster)) if lists is not None else ()),
        *section(f"Not told by {name}", [Fact(key, why, "warn") for key, why in answers.refused.items()]),
        *answers.state(f"{name}'s own engine"),
    )


def _docker(info: Raw, room: DiskRoom | None) -> tuple[Fact, ...]:
    backing = next((each.texts()[1] for each in info.each("DriverStatus") if _is_backing(each.texts())), "")
    driver, all_of_them = info.text("Driver"), info.number("Containers")
    running = info.number("ContainersRunning")
    return facts(
        fact("root directory", info.text("DockerRootDir")),
        _room(room),
        fact("storage driver", f"{driver} on {backing}" if driver and backing else driver),
        fact("system", ", ".join(part for part in (info.text("OperatingSystem"), info.text("KernelVersion")) if part)),
        fact("containers", f"{all_of_them:g}, {running or 0:g} running" if all_of_them is not None else ""),
        *(fact("warning", " ".join(each.removeprefix("WARNING:").split()), "warn") for each in info.texts("Warnings")),
    )


def _room(room: DiskRoom | None) -> tuple[Fact, ...]:
    if room is None:
        return ()
    words = f"{rough_size(room.free)} of {rough_size(room.size)} free, {room.used:.0%} used"
    return fact("its disk", words, "warn" if room.used >= NEARLY_FULL else "")


def _is_backing(pair: list[str]) -> bool:
    return len(pair) == 2 and pair[0] == "Backing Filesystem"


def _disk(df: Raw) -> Iterator[Fact]:
    for each in disk_use(df):
        plural = "build cache entries" if each.word.endswith("entry") else ""
        label = {"build cache entry": "build cache"}.get(each.word, f"{each.word}s")
        what = f"{rough_size(each.size)} in {counted(each.number, each.word, plural)}"
        free = f", {rough_size(each.reclaimable)} reclaimable" if each.reclaimable else ""
        yield Fact(label, what + free if each.number else "none", "" if each.number else "dim")


# ------------------------------------------------------------------------------------------------ images


def _images(raw: Raw, node: Node, cluster: Cluster) -> tuple[Section, ...]:
    """How many there are, and which of the services' are missing: their tasks would have to pull them here first."""
    images = images_in(raw)
    untagged = sum(1 for each in images if not each.tags)
    may_run = [each for each in cluster.services.values() if each.image and _takes(cluster, each, node)]
    missing: dict[str, list[str]] = {}
    for service in may_run:
        if not is_there(service.image, images):
            missing.setdefault(short_image(service.image), []).append(service.name)
    there = len({short_image(each.image) for each in may_run} - missing.keys())
    total = counted(len(images), "image") + (f", {untagged} without a tag" if untagged else "")
    return section(
        f"Images on {node.name}",
        fact("there", total),
        fact("of services", f"{there} of {there + len(missing)} that may run here" if may_run else ""),
        _cut(Fact("missing", f"{image}  for {listed(of)}") for image, of in sorted(missing.items())),
    )


def _takes(cluster: Cluster, service: Service, node: Node) -> bool:
    return any(each.id == node.id for each in eligible_nodes(cluster, service))


# ------------------------------------------------------------------------------------------------ containers, volumes


def _containers(known: tuple[StoredContainer, ...], name: str, cluster: Cluster) -> tuple[Section, ...]:
    strangers = [each for each in known if not each.task_id]
    return (
        *section(f"Containers on {name} that are no task's", _cut(_of_containers(strangers)) or [_none()]),
        *section(f"Containers of forgotten tasks on {name}", _cut(_of_containers(forgotten(known, cluster)))),
    )


def _of_containers(containers: Iterable[StoredContainer]) -> Iterator[Fact]:
    for each in containers:
        yield Fact(each.name, f"{each.status or each.state}  {each.image}", "" if each.state == "running" else "dim")


def _volumes(raw: Raw, containers: tuple[StoredContainer, ...], cluster: Cluster) -> list[Fact]:
    users: dict[str, set[str]] = {}
    for container in containers:
        for name, where in container.mounts:
            users.setdefault(name, set()).add(f"{container.name} ({where})")
    found = []
    for volume in volumes_in(raw):
        by = users.get(volume.name, set())
        wanted = [] if by else services_that_name(volume.name, cluster)
        size = f"{rough_size(volume.size)}  " if volume.size is not None else ""
        if by:
            said, tone = f"used by {listed(by)}", ""
        elif wanted:
            said, tone = f"used by no container here; {listed(wanted)} mounts it where its tasks run", "warn"
        else:
            said, tone = "used by no container", "dim"
        driver = f"; driver {volume.driver}" if volume.driver not in ("", "local") else ""
        found.append(Fact(volume.short, f"{size}{said}{driver}", tone))
    return _cut(found) or [_none()]


def _cut(lines: Iterable[Fact]) -> list[Fact]:
    found = list(lines)
    more = [Fact("…", f"and {len(found) - MOST} more", "dim")] if len(found) > MOST else []
    return [*found[:MOST], *more]


def _none() -> Fact:
    return Fact("", "none", "dim")


NODE_SIDE = NodeSide(_node_of, _questions, _describe)
"""What a node's own engine is asked about what lies on it."""
