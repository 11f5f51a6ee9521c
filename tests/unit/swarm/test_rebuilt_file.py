"""A compose file rebuilt from what runs: what it cannot say is told, and no secret gets into what is told."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from swarmtui.errors import NotPossible
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.network import AddressManagement, Network, SubnetConfig
from swarmtui.swarm.objects.stack_label import STACK_LABEL
from swarmtui.swarm.specs.fields import with_field
from swarmtui.swarm.stacks.rebuilding.stack import RebuiltFile, rebuilt_file

CONTAINER = ("TaskTemplate", "ContainerSpec")
IMAGE = "com.docker.stack.image"
FRONT = Network(id="n1", name="shop_front", driver="overlay", labels_given={STACK_LABEL: "shop"})
PLAIN: dict[str, Any] = {
    "Name": "shop_web",
    "Labels": {STACK_LABEL: "shop", IMAGE: "nginx:1.27"},
    "TaskTemplate": {
        "ContainerSpec": {"Image": "nginx:1.27@sha256:" + "1" * 64, "Privileges": {}},
        "Networks": [{"Target": "n1", "Aliases": ["web"]}],
    },
    "Mode": {"Replicated": {"Replicas": 2}},
}


def rebuilt(*specs: dict[str, Any], network: Network = FRONT) -> RebuiltFile:
    services = [{"ID": f"s{number}", "Version": {"Index": 7}, "Spec": spec} for number, spec in enumerate(specs)]
    return rebuilt_file("shop", services, Cluster(networks={network.id: network}))


def content(file: RebuiltFile) -> Any:
    return yaml.safe_load(file.text.reveal())


def test_what_docker_adds_is_left_to_docker() -> None:
    file = rebuilt(PLAIN)
    assert content(file) == {
        "version": "3.9",
        "services": {"web": {"image": "nginx:1.27", "networks": ["front"], "deploy": {"replicas": 2}}},
        "networks": {"front": {"driver": "overlay"}},
    }
    assert file.remarks == ()
    assert file.versions == {"s0": 7}


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ((*CONTAINER, "DNSConfig"), {"Options": ["ndots:2"]}, "DNSConfig.Options has no place in a compose file"),
        ((*CONTAINER, "OomScoreAdj"), 7, "OomScoreAdj has no place"),
        ((*CONTAINER, "Healthcheck"), {}, "docker leaves out an empty health check"),
        ((*CONTAINER, "Image"), "nginx:2", "docker looks up the digest of the image nginx:2"),
        ((*CONTAINER, "Image"), "docker.io/library/nginx:1.27", "as nginx:1.27"),
        (
            (*CONTAINER, "Mounts"),
            [{"Type": "volume", "Source": "v", "Target": "/v"}],
            "empty options to the mount of v",
        ),
        ((*CONTAINER, "Groups"), ["audio"], "Groups has no place"),
        ((*CONTAINER, "Privileges"), {"NoNewPrivileges": True}, "Privileges.NoNewPrivileges has no place"),
        ((*CONTAINER, "FromTheFuture"), {"Deep": 1}, "FromTheFuture.Deep has no place"),
        (("TaskTemplate", "Resources"), {"SwapBytes": 5}, "TaskTemplate.Resources.SwapBytes has no place"),
        (
            (*CONTAINER, "Mounts"),
            [{"Type": "bind", "Source": "/a", "Target": "/b", "BindOptions": {"NonRecursive": True}}],
            "BindOptions.NonRecursive of the mount /b has no place",
        ),
        ((*CONTAINER, "Env"), ["B=1", "A=2"], "docker sorts the environment"),
        ((*CONTAINER, "Env"), ["A=1", "A=2"], "a variable is set twice"),
        ((*CONTAINER, "Env"), ["A"], "A has no value"),
        ((*CONTAINER, "Privileges"), None, "not made by docker stack deploy"),
        ((*CONTAINER, "Image"), "nginx:2@sha256:" + "2" * 64, "nginx:2 is named with its digest"),
        (("TaskTemplate", "Networks"), [], "that a service is on no network"),
        (("TaskTemplate", "Networks"), [{"Target": "n1"}], "docker adds the alias web on the network shop_front"),
        (("Mode",), {"ReplicatedJob": {"MaxConcurrent": 1, "TotalCompletions": 3}}, "that 1 tasks of the job run"),
    ],
)
def test_what_it_cannot_say_is_told_in_the_file_too(path: tuple[str, ...], value: object, told: str) -> None:
    file = rebuilt(with_field(PLAIN, path, value))
    (remark,) = file.remarks
    assert remark.startswith("web: ")
    assert told in remark
    assert f"# - {remark}" in file.text.reveal()


def test_what_is_told_of_several_services_is_told_once() -> None:
    odd = with_field(PLAIN, (*CONTAINER, "Groups"), ["audio"])
    file = rebuilt(
        odd,
        {**with_field(odd, ("TaskTemplate", "Networks"), [{"Target": "n1", "Aliases": ["api"]}]), "Name": "shop_api"},
    )
    assert file.remarks == ("api and web: Groups has no place in a compose file: a deploy removes it.",)


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({**PLAIN, "Name": "web"}, "web is left out: its name does not begin with the stack's"),
        ({**PLAIN, "TaskTemplate": {"Runtime": "plugin", "PluginSpec": {}}}, "shop_web is left out: it runs no"),
    ],
)
def test_a_service_that_no_file_can_hold_is_left_out(spec: dict[str, Any], told: str) -> None:
    file = rebuilt(spec)
    assert content(file)["services"] == {}
    assert file.remarks[0].startswith(told)


@pytest.mark.parametrize(
    ("path", "value", "version"),
    [
        (("TaskTemplate", "Networks"), [{"Target": "n1", "Aliases": ["web"], "DriverOpts": {"a": "b"}}], "3.13"),
        ((*CONTAINER, "Healthcheck"), {"Test": ["CMD", "x"], "StartInterval": 1_000_000_000}, "3.12"),
    ],
)
def test_a_newer_format_is_named_where_the_usual_one_lacks_a_field(
    path: tuple[str, ...], value: object, version: str
) -> None:
    file = rebuilt(with_field(PLAIN, path, value))
    assert content(file)["version"] == version
    assert not file.remarks


def test_passwords_are_in_the_file_and_in_nothing_that_is_told() -> None:
    environment = ["PASSWORD=hunter2", "PASSWORD=hunter3"]
    file = rebuilt(with_field(PLAIN, (*CONTAINER, "Env"), environment))
    assert "hunter3" in file.text.reveal()
    assert "hunter" not in repr(file)


def test_names_that_only_differ_by_the_stack_s_are_kept_apart() -> None:
    references = [{"SecretName": name, "File": {"Name": name, "Mode": 0o444}} for name in ("key", "shop_key")]
    said = content(rebuilt(with_field(PLAIN, (*CONTAINER, "Secrets"), references)))
    assert said["secrets"] == {"key": {"external": True}, "shop_key": {"external": True}}
    assert said["services"]["web"]["secrets"] == ["key", "shop_key"]


def test_a_subnet_that_somebody_chose_is_kept() -> None:
    subnets = (SubnetConfig(subnet="10.0.3.0/24"), SubnetConfig(subnet="192.168.7.0/24"))
    network = Network(
        id="n1", name="shop_front", labels_given={STACK_LABEL: "shop"}, ipam=AddressManagement(subnets, "default")
    )
    assert content(rebuilt(PLAIN, network=network))["networks"]["front"] == {
        "ipam": {"config": [{"subnet": "192.168.7.0/24"}]}
    }


def test_a_network_that_is_not_known_yet_is_not_made_up() -> None:
    with pytest.raises(NotPossible, match="The network n2 is not known"):
        rebuilt(with_field(PLAIN, ("TaskTemplate", "Networks"), [{"Target": "n2", "Aliases": ["web"]}]))
