"""What a compose file would change in what runs, in words and without the values of the environment."""

from __future__ import annotations

from typing import Any

import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.stacks import DeployStack
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.compose import Comparison, compare
from tests.unit.swarm.builders import cluster, service
from tests.unit.swarm.reading import dangers, notes, warnings
from tests.unit.swarm.shared_builders import config, network, with_shared

KNOWN = with_shared(Cluster(), [network("shop_front", stack="shop"), config("shop_conf", stack="shop")])


def running(name: str = "shop_web", **container: Any) -> dict[str, Any]:
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
            "Mode": {"Replicated": {"Replicas": 2}},
            "EndpointSpec": {
                "Ports": [{"Protocol": "tcp", "TargetPort": 80, "PublishedPort": 8080, "PublishMode": "ingress"}]
            },
        },
    }


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


def compose(**services: Any) -> dict[str, Any]:
    return {"services": services, "networks": {"front": {}}, "configs": {"conf": {"file": "/srv/conf"}}}


def changes(service: dict[str, Any], *, rendered: bool = True, raw: dict[str, Any] | None = None) -> tuple[str, ...]:
    found = compare("/f.yml", "shop", compose(web=service), [raw or running()], KNOWN, rendered=rendered)
    (difference,) = found.services
    return difference.changes


def test_the_same_is_the_same() -> None:
    assert changes(wanted()) == ()
    found = compare("/f.yml", "shop", compose(web=wanted()), [running()], KNOWN, rendered=True)
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
        "/f.yml",
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
    found = compare("/f.yml", "shop", file, [running()], KNOWN, rendered=True)
    assert [(each.name, each.what) for each in found.services] == [("api", "added"), ("web", "removed")]
    assert found.services[0].changes == ("api:2", "1 replica")


def test_what_else_is_made() -> None:
    file = {
        "services": {"web": wanted()},
        "networks": {"back": None, "outside": {"external": True}, "named": {"name": "its-name"}},
        "secrets": {"key": {"file": "k"}, "old": {"external": {"name": "real"}}},
    }
    others = compare("/f.yml", "shop", file, [], KNOWN, rendered=True).others
    assert "The network shop_back is created." in others
    assert "The network its-name is created." in others
    assert "The network outside is external, and it is not there: docker will refuse the file." in others
    assert "The secret shop_key is created." in others
    assert any(each.startswith("The secret real is external") for each in others)


def test_a_file_that_was_not_rendered_is_compared_in_little() -> None:
    file = wanted(image="web:${TAG}", environment={"A": "other"}, deploy={"replicas": "${N}"})
    assert changes(file, rendered=False) == ()
    assert changes(wanted(image="web:2", ports=[]), rendered=False) == ("image web:1.0 → web:2",)
    found = compare("/f.yml", "shop", compose(web=file), [running()], KNOWN, rendered=False)
    assert "version 25 or newer" in found.how


@pytest.mark.parametrize("odd", [None, "text", 7, [], {"deploy": None}, {"environment": {}}, {"ports": ["80"]}])
def test_odd_services_do_no_harm(odd: Any) -> None:
    compare("/f.yml", "shop", {"services": {"web": odd}}, [running()], KNOWN, rendered=True)


# ------------------------------------------------------------------------------------------------ the action


def comparison(**services: Any) -> Comparison:
    return compare("/srv/f.yml", "shop", compose(**services), [running()], KNOWN, rendered=True)


def test_the_command() -> None:
    found = comparison(web=wanted())
    assert DeployStack.of(found).docker_command == "docker stack deploy --compose-file /srv/f.yml shop"
    assert DeployStack.of(found, prune=True, send_credentials=True).arguments == (
        "stack",
        "deploy",
        "--compose-file",
        "/srv/f.yml",
        "--prune",
        "--with-registry-auth",
        "shop",
    )


def test_the_preview() -> None:
    action = DeployStack.of(comparison(web=wanted(image="web:2"), api={"image": "api"}))
    assert warnings(action, KNOWN) == ["~ web is changed: image web:1.0 → web:2"]
    assert notes(action, KNOWN)[0] == "+ api is added: api, 1 replica"


def test_nothing_is_removed_without_prune() -> None:
    found = comparison(api={"image": "api"})
    assert dangers(DeployStack.of(found), KNOWN) == []
    assert "Not in the file, and left as it is: web." in notes(DeployStack.of(found), KNOWN)
    assert dangers(DeployStack.of(found, prune=True), KNOWN) == ["− Not in the file, and removed (prune): web."]


@pytest.mark.parametrize("name", ["", "-a", "a b", "x" * 49, "a.b"])
def test_names_that_cannot_be(name: str) -> None:
    with pytest.raises(NotPossible):
        DeployStack.of(Comparison("/f.yml", name))


def test_without_docker_it_cannot_be() -> None:
    with pytest.raises(NotPossible, match="no docker"):
        DeployStack.of(Comparison("/f.yml", "shop", obstacle="There is no docker program."))


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
    assert now(8, "completed", api=False)[1] is False
    assert now(8, "completed") == ("2 of 2 services run as they should", True, False)
    text, settled, failed = now(8, "paused")
    assert "shop_web paused" in text
    assert (settled, failed) == (True, True)
