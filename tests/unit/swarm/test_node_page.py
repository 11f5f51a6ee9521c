"""A node's page, and what of a node could be pruned: from the answers of its engine, as measured on engine 20.10."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Severity
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.describe.node_side import Answers
from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.nodes.page import NODE_SIDE
from swarmtui.swarm.nodes.prune import PruneNode, found_on
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task_template import Mount
from tests.unit.swarm.builders import NOW, cluster, node, service, task

MIB = 1 << 20
DIGEST = f"sha256:{'d' * 64}"
RUNNING = task("web", 1, "wrk2", id="thetask")
LABELS = {"com.docker.swarm.task.id": "thetask", "com.docker.swarm.task.name": "web.1.thetask"}
FORGOTTEN = {"com.docker.swarm.task.id": "old", "com.docker.swarm.task.name": "shop.7.old"}


def container(name: str, state: str, labels: dict[str, str], **more: Any) -> dict[str, Any]:
    return {
        "Id": name.ljust(64, "0"),
        "Names": [f"/{name}"],
        "Image": "busybox:1",
        "State": state,
        "Status": f"{state} for 2 days",
        "Labels": labels,
        "SizeRootFs": 1,
        **more,
    }


CONTAINERS = [
    container("a1", "running", LABELS, Mounts=[{"Type": "volume", "Name": "data", "Destination": "/data"}]),
    container("stray", "running", {}),
    container("b2", "exited", FORGOTTEN, SizeRw=5 * MIB),
    container("c3", "running", FORGOTTEN),
]
IMAGES: list[dict[str, Any]] = [
    {"Id": "sha256:" + "1" * 64, "RepoTags": ["nginx:1.27"], "RepoDigests": [], "Size": 100 * MIB},
    {"Id": "sha256:" + "2" * 64, "RepoTags": None, "RepoDigests": [f"shop/api@{DIGEST}"], "Size": 50 * MIB},
    {"Id": "sha256:" + "3" * 64, "RepoTags": ["<none>:<none>"], "RepoDigests": ["<none>@<none>"], "Size": 40 * MIB},
    {"Id": "sha256:" + "4" * 64, "RepoTags": ["<none>:<none>"], "RepoDigests": ["<none>@<none>"], "Size": 30 * MIB},
]
USED = (1, 0, 0, 2)
DF = {
    "LayersSize": 200 * MIB,
    "Images": [{**image, "Containers": used, "SharedSize": 10 * MIB} for image, used in zip(IMAGES, USED, strict=True)],
    "Containers": CONTAINERS,
    "Volumes": [
        {"Name": "data", "Driver": "local", "UsageData": {"RefCount": 1, "Size": 7 * MIB}},
        {"Name": "backup", "Driver": "local", "UsageData": {"RefCount": 0, "Size": 3 << 30}},
        {"Name": "pgdata", "Driver": "local", "UsageData": {"RefCount": 0, "Size": MIB}},
        {"Name": "e" * 64, "Driver": "local", "UsageData": {"RefCount": 0, "Size": -1}},
        {"Name": "uncounted", "Driver": "nfs", "UsageData": {"RefCount": -1, "Size": -1}},
    ],
    "BuildCache": [{"Size": 9 * MIB, "InUse": False, "Shared": False}, {"Size": MIB, "InUse": True, "Shared": False}],
}
INFO = {
    "DockerRootDir": "/srv/docker",
    "Driver": "overlay2",
    "DriverStatus": [["Backing Filesystem", "extfs"], ["Supports d_type", "true"]],
    "Containers": 4,
    "ContainersRunning": 3,
    "Warnings": ["WARNING: No swap limit support"],
}


def with_volume(of: Service, name: str) -> Service:
    template = of.spec.task_template
    box = msgspec.structs.replace(template.container_spec, mounts=(Mount("volume", name, "/data"),))  # type: ignore[type-var]
    template = msgspec.structs.replace(template, container_spec=box)
    return msgspec.structs.replace(of, spec=msgspec.structs.replace(of.spec, task_template=template))


def swarm() -> Cluster:
    return cluster(
        [node("mgr1", leader=True), node("wrk2")],
        [
            service("web", 1),
            service("api", 1, image=f"shop/api:2@{DIGEST}"),
            with_volume(service("db", 1, image="postgres:17"), "pgdata"),
        ],
        [RUNNING],
    )


def page(answers: Answers) -> dict[str, list[str]]:
    sections = NODE_SIDE.describe(Raw({"ID": "node-wrk2"}), answers, Scene(swarm(), NOW))
    return {each.title: [f"{fact.label}: {fact.value}" for fact in each.facts] for each in sections}


WHOLE = Answers(
    node("wrk2"),
    {"info": INFO, "containers": CONTAINERS, "images": IMAGES, "volumes": {"Volumes": DF["Volumes"]}, "df": DF},
)


def test_how_much_room_is_on_its_disk() -> None:
    known = WHOLE.with_answer("room", {"Root": "/srv/docker", "Size": 80 << 30, "Free": 6 << 30})
    assert "its disk: 6 GiB of 80 GiB free, 92% used" in page(known)["Docker on wrk2"]


def test_what_its_engine_tells() -> None:
    said = page(WHOLE)
    assert said["Docker on wrk2"] == [
        "root directory: /srv/docker",
        "storage driver: overlay2 on extfs",
        "containers: 4, 3 running",
        "warning: No swap limit support",
    ]
    assert said["Disk use on wrk2"] == [
        "images: 200 MiB in 4 images, 90 MiB reclaimable",
        "containers: 5 MiB in 4 containers, 5 MiB reclaimable",
        "volumes: 3 GiB in 5 volumes, 3 GiB reclaimable",
        "build cache: 10 MiB in 2 build cache entries, 9 MiB reclaimable",
    ]
    assert said["Images on wrk2"] == [
        "there: 4 images, 3 without a tag",
        "of services: 2 of 3 that may run here",
        "missing: postgres:17  for db",
    ]
    assert said["Containers on wrk2 that are no task's"] == ["stray: running for 2 days  busybox:1"]
    assert said["Containers of forgotten tasks on wrk2"] == [
        "shop.7: exited for 2 days  busybox:1",
        "shop.7: running for 2 days  busybox:1",
    ]
    assert said["Volumes on wrk2"] == [
        "data: 7 MiB  used by web.1 (/data)",
        "backup: 3 GiB  used by no container",
        "pgdata: 1 MiB  used by no container here; db mounts it where its tasks run",
        "eeeeeeeeeeee: used by no container",
        "uncounted: used by no container; driver nfs",
    ]


def test_it_comes_piece_by_piece() -> None:
    asked = [each.name for each in NODE_SIDE.questions(Raw({"ID": "node-wrk2"}), swarm())]
    assert asked[-1] == "df", "the slow one comes last"
    partly = Answers(node("wrk2"), {"info": INFO}, doing="measuring")
    assert list(page(partly)) == ["Docker on wrk2", "wrk2's own engine"]
    refused = WHOLE.with_refusal("df", "The proxy says no.")
    assert page(refused)["Not told by wrk2"] == ["df: The proxy says no."]


@pytest.mark.parametrize("raw", [None, [], "x", {}, [None], {"Volumes": "x", "Images": [3]}])
def test_any_answer_is_described(raw: Any) -> None:
    page(Answers(node("wrk2"), dict.fromkeys(WHOLE.came, raw)))
    found_on(raw, swarm())


def prune(sort: str) -> PruneNode:
    return PruneNode.of(node("wrk2"), sort, found_on(DF, swarm())[sort])


def test_only_what_nothing_uses_and_nobody_names_goes() -> None:
    images = prune("images")
    assert [each.text for each in images.doomed] == ["333333333333, 30 MiB"], "by its own layers alone"
    assert images.kept == ("1 image without a tag that services name by digest: kept.",)
    assert images.paths == ("/images/sha256:" + "3" * 64,)
    assert images.docker_command == "docker image rm 333333333333  # on wrk2"
    containers = prune("containers")
    assert containers.paths == (f"/containers/{'b2'.ljust(64, '0')}",), "neither what runs nor what the swarm knows"
    volumes = prune("volumes")
    assert [each.id for each in volumes.doomed] == ["backup", "e" * 64]
    assert volumes.kept == ("pgdata is kept: db mounts it.",)


@pytest.mark.parametrize(
    "source", ["{{.Node.Hostname}}-data", "data-{{.Task.Slot}}", "{{.Service.Name}}{{.Task.Slot}}"]
)
def test_a_volume_that_a_template_may_name_stays(source: str) -> None:
    cluster_of = cluster([node("wrk2")], [with_volume(service("db", 1), source)], [])
    names = ("wrk2-data", "data-3", "other-1")
    df = {"Volumes": [{"Name": name, "UsageData": {"RefCount": 0, "Size": 5}} for name in names]}
    found = found_on(df, cluster_of)["volumes"]
    may_be = {"{{.Node.Hostname}}-data": {"wrk2-data"}, "data-{{.Task.Slot}}": {"data-3"}}.get(source, set(names))
    assert {each.name for each in found.doomed} == set(names) - may_be


def test_all_that_goes_is_shown_before_and_volumes_want_a_name_typed() -> None:
    impact = prune("volumes").impact(swarm())
    said = [each.text for each in impact.consequences]
    assert said[0] == "The data in these volumes is lost for good. There is no undo."
    assert said[1:] == ["Reclaims 3 GiB:", "backup, 3 GiB", "eeeeeeeeeeee", "pgdata is kept: db mounts it."]
    assert impact.type_to_confirm == "wrk2"
    assert impact.severity is Severity.DANGER
    assert prune("images").impact(swarm()).type_to_confirm == ""


def test_what_became_of_it_is_told() -> None:
    action = prune("volumes")
    assert action.told_of({"/volumes/backup": "volume is in use"}) == (
        "1 unused volume removed from wrk2: 0 B reclaimed.",
        "✔ eeeeeeeeeeee",
        "✖ backup stays: volume is in use",
    )


def test_where_nothing_can_go() -> None:
    with pytest.raises(NotPossible, match="There are no dangling images on wrk2"):
        PruneNode.of(node("wrk2"), "images", found_on({}, swarm())["images"])
    refused = swarm().with_refusal(Kind.SERVICE, "no")
    with pytest.raises(NotPossible, match="What services need is unknown"):
        PruneNode.of(node("wrk2"), "volumes", found_on(DF, refused)["volumes"])
    unknown = Cluster()
    with pytest.raises(NotPossible, match="Not all tasks"):
        PruneNode.of(node("wrk2"), "containers", found_on(DF, unknown)["containers"])
