"""Whatever is in a body, it is answered: with no word of Python's, and nothing breaks."""

from __future__ import annotations

import contextlib
import logging

import aiohttp
import pytest

from tests.lab.bodies.chance import Chance

from .conftest import IMAGE, Served

SPEC: dict[str, object] = {"TaskTemplate": {"ContainerSpec": {"Image": IMAGE}}}
CALLS: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("/services/create", "swarm.ServiceSpec", SPEC),
    ("/services/base/update?version={base}", "swarm.ServiceSpec", {**SPEC, "Name": "base"}),
    ("/secrets/create", "swarm.SecretSpec", {"Data": "QUJD"}),
    ("/configs/create", "swarm.ConfigSpec", {"Data": "QUJD"}),
    ("/networks/create", "types.NetworkCreateRequest", {}),
    ("/volumes/create", "volume.VolumeCreateBody", {}),
    ("/nodes/n5/update?version={node}", "swarm.NodeSpec", {}),
    ("/swarm/update?version={swarm}", "swarm.Spec", {}),
    ("/swarm/join", "swarm.JoinRequest", {}),
    ("/swarm/init", "swarm.InitRequest", {}),
    ("/swarm/unlock", "swarm.UnlockRequest", {}),
    ("/networks/ingress/connect", "types.NetworkConnect", {}),
    ("/networks/ingress/disconnect", "types.NetworkDisconnect", {}),
    ("/containers/{container}/exec", "types.ExecConfig", {}),
    ("/auth", "types.AuthConfig", {}),
)
EACH = 20


async def test_every_body_is_answered(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    await served.service("base", 1)
    container, node = await served.container("base")
    for path, type, base in CALLS:
        for number in range(EACH):
            values = {
                "base": (await served.get("/services/base"))["Version"]["Index"],
                "node": (await served.get("/nodes/n5"))["Version"]["Index"],
                "swarm": (await served.get("/swarm"))["Version"]["Index"],
                "container": container,
            }
            body = Chance(number, type, base, (0.02, 0.15)[number % 2]).body().replace("{image}", IMAGE)
            with contextlib.suppress(aiohttp.ServerDisconnectedError):
                asked = node if "{container}" in path else "n1"
                await served.ask("POST", path.format(**values), body, node=asked)
            broken = [f"{each.getMessage()}: {body}" for each in caplog.records if each.levelno >= logging.ERROR]
            assert not broken
        served.cluster.advance(5)
    assert await served.get("/services")
