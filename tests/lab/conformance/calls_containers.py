"""Calls about the containers of a node, logs and events."""

from __future__ import annotations

import io
import json
import tarfile
import time
from typing import Any

from tests.lab.cluster.waiting import until

from .calls import Call, cli, filters, http, python
from .observation import Observation
from .target import Target


def _container(target: Target, name: str = "agent", node: str = "n4") -> str:
    """A container of a service on a node."""
    own = target.id(node)

    def found() -> str:  # beside the one that runs there may be those before it, and none while it is replaced
        running = [task for task in target.tasks(name) if task["Status"]["State"] == "running"]
        ids = [task["Status"]["ContainerStatus"]["ContainerID"] for task in running if task.get("NodeID") == own]
        return str(ids[0]) if len(ids) == 1 else ""

    return until(found, f"{target.name}: one container of {name} on {node}")


def _exec(client: Any, target: Target, tty: bool = False) -> dict[str, Any]:
    command = ["sh", "-c", "echo out; echo err >&2; exit 4"]
    created = client.exec_create(_container(target), command, tty=tty)
    out = client.exec_start(created["Id"], tty=tty, demux=not tty)
    return {"out": str(out), "inspected": client.exec_inspect(created["Id"])}


TYPED = "cd /etc; pwd; exit 3\n"


def _exit_code(target: Target, *words: str) -> Observation:
    """What a command line on n4 ends with, for one whose output is the runtime's."""
    return Observation(target.run(*words, node="n4")[0])


CONTAINERS = (
    cli("ps", "--filter", "label=com.docker.swarm.service.name=agent", "--format", "{{.Image}} {{.Ports}}", node="n4"),
    cli("ps", "--filter", "nosuch=x", node="n4"),
    cli("inspect", "nosuch"),
    cli("logs", "nosuch", node="n4"),
    cli("exec", "nosuch", "true", node="n4"),
    python("containers", lambda client, target: client.containers(filters={"name": "agent"}), "n4"),
    python("inspect_container", lambda client, target: client.inspect_container(_container(target)), "n4"),
    python("stats", lambda client, target: client.stats(_container(target), stream=False), "n4"),
    python("top", lambda client, target: client.top(_container(target))["Titles"], "n4"),
    python("exec", _exec, "n4"),
    python("exec with a terminal", lambda client, target: _exec(client, target, tty=True), "n4"),
    python("exec_inspect of nothing", lambda client, target: client.exec_inspect("nosuch"), "n4"),
    python("exec_create without a command", lambda client, target: client.exec_create(_container(target), []), "n4"),
    python("remove_container that runs", lambda client, target: client.remove_container(_container(target)), "n4"),
    Call("docker exec", lambda target: target.see_cli("exec", "-i", _container(target), "sh", node="n4", stdin=TYPED)),
    Call("docker exec of what is not there", lambda target: _exit_code(target, "exec", _container(target), "nosuch")),
)  # fmt: skip


def _archive(client: Any, target: Target) -> dict[str, Any]:
    """What the engine says of a file, and that what was copied in comes out."""
    container, packed = _container(target), io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        entry = tarfile.TarInfo("copied")
        entry.size = 3
        tar.addfile(entry, io.BytesIO(b"abc"))
    client.put_archive(container, "/tmp", packed.getvalue())
    pieces, said = client.get_archive(container, "/tmp/copied")
    with tarfile.open(fileobj=io.BytesIO(b"".join(pieces))) as tar:
        file = tar.extractfile("copied")
        return {"keys": sorted(said), "size": said["size"], "content": str(file.read()) if file else ""}


def _keys(listed: list[dict[str, Any]]) -> list[str]:
    return sorted(listed[0]) if listed else []


def _disk(client: Any) -> dict[str, Any]:
    used = client.df()
    return {"keys": sorted(used), "image": _keys(used["Images"]), "container": _keys(used["Containers"])}


STORED = (
    python("images", lambda client, target: _keys(client.images()), "n4"),
    python("volumes", lambda client, target: sorted(client.volumes()), "n4"),
    python("df", lambda client, target: _disk(client), "n4"),
    python("remove_volume that is not there", lambda client, target: client.remove_volume("nosuch"), "n4"),
    python("archive", _archive, "n4"),
    python("get_archive of nothing", lambda client, target: client.get_archive(_container(target), "/nosuch"), "n4"),
    python("put_archive into nothing", lambda client, target: client.put_archive(_container(target), "/x", b""), "n4"),
)  # fmt: skip

LOGS = (
    cli("service", "logs", "--raw", "job"),
    cli("service", "logs", "nosuch"),
    http("GET", "/services/web/logs"),
    http("GET", "/services/web/logs?stdout=1&tail=x"),
    http("GET", "/services/web/logs?stdout=1&since=abc"),
    http("GET", "/tasks/nosuch/logs?stdout=1"),
    python(
        "service_logs", lambda client, target: b"".join(client.service_logs("job", stdout=True, stderr=True, tail=1))
    ),
    python("logs of a container that is not there", lambda client, target: client.logs("nosuch"), "n4"),
)


def _events(target: Target, **wanted: str) -> Observation:
    until = int(time.time())
    path = f"/events?since=1&until={until}&filters={filters(**wanted)}"
    status, answer = target.request("GET", path)
    lines = [answer] if isinstance(answer, dict) else [json.loads(line) for line in answer.splitlines()]
    shapes = [{key: value for key, value in line.items() if key not in ("time", "timeNano")} for line in lines]
    return target.of_json(status, shapes)


EVENTS = (
    Call("events of services", lambda target: _events(target, type="service", service="web"), reads=True),
    Call("events of secrets", lambda target: _events(target, type="secret"), reads=True),
    Call("events of a node", lambda target: _events(target, type="node", node=target.host("n4")), reads=True),
    http("GET", "/events?since=abc"),
    http("GET", "/events?since=5&until=1"),
)
