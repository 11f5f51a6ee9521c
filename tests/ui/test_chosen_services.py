"""Dialogs in which some of many services are chosen: what is asked for each, and where enter leads meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from swarmtui.swarm.images.answer import ImageAnswer
from tests.ui.driving import Program, running
from tests.ui.scripted import ScriptedSession
from tests.unit.swarm.builders import cluster, managers, service
from tests.unit.swarm.examples.services import RAW

OLD, NEW = ("sha256:" + digits * 32 for digits in ("ab", "cd"))


@asynccontextmanager
async def newer_images(crash_log: Path) -> AsyncIterator[tuple[Program, ScriptedSession]]:
    """The list of newer images, with api, db and web in it."""
    image = f"nginx:1.27@{OLD}"
    session = ScriptedSession(cluster(managers(1), [service(name, image=image) for name in ("api", "db", "web")]))
    async with running(session, crash_log, size=(120, 40)) as program:
        await program.on_row("2", "web")
        await program.press("B")
        await program.until(lambda: session.looked_up)
        asked, _, future = session.looked_up[-1]
        future.set_result(ImageAnswer(asked, NEW))
        for name in ("api", "db", "web"):
            await program.see(rf"\[ \] {name} +nginx:1.27")
        yield program, session


def answer(session: ScriptedSession, place: int) -> None:
    """The engine tells the service that was asked for so many questions after the first."""
    _, service_id, future = session.inspected[place]
    name = service_id.removeprefix("service-")
    spec = {**RAW["Spec"], "Name": name}
    container = {**spec["TaskTemplate"]["ContainerSpec"], "Image": f"nginx:1.27@{OLD}"}
    spec["TaskTemplate"] = {**spec["TaskTemplate"], "ContainerSpec": container}
    future.set_result({**RAW, "ID": service_id, "Spec": spec})


async def test_each_is_asked_for_once_and_enter_waits_for_the_answers(crash_log: Path) -> None:
    async with newer_images(crash_log) as (program, session):
        await program.press("space", "down", "space")
        await program.read("Asking for api … Asking for db …")
        await program.press("enter")
        assert [service_id for _, service_id, _ in session.inspected] == ["service-api", "service-db"]
        answer(session, 1)
        await program.read("Update db to the newer nginx:1.27")
        assert program.says("Asking for api …")
        answer(session, 0)
        await program.see("▸ Update 2 services ◂")


async def test_an_answer_takes_the_focus_from_nothing_else(crash_log: Path) -> None:
    async with newer_images(crash_log) as (program, session):
        await program.press("space", "enter", "tab")
        await program.see("▸ Cancel ◂")
        answer(session, 0)
        await program.read("docker service update --image nginx:1.27 api")
        assert program.shows("▸ Cancel ◂")
