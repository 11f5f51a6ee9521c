"""What an engine would refuse of an edited spec is told before it is sent. The embedded swarm is the witness."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swarmtui.errors import NotPossible
from swarmtui.sim.cluster import Cluster
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.populate import swarm_of
from swarmtui.swarm.editing.edit_spec import EditSpec
from swarmtui.swarm.editing.refusals import refusals
from swarmtui.swarm.kinds import Kind, Target

Json = Any

BASE: dict[str, Json] = {
    "Name": "web",
    "Labels": {"a": "b"},
    "TaskTemplate": {
        "ContainerSpec": {"Image": "nginx:1.27", "Env": ["A=1"], "Mounts": [{"Type": "tmpfs", "Target": "/t"}]},
        "Placement": {"Constraints": ["node.role == worker"]},
        "RestartPolicy": {"Condition": "any", "Delay": 5_000_000_000},
        "Resources": {"Limits": {"MemoryBytes": 512 << 20, "NanoCPUs": 10**9}},
    },
    "Mode": {"Replicated": {"Replicas": 2}},
    "UpdateConfig": {"Parallelism": 1, "FailureAction": "pause", "Order": "stop-first", "MaxFailureRatio": 0.2},
    "EndpointSpec": {"Mode": "vip", "Ports": [{"TargetPort": 80, "PublishedPort": 8080, "Protocol": "tcp"}]},
}


def edited(path: tuple[str | int, ...], value: Json) -> dict[str, Json]:
    spec = copy.deepcopy(BASE)
    part: Json = spec
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return spec


CONTAINER = ("TaskTemplate", "ContainerSpec")


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("Mode", "Replicated", "Replicas"), -3, "Mode.Replicated.Replicas must be 0 or more, not -3."),
        (("Mode", "Replicated", "Replicas"), "five", "must be a whole number, not five."),
        ((*CONTAINER, "Image"), "UPPER/x:1", "A repository's name is lowercase: upper/x, not UPPER/x."),
        ((*CONTAINER, "Image"), "", "Image is required."),
        ((*CONTAINER, "Env"), [1], "Env must be a string, not 1."),
        (
            (*CONTAINER, "DNSConfig"),
            {"Nameservers": ["300.1.1.1"]},
            "Nameservers must be an IP address, not 300.1.1.1.",
        ),
        ((*CONTAINER, "Mounts", 0, "Target"), "t", "Mounts.Target must be an absolute path, not t."),
        (("EndpointSpec", "Ports", 0, "TargetPort"), 99999, "TargetPort must be at most 65535, not 99999."),
        (("EndpointSpec", "Ports", 0, "PublishedPort"), -1, "PublishedPort must be 0 or more, not -1."),
        (("EndpointSpec", "Ports", 0, "Protocol"), "icmp", "Protocol must be one of tcp, udp, sctp, not icmp."),
        (("EndpointSpec", "Mode"), "dns", "EndpointSpec.Mode must be one of vip, dnsrr, not dns."),
        (("UpdateConfig", "FailureAction"), "stop", "must be one of pause, continue, rollback, not stop."),
        (("UpdateConfig", "MaxFailureRatio"), 2, "MaxFailureRatio must be a number from 0 to 1, not 2."),
        (("TaskTemplate", "RestartPolicy", "Condition"), "always", "must be one of none, on-failure, any, not always."),
        (("TaskTemplate", "Resources", "Limits", "MemoryBytes"), 512, "MemoryBytes must be at least 4194304 (4 MiB)."),
        (("TaskTemplate", "Placement", "Constraints"), ["node.role worker"], "Constraints cannot be node.role worker"),
        (("Name",), "a b", "Name cannot be a b: letters, digits, - and _"),
        (("Labels", "n"), 1, "The label n must be a string, not 1: put it in quotes."),
    ],
)
def test_what_is_refused(path: tuple[str | int, ...], value: Json, words: str) -> None:
    after = edited(path, value)
    assert words in " ".join(refusals(Kind.SERVICE, BASE, after))
    with pytest.raises(NotPossible):
        EditSpec.of(Target(Kind.SERVICE, "i", "web", 1), BASE, after)


def test_what_the_engine_has_accepted_already_is_in_nobodys_way() -> None:
    odd = edited(("EndpointSpec", "Ports", 0, "Protocol"), "new")
    assert refusals(Kind.SERVICE, odd, {**odd, "Labels": {}}) == ()


def test_a_nodes_spec() -> None:
    before = {"Role": "worker", "Availability": "active"}
    assert refusals(Kind.NODE, before, {**before, "Availability": "off"}) == (
        "Availability must be one of active, pause, drain, not off.",
    )


numbers = st.sampled_from([-1, 0, 1, 100, 999_999, 10**6, 10**9, 4 << 20, 65535, 65536])
images = st.sampled_from(["x", "x:1", "x/Y", "a b", "http://x", f"h:5000/x@sha256:{'a' * 64}", "x:"])
constraints = st.lists(st.sampled_from(["node.role==worker", "a", "a=b", "a!=b"]))
FIELDS: list[tuple[tuple[str | int, ...], st.SearchStrategy[Json]]] = [
    (
        (*CONTAINER, "Image"),
        st.sampled_from(["x", "x:1", "x/Y", "a b", "http://x", "h:5000/x@sha256:" + "a" * 64, "x:"]),
    ),
    (("Name",), st.sampled_from(["web", "a b", "-x", "a_b", "x" * 63, "x" * 64, "ä"])),
    (("TaskTemplate", "Resources", "Limits", "MemoryBytes"), numbers),
    (("TaskTemplate", "Resources", "Limits", "NanoCPUs"), numbers),
    (("UpdateConfig", "MaxFailureRatio"), st.sampled_from([-0.1, 0, 0.5, 1, 1.1])),
    (
        ("TaskTemplate", "Placement", "Constraints"),
        st.lists(st.sampled_from(["node.role==worker", "a", "a=b", "a!=b"])),
    ),
]


@settings(deadline=None)
@given(data=st.data())
def test_it_is_what_the_embedded_swarm_refuses(data: st.DataObject) -> None:
    path, values = data.draw(st.sampled_from(FIELDS))
    spec = edited(path, data.draw(values))
    cluster = Cluster(seed=1)
    swarm_of(cluster, [cluster.add_machine("mgr1")], [])
    try:
        cluster.engine("mgr1").services.create(copy.deepcopy(spec))
        refused = False
    except ApiError:
        refused = True
    assert bool(refusals(Kind.SERVICE, {}, spec)) == refused
