"""What the engine sends becomes objects, whatever it leaves out."""

from __future__ import annotations

import msgspec
import pytest

from swarmtui.swarm.objects.decoding import decode_info, decode_list, decode_swarm
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.task_list import TaskReader
from swarmtui.swarm.objects.times import seconds_of


def test_a_node_as_the_engine_sends_it() -> None:
    body = b"""[{"ID":"n1","Version":{"Index":7},"Spec":{"Labels":{"a":"b"},"Role":"manager","Availability":"drain"},
      "Description":{"Hostname":"mgr1","Platform":{"Architecture":"x86_64","OS":"linux"},
        "Resources":{"NanoCPUs":2000000000,"MemoryBytes":1024},
        "Engine":{"EngineVersion":"26.1.5","Plugins":[{"Type":"Log","Name":"journald"}]},"TLSInfo":{"x":1}},
      "Status":{"State":"ready","Addr":"10.0.0.1"},
      "ManagerStatus":{"Leader":true,"Reachability":"reachable","Addr":"10.0.0.1:2377"}}]"""
    (node,) = decode_list(Node, body)
    assert (node.id, node.name, node.version.index) == ("n1", "mgr1", 7)
    assert node.spec.availability == "drain"
    assert node.description.resources.nano_cpus == 2_000_000_000
    assert node.is_manager
    assert node.is_leader
    assert node.is_reachable_manager
    assert node.is_ready
    assert node.labels == {"a": "b"}


def test_a_service_that_leaves_everything_out_has_the_engines_defaults() -> None:
    (service,) = decode_list(Service, b'[{"ID":"abcdefghijklmnopq"}]')
    assert service.name == "abcdefghijkl"
    assert service.spec.mode.name == "replicated"
    assert (service.image, service.constraints, service.ports, dict(service.labels)) == ("", (), (), {})


def test_nulls_stand_for_nothing() -> None:
    body = b"""[{"ID":"s","Spec":{"Labels":null,"TaskTemplate":{"ContainerSpec":null,"Placement":{"Constraints":null}},
      "Mode":{"Replicated":{"Replicas":null}},"EndpointSpec":{"Ports":null}},"Endpoint":{"Ports":null},
      "UpdateStatus":null,"ServiceStatus":null}]"""
    (service,) = decode_list(Service, body)
    assert service.constraints == ()
    assert service.ports == ()


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        ({"Replicated": {"Replicas": 2}}, "replicated"),
        ({"Global": {}}, "global"),
        ({"ReplicatedJob": {"TotalCompletions": 3}}, "replicated-job"),
        ({"GlobalJob": {}}, "global-job"),
    ],
)
def test_the_mode_is_named_as_docker_names_it(mode: object, name: str) -> None:
    (service,) = decode_list(Service, msgspec.json.encode([{"ID": "s", "Spec": {"Mode": mode}}]))
    assert service.spec.mode.name == name


def test_one_broken_task_does_not_hide_the_others() -> None:
    tasks = decode_list(Task, b'[{"ID":"a"},{"ID":"b","Slot":"three"},{"ID":"c","Status":[]},{"ID":"d","Slot":4}]')
    assert [task.id for task in tasks] == ["a", "d"]


def test_an_empty_list_may_be_null() -> None:
    assert decode_list(Task, b"null\n") == []


@pytest.mark.parametrize("body", [b"", b"{}", b'{"message":"no"}', b"[{", b"<html>"])
def test_what_is_no_list_is_an_error(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_list(Node, body)


def test_a_swarm_holds_no_token() -> None:
    swarm = decode_swarm(b'{"ID":"s","JoinTokens":{"Worker":"SWMTKN-1-secret"},"Spec":{"Name":"default"}}')
    assert "SWMTKN" not in repr(swarm)


def test_info_of_an_engine_in_no_swarm() -> None:
    info = decode_info(b'{"ID":"e","Swarm":{"LocalNodeState":"inactive","RemoteManagers":null}}')
    assert info.managers == ()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:01Z", 1.0),
        ("1970-01-01T00:00:01.5Z", 1.5),
        ("1970-01-01T00:00:01.123456789Z", 1.123456),
        ("1970-01-01T01:00:01+01:00", 1.0),
        ("0001-01-01T00:00:00Z", None),
        ("", None),
        ("yesterday", None),
    ],
)
def test_times(text: str, seconds: float | None) -> None:
    assert seconds_of(text) == (None if seconds is None else pytest.approx(seconds))


def test_what_tasks_have_alike_is_held_once() -> None:
    raw = [
        {
            "ID": f"task{number}",
            "ServiceID": service,
            "NodeID": f"node of {service}",
            "Spec": {"ContainerSpec": {"Image": image, "Labels": {"stack": service}}, "ForceUpdate": force},
            "Status": {"State": "running", "Message": f"started {force}"},
            "DesiredState": "running",
        }
        for number, (service, image, force) in enumerate(
            [("web", "a:1", 0), ("web", "a:1", 0), ("web", "a:1", 2), ("web", "a:2", 0), ("db", "a:1", 0)]
        )
    ]
    tasks = TaskReader().some(msgspec.json.encode([*raw, {}, {"Status": {}}]))
    assert tasks == decode_list(Task, msgspec.json.encode([*raw, {}, {"Status": {}}]))
    first, same, *others = tasks
    assert same.spec is first.spec
    assert same.service_id is first.service_id
    assert same.status.message is first.status.message
    assert all(each.status.state is first.desired_state for each in (first, same, *others[:3]))
    assert all(each.spec is not first.spec for each in others)
