from __future__ import annotations

from swarmtui.swarm.diagnosis.finding import Severity
from swarmtui.swarm.objects.engine import EngineInfo, EngineSwarm
from swarmtui.swarm.objects.node import Node
from tests.unit.swarm.builders import cluster, node
from tests.unit.swarm.diagnosis.finding_of import finding_of, rules_on

OF_MANAGERS = {
    "no-quorum",
    "quorum-at-limit",
    "one-manager",
    "even-managers",
    "too-many-managers",
    "managers-in-one-zone",
    "managers-on-one-host",
    "manager-unreachable",
}


def managers(number: int, *, lost: int = 0, zone: str = "") -> list[Node]:
    """mgr1 (the leader), mgr2, …, each at an address of its own; the last ones are down."""
    return [
        node(
            f"mgr{place}",
            manager=True,
            leader=place == 1,
            reachable=place <= number - lost,
            state="ready" if place <= number - lost else "down",
            address=f"10.0.0.{place}",
            labels={"zone": zone} if zone else None,
        )
        for place in range(1, number + 1)
    ]


def test_three_managers_that_reach_each_other_are_well() -> None:
    assert not OF_MANAGERS & rules_on(cluster([*managers(3), node("wrk1"), node("wrk2")]))


def test_a_lost_quorum_tells_who_is_away_and_how_to_recover() -> None:
    found = finding_of("no-quorum", cluster(managers(3, lost=2)))
    assert found.severity is Severity.CRITICAL
    assert found.summary == "no quorum: 1 of 3 managers reachable, 2 needed"
    assert found.evidence[0] == "mgr2 (10.0.0.2:2377): unreachable, down for 1 min"
    assert [each.command for each in found.remedies] == ["swarm.recover"]


def test_an_engine_that_knows_no_leader_has_lost_the_quorum_whatever_was_known_of_its_nodes() -> None:
    said = "rpc error: code = Unknown desc = The swarm does not have a leader."
    leaderless = cluster(managers(3)).with_info(EngineInfo(swarm=EngineSwarm(error=said)))
    found = finding_of("no-quorum", leaderless)
    assert found.summary == "no quorum: the swarm has no leader"
    assert found.evidence == (said,)


def test_a_quorum_at_its_limit_offers_to_demote_the_lost_manager_and_to_promote_a_worker() -> None:
    found = finding_of("quorum-at-limit", cluster([*managers(3, lost=1), node("wrk1")]))
    assert found.summary == "quorum at its limit: 2 of 3 managers reachable, can lose none"
    assert [(each.command, each.subject.name) for each in found.remedies] == [
        ("node.demote", "mgr3"),
        ("node.promote", "wrk1"),
    ]


def test_one_manager_is_a_note() -> None:
    found = finding_of("one-manager", cluster([*managers(1), node("wrk1"), node("wrk2")]))
    assert found.severity is Severity.NOTE
    assert [each.subject.name for each in found.remedies] == ["wrk1", "wrk2"]


def test_an_even_number_is_a_note_and_two_are_worse() -> None:
    four = finding_of("even-managers", cluster(managers(4)))
    assert four.summary == "4 managers: an even number, they survive the loss of 1, as 3 would"
    assert four.severity is Severity.NOTE
    assert finding_of("even-managers", cluster(managers(2))).severity is Severity.WARNING


def test_more_than_seven_managers_are_too_many() -> None:
    assert "too-many-managers" not in rules_on(cluster(managers(7)))
    assert finding_of("too-many-managers", cluster(managers(9))).summary.startswith("9 managers")


def test_managers_in_one_zone_are_told_where_nodes_are_in_several() -> None:
    workers = [node("wrk1", labels={"zone": "b"}), node("wrk2", labels={"zone": "a"})]
    found = finding_of("managers-in-one-zone", cluster([*managers(3, zone="a"), *workers]))
    assert found.summary == "all 3 managers in zone=a: the swarm is lost with it"
    assert [each.subject.name for each in found.remedies] == ["wrk1"]
    assert "managers-in-one-zone" not in rules_on(cluster([*managers(3, zone="a"), workers[1]]))


def test_managers_with_the_same_address_are_on_one_host() -> None:
    nodes = [node(f"mgr{place}", manager=True, leader=place == 1) for place in (1, 2, 3)]
    assert finding_of("managers-on-one-host", cluster(nodes)).summary.startswith("3 managers on one host")


def test_a_manager_out_of_reach_on_a_ready_node() -> None:
    nodes = managers(3)
    nodes[2] = node("mgr3", manager=True, reachable=False, address="10.0.0.3")
    found = finding_of("manager-unreachable", cluster(nodes))
    assert found.subject.name == "mgr3"
    assert "2377" in found.cause
