"""A compose file rebuilt from what runs: docker's own program deploys it, and no spec is another one afterwards."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest

from swarmtui.engine.client.client import EngineClient
from swarmtui.engine.stacks.comparing import compare_files
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.file import ConfigFile, SecretFile
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.objects.stack_label import STACK_LABEL
from swarmtui.swarm.stacks.compose import Comparison
from swarmtui.swarm.stacks.compose_files import ComposeFiles
from swarmtui.swarm.stacks.rebuilding.stack import RebuiltFile, rebuilt_file
from tests.unit.engine.dockers_program import needs_docker, run_docker

FILES = Path(__file__).parent

pytestmark = needs_docker


def docker(client: EngineClient, *words: str, given: str = "") -> None:
    ended = run_docker(client, words, given)
    assert ended.returncode == 0, ended.stderr


def services(client: EngineClient) -> list[Any]:
    return [each for each in client.get_json("/services") if STACK_LABEL in each["Spec"]["Labels"]]


def specs(client: EngineClient) -> dict[str, Any]:
    return {each["Spec"]["Name"]: each["Spec"] for each in services(client)}


def cluster_of(client: EngineClient) -> Cluster:
    """What the program would know. Networks that every engine has by itself are in no list, and asked for by ID."""
    cluster = Cluster().with_all(Network, [msgspec.convert(each, Network) for each in client.get_json("/networks")])
    cluster = cluster.with_all(SecretFile, [msgspec.convert(each, SecretFile) for each in client.get_json("/secrets")])
    cluster = cluster.with_all(ConfigFile, [msgspec.convert(each, ConfigFile) for each in client.get_json("/configs")])
    targets = {each["Target"] for raw in services(client) for each in raw["Spec"]["TaskTemplate"].get("Networks") or ()}
    for id in targets - set(cluster.networks or ()):
        name = client.get_json(f"/networks/{id}", {"scope": "swarm"})["Name"]
        cluster = cluster.with_network_elsewhere(id, name)
    return cluster


def rebuilt(client: EngineClient) -> RebuiltFile:
    return rebuilt_file("shop", services(client), cluster_of(client))


def without_platforms(specs: dict[str, Any]) -> dict[str, Any]:
    """docker forgets them where it does not ask the registry, which restarts nothing."""
    for spec in specs.values():
        placement = spec["TaskTemplate"].setdefault("Placement", {})
        placement.pop("Platforms", None)
    return specs


@pytest.mark.parametrize("file", ["whole.yml", "rich.yml", "shop.yml"])
def test_deploying_what_was_rebuilt_changes_no_spec(client: EngineClient, file: str) -> None:
    docker(client, "network", "create", "--driver", "overlay", "outer_net")
    docker(client, "stack", "deploy", "--compose-file", str(FILES / file), "shop")
    before, first = specs(client), rebuilt(client)
    text = first.text.reveal()
    docker(client, "stack", "deploy", "--compose-file", "-", "shop", given=text)
    assert specs(client) == before
    docker(client, "stack", "deploy", "--compose-file", "-", "--resolve-image", "changed", "shop", given=text)
    assert without_platforms(specs(client)) == without_platforms(before)
    assert rebuilt(client).text == first.text
    assert not [each for each in first.remarks if "MISSING_HERE" not in each]


def test_what_was_rebuilt_is_compared_as_the_same_and_an_edit_alone_is_a_difference(client: EngineClient) -> None:
    docker(client, "network", "create", "--driver", "overlay", "outer_net")
    docker(client, "stack", "deploy", "--compose-file", str(FILES / "whole.yml"), "shop")
    text = rebuilt(client).text.reveal()
    unedited, edited = compared(client, text), compared(client, text.replace("replicas: 3", "replicas: 4"))
    assert not [each.obstacles or each.others for each in (unedited, edited) if each.obstacles or each.others]
    assert {each.what for each in unedited.services} == {"same"}
    assert [each.changes for each in edited.services if each.what != "same"] == [("3 replicas → 4 replicas",)]


def compared(client: EngineClient, text: str) -> Comparison:
    """What docker would change if it read a text on its standard input."""
    return compare_files(client, ComposeFiles.of_text(text), "shop", cluster_of(client), threading.Event())


ODD: dict[str, Any] = {
    "Image": "nginx:1.27",
    "Labels": {STACK_LABEL: "shop", "a.b/c": "", "number": "1", "true": "true"},
    "Privileges": {},
    "Hosts": ["1.2.3.4 a b", "::1 six"],
    "Command": ["a", "", "b c", "$X ${Y} $$Z"],
    "Args": [
        *("-c", 'echo "hi"\n\ttab', "é中 \x1b[31m", "# no comment", "- dash", ": colon", " lead", "trail ", "null"),
        *("~", "1e3", "0x1F", "0777", "1_000", "yes", "2024-01-01", "12:30:45", "a\r\nb", "\u2028"),
    ],
    "Env": ["A=", "B= x ", "C=a=b", 'D="q"', "E='q'", "F=multi\nline\n", "G=#x", "H=${NOT}", "I=\\n"],
    "Healthcheck": {"Test": ["CMD", "a", "$b"], "Interval": 1_500_000_001},
    "Ulimits": [{"Name": "core", "Soft": -1, "Hard": -1}, {"Name": "nofile", "Soft": 0, "Hard": 5}],
    "Mounts": [
        {"Type": "bind", "Source": "/a$b", "Target": "/1", "Consistency": "cached", "BindOptions": {}},
        {"Type": "volume", "Source": "v", "Target": "/2", "VolumeOptions": {"Subpath": "x", "NoCopy": True}},
        {"Type": "cluster", "Source": "group:g", "Target": "/3"},
        {"Type": "npipe", "Source": r"\\.\pipe\x", "Target": r"\\.\pipe\y"},
    ],
}
"""A container with values that YAML, Go or docker may take for something else."""


def test_odd_values_come_through_as_they_are(client: EngineClient) -> None:
    docker(client, "network", "create", "--driver", "overlay", "--label", f"{STACK_LABEL}=shop", "shop_default")
    network = client.get_json("/networks/shop_default")["Id"]
    spec = {
        "Name": "shop_odd",
        "Labels": {STACK_LABEL: "shop", "com.docker.stack.image": "nginx:1.27", "rule": "Host(`a`)\n$x"},
        "TaskTemplate": {
            "ContainerSpec": ODD,
            "LogDriver": {"Name": "json-file", "Options": {"max-size": "10m", "tag": "$y"}},
            "Networks": [{"Target": network, "Aliases": ["odd"]}],
            "Placement": {},
            "Resources": {},
        },
        "Mode": {"Replicated": {"Replicas": 0}},
        "EndpointSpec": {"Mode": "vip"},
    }
    client.post_json("/services/create", {}, spec)
    before, file = specs(client), rebuilt(client)
    assert file.remarks == ()
    docker(
        client, "stack", "deploy", "--compose-file", "-", "--resolve-image", "changed", "shop", given=file.text.reveal()
    )
    assert without_platforms(specs(client)) == without_platforms(before)
