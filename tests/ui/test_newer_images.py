"""Which services have a newer image behind their tag: asked for, shown, found, and updated one after another."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from swarmtui.swarm.images.answer import ImageAnswer
from swarmtui.swarm.images.tag_list import TagList
from tests.ui.driving import open_on, running
from tests.ui.scripted import ScriptedSession
from tests.ui.simulated import SimulatedSwarm
from tests.ui.test_layout import SMALL
from tests.unit.swarm.builders import cluster, managers, service
from tests.unit.swarm.examples.services import RAW

DIGEST = "sha256:" + "ab" * 32
SERVICES = {"old": f"nginx:1.27@{DIGEST}", "web": f"nginx:1.29@{DIGEST}", "api": f"shop/api:2@{DIGEST}"}
IMAGES = {"web": "shop/web:1", "api": "shop/api:2"}


def pinned(swarm: SimulatedSwarm, image: str) -> str:
    return f"{image}@{swarm.images.digest(image)}"


def pin(spec: dict[str, Any], image: str) -> None:
    spec["TaskTemplate"]["ContainerSpec"]["Image"] = image


@pytest.fixture
def rolling(swarm: SimulatedSwarm) -> SimulatedSwarm:
    """Two pinned services whose tags will be moved."""
    for name, image in IMAGES.items():
        swarm.change_service(name, partial(pin, image=pinned(swarm, image)))
    swarm.wait(lambda: swarm.running("web") and swarm.running("api"), "both run")
    return swarm


def image_of(swarm: SimulatedSwarm, name: str) -> str:
    image: str = swarm.service(name)["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"]
    return image


async def test_a_tag_that_moved_is_found_on_request_and_updated(rolling: SimulatedSwarm, crash_log: Path) -> None:
    async with open_on(rolling.url, crash_log, size=(160, 50)) as program:
        await program.on_row("2", "web")
        assert not rolling.asked("GET /distribution")
        rolling.images.push("shop/web:1")
        rolling.images.push("shop/api:2")
        await program.press("B")
        await program.read("3 images asked. Not pinned to a digest, so nobody can tell: agent.")
        await program.see(r"\[ \] api +shop/api:2")
        await program.see(r"\[ \] web +shop/web:1")
        await program.press("a")
        await program.read("Update api to the newer shop/api:2")
        await program.read("docker service update --image shop/web:1 web")
        await program.press("enter")
        await program.see("▸ Update 2 services ◂")
        await program.press("escape")
        await program.see("BEHIND TAG")
        await program.see(r"web .*shop/web:1 +newer")
        await program.see(r"agent .* not pinned")
        await program.press("exclamation_mark")
        await program.see("newer image behind shop/web:1")

        await program.press("2", "B")
        await program.see(r"\[ \] api +shop/api:2")
        await program.see(r"\[ \] web +shop/web:1")
        await program.press("a", "enter")
        await program.see("▸ Update 2 services ◂")
        await program.press("enter")
        newest = {name: pinned(rolling, image) for name, image in IMAGES.items()}
        await program.until(lambda: {name: image_of(rolling, name) for name in IMAGES} == newest, "both are updated")
        await program.see("✔ Update to newer images")
        await program.see(r"web .*shop/web:1 +current")


async def test_newer_tags_are_asked_for_by_a_key_and_chosen_for_each_service(crash_log: Path) -> None:
    services = [service(name, 1, image=image) for name, image in SERVICES.items()]
    swarm = ScriptedSession(cluster(managers(1), services))
    async with running(swarm, crash_log, size=SMALL) as program:
        await program.on_row("2", "api")
        await program.press("B")
        await program.until(lambda: len(swarm.looked_up) == 3)
        for image, _, future in swarm.looked_up:
            future.set_result(ImageAnswer(image, DIGEST))
        await program.read("No service has a newer image behind its tag; t asks for newer tags.")
        assert not swarm.tags_asked
        await program.press("t")
        await program.until(lambda: [each[0] for each in swarm.tags_asked] == ["nginx", "shop/api"])
        assert program.says("Tags: 0 of 2 asked.")
        swarm.tags_asked[1][2].set_result(TagList("shop/api", why_not="docker.io refuses.", remedy="Log in."))
        known = TagList("nginx", ("1.27", "1.28", "1.29", "2", "1.30"), asked_at=time.time())
        swarm.tags_asked[0][2].set_result(known)
        await program.see(r"\[ \] old +nginx:1\.27 +newer: 1\.30, 1\.29 \(1 more\)")
        await program.read("No tags of shop/api: docker.io refuses. Log in.")
        await program.see(r"\[ \] web +nginx:1\.29 +newer: 1\.30")
        await program.press("space")
        await program.until(lambda: swarm.inspected)
        swarm.inspected[-1][2].set_result({**RAW, "ID": swarm.inspected[-1][1]})
        await program.read("old: choose one of its newer tags with t.")
        await program.press("t")
        await program.until(lambda: len(swarm.tags_asked) == 3)
        swarm.tags_asked[2][2].set_result(known)
        await program.see(r"1\.30 +newer")
        await program.press("down", "enter")
        await program.see(r"\[x\] old +nginx:1\.27 +→ 1\.29")
        await program.read("docker service update --image nginx:1.29 web")
        await program.press("escape")
        await program.resize(160, 50)
        await program.see(r"NEWER TAGS")
        await program.see(r"old .*nginx:1\.27 .*1\.30 \+2")
        await program.press("exclamation_mark")
        await program.see("newer tags of nginx:1.27")
