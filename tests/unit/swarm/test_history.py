"""The rows of `docker service ps`, crash loops, grouped errors."""

from __future__ import annotations

from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.history import errors_of, first_trouble, normalised, rows_of, rows_on, slots_of
from tests.unit.swarm.builders import cluster, node, service, task


def _failed(slot: int, ended: float, error: str = "task: non-zero exit (1)", of: str = "web") -> Task:
    return task(of, slot, "a", state="failed", desired="shutdown", created=ended + 2, since=ended, error=error)


def test_a_slots_history_is_below_its_current_task() -> None:
    tasks = [task("web", 2, "a"), _failed(1, 300), task("web", 1, "b", created=5), _failed(1, 200)]
    snapshot = cluster([node("a"), node("b")], [service("web", 2)], tasks)
    assert [(row.task.slot, row.depth, row.task.status.state) for row in rows_of(snapshot, "service-web")] == [
        (1, 0, "running"),
        (1, 1, "failed"),
        (1, 1, "failed"),
        (2, 0, "running"),
    ]


def test_the_task_that_is_wanted_is_the_current_one() -> None:
    # start-first: the newest is on its way out already when its image proved bad
    running = task("web", 1, "a", created=500)
    newest = task("web", 1, "b", created=5, state="rejected", desired="shutdown")
    (slot,) = slots_of(cluster(tasks=[running, newest], services=[service("web")]), "service-web") or ()
    assert slot.current is running
    assert slot.earlier == (newest,)


def test_a_slot_that_is_given_up_shows_its_newest_task() -> None:
    (slot,) = slots_of(cluster(tasks=[_failed(1, 300), _failed(1, 100)]), "service-web") or ()
    assert slot.current.created_at == max(t.created_at for t in slot.tasks)


def test_a_global_services_slots_are_its_nodes() -> None:
    tasks = [task("agent", 0, "a"), task("agent", 0, "b"), task("agent", 0, "a", created=900, state="shutdown")]
    snapshot = cluster(services=[service("agent", mode="global")], tasks=tasks)
    assert [(slot.node_id, len(slot.tasks)) for slot in slots_of(snapshot, "service-agent") or ()] == [
        ("node-a", 2),
        ("node-b", 1),
    ]


def test_a_replicated_jobs_first_slot_is_number_0() -> None:
    tasks = [
        task("job", 0, "a", state="failed", desired="shutdown", created=90),
        task("job", 0, "b", desired="complete", created=5),
    ]
    snapshot = cluster(services=[service("job", 1, mode="replicated-job")], tasks=tasks)
    (slot,) = slots_of(snapshot, "service-job") or ()
    assert slot.current.node_id == "node-b"


def test_slots_are_unknown_until_asked_for() -> None:
    snapshot = cluster(services=[service("web")], tasks=None)
    assert slots_of(snapshot, "service-web") is None
    assert rows_of(snapshot, "service-web") == []


def test_a_nodes_tasks() -> None:
    tasks = [
        task("web", 1, "a"),
        task("web", 1, "a", created=900, state="failed"),
        task("db", 1, "a"),
        task("db", 2, "b"),
    ]
    snapshot = cluster([node("a")], [service("web"), service("db")], tasks)
    rows = rows_on(snapshot, "node-a")
    assert [(snapshot.task_name(row.task), row.depth) for row in rows] == [("db.1", 0), ("web.1", 0), ("web.1", 1)]


def test_errors_that_say_the_same_are_one() -> None:
    same = "starting container failed: {} network {} not found at 10.0.0.{}:2377"
    tasks = [
        _failed(1, 30, same.format("4f5e6d7c8b9a", "x2k9d8f7g6h5j4k3l2m1n0p9q", 7)),
        _failed(2, 20, same.format("aabbccddeeff", "a1b2c3d4e5f6g7h8i9j0k1l2m", 8)),
        _failed(3, 10, "no such image"),
        task("web", 4, "a"),
    ]
    groups = errors_of(tasks)
    assert [len(group.tasks) for group in groups] == [2, 1]
    assert groups[0].text == tasks[1].status.err


def test_what_tells_errors_apart_is_kept() -> None:
    assert normalised("task: non-zero exit (1)") != normalised("task: non-zero exit (137)")
    assert normalised("No such image: nginx:1.27") == "No such image: nginx:1.27"
    assert normalised("image x@sha256:" + "a" * 64) == "image x@DIGEST"


def test_trouble_that_lasts_is_named_first() -> None:
    web = service("web", 3)
    pending = task("web", 3, state="pending", error="no suitable node (1 node not available for new tasks)")
    restarting = task("web", 2, "a", state="ready", desired="ready", created=1)
    snapshot = cluster([node("a")], [web], [task("web", 1, "a"), _failed(2, 20), restarting, pending])
    trouble = first_trouble(snapshot, web)
    assert trouble is not None
    assert trouble.lasting
    assert trouble.error.startswith("no suitable node")
    passing = first_trouble(cluster([node("a")], [web], [_failed(2, 20), restarting]), web)
    assert passing is not None
    assert not passing.lasting
    assert first_trouble(cluster([node("a")], [web], [_failed(1, 20), task("web", 1, "a", created=5)]), web) is None
