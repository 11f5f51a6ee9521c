"""python-on-whales, which drives the docker CLI. It cannot name a service: the engine does."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable

from python_on_whales import DockerClient
from python_on_whales.exceptions import DockerException, NoSuchService

IMAGE, NEXT = (os.environ[each] for each in ("IMAGE", "NEXT"))


def tell(step: str, value: object) -> None:
    print(json.dumps({"step": step, "value": value}), flush=True)


docker = DockerClient(host=os.environ["DOCKER_HOST"], client_call=["/usr/bin/docker"])
service = docker.service.create(IMAGE, [], labels={"by": "whales"}, envs={"A": "1"}, detach=True)
tell("create", [bool(service.spec.name), service.spec.labels])
tell("list", [each.id == service.id for each in docker.service.list(filters={"label": "by=whales"})])


def running(count: int) -> bool:
    tasks = [task for task in docker.service.ps(service) if task.desired_state == "running"]
    return len(tasks) == count and {task.status.state for task in tasks} == {"running"}


def wait(check: Callable[[], bool]) -> None:
    while not check():
        time.sleep(0.2)


def updated() -> bool:
    service.reload()
    return service.update_status is not None and service.update_status.state == "completed"


wait(lambda: running(1))
docker.service.update(service, image=NEXT, detach=True)
wait(updated)
tell("update", service.update_status.message)
service.scale(3, detach=True)
wait(lambda: running(3))
tell("scale", sorted({task.desired_state for task in docker.service.ps(service)}))
tell("logs", type(docker.service.logs(service)).__name__)
tell("nodes", sorted({str(node.spec.role) for node in docker.node.list()}))
try:
    docker.service.create("not/VALID", [], detach=True)
except DockerException as error:
    tell("not valid", str(error.stderr))
docker.service.remove(service)
try:
    docker.service.inspect(service.id)
except NoSuchService:
    tell("gone", True)
