"""docker-py, by its objects."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from typing import Any

import docker

NAME, IMAGE, NEXT = (os.environ[each] for each in ("NAME", "IMAGE", "NEXT"))


def tell(step: str, value: object) -> None:
    print(json.dumps({"step": step, "value": value}), flush=True)


def wait(check: Callable[[], bool]) -> None:
    while not check():
        time.sleep(0.1)


client: Any = docker.from_env(version=os.environ["API"])
begun = int(time.time()) - 60  # the events asked for are of one service anyway
mode = docker.types.ServiceMode("replicated", 2)
options: dict[str, Any] = {"env": ["A=1"], "stop_grace_period": 1, "update_config": {"parallelism": 1}}
service = client.services.create(IMAGE, name=NAME, mode=mode, labels={"by": "docker-py"}, **options)
tell("create", [service.name, service.attrs["Spec"]["Labels"], sorted(service.attrs)])
tell("list", [each.name for each in client.services.list(filters={"label": "by=docker-py"})])


def running(count: int) -> bool:
    service.reload()
    tasks = service.tasks({"desired-state": "running"})
    return len(tasks) == count and {task["Status"]["State"] for task in tasks} == {"running"}


def updated() -> bool:
    service.reload()
    return bool((service.attrs.get("UpdateStatus") or {}).get("State") == "completed")


wait(lambda: running(2))
tell("tasks", sorted(service.tasks()[0]))
service.update(image=NEXT, force_update=1)
wait(updated)
tell(
    "update", [service.attrs["UpdateStatus"]["Message"], service.attrs["Spec"]["TaskTemplate"]["ContainerSpec"]["Env"]]
)
tell("previous", sorted(service.attrs["PreviousSpec"]))
tell("scale", service.scale(3))
wait(lambda: running(3))
tell("logs", sorted({type(piece).__name__ for piece in service.logs(stdout=True, stderr=True)} - {"bytes"}))
events = client.events(
    since=begun, until=int(time.time()) + 1, filters={"type": "service", "service": NAME}, decode=True
)
tell("events", "update" in {each["Action"] for each in events})  # an engine forgets the older ones
try:
    client.services.create(IMAGE, name=NAME)
except docker.errors.APIError as error:
    tell("again", [error.status_code, error.explanation])
tell("version", client.version()["ApiVersion"])
tell("remove", service.remove())
try:
    client.services.get(NAME)
except docker.errors.NotFound as error:
    tell("gone", error.explanation)
client.close()
