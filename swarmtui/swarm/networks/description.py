"""Networks in words, with the services that are on them."""

from __future__ import annotations

from swarmtui.swarm.describe.container import labels
from swarmtui.swarm.describe.document import Fact, Section, fact, facts, section
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.describe.users import used_by
from swarmtui.swarm.describe.values import moment, yes
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.objects.stack_label import STACK_LABEL
from swarmtui.swarm.usage import users_of

__all__ = ["describe_network"]


def describe_network(raw: Raw, scene: Scene) -> tuple[Section, ...]:
    """All of a network. Its JSON is another one than that of the swarm's own objects (Go's `NetworkResource`)."""
    network = Network(id=raw.text("Id"), name=raw.text("Name"), ingress=raw.flag("Ingress"))
    users = users_of(scene.cluster, network)
    options = raw.at("Options")
    encrypted = options.has("encrypted")
    return (
        *section(
            "Network",
            fact("name", raw.text("Name")),
            fact("ID", raw.text("Id")),
            fact("stack", dict(raw.pairs("Labels")).get(STACK_LABEL, "")),
            fact("driver", raw.text("Driver")),
            fact("scope", raw.text("Scope")),
            fact("encrypted", "yes: traffic between nodes" if encrypted else "no"),
            fact("attachable", "yes: standalone containers may join" if raw.flag("Attachable") else "no"),
            fact("internal", "yes: no access to the outside" if raw.flag("Internal") else ""),
            fact("ingress", "yes: the routing mesh of published ports" if raw.flag("Ingress") else ""),
            fact("IPv6", yes(raw.flag("EnableIPv6"))),
            fact("created", moment(raw.text("Created"), scene.now)),
        ),
        *section("Addresses", [each for part in raw.each("IPAM", "Config") for each in _subnet(part)]),
        *used_by(users, scene),
        *section("Options", [Fact(key, scene.value(key, value) or "set") for key, value in options.pairs()]),
        *section("Peers", [each for peer in raw.each("Peers") for each in fact(peer.text("Name"), peer.text("IP"))]),
        *labels("Labels", raw.at("Labels"), scene),
    )


def _subnet(part: Raw) -> tuple[Fact, ...]:
    return facts(
        fact("subnet", part.text("Subnet")),
        fact("range", part.text("IPRange")),
        fact("gateway", part.text("Gateway")),
    )
