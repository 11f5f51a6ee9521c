from __future__ import annotations

from msgspec import structs

from swarmtui.swarm.diagnosis.diagnosis import Diagnosis
from swarmtui.swarm.diagnosis.finding import Severity
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task_template import Mount
from tests.unit.swarm.builders import NOW, ago, cluster, managers, node, replicas_on, service, swarm, task
from tests.unit.swarm.diagnosis.finding_of import finding_of, rules_on


def with_volume(of: Service, volume: str) -> Service:
    template = of.spec.task_template
    assert template.container_spec is not None
    container = structs.replace(template.container_spec, mounts=(Mount("volume", volume, "/data"),))
    return structs.replace(
        of, spec=structs.replace(of.spec, task_template=structs.replace(template, container_spec=container))
    )


def test_a_node_that_is_down_tells_what_moved_what_could_not_and_whose_data_stayed() -> None:
    nodes = [node("wrk1", state="down"), node("wrk2"), node("wrk3")]
    services = [
        service("web", 2),
        with_volume(service("db"), "db_data"),
        service("api", constraints=["node.labels.gpu==true"]),
    ]
    gone = [
        task(name, slot, "wrk1", desired="shutdown", container="c")
        for name, slot in (("web", 1), ("web", 2), ("db", 1), ("api", 1))
    ]
    moved = [task("web", 1, "wrk2", created=50), task("web", 2, "wrk3", created=50), task("db", 1, "wrk2", created=50)]
    waits = task("api", 1, state="pending", created=50, error="no suitable node (…)")
    found = finding_of("node-down", cluster(nodes, services, [*gone, *moved, waits]))
    assert found.severity is Severity.CRITICAL
    assert found.summary == "down for 1 min: 3 tasks moved, api.1 could not"
    assert found.since == NOW - 60
    assert found.evidence == (
        "api.1 could not move: no node has gpu=true",
        "1 task of db moved to wrk2",
        "volume db_data is on wrk1 (down), and db.1 is on wrk2",
        "2 tasks of web moved to wrk2 and wrk3",
    )


def test_a_node_that_is_down_and_had_nothing_is_a_warning_and_can_be_removed_after_a_while() -> None:
    snapshot = cluster([node("wrk1", state="down"), node("wrk2")])
    found = finding_of("node-down", snapshot)
    assert found.severity is Severity.WARNING
    assert [each.command for each in found.remedies] == ["inspect.readable"]
    later = finding_of("node-down", snapshot, NOW + 7200)
    assert [each.command for each in later.remedies] == ["inspect.readable", "node.remove"]


def test_a_node_that_was_away_for_longer_than_its_certificate_lasts_has_to_join_again() -> None:
    snapshot = cluster([node("wrk1", state="down"), node("wrk2")], swarm=swarm())
    assert "certificate" not in finding_of("node-down", snapshot, NOW + 80 * 86400).cause
    assert "certificate" in finding_of("node-down", snapshot, NOW + 91 * 86400).cause


def test_nodes_that_are_unknown_after_a_change_of_leaders_get_half_a_minute() -> None:
    unknown = structs.replace(node("wrk1", state="unknown"), updated_at=ago(5))
    assert "node-down" not in rules_on(cluster([unknown]))
    assert "node-down" in rules_on(cluster([unknown]), NOW + 60)


def test_a_node_that_comes_and_goes_is_flapping_and_one_that_was_rebooted_is_not() -> None:
    diagnosis = Diagnosis()
    states = ["ready", "down", "ready", "down", "ready"]
    for number, state in enumerate(states):
        diagnosis.advance(cluster([*managers(3), node("wrk1", state=state)]), NOW + 60 * number)
        flapping = [each for each in diagnosis.findings if each.rule == "node-flapping"]
        assert bool(flapping) == (number == 4)
    assert flapping[0].summary == "flapping: 4 changes in 3 min, now ready"
    assert flapping[0].remedies[0].command == "node.drain"


def test_a_drained_node_that_a_service_waits_for_is_a_warning() -> None:
    nodes = [node("wrk1", availability="drain"), node("wrk2", cpus=1)]
    waits = task("web", 1, state="pending", created=40, error="no suitable node (…)")
    found = finding_of("node-set-aside", cluster(nodes, [service("web", reserved_cpus=2)], [waits]))
    assert found.severity is Severity.WARNING
    assert found.summary == "drained for 1 min: web waits for it"
    assert dict(found.remedies[0].values) == {"availability": "active"}


def test_a_drained_node_that_nothing_waits_for_may_have_been_forgotten_after_an_hour() -> None:
    snapshot = cluster([*managers(3), node("wrk1", availability="pause"), node("wrk2")])
    assert "node-set-aside" not in rules_on(snapshot)
    found = finding_of("node-set-aside", snapshot, NOW + 7200)
    assert found.severity is Severity.NOTE
    assert found.summary == "paused for 2 h, nothing waits for it"


def test_managers_that_are_drained_for_good_are_not_told() -> None:
    nodes = [structs.replace(each, spec=structs.replace(each.spec, availability="drain")) for each in managers(3)]
    assert "node-set-aside" not in rules_on(cluster([*nodes, node("wrk1")]), NOW + 7200)


def test_a_node_with_more_than_nine_tenths_reserved_names_the_largest_services() -> None:
    services = [service("web", 3, reserved_cpus=1.2), service("api", 1, reserved_cpus=0.1)]
    tasks = [*replicas_on("web", "wrk1", "wrk1", "wrk1"), *replicas_on("api", "wrk1")]
    found = finding_of("node-nearly-full", cluster([node("wrk1", cpus=4)], services, tasks))
    assert found.summary == "92% of its CPU reserved"
    assert found.evidence[1] == "web reserves 3.6 CPUs with 3 tasks"
    assert [(each.command, each.subject.name) for each in found.remedies] == [("service.limits", "web")]
