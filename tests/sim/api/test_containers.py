"""Containers that somebody makes on one engine: changed, exported, asked for what was written in them."""

from __future__ import annotations

import io
import tarfile
from typing import Any

import pytest

from .conftest import Served

JSON = dict[str, Any]


@pytest.fixture
async def box(served: Served) -> str:
    """A container named "box" on n1 that has written two files; its ID."""
    served.cluster.engine("n1").images.pulled("busybox")
    script = "mkdir -p /new; echo a > /tmp/x; echo b > /new/f; echo c >> /etc/hostname; sleep 1000"
    body = {"Image": "busybox", "Cmd": ["sh", "-c", script]}
    made = await served.ask("POST", "/containers/create?name=box", body)
    await served.ask("POST", "/containers/box/start")
    return str(made.json["Id"])


@pytest.mark.parametrize(
    ("name", "found"), [("box", 1), ("^/box$", 1), ("^box$", 1), ("b.x", 1), ("^bo$", 0), ("(", 0), ("/bo", 1)]
)
async def test_names_are_looked_for_as_expressions(served: Served, box: str, name: str, found: int) -> None:
    listed = await served.get(f'/containers/json?filters={{"name":["{name}"]}}')
    assert len(listed) == found


async def test_what_was_written_is_told_and_exported(served: Served, box: str) -> None:
    told = {each["Path"]: each["Kind"] for each in await served.get("/containers/box/changes")}
    expected = {"/etc": 0, "/etc/hostname": 0, "/new": 1, "/new/f": 1, "/tmp": 0, "/tmp/x": 1}
    assert {path: told[path] for path in expected} == expected
    answer = await served.ask("GET", "/containers/box/export")
    assert answer.headers["content-type"] == "application/octet-stream"
    with tarfile.open(fileobj=io.BytesIO(answer.data)) as tar:
        found = tar.extractfile("new/f")
        assert found is not None
        assert found.read() == b"b\n"
        assert tar.getmember("etc").isdir()
        assert [name for name in tar.getnames() if name.startswith("new")] == ["new", "new/f"]
    for call in ("changes", "export"):
        assert (await served.ask("GET", f"/containers/nosuch/{call}")).status == 404


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"Memory": 64 << 20}, 409, "Cannot update container {id}: Memory limit should be smaller than already set"),
        ({"Memory": 64 << 20, "MemorySwap": 128 << 20}, 200, ""),
        ({"Memory": 1}, 400, "Minimum memory limit allowed is 6MB"),
        ({"Memory": 64 << 20, "MemorySwap": 1}, 400, "Minimum memoryswap limit should be larger than memory limit"),
        ({"NanoCpus": -1}, 400, "Range of CPUs is from 0.01 to 4.00, as there are only 4 CPUs available"),
        ({"CpusetCpus": "0-77"}, 400, "Requested CPUs are not available - requested 0-77, available: 0-3"),
        ({"RestartPolicy": {"Name": "zz"}}, 400, "invalid restart policy 'zz'"),
        ({"RestartPolicy": {"Name": "always", "MaximumRetryCount": 3}}, 400, "maximum retry count cannot be used with"),
        ({"RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 3}, "PidsLimit": 50}, 200, ""),
        ({"Memory": "x"}, 400, "json: cannot unmarshal string into Go struct field UpdateConfig.Memory"),
        ({}, 200, ""),
    ],
)
async def test_a_container_is_updated_or_not(served: Served, box: str, body: JSON, status: int, said: str) -> None:
    answer = await served.ask("POST", "/containers/box/update", body)
    assert answer.status == status
    if status != 200:
        assert answer.message.startswith(said.format(id=box)), answer.message
        return
    host = (await served.get("/containers/box/json"))["HostConfig"]
    assert {key: host[key] for key in body} == body


async def test_what_does_not_go_together_is_a_conflict(served: Served, box: str) -> None:
    await served.ask("POST", "/containers/box/update", {"NanoCpus": 500_000_000})
    answer = await served.ask("POST", "/containers/box/update", {"CpuPeriod": 100_000})
    said = "Conflicting options: CPU Period cannot be updated as NanoCPUs has already been set"
    assert (answer.status, answer.message) == (409, f"Cannot update container {box}: {said}")


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("term=nginx", 500, 'Get "https://index.docker.io/v1/search?q=nginx&n=25": dial tcp: lookup index.docker.io'),
        ("term=nginx&limit=101", 400, "Limit 101 is outside the range of [1, 100]"),
        ("term=localhost:5000/web", 500, "Unexpected status code 404"),
    ],
)
async def test_there_is_no_index_to_search(served: Served, query: str, status: int, said: str) -> None:
    answer = await served.ask("GET", f"/images/search?{query}")
    assert (answer.status, answer.message[: len(said)]) == (status, said)
