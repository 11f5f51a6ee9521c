"""Snapshots made from answers: what is older does not overwrite what is newer, what is the same is not made again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from swarmtui.engine.polling.engine_questions import Question, Topic
from swarmtui.engine.polling.signs import miscounted
from swarmtui.engine.polling.snapshot_store import SnapshotStore, is_moving, service_states
from swarmtui.errors import ConnectionBroken
from swarmtui.swarm.objects.task import Task, TaskStatus

ALL = Question(Topic.ALL_TASKS)


def task(number: int, service: str = "web", *, state: str = "running", node: str = "n1", version: int = 1) -> Any:
    return {
        "ID": f"t{number}",
        "ServiceID": service,
        "Slot": number,
        "NodeID": node,
        "Status": {"State": state},
        "DesiredState": "running",
        "Version": {"Index": version},
    }


def take(picture: SnapshotStore, question: Question, content: object, started: float = 0.0) -> Any:
    body = json.dumps(content).encode()
    read = picture.read_tasks([body]) if question == ALL else body
    return picture.take(question, read, (len(body), hash(read)), started)


def of(*services: str) -> Question:
    return Question(Topic.TASKS_OF, services)


def states(picture: SnapshotStore, service: str = "web") -> list[str]:
    return [each.status.state for each in picture.cluster.tasks_by_service.get(service, ())]


def test_the_same_answer_makes_no_new_snapshot() -> None:
    picture = SnapshotStore()
    first = take(picture, ALL, [task(1), task(2)])
    again = take(picture, ALL, [task(1), task(2)])
    assert first.differs
    assert not again.differs
    assert again.cluster is first.cluster


@pytest.mark.parametrize("question", [ALL, of("web", "api")])
def test_an_answer_that_is_the_same_still_tells_how_big_the_services_are(question: Question) -> None:
    picture = SnapshotStore()
    content = [task(1), task(2), task(3, "api")]
    sizes = take(picture, question, content).sizes
    assert sizes["web"] > sizes["api"] > 0
    assert take(picture, question, content).sizes == sizes


def test_which_services_changed_and_how_big_they_are_is_told() -> None:
    picture = SnapshotStore()
    take(picture, ALL, [task(1), task(2, "api")])
    news = take(picture, ALL, [task(1), task(2, "api", state="preparing", version=2), task(3, "api")])
    assert news.changed == {"api"}
    assert news.moving == {"api": True}
    assert news.sizes["api"] == pytest.approx(2 * news.sizes["web"])


def test_tasks_that_came_and_went_between_two_same_whole_lists_are_gone() -> None:
    picture = SnapshotStore()
    take(picture, ALL, [task(1)], started=1)
    take(picture, of("new"), [task(9, "new")], started=2)
    assert states(picture, "new") == ["running"]
    take(picture, ALL, [task(1)], started=3)
    assert states(picture, "new") == []


def test_a_service_that_went_back_to_what_it_was_is_seen_so() -> None:
    picture = SnapshotStore()
    take(picture, of("web"), [task(1)], started=1)
    take(picture, ALL, [task(1, state="failed", version=2)], started=2)
    take(picture, of("web"), [task(1)], started=3)
    assert states(picture) == ["running"]


def test_a_whole_list_that_took_long_does_not_overwrite_what_was_told_since() -> None:
    picture = SnapshotStore()
    take(picture, ALL, [task(1), task(2, "api")], started=1)
    take(picture, of("web"), [task(1, state="failed", version=5)], started=4)
    take(picture, ALL, [task(1), task(2, "api", state="shutdown", version=4)], started=3)
    assert states(picture) == ["failed"]
    assert states(picture, "api") == ["shutdown"]


def test_tasks_on_a_node_are_merged() -> None:
    picture = SnapshotStore()
    take(picture, ALL, [task(1, node="n1"), task(2, node="n2")], started=1)
    news = take(picture, Question(Topic.TASKS_ON, ("n2",)), [task(2, node="n2", state="failed", version=2)], started=2)
    assert news.changed == {"web"}
    assert states(picture) == ["running", "failed"]


def test_the_engines_clock_alone_is_no_change() -> None:
    picture = SnapshotStore()
    first = take(picture, Question(Topic.INFO), {"Name": "h", "SystemTime": "2026-01-01T00:00:00Z"})
    again = take(picture, Question(Topic.INFO), {"Name": "h", "SystemTime": "2026-01-01T00:00:05Z"})
    assert again.cluster is first.cluster
    assert again.info.system_time == "2026-01-01T00:00:05Z"


@pytest.mark.parametrize("body", [b"", b"OK", b'{"message": "x"}', b"[{]"])
def test_what_is_no_list_is_an_error(body: bytes) -> None:
    with pytest.raises(ConnectionBroken, match="/nodes"):
        SnapshotStore().take(Question(Topic.NODES), body, (0, 0), 0.0)


def test_an_empty_list_is_no_error() -> None:
    assert not take(SnapshotStore(), Question(Topic.NODES), None).cluster.nodes


@pytest.mark.parametrize(
    ("state", "desired", "node", "moving"),
    [
        ("running", "running", "n1", False),
        ("starting", "running", "n1", True),
        ("starting", "running", "dead", False),
        ("pending", "running", "", False),
        ("ready", "ready", "n1", True),
        ("running", "shutdown", "n1", True),
        ("running", "shutdown", "dead", False),
        ("shutdown", "shutdown", "n1", False),
        ("failed", "shutdown", "n1", False),
        ("new", "shutdown", "", False),
        ("running", "remove", "n1", True),
    ],
)
def test_which_tasks_are_on_their_way(state: str, desired: str, node: str, moving: bool) -> None:
    each = Task(node_id=node, status=TaskStatus(state=state), desired_state=desired)
    assert is_moving([each], frozenset({"dead"})) is moving


def test_which_services_are_restless() -> None:
    picture = SnapshotStore()
    take(
        picture,
        Question(Topic.SERVICES),
        [
            {"ID": "full", "ServiceStatus": {"RunningTasks": 2, "DesiredTasks": 2}},
            {"ID": "short", "ServiceStatus": {"RunningTasks": 1, "DesiredTasks": 2}},
            {"ID": "rolling", "UpdateStatus": {"State": "updating"}, "ServiceStatus": {}},
            {"ID": "paused", "UpdateStatus": {"State": "paused"}, "ServiceStatus": {}},
        ],
    )
    known = service_states(picture.cluster)
    assert {name for name, state in known.items() if state.restless} == {"short", "rolling"}


def test_a_service_whose_counts_are_older_than_its_tasks_is_known() -> None:
    picture = SnapshotStore()
    counts = {"web": 2, "api": 1, "idle": 0}
    services = [{"ID": each, "ServiceStatus": {"RunningTasks": number}} for each, number in counts.items()]
    take(picture, Question(Topic.SERVICES), services)
    cluster = take(picture, ALL, [task(1), task(2, state="failed"), task(3, "api")]).cluster
    assert miscounted(cluster) == {"web"}
