"""What a compose file would change in what runs, in words and without the values of the environment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.stacks.changes import DeployStack
from swarmtui.swarm.stacks.compose import Comparison, compare
from swarmtui.swarm.stacks.compose_files import ComposeFiles
from tests.unit.swarm.builders import cluster, node, replicas_on, service
from tests.unit.swarm.reading import dangers, notes, text, warnings
from tests.unit.swarm.shared_builders import config, network, with_shared

KNOWN = with_shared(Cluster(), [network("shop_front", stack="shop"), config("shop_conf", stack="shop")])


def running(name: str = "shop_web", replicas: int = 2, **container: Any) -> dict[str, Any]:
    """A service as `docker stack deploy` makes it."""
    return {
        "ID": name,
        "Version": {"Index": 7},
        "Spec": {
            "Name": name,
            "Labels": {"com.docker.stack.namespace": "shop", "com.docker.stack.image": "web:1.0"},
            "TaskTemplate": {
                "ContainerSpec": {
                    "Image": "web:1.0@sha256:db8d",
                    "Env": ["A=1", "PASSWORD=hidden"],
                    "Configs": [{"ConfigName": "shop_conf"}],
                    **container,
                },
                "Placement": {"Constraints": ["node.role==worker"]},
                "Networks": [{"Target": "network-shop_front"}],
            },
            "Mode": {"Replicated": {"Replicas": replicas}},
            "EndpointSpec": {
                "Ports": [{"Protocol": "tcp", "TargetPort": 80, "PublishedPort": 8080, "PublishMode": "ingress"}]
            },
        },
    }


FILES = ComposeFiles(("/f.yml",))


def wanted(**more: Any) -> dict[str, Any]:
    """The same service as `docker stack config` renders it."""
    return {
        "image": "web:1.0",
        "environment": {"A": "1", "PASSWORD": "hidden"},
        "configs": [{"source": "conf"}],
        "networks": {"front": None},
        "ports": [{"mode": "ingress", "target": 80, "published": 8080, "protocol": "tcp"}],
        "deploy": {"replicas": 2, "placement": {"constraints": ["node.role==worker"]}},
        **more,
    }


def in_deploy(**more: Any) -> dict[str, Any]:
    return {"deploy": {**wanted()["deploy"], **more}}


def compose(**services: Any) -> dict[str, Any]:
    return {
        "services": services,
        "networks": {"front": {}},
        "volumes": {"d": {}, "data": {}},
        "configs": {"conf": {"file": "/srv/conf"}},
    }


def changes(service: dict[str, Any], *, rendered: bool = True, raw: dict[str, Any] | None = None) -> tuple[str, ...]:
    found = compare(FILES, "shop", compose(web=service), [raw or running()], KNOWN, rendered=rendered)
    (difference,) = found.services
    return difference.changes


def test_the_same_is_the_same() -> None:
    assert changes(wanted()) == ()
    found = compare(FILES, "shop", compose(web=wanted()), [running()], KNOWN, rendered=True)
    assert [each.what for each in found.services] == ["same"]
    assert found.others == ()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"image": "web:1.1"}, "image web:1.0 → web:1.1"),
        ({"deploy": {"replicas": 5}}, "2 replicas → 5 replicas"),
        ({"deploy": {"mode": "global"}}, "2 replicas → global"),
        ({"environment": {"A": "2", "B": "x"}}, "environment +B, −PASSWORD, A changed"),
        ({"environment": ["A=1", "PASSWORD=other"]}, "environment PASSWORD changed"),
        ({"ports": [{"target": 80, "published": 9090}]}, "ports +9090→80/tcp −8080→80/tcp"),
        ({"networks": {"front": None, "back": None}}, "networks +shop_back"),
        ({"networks": None}, "networks +shop_default −shop_front"),
        ({"configs": []}, "configs −shop_conf"),
        ({"secrets": [{"source": "key"}]}, "secrets +shop_key"),
        ({"deploy": {"replicas": 2}}, "constraints −node.role==worker"),
        ({"command": ["sh", "-c", "x"]}, "command '' → 'sh -c x'"),
        ({"entrypoint": ["/e"]}, "entrypoint '' → '/e'"),
        ({"labels": {"a": "b"}}, "container labels +a"),
        (in_deploy(labels=["a=b"]), "labels +a"),
        ({"healthcheck": {"test": ["CMD-SHELL", "up"], "retries": 2}}, "health check of the image → 'up', 2 retries"),
        ({"healthcheck": {"disable": True}}, "health check of the image → none"),
        ({"volumes": [{"type": "volume", "source": "d", "target": "/d"}]}, "volumes +shop_d:/d"),
        ({"volumes": [{"type": "bind", "source": "/s", "target": "/d", "read_only": True}]}, "volumes +/s:/d:ro"),
        (in_deploy(placement={"max_replicas_per_node": 2}), "max_replicas_per_node 0 → 2"),
        (in_deploy(resources={"reservations": {"cpus": "0.5"}}), "reserved CPUs none → 0.5"),
        (in_deploy(resources={"limits": {"memory": "52428800"}}), "memory limit none → 50 MiB"),
        (in_deploy(restart_policy={"condition": "none"}), "restart condition any → none"),
        (in_deploy(update_config={"order": "start-first"}), "update order stop-first → start-first"),
        (in_deploy(update_config={"parallelism": 0, "delay": "1m0s"}), "update delay 0 s → 1 min"),
        (in_deploy(endpoint_mode="dnsrr"), "endpoint_mode vip → dnsrr"),
        ({"logging": {"driver": "syslog"}}, "log driver default → syslog"),
    ],
)
def test_what_is_different(more: dict[str, Any], said: str) -> None:
    assert said in changes(wanted(**more))


@pytest.mark.parametrize(
    ("runs", "file", "same"),
    [
        ("nginx:latest@sha256:1", "nginx", True),
        ("docker.io/library/nginx:1@sha256:1", "nginx:1", True),
        ("nginx@sha256:1", "nginx@sha256:1", True),
        ("host:5000/web:1@sha256:1", "host:5000/web:1", True),
        ("nginx@sha256:1", "nginx@sha256:2", False),
        ("nginx:1@sha256:1", "nginx:2", False),
    ],
)
def test_images_are_compared_without_the_digest_that_docker_looked_up(runs: str, file: str, same: bool) -> None:
    assert (changes(wanted(image=file), raw=running(Image=runs)) == ()) is same


def test_values_of_the_environment_are_not_kept() -> None:
    found = compare(
        FILES,
        "shop",
        compose(web=wanted(environment={"PASSWORD": "newsecret", "A": None})),
        [running()],
        KNOWN,
        rendered=True,
    )
    assert "newsecret" not in repr(found)
    assert "hidden" not in repr(found)
    assert found.services[0].changes == ("environment PASSWORD changed",)


def test_added_and_missing_services() -> None:
    file = compose(api={"image": "docker.io/library/api:2"})
    found = compare(FILES, "shop", file, [running()], KNOWN, rendered=True)
    assert [(each.name, each.what) for each in found.services] == [("api", "added"), ("web", "removed")]
    assert found.services[0].changes == ("api:2", "1 replica")


def test_what_else_is_made() -> None:
    file = {
        "services": {"web": wanted(networks={"back": None, "named": None}), "api": {"image": "a:1"}},
        "networks": {"back": None, "unused": None, "named": {"name": "its-name"}},
        "secrets": {"key": {"file": "k"}},
    }
    others = compare(FILES, "shop", file, [], KNOWN, rendered=True).others
    assert set(others) == {
        "The network shop_back is created.",
        "The network its-name is created.",
        "The network shop_default is created, for services that name none.",
        "The secret shop_key is created.",
    }


def test_no_default_network_is_made_where_every_service_names_one() -> None:
    file = {"services": {"web": wanted(networks={"front": None})}, "networks": {"front": {"name": "shop_front"}}}
    assert compare(FILES, "shop", file, [], KNOWN, rendered=True).others == ()


def test_what_docker_refuses_after_it_has_begun_is_told_before() -> None:
    file = {
        "services": {
            "web": wanted(
                networks={"nowhere": None, "outside": None, "host": None},
                secrets=[{"source": "old"}, {"source": "lost"}],
                configs=["gone"],
                volumes=[{"type": "volume", "source": "data", "target": "/d"}, {"type": "bind", "source": "/srv"}],
            )
        },
        "networks": {"outside": {"external": True}, "host": {"external": True, "name": "host"}},
        "secrets": {"old": {"external": {"name": "real"}}},
    }
    assert set(compare(FILES, "shop", file, [], KNOWN, rendered=True).obstacles) == {
        "The service web uses the network nowhere, which the file does not define.",
        "The network outside is external but does not exist: create it first.",
        "The secret real is external but does not exist: create it first.",
        "The service web uses the secret lost, which the file does not define.",
        "The service web uses the config gone, which the file does not define.",
        "The service web uses the volume data, which the file does not define.",
    }


def test_a_mode_that_swarm_never_changes_is_told_before() -> None:
    found = comparison(web=wanted(deploy={"mode": "global"}))
    assert found.obstacles == (
        "Swarm cannot make the service web global: a mode cannot change. Remove the service first.",
    )


def test_a_file_that_was_not_rendered_is_compared_in_little() -> None:
    file = wanted(image="web:${TAG}", environment={"A": "other"}, deploy={"replicas": "${N}"})
    assert changes(file, rendered=False) == ()
    assert changes(wanted(image="web:2", ports=[]), rendered=False) == ("image web:1.0 → web:2",)
    found = compare(FILES, "shop", compose(web=file), [running()], KNOWN, rendered=False)
    assert "version 25 or newer" in found.how


@pytest.mark.parametrize("odd", [None, "text", 7, [], {"deploy": None}, {"environment": {}}, {"ports": ["80"]}])
def test_odd_services_do_no_harm(odd: Any) -> None:
    compare(FILES, "shop", {"services": {"web": odd}}, [running()], KNOWN, rendered=True)


# ------------------------------------------------------------------------------------------------ the action


def comparison(**services: Any) -> Comparison:
    return compare(ComposeFiles(("/srv/f.yml",)), "shop", compose(**services), [running()], KNOWN, rendered=True)


def test_the_command() -> None:
    found = comparison(web=wanted())
    assert DeployStack.of(found).docker_command == "docker stack deploy --compose-file /srv/f.yml shop"
    assert DeployStack.of(found, prune=True, send_credentials=True, resolve_image="never").arguments(["-c", "x"]) == (
        "stack",
        "deploy",
        "-c",
        "x",
        "--prune",
        "--with-registry-auth",
        "--resolve-image",
        "never",
        "shop",
    )


def test_the_preview() -> None:
    action = DeployStack.of(comparison(web=wanted(image="web:2"), api={"image": "api"}))
    assert warnings(action, KNOWN) == ["~ web is changed: image web:1.0 → web:2"]
    assert notes(action, KNOWN)[0] == "+ api is added: api, 1 replica"


NODES = [node("m", manager=True), node("a"), node("b", labels={"disk": "ssd"})]


def judged(
    raw: dict[str, Any],
    services: dict[str, dict[str, Any]],
    *on: str,
    nodes: Sequence[Node] = NODES,
    prune: bool = False,
) -> str:
    """What a deploy says where a service runs, with tasks on these nodes."""
    present = msgspec.convert({**raw, "ID": "service-shop_web"}, Service)
    snapshot = cluster(nodes, [present], replicas_on("shop_web", *on))
    snapshot = replace(snapshot, networks=KNOWN.networks)
    found = compare(FILES, "shop", compose(**services), [raw], snapshot, rendered=True)
    return text(DeployStack.of(found, prune=prune), snapshot)


def test_a_deploy_says_that_a_service_is_out_while_its_task_is_replaced() -> None:
    one = wanted(image="web:2", deploy={"replicas": 1, "placement": {"constraints": ["node.role==worker"]}})
    said = judged(running(replicas=1), {"web": one}, "a")
    assert "WARNING web: the one task is replaced, stop-first: it is down until the new one runs." in said


def test_a_deploy_says_which_tasks_will_wait() -> None:
    nowhere = in_deploy(placement={"constraints": ["node.labels.disk==nvme"]})
    said = judged(running(), {"web": wanted(**nowhere), "new": {"image": "x", **nowhere}}, "a", "b")
    assert (
        "DANGER No node will be able to take a task of shop_web (3 nodes do not meet the placement constraints)."
        in said
    )
    assert "WARNING No node can take a task of shop_new now" in said
    assert "2 tasks will wait" in said


def test_a_deploy_says_which_data_stays_behind() -> None:
    raw = running(Mounts=[{"Type": "volume", "Source": "shop_data", "Target": "/d"}])
    kept = {"volumes": [{"type": "volume", "source": "data", "target": "/d"}]}
    moved = wanted(**kept, **in_deploy(placement={"constraints": ["node.labels.disk==ssd"]}))
    file = {"web": moved}
    assert "its volume shop_data stays on a; elsewhere it starts empty" in judged(raw, file, "a")


def test_a_deploy_says_that_an_update_by_start_first_finds_no_place() -> None:
    full = in_deploy(
        placement={"constraints": ["node.role==worker"], "max_replicas_per_node": 1},
        update_config={"order": "start-first"},
    )
    said = judged(running(), {"web": wanted(image="web:2", **full)}, "a", "b")
    assert "WARNING This update of shop_web cannot finish: start-first needs room" in said


def test_what_prune_removes_makes_room_for_what_is_new() -> None:
    raw = running()
    raw["Spec"]["TaskTemplate"]["Resources"] = {"Reservations": {"NanoCPUs": 2 * 10**9}}
    small = [node("a", cpus=2), node("b", cpus=2)]
    new = {"new": {"image": "x", "deploy": {"replicas": 2, "resources": {"reservations": {"cpus": "2"}}}}}
    assert "No node can take a task of shop_new now" in judged(raw, new, "a", "b", nodes=small)
    assert "shop_new" not in judged(raw, new, "a", "b", nodes=small, prune=True)


def test_what_is_not_changed_restarts_nothing() -> None:
    assert "replaced" not in judged(running(), {"web": wanted()}, "a", "b")
    said = judged(running(), {"web": wanted(deploy={**wanted()["deploy"], "replicas": 3})}, "a", "b")
    assert "replaced" not in said


def test_nothing_is_removed_without_prune() -> None:
    found = comparison(api={"image": "api"})
    assert dangers(DeployStack.of(found), KNOWN) == []
    assert "Not in the file, and left alone: web." in notes(DeployStack.of(found), KNOWN)
    assert dangers(DeployStack.of(found, prune=True), KNOWN) == ["− Not in the file, and removed (prune): web."]


@pytest.mark.parametrize("name", ["", "-a", "a b", "x" * 49, "a.b"])
def test_names_that_cannot_be(name: str) -> None:
    with pytest.raises(NotPossible):
        DeployStack.of(Comparison(FILES, name))


def test_without_docker_it_cannot_be() -> None:
    with pytest.raises(NotPossible, match="no docker"):
        DeployStack.of(Comparison(FILES, "shop", obstacles=("There is no docker program.",)))


def test_progress() -> None:
    action = DeployStack.of(comparison(web=wanted(image="web:2"), api={"image": "api"}))
    labels = {"com.docker.stack.namespace": "shop"}

    def now(version: int, update: str, *, api: bool = True) -> tuple[str, bool, bool]:
        web = service("shop_web", 2, labels=labels, status=(2, 2), version=version, update=update)
        services = [web, service("shop_api", 1, labels=labels, status=(1, 1))] if api else [web]
        progress = action.progress(cluster([], services, None))
        return progress.text, progress.settled, progress.failed

    assert now(7, "") == ("waiting for the engine", False, False)
    assert now(8, "updating") == ("1 of 2 services run as they should", False, False)
    assert now(8, "completed", api=False) == ("shop_api was removed", True, True)
    assert now(8, "completed") == ("2 of 2 services run as they should", True, False)
    said, settled, failed = now(8, "paused")
    assert "shop_web paused" in said
    assert (settled, failed) == (True, True)
