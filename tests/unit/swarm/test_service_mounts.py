"""The mounts of a service: what of their data stays where, and what the swarm must have for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from swarmtui.swarm.describe.masking import MASK
from swarmtui.swarm.objects.engine import EngineInfo
from swarmtui.swarm.objects.service import ServiceSpec
from swarmtui.swarm.services.container.mounts import SetMounts
from swarmtui.swarm.services.create import CreateService
from swarmtui.swarm.services.create_form import ServiceForm
from swarmtui.swarm.services.restarts import as_it_will_be
from tests.unit.swarm.builders import cluster, node, replicas_on, service
from tests.unit.swarm.examples.services import RAW, raw_service
from tests.unit.swarm.reading import refusal

NODES = [node("a", manager=True), node("b"), node("c")]


def with_mounts(*mounts: dict[str, Any]) -> dict[str, Any]:
    template = RAW["Spec"]["TaskTemplate"]
    container = {**template["ContainerSpec"], "Mounts": list(mounts)}
    return raw_service(TaskTemplate={**template, "ContainerSpec": container})


DATA = with_mounts({"Type": "volume", "Source": "data", "Target": "/d"})


def said(raw: dict[str, Any], *lines: str, version: str = "28.5.2") -> str:
    web = as_it_will_be(service("web", 2), raw["Spec"])
    assert isinstance(web.spec, ServiceSpec)
    snapshot = replace(cluster(NODES, [web], replicas_on("web", "b", "c")), info=EngineInfo(server_version=version))
    return "\n".join(each.text for each in SetMounts.of(raw, lines).impact(snapshot).consequences)


@pytest.mark.parametrize(
    ("raw", "lines", "words"),
    [
        (RAW, ["data:/d"], "Each node has its own volume data: the data does not move with a task."),
        (RAW, ["target=/d"], "/d has no volume's name: each new task begins with an empty one."),
        (RAW, ["/srv:/srv"], "/srv must exist on every node that a task may run on"),
        (RAW, ["/srv:/srv"], "What a task writes to /srv does not move with it."),
        (DATA, [], "The data of data stays on b and c: tasks no longer see it."),
        (DATA, ["other:/d"], "The data of data stays on b and c: tasks no longer see it."),
        (RAW, [r"type=npipe,source=\\.\pipe\a,target=\\.\pipe\a"], "no node runs Windows"),
        (RAW, ["type=cluster,source=fast,target=/d"], "No node has a CSI plugin"),
    ],
)
def test_what_a_mount_means_is_said(raw: dict[str, Any], lines: list[str], words: str) -> None:
    assert words in said(raw, *lines)


def test_an_engine_without_cluster_volumes_is_named() -> None:
    words = "This manager's Docker 20.10.24 has no cluster volumes (since 23.0): it will refuse this."
    assert words in said(RAW, "type=cluster,source=fast,target=/d", version="20.10.24")


def test_a_new_service_is_told_the_same() -> None:
    old = replace(cluster(NODES), info=EngineInfo(server_version="20.10.24"))
    mounts = "type=cluster,source=fast,target=/d\ntype=npipe,source=//./pipe/a,target=//./pipe/a"
    action = CreateService.of(ServiceForm(image="nginx:1", name="shop", mounts=mounts), old)
    text = "\n".join(each.text for each in action.impact(old).consequences)
    assert "This manager's Docker 20.10.24 has no cluster volumes" in text
    assert "no node runs Windows" in text
    spec = action.body()["TaskTemplate"]["ContainerSpec"]["Mounts"]
    assert [each["Type"] for each in spec] == ["cluster", "npipe"]


def test_only_data_that_is_there_already_stays_behind() -> None:
    assert "stays on b and c; elsewhere" not in said(RAW, "data:/d")
    both = said(DATA, "data:/d", "more:/e")
    assert "its volume data stays on b and c; elsewhere it starts empty" in both
    assert "Each node has its own volume more" in both


def test_the_same_volume_at_another_place_leaves_no_data_behind() -> None:
    text = said(DATA, "data:/elsewhere")
    assert "no longer see" not in text
    assert "does not move" not in text


def test_a_mount_replaces_the_one_at_its_target() -> None:
    action = SetMounts.of(DATA, ["/srv:/d:ro", "type=tmpfs,target=/t"])
    assert action.new == [
        {"Type": "bind", "Source": "/srv", "Target": "/d", "ReadOnly": True},
        {"Type": "tmpfs", "Target": "/t"},
    ]
    assert action.docker_command == (
        "docker service update --mount-add type=bind,source=/srv,target=/d,readonly=true"
        " --mount-add type=tmpfs,target=/t web"
    )
    assert SetMounts.of(DATA, []).docker_command == "docker service update --mount-rm /d web"
    assert refusal(SetMounts, ["a1:/d", "b1:/d"]) == "/d is listed twice."


def test_a_password_of_a_volumes_driver_is_shown_nowhere() -> None:
    line = "source=cifs,target=/d,volume-opt=type=cifs,volume-opt=o=username=u;password=hunter2"
    action = SetMounts.of(RAW, [line])
    assert "hunter2" not in f"{action.docker_command} {action.wanted} {action!r}"
    assert MASK in action.docker_command
    assert "hunter2" in action.whole_command
    assert "hunter2" not in SetMounts.beginning(SetMounts.check(line))
