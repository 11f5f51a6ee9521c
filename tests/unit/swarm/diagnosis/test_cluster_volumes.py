"""Tasks that wait for a cluster volume: what is said of each way in which a node cannot mount it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec import structs

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.cluster_volume import CSIPlugin, Topology, VolumeAttachment, decode_cluster_volumes
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.task_template import Mount
from tests.unit.swarm.builders import cluster, node, service, task

from .finding_of import finding_of, rules_on


def volume(name: str = "data", *, made: bool = True, availability: str = "active", **mode: str) -> dict[str, Any]:
    """A cluster volume as the engine lists it; as many tasks as want may write it, on all nodes."""
    access = {"Scope": "multi", "Sharing": "all", **mode}
    spec = {"Group": "", "AccessMode": access, "Availability": availability}
    info = {"Info": {"VolumeID": "vol-1", "AccessibleTopology": None}} if made else {}
    return {"Name": name, "Driver": "nfs", "ClusterVolume": {"ID": f"id-{name}", "Spec": spec, **info}}


def reachable_from(of: dict[str, Any], **segments: str) -> dict[str, Any]:
    of["ClusterVolume"]["Info"]["AccessibleTopology"] = [{"Segments": segments}]
    return of


def in_group(of: dict[str, Any], group: str) -> dict[str, Any]:
    of["ClusterVolume"]["Spec"]["Group"] = group
    return of


def placed(of: Node, **segments: str) -> Node:
    plugin = CSIPlugin("nfs", Topology(segments))
    return structs.replace(of, description=structs.replace(of.description, csi_info=(plugin,)))


def holding(of: Task, volume_id: str = "id-data") -> Task:
    return structs.replace(of, volumes=(VolumeAttachment(volume_id, "data", "/data"),))


def waiting(
    *volumes: dict[str, Any], source: str = "data", tasks: tuple[Task, ...] = (), nodes: tuple[Node, ...] = ()
) -> Cluster:
    """web mounts the volume, and its last task has waited for two minutes."""
    web = service("web", len(tasks) + 1, status=(len(tasks), len(tasks) + 1))
    template = web.spec.task_template
    assert template.container_spec is not None
    container = structs.replace(template.container_spec, mounts=(Mount("cluster", source, "/data"),))
    spec = structs.replace(web.spec, task_template=structs.replace(template, container_spec=container))
    waits = task("web", 9, state="pending", created=120)
    snapshot = cluster(nodes or (node("wrk1"), node("wrk2")), [structs.replace(web, spec=spec)], [*tasks, waits])
    return snapshot.with_volumes(decode_cluster_volumes(msgspec.json.encode({"Volumes": volumes})))


RUNNING = (holding(task("web", 1, "wrk1")),)


@pytest.mark.parametrize(
    ("snapshot", "words"),
    [
        (waiting(), "there is no cluster volume data"),
        (waiting(volume(made=False)), "cluster volume data is not created yet by its plugin nfs"),
        (waiting(volume(availability="pause")), "cluster volume data is paused"),
        (waiting(volume(availability="drain")), "cluster volume data is drained"),
        (waiting(volume(Sharing="readonly")), "cluster volume data can only be mounted read-only"),
        (
            waiting(volume(Sharing="none"), tasks=RUNNING),
            "cluster volume data serves one task at a time, and is in use: web.1 on wrk1",
        ),
        (
            waiting(volume(Sharing="onewriter"), tasks=RUNNING),
            "cluster volume data takes one writer, and has one: web.1 on wrk1",
        ),
        (
            waiting(volume(Scope="single"), tasks=RUNNING, nodes=(node("wrk1", availability="drain"), node("wrk2"))),
            "cluster volume data works on one node at a time, and is in use: web.1 on wrk1 (on wrk2); wrk1 is drained",
        ),
        (
            waiting(
                reachable_from(volume(), zone="a"),
                nodes=(placed(node("wrk1"), zone="b"), placed(node("wrk2"), zone="c")),
            ),
            "cluster volume data is only reachable from zone=a",
        ),
        (waiting(source="group:fast"), "no cluster volume is in the group fast"),
        (
            waiting(
                in_group(volume("a", availability="pause"), "g"),
                in_group(volume("b", made=False), "g"),
                source="group:g",
            ),
            "none of the 2 cluster volumes of the group g is free: a is paused",
        ),
    ],
)
def test_what_keeps_a_volume_from_being_mounted(snapshot: Cluster, words: str) -> None:
    found = finding_of("pending", snapshot)
    assert found.summary == f"1 task pending: {words}"
    assert "docker volume inspect" in found.cause


@pytest.mark.parametrize(
    "snapshot",
    [
        waiting(volume(), tasks=RUNNING),
        waiting(volume(Scope="single"), tasks=RUNNING),
        waiting(
            reachable_from(volume(), zone="a"), nodes=(placed(node("wrk1"), zone="a"), placed(node("wrk2"), zone="b"))
        ),
        waiting(reachable_from(volume(), zone="a"), nodes=(node("wrk1"),)),
        waiting(in_group(volume("a", availability="pause"), "g"), in_group(volume("b"), "g"), source="group:g"),
    ],
)
def test_where_a_node_can_mount_it_nothing_is_said_of_volumes(snapshot: Cluster) -> None:
    assert "pending" in rules_on(snapshot), "it has waited for two minutes all the same"
    assert "volume" not in finding_of("pending", snapshot).summary


def test_where_the_volumes_are_not_known_that_is_said() -> None:
    snapshot = waiting(volume(), tasks=RUNNING)
    waits = next(each for each in snapshot.all_tasks() if each.status.state == "pending")
    said = structs.replace(waits, status=structs.replace(waits.status, err="no suitable node (cannot fulfill …)"))
    unknown = cluster(snapshot.nodes.values(), snapshot.services.values(), [said])
    assert "does not see this swarm's cluster volumes" in finding_of("pending", unknown).cause
