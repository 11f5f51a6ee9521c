"""Secrets and configs in words, with the services that use them."""

from __future__ import annotations

import base64
import binascii

from swarmtui.swarm.describe.container import labels
from swarmtui.swarm.describe.document import Fact, Section, fact, facts, section
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.describe.masking import masked_lines
from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.describe.users import used_by
from swarmtui.swarm.describe.values import moment
from swarmtui.swarm.objects.file import ConfigFile, SecretFile
from swarmtui.swarm.objects.stack_label import STACK_LABEL
from swarmtui.swarm.units import rough_size
from swarmtui.swarm.usage import users_of

__all__ = ["config_text", "describe_config", "describe_secret"]


def describe_secret(raw: Raw, scene: Scene) -> tuple[Section, ...]:
    """All of a secret; its content is known to the swarm alone."""
    users = users_of(scene.cluster, SecretFile(id=raw.text("ID")))
    return (
        *section("Secret", _basics(raw, scene), fact("content", "the engine never returns it", "dim")),
        *used_by(users, scene),
        *labels("Labels", raw.at("Spec", "Labels"), scene),
    )


def describe_config(raw: Raw, scene: Scene) -> tuple[Section, ...]:
    """All of a config, its content as text where it is text."""
    users, data = users_of(scene.cluster, ConfigFile(id=raw.text("ID"))), raw.text("Spec", "Data")
    return (
        *section("Config", _basics(raw, scene)),
        *used_by(users, scene),
        *labels("Labels", raw.at("Spec", "Labels"), scene),
        *section("Content", _content(data, scene)),
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
        return fact("", f"{rough_size(len(data) * 3 // 4)} of binary data; y shows it in base64", "dim")
    if not text:
        return fact("", "empty", "dim")
    shown = text.replace("\r\n", "\n").rstrip("\n")
    return fact("", shown if scene.reveal else masked_lines(shown))
