"""A snapshot is replaced piece by piece, shares what did not change, and never loses or invents a task."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from tests.unit.swarm.builders import cluster, node, replicas_on, service, task


def test_an_unchanged_answer_gives_the_same_snapshot() -> None:
    def whole() -> Cluster:
        return cluster([node("a"), node("b")], [service("web")], replicas_on("web", "a", "b"))

    snapshot, again = whole(), whole()
    assert snapshot.with_all(Node, again.nodes.values()) is snapshot
    assert snapshot.with_all(Service, again.services.values()) is snapshot
    assert snapshot.with_all_tasks(again.all_tasks()) is snapshot
    assert snapshot.with_tasks_of(["service-web"], again.all_tasks()) is snapshot
    assert snapshot.with_tasks_on(["node-a"], again.tasks_on("node-a")) is snapshot
    assert snapshot.with_info(again.info) is snapshot
    assert snapshot.with_swarm(None) is snapshot


def test_what_did_not_change_is_shared() -> None:
    before = cluster([node("a")], [service("web"), service("db")], [*replicas_on("web", "a"), *replicas_on("db", "a")])
    after = before.with_tasks_of(["service-web"], [task("web", 1, "a", state="failed")])
    assert after is not before
    assert after.nodes is before.nodes
    assert after.tasks_by_service["service-db"] is before.tasks_by_service["service-db"]


def test_one_changed_node_leaves_the_others_the_same_objects() -> None:
    before = cluster([node("a"), node("b")])
    after = before.with_all(Node, [node("a"), node("b", state="down")])
    assert after.nodes["node-a"] is before.nodes["node-a"]
    assert after.nodes["node-b"].status.state == "down"


def test_tasks_not_asked_for_are_unknown_and_not_none_at_all() -> None:
    snapshot = cluster(services=[service("web"), service("db")], tasks=None)
    assert snapshot.tasks_of("service-web") is None
    asked = snapshot.with_tasks_of(["service-web"], [])
    assert asked.tasks_of("service-web") == ()
    assert asked.tasks_of("service-db") is None
    assert asked.with_all_tasks([]).tasks_of("service-db") == ()


def test_tasks_of_a_node_do_not_make_a_service_look_complete() -> None:
    snapshot = cluster([node("a")], [service("web")], tasks=None)
    assert snapshot.with_tasks_on(["node-a"], replicas_on("web", "a")).tasks_of("service-web") is None


def test_a_task_that_left_a_node_is_gone_from_it() -> None:
    before = cluster([node("a"), node("b")], [service("web")], replicas_on("web", "a", "b"))
    after = before.with_tasks_on(["node-a"], [])
    assert after.tasks_on("node-a") == ()
    assert [t.node_id for t in after.tasks_of("service-web") or ()] == ["node-b"]


def test_a_removed_services_tasks_stay_until_the_whole_list_is_fetched() -> None:
    before = cluster([node("a")], [service("web")], replicas_on("web", "a"))
    without = before.with_all(Service, [])
    assert len(without.tasks_of("service-web") or ()) == 1
    assert without.service_name("service-web") == "service-web"[:12]
    assert without.with_all_tasks([]).tasks_of("service-web") == ()


def test_a_slots_newest_task_comes_first() -> None:
    old, new = task("web", 1, "a", created=500, state="failed"), task("web", 1, "b", created=5)
    snapshot = cluster(tasks=[task("web", 2, "a"), old, new])
    assert [(t.slot, t.node_id) for t in snapshot.tasks_of("service-web") or ()] == [
        (1, "node-b"),
        (1, "node-a"),
        (2, "node-a"),
    ]


def test_names_for_people() -> None:
    services = [service("web"), service("agent", mode="global"), service("import", mode="replicated-job")]
    snapshot = cluster([node("a")], services)
    assert snapshot.task_name(task("web", 3, "a")) == "web.3"
    assert snapshot.task_name(task("import", 0, "a")) == "import.0"
    assert snapshot.task_name(task("agent", 0, "a")) == "agent.a"
    assert snapshot.node_name("0123456789abcdef") == "0123456789ab"


def test_the_leader_and_the_managers() -> None:
    snapshot = cluster(
        [node("a", leader=True), node("b", manager=True), node("c", manager=True, joined=False), node("d")]
    )
    assert snapshot.leader is snapshot.nodes["node-a"]
    assert [manager.name for manager in snapshot.managers] == ["a", "b"]


# ------------------------------------------------------------------------------------------------ properties

SERVICES = ("x", "y", "z")
NODES = ("a", "b", "")

a_task = st.builds(
    task,
    st.sampled_from(SERVICES),
    st.integers(0, 3),
    st.sampled_from(NODES),
    state=st.sampled_from(("pending", "running", "failed")),
    created=st.integers(0, 3).map(float),
    id=st.integers(0, 12).map(lambda number: f"task-{number}"),
)


def _task_lists() -> st.SearchStrategy[list[Task]]:
    return st.lists(a_task, max_size=10, unique_by=lambda t: t.id)


def _shown(snapshot: Cluster) -> dict[str, list[Task]]:
    groups = {key: sorted(group, key=lambda t: t.id) for key, group in snapshot.tasks_by_service.items()}
    return {key: group for key, group in groups.items() if group}


@settings(deadline=None)
@given(before=_task_lists(), after=_task_lists())
def test_asking_service_by_service_gives_what_the_whole_list_gives(before: list[Task], after: list[Task]) -> None:
    snapshot = cluster(tasks=before)
    for name in SERVICES:
        service_id = f"service-{name}"
        snapshot = snapshot.with_tasks_of([service_id], [t for t in after if t.service_id == service_id])
    assert _shown(snapshot) == _shown(cluster(tasks=after))


@settings(deadline=None)
@given(before=_task_lists(), after=_task_lists())
def test_asking_node_by_node_gives_what_the_whole_list_gives(before: list[Task], after: list[Task]) -> None:
    # A task keeps its service and never changes from one node to another; those without a node come by service.
    places = {t.id: (t.service_id, t.node_id) for t in before}
    after = [t for t in after if places.get(t.id, (t.service_id, t.node_id)) == (t.service_id, t.node_id) and t.node_id]
    snapshot = cluster(tasks=[t for t in before if t.node_id])
    for name in ("a", "b"):
        node_id = f"node-{name}"
        snapshot = snapshot.with_tasks_on([node_id], [t for t in after if t.node_id == node_id])
    assert _shown(snapshot) == _shown(cluster(tasks=after))


@settings(deadline=None)
@given(before=_task_lists(), after=_task_lists())
def test_a_snapshot_is_never_changed(before: list[Task], after: list[Task]) -> None:
    snapshot = cluster(tasks=before)
    shown = _shown(snapshot)
    snapshot.with_all_tasks(after)
    snapshot.with_tasks_of(["service-x"], after)
    snapshot.with_tasks_on(["node-a"], after)
    assert _shown(snapshot) == shown


@settings(deadline=None)
@given(lists=st.lists(_task_lists(), max_size=4))
def test_what_is_on_a_node_is_right_in_every_snapshot_of_a_chain(lists: list[list[Task]]) -> None:
    chain = [cluster()]
    for tasks in lists:
        chain.append(chain[-1].with_all_tasks(tasks))
    for snapshot in [*chain, *reversed(chain)]:  # an older one is right, too, after a newer one was asked
        for name in NODES:
            node_id = f"node-{name}" if name else ""
            wanted = {t.id for t in snapshot.all_tasks() if t.node_id == node_id} if node_id else set()
            assert {t.id for t in snapshot.tasks_on(node_id)} == wanted
