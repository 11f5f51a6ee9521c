"""What a service was before its last change: what a rollback would go back to, field by field."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from swarmtui.swarm.describe.document import Fact
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.describe.masking import masked
from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.describe.values import command_line, nanoseconds

__all__ = ["of_previous"]

_CONTAINER = ("TaskTemplate", "ContainerSpec")
_FIELDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("image", (*_CONTAINER, "Image")),
    ("replicas", ("Mode", "Replicated", "Replicas")),
    ("mode", ("Mode",)),
    ("command", (*_CONTAINER, "Command")),
    ("arguments", (*_CONTAINER, "Args")),
    ("environment", (*_CONTAINER, "Env")),
    ("mounts", (*_CONTAINER, "Mounts")),
    ("secrets", (*_CONTAINER, "Secrets")),
    ("configs", (*_CONTAINER, "Configs")),
    ("health check", (*_CONTAINER, "Healthcheck")),
    ("container labels", (*_CONTAINER, "Labels")),
    ("grace period", (*_CONTAINER, "StopGracePeriod")),
    ("constraints", ("TaskTemplate", "Placement", "Constraints")),
    ("most per node", ("TaskTemplate", "Placement", "MaxReplicas")),
    ("placement", ("TaskTemplate", "Placement")),
    ("limits", ("TaskTemplate", "Resources", "Limits")),
    ("reservations", ("TaskTemplate", "Resources", "Reservations")),
    ("restart policy", ("TaskTemplate", "RestartPolicy")),
    ("networks", ("TaskTemplate", "Networks")),
    ("logging", ("TaskTemplate", "LogDriver")),
    ("forced updates", ("TaskTemplate", "ForceUpdate")),
    ("ports", ("EndpointSpec", "Ports")),
    ("endpoint", ("EndpointSpec",)),
    ("update policy", ("UpdateConfig",)),
    ("rollback policy", ("RollbackConfig",)),
    ("labels", ("Labels",)),
)
"""What is compared, the inner fields before those that hold them; each is left out of what is compared after it."""

_UNDER = {
    "environment": "Env",
    "command": "Command",
    "arguments": "Args",
    "labels": "Labels",
    "container labels": "Labels",
}
"""The keys by which it is known what is secret in them."""

_NAMES = ("Target", "SecretName", "ConfigName", "PublishedPort", "Name")
"""What an entry of a list is known by."""


def of_previous(raw: Raw, scene: Scene) -> Iterator[Fact]:
    """The fields in which the spec before the last change differs from the current one, as they were.

    Args:
        raw: a service's raw JSON.
    """
    before, now = raw.at("PreviousSpec").value, raw.at("Spec").value
    if not isinstance(before, Mapping) or not isinstance(now, Mapping):
        return
    old, new = copy.deepcopy(dict(before)), copy.deepcopy(dict(now))
    same = True
    for label, path in _FIELDS:
        was, is_ = _taken(old, path), _taken(new, path)
        if (was or None) != (is_ or None):
            same = False
            yield Fact(label, _text(label, was, is_, scene))
    if _essence(old) != _essence(new):
        same = False
        yield Fact("other fields", "differ")
    yield Fact("", "nothing differs: the spec was the same" if same else "R shows the whole difference", "dim")


def _taken(spec: dict[str, Any], path: tuple[str, ...]) -> object:
    """A field's value, which is taken out of the spec."""
    part: Any = spec
    for key in path[:-1]:
        part = part.get(key) if isinstance(part, dict) else None
    return part.pop(path[-1], None) if isinstance(part, dict) else None


def _essence(value: object) -> object:
    """A value without what is empty: engines write that out or leave it out."""
    if isinstance(value, Mapping):
        kept = {key: _essence(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item} or None
    return value or None


def _text(label: str, was: object, is_: object, scene: Scene) -> str:
    """A field as it was. Of a list, or of labels: the entries that it had, and those that it had not."""
    if isinstance(was, (list, Mapping)) or isinstance(is_, (list, Mapping)):
        had, has = _entries(label, was, scene), _entries(label, is_, scene)
        gone, come = [each for each in had if each not in has], [each for each in has if each not in had]
        if isinstance(was, Mapping):  # of a setting that is another one now, what it was says enough
            come = [each for each in come if each.partition("=")[0] not in was]
        if label in ("command", "arguments"):
            return command_line(had) or "none"
        parts = [", ".join(gone), f"without {', '.join(come)}" if come else ""]
        return "; ".join(part for part in parts if part) or "different"
    if label == "grace period":
        return nanoseconds(Raw(was).number()) or "default"
    return Raw(was).text() or "none"


def _entries(label: str, value: object, scene: Scene) -> list[str]:
    if label == "networks":
        return [scene.network(each.text("Target")) for each in Raw(value).each()]
    shown = value if scene.reveal else masked(value, under=_UNDER.get(label, ""))
    if isinstance(shown, Mapping):
        return [f"{key}={_short(item)}" for key, item in shown.items() if item]
    return [_short(item) for item in shown] if isinstance(shown, list) else []


def _short(item: object) -> str:
    if isinstance(item, Mapping):
        return next((text for name in _NAMES if (text := Raw(item).text(name))), "another")
    return Raw(item).text() or ("yes" if item is True else "another")
