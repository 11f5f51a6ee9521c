"""The fields of a service that are edited: environment, labels, ports, placement, limits and policies."""

from __future__ import annotations

import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.describe.masking import MASK
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.objects.service import Port
from swarmtui.swarm.services.lines_change import SetEnvironment, SetServiceLabels
from swarmtui.swarm.services.placement import SetPlacement
from swarmtui.swarm.services.ports import SetPorts
from swarmtui.swarm.services.service_settings import (
    SetEndpointMode,
    SetResources,
    SetRestartPolicy,
    SetStopGracePeriod,
    SetUpdatePolicy,
)
from tests.unit.swarm.builders import cluster, node, replicas_on, service
from tests.unit.swarm.examples.services import RAW, raw_service
from tests.unit.swarm.reading import dangers, lines, notes, refusal, text, warnings

NODES = [node("a", manager=True), node("b"), node("c")]
WEB = service("web", 2, constraints=["node.role == worker"])
SWARM = cluster(NODES, [WEB], replicas_on("web", "b", "c"))


def test_the_environment_keeps_what_is_not_touched() -> None:
    action = SetEnvironment.of(RAW, ["DB_PASSWORD=hunter2", "B=x y"])
    assert action.new == ["DB_PASSWORD=hunter2", "B=x y"]
    assert action.docker_command == "docker service update --env-rm A --env-add 'B=x y' web"


def test_a_new_password_is_in_no_command_and_differs_from_the_old_one() -> None:
    action = SetEnvironment.of(RAW, ["A=1", "DB_PASSWORD=other"])
    assert action.docker_command == f"docker service update --env-add 'DB_PASSWORD={MASK}' web"
    assert action.whole_command == "docker service update --env-add DB_PASSWORD=other web"
    assert "other" not in action.wanted
    assert action.seen != action.wanted, "or somebody else's new password would be overwritten unseen"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("=x", "A variable needs a name"),
        ("A B=1", "cannot contain spaces: 'A B'"),
        ("A =1", "cannot contain spaces: 'A '"),
        ("B", "B has no value: B=value"),
        ("B=\0", "null character"),
        ("A=2", "A is listed twice"),
    ],
)
def test_a_variable_that_cannot_be(line: str, words: str) -> None:
    assert words in refusal(SetEnvironment, ["A=1", line])


def test_the_endpoint_mode() -> None:
    action = SetEndpointMode.of(RAW, ("d",))
    assert action.docker_command == "docker service update --endpoint-mode dnsrr web"
    assert action.after["EndpointSpec"]["Mode"] == "dnsrr"
    published = cluster(
        NODES, [service("web", 2, ports=[Port(published_port=8080, target_port=80)])], replicas_on("web", "b", "c")
    )
    assert "dnsrr excludes ports" in str(dangers(action, published))
    assert not dangers(action, SWARM)
    assert refusal(SetEndpointMode, ("vip",)) == "Nothing changed yet."
    assert refusal(SetEndpointMode, ("",)) == "mode: vip or dnsrr."


def test_nothing_changed() -> None:
    assert refusal(SetEnvironment, ["DB_PASSWORD=hunter2", "A=1"]) == "Nothing changed yet."
    assert refusal(SetServiceLabels, ["team=ops"]) == "Nothing changed yet."
    assert refusal(SetResources, ("", "512m", "", "", "")) == "Nothing changed yet."


def test_labels_restart_nothing() -> None:
    action = SetServiceLabels.of(RAW, ["team=dev", "empty", "eq=a=b"])
    assert action.new == {"team": "dev", "empty": "", "eq": "a=b"}
    assert lines(action, SWARM) == ["NOTE No task is restarted."]
    assert "cannot contain spaces" in refusal(SetServiceLabels, ["a b=1"])


def test_leaving_a_stack() -> None:
    label = "com.docker.stack.namespace"
    web = service("web", 2, labels={label: "shop"})
    raw = raw_service(Labels={label: "shop"})
    assert warnings(SetServiceLabels.of(raw, []), cluster(NODES, [web])) == [
        f"web leaves the stack shop: {label} decides that."
    ]


def test_ports_keep_the_raw_json_of_those_that_stay() -> None:
    action = SetPorts.of(RAW, ["8080:80", "53:53/udp,mode=host"])
    assert action.new[0] is RAW["Spec"]["EndpointSpec"]["Ports"][0]
    assert action.new[1] == {"Protocol": "udp", "TargetPort": 53, "PublishedPort": 53, "PublishMode": "host"}
    assert action.docker_command == (
        "docker service update --publish-add published=53,target=53,protocol=udp,mode=host web"
    )


def test_a_range_is_several_lines() -> None:
    assert SetPorts.read("9000-9001:80-81") == ("9000:80", "9001:81")


def test_a_port_that_another_service_has() -> None:
    taken = Port("", "tcp", 80, 9000, "ingress")
    host = Port("", "tcp", 80, 9100, "host")
    snapshot = cluster(NODES, [WEB, service("api", 1, ports=[taken, host])])
    assert dangers(SetPorts.of(RAW, ["8080:80", "9000:80"]), snapshot) == [
        "api already has port 9000/tcp (ingress): the engine will refuse this."
    ]
    assert dangers(SetPorts.of(RAW, ["8080:80", "9100:80"]), snapshot)
    assert not dangers(SetPorts.of(RAW, ["8080:80", "9100:80,mode=host"]), snapshot)
    assert not dangers(SetPorts.of(RAW, ["8080:80", "9000:80/udp"]), snapshot)


def test_no_port_is_published_in_a_swarm_without_an_ingress_network() -> None:
    there = cluster(NODES, [WEB]).with_all(Network, [Network("n", "ingress", scope="swarm", ingress=True)])
    between = there.with_all(Network, [])
    added = SetPorts.of(RAW, ["8080:80", "9000:80"])
    assert not dangers(added, there)
    assert dangers(added, between) == [
        "The swarm has no ingress network: the engine will refuse ports in ingress mode. Create one first:"
        " press n in the networks and turn on ingress."
    ]
    assert not dangers(SetPorts.of(RAW, ["8080:80", "9000:80,mode=host"]), between)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("x", "'x': like 8080:80"),
        ("70000:80", "from 1 to 65535"),
        ("80/icmp", "tcp, udp or sctp"),
        ("8080:90", "port 8080 is listed twice"),
    ],
)
def test_a_port_that_cannot_be(line: str, words: str) -> None:
    assert words in refusal(SetPorts, ["8080:80", line])


def test_dns_round_robin_has_no_ingress_ports() -> None:
    raw = raw_service(EndpointSpec={"Mode": "dnsrr"})
    assert "has no ingress ports" in refusal(SetPorts, ["8080:80"], raw=raw)
    assert SetPorts.of(raw, ["8080:80,mode=host"]).after["EndpointSpec"]["Mode"] == "dnsrr"


def test_placement_keeps_the_platforms() -> None:
    action = SetPlacement.of(RAW, ["node.role == worker", "spread=node.labels.zone", "max-per-node=1"])
    assert action.after["TaskTemplate"]["Placement"] == {
        "Constraints": ["node.role == worker"],
        "Platforms": [{"OS": "linux"}],
        "Preferences": [{"Spread": {"SpreadDescriptor": "node.labels.zone"}}],
        "MaxReplicas": 1,
    }
    assert action.docker_command == (
        "docker service update --placement-pref-add spread=node.labels.zone --replicas-max-per-node 1 web"
    )
    assert "No node has the label zone" in "".join(notes(action, SWARM))


def test_a_constraint_that_no_node_meets_is_told_with_its_reasons() -> None:
    action = SetPlacement.of(RAW, ["node.labels.disk==ssd"])
    assert dangers(action, SWARM) == [
        "No node will be able to take a task of web (3 nodes do not meet the placement constraints)."
        " It requires node.labels.disk==ssd. New tasks will wait; 1 of 2 old tasks stops."
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("node.role", "neither == nor !="),
        ("node.colour==red", "node.colour is not a node attribute"),
        ("spread=zone", "Tasks are spread over a label"),
        ("max-per-node=0", "At least 1 a node"),
        ("node.role==worker", "node.role==worker is listed twice"),
    ],
)
def test_a_constraint_that_cannot_be(line: str, words: str) -> None:
    assert words in refusal(SetPlacement, ["node.role == worker", line])


def test_limits_keep_what_the_form_does_not_show() -> None:
    action = SetResources.of(RAW, ("0.5", "", "100", "", "64m"))
    assert action.after["TaskTemplate"]["Resources"] == {
        "Limits": {"NanoCPUs": 500_000_000, "Pids": 100},
        "Reservations": {"GenericResources": [{"x": 1}], "MemoryBytes": 64 << 20},
    }
    assert action.docker_command == (
        "docker service update --limit-cpu 0.5 --limit-memory 0 --limit-pids 100 --reserve-memory 64m web"
    )


def test_limits_above_every_node() -> None:
    said = text(SetResources.of(RAW, ("8", "512m", "", "", "64g")), SWARM)
    assert "NOTE No node has 8 CPUs: the limit has no effect. The largest has 4 CPUs." in said
    assert "WARNING No node has 64 GiB of memory. The largest has 8 GiB." in said
    assert "WARNING More memory is reserved than a task may use: 64 GiB against 512 MiB." in said
    assert "DANGER No node will be able to take a task of web" in said


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (("x", "", "", "", ""), "CPU limit: a number of CPUs: 0.5, 2."),
        (("0.0001", "", "", "", ""), "CPU limit: at least 0.001."),
        (("", "1m", "", "", ""), "memory limit: at least 4 MiB."),
        (("", "many", "", "", ""), "memory limit: a size: 512m, 1.5g."),
        (("", "", "-1", "", ""), "process limit: a whole number"),
    ],
)
def test_a_limit_that_cannot_be(texts: tuple[str, ...], words: str) -> None:
    assert words in refusal(SetResources, texts)


def test_an_update_policy() -> None:
    assert SetUpdatePolicy.texts_of(RAW["Spec"]) == ("1", "0 s", "stop-first", "pause", "5 s", "0")
    action = SetUpdatePolicy.of(RAW, ("0", "10s", "sta", "r", "5s", "0.2"))
    assert action.after["UpdateConfig"] == {
        "Parallelism": 0,
        "Delay": 10_000_000_000,
        "FailureAction": "rollback",
        "Order": "start-first",
        "Monitor": 5_000_000_000,
        "MaxFailureRatio": 0.2,
    }
    assert "NOTE No task is restarted." in lines(action, SWARM)


@pytest.mark.parametrize(
    ("place", "typed", "words"),
    [
        (0, "", "parallelism: how many at a time; 0 for all at once."),
        (1, "10", "delay: a duration with a unit: 10s, 10m."),
        (2, "st", "order: stop-first or start-first."),
        (3, "panic", "on failure: pause, continue or rollback."),
        (5, "2", "failures: a share from 0 to 1: 0.2."),
    ],
)
def test_an_update_policy_that_cannot_be(place: int, typed: str, words: str) -> None:
    texts = list(SetUpdatePolicy.texts_of(RAW["Spec"]))
    texts[place] = typed
    assert refusal(SetUpdatePolicy, tuple(texts)) == words


def test_a_service_without_a_policy_has_the_engines_defaults() -> None:
    raw = raw_service(UpdateConfig=None)
    assert SetUpdatePolicy.texts_of(raw["Spec"]) == ("1", "0 s", "stop-first", "pause", "5 s", "0")
    action = SetUpdatePolicy.of(raw, ("2", "0s", "stop-first", "pause", "5s", "0"))
    assert action.after["UpdateConfig"]["Parallelism"] == 2
    assert action.after["UpdateConfig"]["Order"] == "stop-first"
    assert "All 2 tasks of web will stop together" in text(action, SWARM)


def test_a_restart_policy_replaces_the_tasks() -> None:
    action = SetRestartPolicy.of(RAW, ("none", "5s", "0", ""))
    assert "WARNING All 2 tasks are replaced, 1 at a time, stop-first." in lines(action, SWARM)
    assert "A task of web that ends is not replaced." in warnings(action, SWARM)


def test_a_stop_grace_period_is_set_changed_and_never_taken_out() -> None:
    action = SetStopGracePeriod.of(RAW, ("1m30s",))
    changed = action.change(RAW["Spec"])
    assert changed["TaskTemplate"]["ContainerSpec"]["StopGracePeriod"] == 90_000_000_000
    with pytest.raises(NotPossible, match="can be changed but not unset"):
        SetStopGracePeriod.of({**RAW, "Spec": changed}, ("",))
    with pytest.raises(NotPossible):
        SetStopGracePeriod.of(RAW, ("",))  # as it is
    at_once = SetStopGracePeriod.of(RAW, ("0s",))
    assert "Containers of web are killed at once: they cannot shut down cleanly." in warnings(at_once, SWARM)
