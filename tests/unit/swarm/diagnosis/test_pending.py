from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import structs

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.finding import Finding, Severity
from swarmtui.swarm.objects.node import GenericAmount, GenericResource, Node, Platform, Plugin, Resources
from swarmtui.swarm.objects.service import Port
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.task_template import Driver, ResourceRequirements, TaskTemplate
from tests.unit.swarm.builders import NOW, cluster, managers, node, replicas_on, service, task
from tests.unit.swarm.diagnosis.finding_of import finding_of, rules_on

LOGGING = TaskTemplate(log_driver=Driver("loki"))
REFUSED = "no suitable node (…)"


def waiting(nodes: Iterable[Node], others: Iterable[Task] = (), *, number: int = 1, **of: Any) -> Cluster:
    """The service "web", of which so many tasks wait."""
    services = [service("web", number + of.pop("running", 0), **of), *of.pop("services", ())]
    tasks = [pending_task(slot) for slot in range(1, number + 1)]
    return cluster(nodes, services, [*others, *tasks])


def pending_task(slot: int, *, error: str = REFUSED, created: float = 5) -> Task:
    return task("web", slot + 100, state="pending", error=error, created=created)


def found_on(snapshot: Cluster) -> Finding:
    return finding_of("pending", snapshot)


def offered(found: Finding) -> list[tuple[str, str, dict[str, str]]]:
    return [(each.command, each.subject.name, dict(each.values)) for each in found.remedies]


def test_a_label_that_no_node_has_is_named_and_can_be_given() -> None:
    nodes = [node("wrk1"), node("wrk2", labels={"gpu": "false"})]
    found = found_on(waiting(nodes, number=2, constraints=["node.labels.gpu == true"]))
    assert found.summary == "2 tasks pending: no node has gpu=true"
    assert found.evidence == ("wrk1: has no label gpu", "wrk2: label gpu is false, not true")
    assert offered(found) == [
        ("node.labels", "wrk1", {"add": "gpu=true"}),
        ("node.labels", "wrk2", {"add": "gpu=true"}),
        ("service.constraints", "web", {"remove": "node.labels.gpu == true"}),
    ]
    assert found.cause == "Constraints are compared with the labels as they are written: a typing error looks the same."
    assert found.severity is Severity.CRITICAL
    assert found.since == NOW - 5


def test_what_is_missing_of_memory_and_cpus_is_told_with_numbers() -> None:
    nodes = [node("wrk1", memory_gb=60), node("wrk2", memory_gb=16)]
    found = found_on(waiting(nodes, reserved_memory_gb=500))
    assert found.summary == "1 task pending: needs 500 GiB of memory, at most 60 GiB free"
    assert found.evidence[:2] == (
        "wrk1: needs 500 GiB of memory, 60 GiB free",
        "wrk2: needs 500 GiB of memory, 16 GiB free",
    )
    assert found.cause == "Only reservations count, not actual use."
    assert offered(found) == [("service.limits", "web", {"memory reserved": "60g"})]
    assert found.remedies[0].text == "Reserve 60 GiB of memory for web"


def with_gpus(of: Node, *names: str, number: int = 0) -> Node:
    """A node whose engine was told of GPUs, by name or by their number."""
    declared = [GenericResource(named_resource_spec=GenericAmount("gpu", name)) for name in names]
    if number:
        declared.append(GenericResource(discrete_resource_spec=GenericAmount("gpu", number)))
    description = of.description
    resources = structs.replace(description.resources, generic_resources=tuple(declared))
    return structs.replace(of, description=structs.replace(description, resources=resources))


def reserving_gpus(of: Cluster, number: int) -> Cluster:
    """The service "web" reserves so many for each task."""
    web = next(each for each in of.services.values() if each.name == "web")
    wanted = (GenericResource(discrete_resource_spec=GenericAmount("gpu", number)),)
    requirements = ResourceRequirements(reservations=Resources(generic_resources=wanted))
    template = structs.replace(web.spec.task_template, resources=requirements)
    changed = structs.replace(web, spec=structs.replace(web.spec, task_template=template))
    return cluster(of.nodes.values(), [changed], of.all_tasks())


def test_generic_resources_are_counted_as_the_engines_declare_them() -> None:
    nodes = [with_gpus(node("wrk1"), "uuid-1", "uuid-2"), with_gpus(node("wrk2"), number=1), node("wrk3")]
    snapshot = reserving_gpus(waiting(nodes, [task("web", 1, "wrk1")], running=1), 2)
    found = found_on(snapshot)
    assert found.summary == "1 task pending: needs 2 gpu, at most 1 free"
    assert found.evidence[:2] == ("wrk1 and wrk3: needs 2 gpu, 0 free", "wrk2: needs 2 gpu, 1 free")
    assert found.cause == "Only reservations count, not actual use."
    free = reserving_gpus(waiting([with_gpus(node("wrk1"), number=2)]), 2)
    assert "pending" not in rules_on(free), "a node can take it"


def test_what_the_tasks_on_a_node_reserve_is_not_free() -> None:
    running = [task("web", 1, "wrk1"), task("web", 2, "wrk1")]
    found = found_on(waiting([node("wrk1", cpus=4)], running, running=2, reserved_cpus=1.5))
    assert found.summary == "1 task pending: needs 1.5 CPUs, 1 CPU free"
    assert found.severity is Severity.WARNING
    assert offered(found) == [
        ("service.limits", "web", {"CPU reserved": "1"}),
        ("service.scale", "web", {"replicas": "2"}),
    ]
    assert found.remedies[0].text == "Reserve 1 CPU for web"


def test_the_reservation_offered_leaves_room_for_every_task_that_waits() -> None:
    found = found_on(waiting([node("wrk1", cpus=4), node("wrk2", cpus=2)], number=3, reserved_cpus=5))
    assert offered(found)[0] == ("service.limits", "web", {"CPU reserved": "2"})


def test_the_nodes_that_the_constraints_leave_are_what_counts() -> None:
    nodes = [*managers(3), node("wrk1", availability="drain"), node("wrk2", memory_gb=8)]
    found = found_on(waiting(nodes, constraints=["node.role==worker"], reserved_memory_gb=12))
    assert found.summary == "1 task pending: needs 12 GiB of memory, 8 GiB free on wrk2; wrk1 is drained"
    assert found.evidence[:3] == (
        "wrk1: drained",
        "wrk2: needs 12 GiB of memory, 8 GiB free",
        "mgr1, mgr2 and mgr3: node.role is manager, not worker",
    )


def test_nodes_of_one_constraint_are_told_in_a_line_and_a_drained_one_can_be_activated() -> None:
    nodes = [*managers(3), node("wrk1", availability="drain"), node("wrk2", state="down")]
    found = found_on(waiting(nodes, constraints=["node.role==worker"]))
    assert found.summary == "1 task pending: wrk1 is drained; wrk2 is down"
    assert found.evidence[:3] == (
        "wrk1: drained",
        "wrk2: down",
        "mgr1, mgr2 and mgr3: node.role is manager, not worker",
    )
    assert offered(found)[0] == ("node.availability", "wrk1", {"availability": "active"})
    assert offered(found)[-1] == ("service.constraints", "web", {"remove": "node.role==worker"})


def test_a_drained_node_of_the_kind_that_is_asked_for_comes_before_a_label_on_another() -> None:
    nodes = [
        node("wrk1", availability="drain", labels={"disk": "ssd"}),
        node("wrk2", labels={"disk": "hdd"}),
        node("wrk3"),
    ]
    found = found_on(waiting(nodes, constraints=["node.labels.disk==ssd"]))
    assert [(command, name) for command, name, _ in offered(found)][:2] == [
        ("node.availability", "wrk1"),
        ("node.labels", "wrk3"),
    ]
    assert "wrk2" not in [name for _, name, _ in offered(found)]


def test_constraints_that_only_different_nodes_meet_are_named_together() -> None:
    nodes = [node("wrk1", labels={"disk": "ssd"}), node("wrk2", labels={"gpu": "true"})]
    found = found_on(waiting(nodes, constraints=["node.labels.disk==ssd", "node.labels.gpu==true"]))
    assert found.summary == "1 task pending: no node meets all of disk=ssd and gpu=true"


def test_a_host_port_is_told_with_the_service_that_has_it() -> None:
    port = Port(target_port=80, published_port=8080, publish_mode="host")
    proxy = service("proxy", 1, ports=[port])
    web = service("web", 1, ports=[port])
    snapshot = cluster([node("wrk1")], [proxy, web], [task("proxy", 1, "wrk1"), pending_task(1)])
    found = found_on(snapshot)
    assert found.summary == "1 task pending: host port 8080 is in use by proxy on every node"
    assert offered(found) == [("service.ports", "web", {})]


def test_a_limit_per_node_can_be_raised_and_the_service_scaled_down() -> None:
    found = found_on(
        waiting([node("wrk1"), node("wrk2")], replicas_on("web", "wrk1", "wrk2"), number=3, running=2, max_replicas=1)
    )
    assert found.summary == "3 tasks pending: limit of 1 per node reached on every node"
    assert found.evidence == ("wrk1 and wrk2: has 1 of at most 1 per node",)
    assert offered(found) == [
        ("service.constraints", "web", {"remove": "max-per-node=1", "add": "max-per-node=3"}),
        ("service.scale", "web", {"replicas": "2"}),
    ]


def test_a_platform_that_no_node_has_is_named() -> None:
    found = found_on(waiting([node("wrk1")], platforms=[Platform("arm64", "linux")]))
    assert found.summary == "1 task pending: no node is linux/arm64"
    assert found.evidence[0] == "wrk1: is linux/x86_64, the image needs linux/arm64"


def test_a_plugin_that_no_node_has_is_named() -> None:
    logs = structs.replace(service("web"), spec=structs.replace(service("web").spec, task_template=LOGGING))
    plugins = (Plugin("Log", "json-file"),)
    worker = node("wrk1")
    engine = structs.replace(worker.description.engine, plugins=plugins)
    worker = structs.replace(worker, description=structs.replace(worker.description, engine=engine))
    found = found_on(cluster([worker], [logs], [pending_task(1)]))
    assert found.summary == "1 task pending: no node has the log plugin loki"
    assert found.evidence[0] == "wrk1: has no log plugin loki"
    assert "docker plugin install" in found.cause
    assert [each.command for each in found.remedies] == ["service.edit"]


def test_of_many_nodes_the_rest_is_summed_up() -> None:
    many = [node(f"wrk{number}", labels={"zone": str(number)}, memory_gb=number) for number in range(1, 500)]
    found = found_on(waiting(many, reserved_memory_gb=600))
    assert found.summary == "1 task pending: needs 600 GiB of memory, at most 499 GiB free"
    assert len(found.evidence) <= 9
    assert found.evidence[0] == "wrk1, wrk2, wrk3, wrk4 and 495 more: too little memory free"


def test_a_task_that_the_scheduler_has_not_refused_is_not_called_pending_yet() -> None:
    snapshot = cluster([node("wrk1")], [service("web")], [pending_task(1, error="", created=2)])
    assert "pending" not in rules_on(snapshot)
    assert "pending" in rules_on(snapshot, NOW + 60)


def test_what_only_waits_for_a_task_to_stop_is_not_called_pending_at_once() -> None:
    stopping = task("web", 1, "wrk1", desired="shutdown")
    snapshot = waiting([node("wrk1", cpus=4)], [stopping], reserved_cpus=3)
    assert "pending" not in rules_on(snapshot)
    assert "stopping" in finding_of("pending", snapshot, NOW + 60).cause


def test_a_global_services_task_waits_for_its_own_node() -> None:
    waits = task("web", on="wrk2", state="pending", error="insufficient resources on 1 node", created=5)
    web = service("web", None, mode="global", reserved_cpus=4)
    nodes = [node("wrk1", cpus=8), node("wrk2", cpus=2)]
    found = found_on(cluster(nodes, [web], [task("web", on="wrk1"), waits]))
    assert found.summary == "1 task pending: needs 4 CPUs, 2 CPUs free"
    assert found.evidence[0] == "wrk2: needs 4 CPUs, 2 CPUs free"


def test_what_a_snapshot_cannot_explain_is_told_in_the_schedulers_words() -> None:
    found = finding_of("pending", waiting([node("wrk1")]), NOW + 60)
    assert found.summary == f"1 task pending: swarm says: {REFUSED}"


def test_a_leader_that_has_not_tried_yet_gets_no_remedy_for_the_nodes() -> None:
    nodes = [node("wrk1"), node("wrk2", availability="drain")]
    found = finding_of("pending", cluster(nodes, [service("web")], [pending_task(1, error="")]), NOW + 60)
    assert found.summary == "1 task pending: the scheduler has not reached it yet"
    assert "leader" in found.cause
    assert not found.remedies


def test_nodes_that_are_not_the_one_that_is_named_are_told_in_a_line() -> None:
    nodes = [*managers(3), node("wrk1", availability="drain")]
    found = found_on(waiting(nodes, constraints=["node.hostname==wrk1"]))
    assert found.evidence[:2] == ("wrk1: drained", "mgr1, mgr2 and mgr3: node.hostname is not wrk1")
    assert found.cause == "The nodes that qualify take no new tasks now."
