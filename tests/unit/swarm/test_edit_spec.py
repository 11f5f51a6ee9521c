"""Setting a whole spec: what is sent, what it says it will do, and that it tells no secrets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Severity, Spec
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.editing.edit_spec import EditSpec
from swarmtui.swarm.editing.parts import VALUES
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.services.form_change import FormChange
from swarmtui.swarm.services.lines_change import LinesChange
from swarmtui.swarm.services.scale import ScaleService
from swarmtui.swarm.services.service_settings import SETTINGS
from tests.unit.swarm.all_actions import ALL_ACTIONS
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
    return "\n".join(consequence.text for consequence in impact.consequences)


@settings(suppress_health_check=[HealthCheck.too_slow])
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
    with pytest.raises(NotPossible, match="The spec of web is unchanged"):
        EditSpec.of(WEB, SPEC, dict(reversed(SPEC.items())))


def test_what_restarts() -> None:
    env = with_(SPEC, TaskTemplate={"ContainerSpec": {"Image": "nginx:1.28", "Env": []}})
    assert "All 2 tasks are replaced" in said(WEB, SPEC, env)
    assert "No task is restarted" in said(WEB, SPEC, with_(SPEC, Labels={"a": "2"}))


def test_a_placement_that_is_taken_out_becomes_an_empty_one() -> None:
    placed = with_(SPEC, TaskTemplate={**SPEC["TaskTemplate"], "Placement": {"Constraints": ["node.role==worker"]}})
    action = EditSpec.of(WEB, placed, SPEC)
    assert action.change(placed)["TaskTemplate"]["Placement"] == {}
    assert action.is_made(action.change(placed))
    assert "No task is restarted" in said(WEB, placed, SPEC)


def test_what_the_engine_refuses() -> None:
    assert "cannot be renamed" in said(WEB, SPEC, with_(SPEC, Name="shop"))
    assert "mode cannot be changed" in said(WEB, SPEC, with_(SPEC, Mode={"Global": {}}))
    action = EditSpec.of(WEB, SPEC, with_(SPEC, Name="shop"))
    assert action.impact(swarm()).severity is Severity.DANGER
    assert "no longer in the swarm" in action.impact(Cluster()).consequences[0].text


def test_new_fields_may_be_slips() -> None:
    assert "New fields: Lables." in said(WEB, SPEC, with_(SPEC, Lables={}))
    assert "New fields" not in said(WEB, SPEC, with_(SPEC, Labels={"other": "1"}))


def test_a_node_has_the_consequences_of_the_single_actions() -> None:
    leader = Target(Kind.NODE, "node-mgr1", "mgr1", 10)
    assert "Now: 3 of 3" in said(leader, NODE, with_(NODE, Role="worker")) or "leader" in said(
        leader, NODE, with_(NODE, Role="worker")
    )
    assert "move" in said(leader, NODE, with_(NODE, Availability="drain")) or "stop" in said(
        leader, NODE, with_(NODE, Availability="drain")
    )
    assert "db gains mgr1" in said(leader, with_(NODE, Labels={}), NODE)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"Role": "captain"}, "Role must be one of worker, manager, not captain."),
        ({"Availability": "asleep"}, "Availability must be one of active, pause, drain, not asleep."),
        ({"Labels": ["a"]}, "Labels must be a mapping, not a list"),
    ],
)
def test_a_node_spec_that_no_engine_takes_is_refused_before_it_is_sent(change: dict[str, Any], words: str) -> None:
    with pytest.raises(NotPossible, match=words):
        EditSpec.of(Target(Kind.NODE, "node-mgr1", "mgr1", 10), NODE, with_(NODE, **change))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"Mode": {"Replicated": {"Replicas": -3}}}, "Mode.Replicated.Replicas must be 0 or more, not -3."),
        ({"Mode": {"Replicated": {"Replicas": "five"}}}, "Mode.Replicated.Replicas must be a whole number, not five."),
        ({"TaskTemplate": {"Placement": {"Constraints": ["node.role=worker"]}}}, "has neither == nor !="),
        ({"TaskTemplate": {"LogDriver": "syslog"}}, "TaskTemplate.LogDriver must be a mapping, not a string"),
        ({"EndpointSpec": {"Ports": [{"TargetPort": "http"}]}}, "TargetPort must be a whole number, not http."),
    ],
)
def test_a_service_spec_that_no_engine_takes_is_refused_before_it_is_sent(change: dict[str, Any], words: str) -> None:
    with pytest.raises(NotPossible, match=words):
        EditSpec.of(WEB, SPEC, with_(SPEC, **change))


def test_replicas_set_to_none_in_the_editor_are_an_outage_as_with_the_scale_key() -> None:
    none = with_(SPEC, Mode={"Replicated": {"Replicas": 0}})
    action = EditSpec.of(WEB, SPEC, none)
    assert action.impact(swarm()) == ScaleService.of(swarm().services["service-web"], 0).impact(swarm())
    assert "web will not run at all" in said(WEB, SPEC, none)
    assert "No task is restarted" not in said(WEB, SPEC, none)
    stopping = cluster([*managers(3), node("wrk1")], [service("web", 0, status=(1, 0))], replicas_on("web", "wrk1"))
    assert action.progress(stopping).text == "0 of 0 running, 1 stopping"
    assert not action.progress(stopping).settled


def test_each_action_on_a_field_judges_it_in_the_editor_too() -> None:
    fields = {each for each in ALL_ACTIONS if issubclass(each, FormChange | LinesChange)}
    assert fields <= {*SETTINGS, *VALUES}, "add it to SETTINGS (services/settings.py) or VALUES (editing/parts.py)"


def test_each_field_in_the_editor_has_the_judgement_of_its_own_action() -> None:
    image = with_(SPEC, TaskTemplate={**SPEC["TaskTemplate"], "ContainerSpec": {"Image": "other/nginx:latest"}})
    assert "The repository changes from" in said(WEB, SPEC, image)
    limits = with_(SPEC, TaskTemplate={**SPEC["TaskTemplate"], "Resources": {"Reservations": {"NanoCPUs": 10**12}}})
    assert ". The largest has" in said(WEB, SPEC, limits)
    container = {**SPEC["TaskTemplate"]["ContainerSpec"], "StopGracePeriod": 0}
    at_once = with_(SPEC, TaskTemplate={**SPEC["TaskTemplate"], "ContainerSpec": container})
    assert "Containers of web are killed at once" in said(WEB, SPEC, at_once)
    policy = with_(SPEC, UpdateConfig={"Parallelism": 0, "Order": "stop-first"})
    assert "All 2 tasks of web will stop together: an outage each time." in said(WEB, SPEC, policy)
    placement = {"Constraints": ["node.labels.disk==tape"]}
    assert "No node will be able to take a task of web" in said(
        WEB, SPEC, with_(SPEC, TaskTemplate={**SPEC["TaskTemplate"], "Placement": placement})
    )


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
    assert Target.of_json(Kind.SERVICE, raw) == Target(Kind.SERVICE, "abc", "web", 7)
    assert Target.of_json(Kind.NODE, {**raw, "Description": {"Hostname": "n1"}}) == Target(Kind.NODE, "abc", "n1", 7)


def test_progress() -> None:
    labels = EditSpec.of(WEB, SPEC, with_(SPEC, Labels={}))
    assert labels.progress(swarm()).settled
    assert labels.progress(Cluster()).failed
    assert (
        EditSpec.of(Target(Kind.NODE, "node-wrk1", "wrk1", 1), NODE, with_(NODE, Labels={})).progress(swarm()).settled
    )
