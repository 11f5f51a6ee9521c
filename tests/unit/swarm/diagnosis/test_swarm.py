from __future__ import annotations

from msgspec import structs

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.diagnosis import Diagnosis
from swarmtui.swarm.diagnosis.finding import Severity
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.engine import EngineInfo, EngineSwarm
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.swarm import TLSInfo
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.task_template import Placement, PlacementPreference, SpreadOver, TaskTemplate
from tests.unit.swarm.builders import NOW, ago, cluster, node, service, swarm, task
from tests.unit.swarm.diagnosis.finding_of import finding_of, rules_on

ROOT_OF_19_DAYS = """-----BEGIN CERTIFICATE-----
MIIBDTCBtAIBATAKBggqhkjOPQQDAjATMREwDwYDVQQDDAhzd2FybS1jYTAeFw0w
NjAzMDEwMDAwMDBaFw0yNjAzMjAxMjAwMDBaMBMxETAPBgNVBAMMCHN3YXJtLWNh
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1YBqz00NFDlel1bTjZaJ/w2KwBHb
ORHS2gdkBn1WMTYSgDqCnBwxUUIq5WRgVW0S5IkdwMm6c5Ux8eseZxYaTDAKBggq
hkjOPQQDAgNIADBFAiEA48P56yXXG7E1X+yNtT4lszqged5YtTcnUt2HoZq+xUoC
IFjGIThmlNbuzykXwUv57AZcPCMY5WFlugPVds7eGVCN
-----END CERTIFICATE-----
"""
"""As openssl makes it, valid from 2006-03-01 to 2026-03-20."""


def with_engine(name: str, version: str) -> Node:
    made = node(name)
    engine = structs.replace(made.description.engine, engine_version=version)
    return structs.replace(made, description=structs.replace(made.description, engine=engine))


def test_engines_of_different_versions_are_told_by_version() -> None:
    nodes = [with_engine("wrk1", "26.1.5"), with_engine("wrk2", "26.1.5"), with_engine("wrk3", "27.5.1")]
    found = finding_of("engine-versions-differ", cluster(nodes))
    assert found.severity is Severity.NOTE
    assert found.summary == "engine versions differ: wrk3 runs 27.5.1, the others 26.1.5"
    assert found.evidence == ("27.5.1: wrk3", "26.1.5: wrk1 and wrk2")


def test_a_root_rotation_hangs_when_it_lasts_and_names_the_nodes_that_hold_it_up() -> None:
    rotating = cluster([node("wrk1"), node("wrk2", state="down")], swarm=swarm(rotating=True))
    diagnosis = Diagnosis()
    diagnosis.advance(structs_updated(rotating, 5), NOW)
    assert "root-rotation-hangs" not in {each.rule for each in diagnosis.findings}
    diagnosis.advance(structs_updated(rotating, 5), NOW + 900)
    found = next(each for each in diagnosis.findings if each.rule == "root-rotation-hangs")
    assert found.summary == "root CA rotation hangs: under way for 15 min, wrk2 not ready"
    assert [(each.command, each.subject.name) for each in found.remedies] == [("node.remove", "wrk2")]


def structs_updated(snapshot: Cluster, seconds: float) -> Cluster:
    """The same, whose swarm was written so many seconds ago."""
    assert snapshot.swarm is not None
    return snapshot.with_swarm(structs.replace(snapshot.swarm, updated_at=ago(seconds)))


def test_a_root_certificate_that_expires_soon_is_a_warning_and_then_critical() -> None:
    made = cluster([node("wrk1")], swarm=structs.replace(swarm(), tls_info=TLSInfo(ROOT_OF_19_DAYS)))
    found = finding_of("root-certificate-expires", made)
    assert found.summary == "root certificate expires in 19 d"
    assert found.evidence == ("it is valid until 2026-03-20 12:00 UTC",)
    assert "root-certificate-expires" not in rules_on(made, NOW - 90 * 86400)
    assert finding_of("root-certificate-expires", made, NOW + 20 * 86400).severity is Severity.CRITICAL
    assert "root-certificate-expires" not in rules_on(made.with_swarm(swarm()))


def test_a_locked_manager_can_be_unlocked() -> None:
    locked = Cluster(info=EngineInfo(name="mgr1", swarm=EngineSwarm(local_node_state="locked")))
    found = finding_of("manager-locked", locked)
    assert found.severity is Severity.CRITICAL
    assert found.summary == "manager locked: mgr1 waits for the unlock key"
    assert [each.command for each in found.remedies] == ["swarm.unlock"]


def reported(on: str, *, created: float, reached: float, written: float) -> Task:
    made = task("web", 1, on, created=created, id=f"task-{on}")
    return structs.replace(made, status=structs.replace(made.status, timestamp=ago(reached)), updated_at=ago(written))


def test_a_clock_that_is_behind_or_ahead_is_told_with_the_least_that_it_is_off() -> None:
    nodes = [node("wrk1"), node("wrk2"), node("wrk3")]
    tasks = [
        reported("wrk1", created=100, reached=98, written=97.8),
        reported("wrk2", created=100, reached=190, written=97.8),
        reported("wrk3", created=100, reached=50, written=97.8),
    ]
    found = finding_of("clock-drift", cluster(nodes, [service("web", 3)], tasks))
    assert found.summary == "clock drift: wrk2 is 1 min behind and 1 more"
    assert found.evidence == ("wrk2: at least 1 min behind, by web.1", "wrk3: at least 45 s ahead, by web.1")


def test_a_task_that_has_not_been_reported_on_tells_nothing_of_a_clock() -> None:
    waits = structs.replace(reported("wrk1", created=100, reached=200, written=97), status=task("web", 1).status)
    assigned = structs.replace(waits, status=structs.replace(waits.status, state="assigned", timestamp=ago(200)))
    assert "clock-drift" not in rules_on(cluster([node("wrk1")], [service("web")], [assigned]))


def test_lists_that_are_refused_are_a_note() -> None:
    found = finding_of("lists-refused", cluster([node("wrk1")]).with_refusal(Kind.SECRET, "403 Forbidden"))
    assert found.summary == "not judged: the engine refuses secrets"
    assert found.evidence == ("secrets: 403 Forbidden",)


def test_labels_that_no_service_asks_for_are_told_once_for_the_swarm() -> None:
    nodes = [node("wrk1", labels={"disk": "ssd", "dsik": "ssd"}), node("wrk2", labels={"disk": "hdd"})]
    found = finding_of("unused-labels", cluster(nodes, [service("web", constraints=["node.labels.disk==ssd"])]))
    assert found.summary == "1 node label unused: dsik"
    assert found.evidence == ("dsik=ssd on wrk1",)
    assert [dict(each.values) for each in found.remedies] == [{"remove": "dsik=ssd"}]


def test_labels_are_not_judged_where_no_service_uses_any() -> None:
    assert "unused-labels" not in rules_on(cluster([node("wrk1", labels={"owner": "ann"})], [service("web")]))


def test_a_label_that_tasks_are_spread_over_is_used() -> None:
    preferences = (PlacementPreference(SpreadOver("node.labels.rack")),)
    web = service("web")
    spread = structs.replace(
        web, spec=structs.replace(web.spec, task_template=TaskTemplate(placement=Placement(preferences=preferences)))
    )
    nodes = [node("wrk1", labels={"rack": "1"}), node("wrk2")]
    assert "unused-labels" not in rules_on(cluster(nodes, [spread]))
