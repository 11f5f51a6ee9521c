"""Secrets, configs and networks in words, with the services that use them."""

from __future__ import annotations

import base64
import binascii

from swarmtui.swarm.describe.container import labels
from swarmtui.swarm.describe.document import Fact, Section, fact, facts, section
from swarmtui.swarm.describe.masking import masked_lines
from swarmtui.swarm.describe.raw import Raw
from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.describe.values import memory, moment, yes
from swarmtui.swarm.objects import Service
from swarmtui.swarm.shared import STACK_LABEL

__all__ = ["config_text", "describe_config", "describe_network", "describe_secret"]


def describe_secret(raw: Raw, scene: Scene) -> tuple[Section, ...]:
    """All of a secret; its content is known to the swarm alone."""
    secret_id = raw.text("ID")
    users = [service for service in scene.cluster.services.values() if secret_id in service.secret_ids]
    return (
        *section("Secret", _basics(raw, scene), fact("content", "the engine never gives it out", "dim")),
        *_used_by(users),
        *labels("Labels", raw.at("Spec", "Labels"), scene),
    )


def describe_config(raw: Raw, scene: Scene) -> tuple[Section, ...]:
    """All of a config, its content as text where it is text."""
    config_id, data = raw.text("ID"), raw.text("Spec", "Data")
    users = [service for service in scene.cluster.services.values() if config_id in service.config_ids]
    return (
        *section("Config", _basics(raw, scene)),
        *_used_by(users),
        *labels("Labels", raw.at("Spec", "Labels"), scene),
        *section("Content", _content(data, scene)),
    )


def describe_network(raw: Raw, scene: Scene) -> tuple[Section, ...]:
    """All of a network. Its JSON is another one than that of the swarm's own objects (Go's `NetworkResource`)."""
    ids = {raw.text("Id"), raw.text("Name")} - {""}
    users = [service for service in scene.cluster.services.values() if ids & service.network_ids]
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
            fact("encrypted", "yes: what services say to each other between nodes" if encrypted else "no"),
            fact("attachable", "yes: containers of no service may join" if raw.flag("Attachable") else "no"),
            fact("internal", "yes: no way out of it" if raw.flag("Internal") else ""),
            fact("ingress", "yes: the routing mesh of published ports" if raw.flag("Ingress") else ""),
            fact("IPv6", yes(raw.flag("EnableIPv6"))),
            fact("created", moment(raw.text("Created"), scene.now)),
        ),
        *section("Addresses", [each for part in raw.each("IPAM", "Config") for each in _subnet(part)]),
        *_used_by(users),
        *section("Options", [Fact(key, scene.value(key, value) or "set") for key, value in options.pairs()]),
        *section("Peers", [each for peer in raw.each("Peers") for each in fact(peer.text("Name"), peer.text("IP"))]),
        *labels("Labels", raw.at("Labels"), scene),
    )


def _basics(raw: Raw, scene: Scene) -> tuple[Fact, ...]:
    spec = raw.at("Spec")
    driver = spec.at("Driver")
    options = [f"{key}={scene.value(key, value)}" for key, value in driver.pairs("Options")]
    return facts(
        fact("name", spec.text("Name")),
        fact("ID", raw.text("ID")),
        fact("stack", dict(spec.pairs("Labels")).get(STACK_LABEL, "")),
        fact("driver", " ".join((driver.text("Name"), *options)).strip()),
        fact("template driver", spec.text("Templating", "Name")),
        fact("created", moment(raw.text("CreatedAt"), scene.now)),
        fact("changed", moment(raw.text("UpdatedAt"), scene.now)),
        fact("version", raw.text("Version", "Index")),
    )


def _used_by(users: list[Service]) -> tuple[Section, ...]:
    if not users:
        return section("Used by", [Fact("", "no service", "dim")])
    return section("Used by", [Fact(service.name, service.id, "dim") for service in sorted(users, key=_name)])


def _name(service: Service) -> str:
    return service.name


def config_text(data: str) -> str | None:
    """A config's content; None when it is no text.

    Args:
        data: base64, as the engine gives it.
    """
    try:
        text = base64.b64decode(data, validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    usual = all(character.isprintable() or character in "\n\r\t" for character in text)
    return text if usual else None


def _content(data: str, scene: Scene) -> tuple[Fact, ...]:
    text = config_text(data)
    if text is None:
        return fact("", f"{memory(len(data) * 3 // 4)} that are no text; y shows them in base64", "dim")
    if not text:
        return fact("", "empty", "dim")
    shown = text.replace("\r\n", "\n").rstrip("\n")
    return fact("", shown if scene.reveal else masked_lines(shown))


def _subnet(part: Raw) -> tuple[Fact, ...]:
    return facts(
        fact("subnet", part.text("Subnet")),
        fact("range", part.text("IPRange")),
        fact("gateway", part.text("Gateway")),
    )
