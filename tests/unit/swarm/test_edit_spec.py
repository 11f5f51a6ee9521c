"""Setting a whole spec: what is sent, what it says it will do, and that it tells no secrets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Severity, Spec
from swarmtui.swarm.actions.edit_spec import EditSpec, target_of
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from tests.unit.swarm.builders import cluster, managers, node, replicas_on, service
from tests.unit.swarm.test_spec_text import specs

WEB = Target(Kind.SERVICE, "service-web", "web", 10)
SPEC: dict[str, Any] = {
    "Name": "web",
    "Labels": {"a": "1"},
    "TaskTemplate": {"ContainerSpec": {"Image": "nginx:1.27", "Env": ["DB_PASSWORD=hunter2"]}},
    "Mode": {"Replicated": {"Replicas": 2}},
}
NODE: dict[str, Any] = {"Role": "manager", "Availability": "active", "Labels": {"disk": "ssd"}}


def with_(spec: Spec, **fields: Any) -> dict[str, Any]:
    return {**spec, **fields}


def swarm() -> Cluster:
    nodes = [*managers(3), node("wrk1")]
    services = [service("web", 2), service("db", 1, constraints=["node.labels.disk==ssd"])]
    return cluster(nodes, services, replicas_on("web", "mgr1", "wrk1"))


def said(target: Target, before: Spec, after: Spec) -> str:
    impact = EditSpec.of(target, before, after).impact(swarm())
    return "\n".join(finding.text for finding in impact.findings)


@given(specs, specs)
def test_exactly_what_was_edited_is_sent(before: dict[str, Any], after: dict[str, Any]) -> None:
    if json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True):
        return
    action = EditSpec.of(WEB, before, after)
    assert json.dumps(action.change(before)) == json.dumps(after)
    assert action.value(before) == action.seen
    assert action.value(after) == action.wanted
    assert action.seen != action.wanted


def test_no_change_is_no_action() -> None:
    with pytest.raises(NotPossible, match="Nothing was changed in the spec of web"):
        EditSpec.of(WEB, SPEC, dict(reversed(SPEC.items())))


def test_what_restarts() -> None:
    env = with_(SPEC, TaskTemplate={"ContainerSpec": {"Image": "nginx:1.28", "Env": []}})
    assert "All 2 tasks are replaced" in said(WEB, SPEC, env)
    assert "No task is restarted" in said(WEB, SPEC, with_(SPEC, Labels={"a": "2"}))


def test_what_the_engine_refuses() -> None:
    assert "cannot be renamed" in said(WEB, SPEC, with_(SPEC, Name="shop"))
    assert "mode cannot be changed" in said(WEB, SPEC, with_(SPEC, Mode={"Global": {}}))
    action = EditSpec.of(WEB, SPEC, with_(SPEC, Name="shop"))
    assert action.impact(swarm()).severity is Severity.DANGER
    assert "no longer in the swarm" in action.impact(Cluster()).findings[0].text


def test_new_fields_may_be_slips() -> None:
    assert "New in it: Lables." in said(WEB, SPEC, with_(SPEC, Lables={}))
    assert "New in it" not in said(WEB, SPEC, with_(SPEC, Labels={"other": "1"}))


def test_a_node_has_the_consequences_of_the_single_actions() -> None:
    leader = Target(Kind.NODE, "node-mgr1", "mgr1", 10)
    assert "Now: 3 of 3" in said(leader, NODE, with_(NODE, Role="worker")) or "leader" in said(
        leader, NODE, with_(NODE, Role="worker")
    )
    assert "move" in said(leader, NODE, with_(NODE, Availability="drain")) or "stop" in said(
        leader, NODE, with_(NODE, Availability="drain")
    )
    assert "no role" in said(leader, NODE, with_(NODE, Role="captain"))
    assert "no availability" in said(leader, NODE, with_(NODE, Availability="asleep"))
    assert "hardly take this" in said(leader, NODE, with_(NODE, Labels=["a"]))
    bare = with_(NODE, Labels={})
    assert "db may run on mgr1 then" in said(leader, bare, NODE)


def test_a_demotion_that_loses_the_quorum_must_be_typed() -> None:
    nodes = managers(3, unreachable=1)
    known = cluster(nodes, [], [])
    action = EditSpec.of(Target(Kind.NODE, "node-mgr2", "mgr2", 10), NODE, with_(NODE, Role="worker"))
    single = action.impact(known)
    assert single.type_to_confirm == "mgr2"


def test_it_tells_no_secrets() -> None:
    action = EditSpec.of(WEB, SPEC, with_(SPEC, TaskTemplate={"ContainerSpec": {"Env": ["DB_PASSWORD=tiger3"]}}))
    shown = f"{action!r} {action.title} {action.docker_command} {action.seen} {action.wanted}"
    shown += " ".join(line.text for line in action.difference)
    assert "hunter2" not in shown
    assert "tiger3" not in shown
    assert "DB_PASSWORD=••••••••" in shown


def test_targets() -> None:
    raw = {"ID": "abc", "Version": {"Index": 7}, "Spec": SPEC}
    assert target_of(Kind.SERVICE, raw) == Target(Kind.SERVICE, "abc", "web", 7)
    assert target_of(Kind.NODE, {**raw, "Description": {"Hostname": "n1"}}) == Target(Kind.NODE, "abc", "n1", 7)


def test_progress() -> None:
    labels = EditSpec.of(WEB, SPEC, with_(SPEC, Labels={}))
    assert labels.progress(swarm()).settled
    assert labels.progress(Cluster()).failed
    assert (
        EditSpec.of(Target(Kind.NODE, "node-wrk1", "wrk1", 1), NODE, with_(NODE, Labels={})).progress(swarm()).settled
    )
