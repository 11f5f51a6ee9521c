"""What is told of a service's mounts and networks that have become others."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from swarmtui.swarm.objects.service import ServiceSpec
from swarmtui.swarm.timeline.parts import service_parts
from tests.unit.swarm.builders import cluster
from tests.unit.swarm.shared_builders import network, with_shared

SWARM = with_shared(cluster(), [network("front")])


def spec(*, mount: dict[str, Any] | None = None, networks: list[dict[str, Any]] | None = None) -> ServiceSpec:
    mounts = [{"Type": "bind", "Source": "/srv", "Target": "/srv", **mount}] if mount is not None else []
    template = {"ContainerSpec": {"Image": "x", "Mounts": mounts}, "Networks": networks or []}
    return msgspec.convert({"Name": "web", "TaskTemplate": template}, ServiceSpec)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (spec(), spec(mount={}), "mount /srv:/srv added"),
        (spec(mount={}), spec(mount={"ReadOnly": True}), "mount options changed"),
        (spec(mount={}), spec(mount={"BindOptions": {"Propagation": "rshared"}}), "mount options changed"),
        (spec(mount={}), spec(mount={"TmpfsOptions": {"SizeBytes": 9, "Mode": 7}}), "mount options changed"),
        (spec(mount={}), spec(mount={"VolumeOptions": {"NoCopy": True}}), "mount options changed"),
        (spec(), spec(networks=[{"Target": "network-front", "Aliases": ["www"]}]), "network front added"),
        (
            spec(networks=[{"Target": "network-front", "Aliases": ["www"]}]),
            spec(networks=[{"Target": "network-front", "Aliases": ["shop", "www"]}]),
            "alias on front changed from www to shop and www",
        ),
    ],
)
def test_a_change_is_one_sentence(before: ServiceSpec, after: ServiceSpec, told: str) -> None:
    assert [part.text for part in service_parts(before, after, SWARM)] == [told]
