"""The whole list of tasks: read in slices, held once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from swarmtui.swarm.objects import task_list
from swarmtui.swarm.objects.decoding import decode_list
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.task_list import TaskReader


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_list, "SLICE", 2_000)


def raw(number: int, state: str = "running", volumes: int = 0) -> dict[str, Any]:
    """A task as an engine writes it."""
    service = f"service{number % 3}".ljust(25, "x")
    return {
        "ID": f"{number:025}",
        "Version": {"Index": 100_000 + number},
        "CreatedAt": f"2026-01-01T10:00:00.{number:09}Z",
        "UpdatedAt": f"2026-01-01T10:00:10.{number:09}Z",
        "Spec": {"ContainerSpec": {"Image": "nginx:1.27", "Labels": {"a": "b"}, "Env": ["X=},{"]}, "ForceUpdate": 1},
        "ServiceID": service,
        "Slot": number + 1,
        "NodeID": f"node{number % 7}".ljust(25, "x"),
        "Status": {
            "Timestamp": f"2026-01-01T10:00:09.{number:09}Z",
            "State": state,
            "Message": "started",
            "ContainerStatus": {"ContainerID": f"{number:064}", "PID": 70_000 + number},
        },
        "DesiredState": "running",
        "Volumes": [{"ID": f"v{each}", "Source": "data"} for each in range(volumes)],
    }


def pieces_of(body: bytes, size: int) -> Iterator[bytes]:
    return (body[first : first + size] for first in range(0, len(body), size))


def in_the_way(number: int) -> dict[str, Any]:
    """A task that looks as if it ended within itself."""
    return raw(number) | {
        "Later": [{"ID": f"{each}", "Version": {"Index": each}, "Text": "x" * 300} for each in range(9)]
    }


def grouped(tasks: list[Task]) -> dict[str, tuple[Task, ...]]:
    services = dict.fromkeys(task.service_id for task in tasks)
    return {each: tuple(task for task in tasks if task.service_id == each) for each in services}


@pytest.mark.parametrize("size", [1, 999, 1_000_000])
@pytest.mark.parametrize("volumes", [0, 2, 40])
def test_it_is_the_same_list_however_it_comes(size: int, volumes: int) -> None:
    body = msgspec.json.encode([raw(number, volumes=volumes) for number in range(40)]) + b"\n"
    assert TaskReader().whole(pieces_of(body, size), {}).tasks == decode_list(Task, body)


def test_a_task_that_has_within_itself_what_stands_between_two() -> None:
    body = msgspec.json.encode([in_the_way(number) for number in range(40)])
    assert TaskReader().whole(pieces_of(body, 999), {}).tasks == decode_list(Task, body)


@pytest.mark.parametrize("body", [b"[]\n", b"null\n", b'[{"ID":"a"},{"ID":"b","Slot":"three"},{"ID":"c"}]'])
def test_short_lists(body: bytes) -> None:
    assert TaskReader().whole([body], {}).tasks == decode_list(Task, body)


@pytest.mark.parametrize("cut", [0, 1, 3_000, -2])
def test_what_is_no_list_is_an_error(cut: int) -> None:
    body = msgspec.json.encode([raw(number) for number in range(40)])
    with pytest.raises(msgspec.DecodeError):
        TaskReader().whole([body[:cut]], {})
    with pytest.raises(msgspec.DecodeError):
        TaskReader().whole([body[:3_000], b'"', body[3_000:]], {})


def test_only_slices_that_differ_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, tasks = TaskReader(), [raw(number) for number in range(400)]
    first = reader.whole(pieces_of(msgspec.json.encode(tasks), 5_000), {})
    decoded = []

    def noting(kind: type[Task], body: bytes) -> list[Task]:
        decoded.append(len(body))
        return decode_list(kind, body)

    monkeypatch.setattr(task_list, "decode_list", noting)
    same = reader.whole(pieces_of(msgspec.json.encode(tasks), 700), {})
    assert not decoded
    assert hash(same) == hash(first)
    tasks[200] = raw(200, "failed")
    other = reader.whole(pieces_of(msgspec.json.encode(tasks), 5_000), grouped(first.tasks))
    assert len(decoded) == 1
    assert hash(other) != hash(first)
    pairs = list(zip(first.tasks, other.tasks, strict=True))
    assert [number for number, (before, after) in enumerate(pairs) if before is not after] == [200]
    assert other.tasks[200].status.state == "failed"
    assert other.tasks[200].spec is first.tasks[200].spec
    assert other.tasks[200].node_id is first.tasks[200].node_id


def test_what_150_000_tasks_are_made_of() -> None:
    """Each object more of each of them is some 10 MB."""
    tasks = TaskReader().whole([msgspec.json.encode([raw(number) for number in range(1_000)])], {}).tasks
    held = set[int]()

    def walk(value: object) -> None:
        if value is not None and not (isinstance(value, int) and 0 <= value <= 256):
            held.add(id(value))
        for field in getattr(value, "__struct_fields__", ()):
            walk(getattr(value, field))

    for task in tasks:
        walk(task)
    # Task, its ID and two times; its status with a time; its container with an ID; the number of most slots.
    assert len(held) / len(tasks) < 9.1
