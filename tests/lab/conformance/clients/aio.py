"""aiodocker."""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

import aiodocker

NAME, IMAGE, NEXT = (os.environ[each] for each in ("NAME", "IMAGE", "NEXT"))


def tell(step: str, value: object) -> None:
    print(json.dumps({"step": step, "value": value}), flush=True)


class Story:
    """One service, as this client sees it."""

    def __init__(self, docker: Any) -> None:
        self.docker = docker

    async def running(self, count: int) -> list[Any]:
        while True:
            tasks: list[Any] = await self.docker.tasks.list(filters={"service": NAME, "desired-state": "running"})
            if len(tasks) == count and {task["Status"]["State"] for task in tasks} == {"running"}:
                return tasks
            await asyncio.sleep(0.1)

    async def updated(self, state: str) -> Any:
        while True:
            service = await self.docker.services.inspect(NAME)
            if (service.get("UpdateStatus") or {}).get("State") == state:
                return service
            await asyncio.sleep(0.1)

    async def tell(self) -> None:
        docker = self.docker
        seen = docker.events.subscribe()
        template = {"ContainerSpec": {"Image": IMAGE, "StopGracePeriod": 1_000_000_000}}
        two = {"Replicated": {"Replicas": 2}}
        created = await docker.services.create(template, name=NAME, mode=two, labels={"by": "aio"})
        tell("create", sorted(created))
        tell("list", [each["Spec"]["Name"] for each in await docker.services.list(filters={"name": NAME})])
        tell("tasks", sorted((await self.running(2))[0]))
        version = (await docker.services.inspect(NAME))["Version"]["Index"]
        await docker.services.update(created["ID"], version=version, image=NEXT)
        service = await self.updated("completed")
        tell("update", [service["UpdateStatus"]["Message"], sorted(service["Spec"])])
        version = service["Version"]["Index"]
        tell("rollback", await docker.services.update(created["ID"], version=version, rollback=True))
        service = await self.updated("rollback_completed")
        tell("rolled back", service["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"] == IMAGE)
        await self.running(2)
        tell("logs", isinstance(await docker.services.logs(NAME, stdout=True), list))
        tell("events", await self.heard(seen))
        try:
            await docker.services.inspect("nosuch")
        except aiodocker.DockerError as error:
            tell("nosuch", [error.status, error.message])
        tell("nodes", sorted({key for node in await docker.nodes.list() for key in node}))
        tell("remove", await docker.services.delete(NAME))

    async def heard(self, seen: Any) -> bool:
        """Whether the update raised an event; the subscription may have begun after the creation."""
        while (event := await seen.get()) is not None:
            if event["Actor"]["Attributes"].get("name") == NAME and event["Action"] == "update":
                return True
        return False


async def main() -> None:
    async with aiodocker.Docker(os.environ["DOCKER_HOST"], api_version=f"v{os.environ['API']}") as docker:
        await Story(docker).tell()


asyncio.run(main())
