"""Services come, grow, shrink and go."""

from __future__ import annotations

import pytest

from swarmtui.sim.control.errors import ApiError

from .rig import Rig


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_tasks_go_through_all_states(rig: Rig) -> None:
    rig.create("web", replicas=1)
    seen: list[str] = []
    while "running" not in seen:
        state = rig.tasks("web")[0]["Status"]["State"] if rig.tasks("web") else "none"
        if state not in seen:
            seen.append(state)
        rig.advance(0.002)
    assert seen == ["new", "pending", "assigned", "accepted", "preparing", "ready", "starting", "running"]


def test_replicas_are_spread_over_the_nodes(rig: Rig) -> None:
    rig.create("web", replicas=10)
    took = rig.settle("web", 10)
    assert rig.hosts("web") == sorted(["m1", "m2", "m3", "w1", "w2"] * 2)
    assert 1.0 < took < 10.0


def test_a_second_service_goes_where_less_runs(rig: Rig) -> None:
    rig.create("first", replicas=3)
    rig.settle("first", 3)
    rig.create("second", replicas=2)
    rig.settle("second", 2)
    assert not set(rig.hosts("first")) & set(rig.hosts("second"))


def test_scaling_keeps_the_tasks_that_stay(rig: Rig) -> None:
    rig.create("web", replicas=4)
    rig.settle("web", 4)
    before = {task["ID"] for task in rig.running("web")}
    rig.scale("web", 7)
    rig.settle("web", 7)
    assert before < {task["ID"] for task in rig.running("web")}
    rig.scale("web", 3)
    rig.until(lambda: len(rig.tasks("web")) == 3)
    assert len(set(rig.hosts("web"))) == 3


def test_posting_the_spec_with_defaults_replaces_all_tasks(rig: Rig) -> None:
    """What docker-py's `Service.scale` does to a plain service."""
    rig.create("web", replicas=2)
    rig.settle("web", 2)
    before = {task["ID"] for task in rig.running("web")}
    service = rig.engine.services.inspect("web", insert_defaults=True)
    rig.engine.services.update("web", service["Version"]["Index"], service["Spec"])
    rig.until(lambda: rig.update_state("web") == "completed")
    assert not before & {task["ID"] for task in rig.running("web")}


def test_scaling_to_nothing_removes_the_tasks(rig: Rig) -> None:
    rig.create("web", replicas=3)
    rig.settle("web", 3)
    rig.scale("web", 0)
    rig.until(lambda: rig.tasks("web") == [])


def test_a_global_service_runs_everywhere(rig: Rig) -> None:
    rig.create("agent", replicas=None)
    rig.settle("agent", 5)
    assert rig.hosts("agent") == ["m1", "m2", "m3", "w1", "w2"]
    assert all("Slot" not in task for task in rig.tasks("agent"))


def test_a_global_service_follows_labels(rig: Rig) -> None:
    rig.create("agent", replicas=None, Placement={"Constraints": ["node.labels.disk==ssd"]})
    rig.advance(5.0)
    assert rig.tasks("agent") == []
    rig.set_node("w1", Labels={"disk": "ssd"})
    rig.settle("agent", 1)
    rig.set_node("w1", Labels={})
    rig.until(lambda: rig.running("agent") == [])


def test_a_removed_service_takes_its_tasks_along(rig: Rig) -> None:
    rig.create("web", replicas=3)
    rig.settle("web", 3)
    rig.engine.services.remove("web")
    with pytest.raises(ApiError, match="service web not found"):
        rig.service("web")
    rig.until(lambda: rig.cluster.store.tasks == {})
    assert all(machine.running_tasks() == [] for machine in rig.cluster.machines.values())


def test_the_service_list_counts(rig: Rig) -> None:
    rig.create("web", replicas=3)
    rig.create("agent", replicas=None)
    rig.settle("web", 3)
    rig.settle("agent", 5)
    listed = rig.engine.services.list(status=True)
    assert b'"ServiceStatus":{"RunningTasks":3,"DesiredTasks":3,"CompletedTasks":0}' in listed
    assert b'"ServiceStatus":{"RunningTasks":5,"DesiredTasks":5,"CompletedTasks":0}' in listed


def test_a_changed_constraint_moves_only_tasks_that_do_not_fit(rig: Rig) -> None:
    rig.create("web", replicas=5)
    rig.settle("web", 5)
    before = {task["NodeID"]: task["ID"] for task in rig.running("web")}
    rig.update("web", lambda spec: spec["TaskTemplate"].update(Placement={"Constraints": ["node.role==worker"]}))
    rig.settle("web", 5)
    after = {task["ID"] for task in rig.running("web")}
    workers = {rig.node(name)["ID"] for name in ("w1", "w2")}
    assert {before[node] for node in workers} <= after
    assert set(rig.hosts("web")) == {"w1", "w2"}


def test_published_ports_get_numbers_and_virtual_addresses(rig: Rig) -> None:
    network = rig.engine.networks.create({"Name": "back", "Driver": "overlay"})["Id"]
    rig.create("web", Networks=[{"Target": "back"}], EndpointSpec={"Ports": [{"TargetPort": 80}]})
    endpoint = rig.service("web")["Endpoint"]
    assert endpoint["Ports"][0]["PublishedPort"] == 30000
    assert [each["Addr"] for each in endpoint["VirtualIPs"]] == ["10.0.0.2/24", "10.0.1.2/24"]
    rig.settle("web", 2)
    attachments = rig.running("web")[0]["NetworksAttachments"]
    assert [each["Network"]["Spec"]["Name"] for each in attachments] == ["ingress", "back"]
    assert attachments[1]["Network"]["ID"] == network


def test_a_network_without_free_addresses_leaves_tasks_new(rig: Rig) -> None:
    rig.engine.networks.create({"Name": "tiny", "Driver": "overlay", "IPAM": {"Config": [{"Subnet": "10.9.0.0/28"}]}})
    rig.create("web", replicas=14, Networks=[{"Target": "tiny"}])
    rig.advance(20.0)
    by_state = [task["Status"]["State"] for task in rig.tasks("web")]
    assert by_state.count("running") == 12
    assert by_state.count("new") == 2
    rig.scale("web", 12)
    rig.settle("web", 12)
