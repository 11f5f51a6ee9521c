"""The image dialog and its registry: asked in the background, and what it says changes what is offered."""

from __future__ import annotations

import time
from concurrent.futures import Future
from pathlib import Path

from swarmtui.swarm.images.answer import ImageAnswer, refused_answer
from swarmtui.swarm.images.tag_list import TagList
from swarmtui.swarm.objects.node import Platform
from swarmtui.swarm.services.update_image import UpdateImage
from tests.ui.driving import Program, running
from tests.ui.scripted import ScriptedSession
from tests.ui.test_layout import SMALL
from tests.unit.swarm.builders import cluster, managers, node, service
from tests.unit.swarm.examples.services import RAW

NEW = "sha256:" + "cd" * 32
AMD, ARM = Platform("amd64", "linux"), Platform("arm64", "linux")


def session() -> ScriptedSession:
    return ScriptedSession(
        cluster([*managers(1), node("wrk1"), node("pi", architecture="aarch64")], [service("web", 2)])
    )


async def open_dialog(program: Program, session: ScriptedSession) -> None:
    await program.on_row("2", "web")
    await program.press("u")
    await program.until(lambda: session.inspected)
    session.inspected[-1][2].set_result(RAW)
    await program.see("Image nginx:1.27")


def question(session: ScriptedSession, image: str) -> Future[ImageAnswer]:
    """The future of what was asked last, once that is about an image."""
    asked, _, future = session.looked_up[-1]
    assert asked == image
    return future


async def test_the_answer_comes_while_the_dialog_is_open(crash_log: Path) -> None:
    swarm = session()
    async with running(swarm, crash_log, size=SMALL) as program:
        await open_dialog(program, swarm)
        await program.read("Asking docker.io about nginx:1.27")
        question(swarm, "nginx:1.27").set_result(ImageAnswer("nginx:1.27", NEW, (AMD, ARM)))
        await program.read("Update web to the newer nginx:1.27")
        assert program.says("docker.io has it: digest cdcdcdcdcdcd, built for linux/amd64 and linux/arm64")
        await program.press("backspace", "9")
        await program.read("Its digest is asked for when this is sent, and pinned")
        await program.until(lambda: swarm.looked_up[-1][0] == "nginx:1.29")
        question(swarm, "nginx:1.29").set_result(ImageAnswer("nginx:1.29", NEW, (AMD,)))
        await program.read("pi (linux/arm64) cannot run it: the image is built for linux/amd64")
        await program.confirm("Update web")
        await program.until(lambda: swarm.applied)
        action = swarm.applied[-1][0]
        assert isinstance(action, UpdateImage)
        assert (action.wanted, action.to_resolve) == (f"nginx:1.29@{NEW}", "")


async def test_a_slow_registry_holds_nothing_up(crash_log: Path) -> None:
    swarm = session()
    async with running(swarm, crash_log) as program:
        await open_dialog(program, swarm)
        await program.press("backspace", "8")
        await program.read("Update web from nginx:1.27 to nginx:1.28")
        await program.confirm("Update web")
        await program.until(lambda: swarm.applied)
        action = swarm.applied[-1][0]
        assert isinstance(action, UpdateImage)
        assert action.to_resolve == "nginx:1.28"


async def test_denied_leads_to_the_login_of_this_machine(crash_log: Path) -> None:
    swarm = session()
    async with running(swarm, crash_log) as program:
        await open_dialog(program, swarm)
        denied = refused_answer("nginx:1.27", 401, "unauthorized: authentication required")
        swarm.looked_up[-1][2].set_result(ImageAnswer(**{**vars(denied), "has_login": True}))
        await program.read("Send this machine's login, and the registry is asked with it")
        await program.press("tab", "tab", "space")
        await program.read("Send the credentials for docker.io to web")
        await program.read("docker service update --with-registry-auth --image nginx:1.27 web")
        assert swarm.looked_up[-1][:2] == ("nginx:1.27", True)


async def test_pinning_is_a_choice(crash_log: Path) -> None:
    swarm = session()
    async with running(swarm, crash_log) as program:
        await open_dialog(program, swarm)
        await program.press("tab", "space")
        await program.read("Unpin nginx:1.27 of web from its digest")
        await program.read("docker service update --no-resolve-image --image nginx:1.27 web")


async def test_the_registry_s_tags_are_asked_for_by_a_key_and_one_is_put_into_the_field(crash_log: Path) -> None:
    swarm = session()
    async with running(swarm, crash_log, size=SMALL) as program:
        await open_dialog(program, swarm)
        assert not swarm.tags_asked
        await program.press("ctrl+o")
        await program.read("Asking docker.io …")
        await program.press("escape")
        await program.until(lambda: swarm.tags_left == ["nginx:1.27"], "the asking is ended")
        await program.press("ctrl+o")
        await program.until(lambda: len(swarm.tags_asked) == 2)
        denied = TagList("nginx", why_not="docker.io refuses.", remedy="Log in with docker login. " * 6)
        swarm.tags_asked[-1][2].set_result(denied)
        await program.read(f"docker.io refuses. {'Log in with docker login. ' * 6}".strip())
        await program.press("ctrl+r")
        await program.until(lambda: swarm.tags_asked[-1][:2] == ("nginx:1.27", True))
        tags = ("latest", "1.27", "1.28-alpine", "1.28", "1.29", "1.30-rc1", "1.26")
        swarm.tags_asked[-1][2].set_result(TagList("nginx", tags, asked_at=time.time() - 200))
        await program.see(r"1\.29 +newer")
        await program.read("7 tags, asked 3 min ago.")
        places = [program.text.index(f" {tag} ") for tag in ("1.28", "1.27", "1.26", "1.28-alpine", "latest")]
        assert places == sorted(places)
        assert "1.30-rc1" in program.text
        await program.press("down", "enter")
        await program.see("Image nginx:1.28")
        assert not swarm.applied
