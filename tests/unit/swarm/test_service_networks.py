"""The networks of a service: named by people, sent by their IDs; who reaches whom."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.services.container.networks import SetNetworks
from tests.unit.swarm.builders import cluster, node
from tests.unit.swarm.examples.services import RAW
from tests.unit.swarm.shared_builders import network, using, with_shared

FRONT, BACK, MESH = network("front"), network("back"), network("ingress", ingress=True)
SERVICES = [using("web", FRONT, BACK), using("db", BACK), using("api", FRONT, BACK)]
SWARM = with_shared(cluster([node("a")], SERVICES), [FRONT, BACK, MESH])


def on(*attachments: dict[str, Any]) -> dict[str, Any]:
    raw = copy.deepcopy(RAW)
    raw["Spec"]["TaskTemplate"]["Networks"] = list(attachments)
    return raw


BOTH = on({"Target": "network-front", "Aliases": ["www"]}, {"Target": "network-back"})


def said(raw: dict[str, Any], *lines: str) -> str:
    return "\n".join(each.text for each in SetNetworks.of(raw, lines, SWARM).impact(SWARM).consequences)


def test_networks_are_named_and_sent_by_their_ids() -> None:
    assert SetNetworks.lines_of(BOTH["Spec"], SWARM) == ("name=front,alias=www", "back")
    action = SetNetworks.of(BOTH, ["name=front,alias=shop", "back"], SWARM)
    assert action.new == [{"Target": "network-front", "Aliases": ["shop"]}, {"Target": "network-back"}]
    assert action.docker_command == ("docker service update --network-rm front --network-add name=front,alias=shop web")
    assert (action.seen, action.wanted) == ("back, name=front,alias=www", "back, name=front,alias=shop")


def test_who_no_longer_reaches_whom_is_said() -> None:
    assert "Without back, web no longer reaches db, nor the other way round." in said(BOTH, "name=front,alias=www")
    assert "web leaves front." in said(BOTH, "back")
    assert "web is on no network then" in said(BOTH)
    assert "web joins api and db on back: they reach each other by name." in said(on(), "back")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nope", "The swarm has no network nope."),
        ("none", "A service cannot use none"),
        ("ingress", "the routing mesh's own network"),
        ("name=front,ip=1", "like front or"),
    ],
)
def test_what_is_no_network_is_refused(line: str, words: str) -> None:
    with pytest.raises(NotPossible, match=words):
        SetNetworks.read(line, SWARM)
    assert SetNetworks.read("host", SWARM) == ("host",)
    assert SetNetworks.read("network-front", SWARM) == ("front",)


def test_networks_in_their_old_place_are_left_to_the_editor() -> None:
    raw = {**RAW, "Spec": {**RAW["Spec"], "Networks": [{"Target": "network-front"}]}}
    with pytest.raises(NotPossible, match="an old place of its spec"):
        SetNetworks.of(raw, ["front"], SWARM)
    with pytest.raises(NotPossible, match="an old place of its spec"):
        SetNetworks.of(RAW, ["front"], SWARM).on_another(raw)


def test_before_they_are_known_there_are_no_names_to_write() -> None:
    assert SetNetworks.unknown(cluster()) == "The swarm's networks are not known yet."
    assert not SetNetworks.unknown(SWARM)
