"""Splits an edited spec into the actions that would make the same changes, so that each is judged as if by its own key.

Also checks that the spec has the right types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Spec, SpecChange
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.nodes.availability import SetAvailability
from swarmtui.swarm.nodes.labels import SetNodeLabels
from swarmtui.swarm.nodes.roles import Demote, Promote
from swarmtui.swarm.objects.node import NodeSpec
from swarmtui.swarm.objects.service import ServiceSpec
from swarmtui.swarm.objects.struct_decoders import converted
from swarmtui.swarm.services.change import ValueChange
from swarmtui.swarm.services.container.files import SetConfigs, SetSecrets
from swarmtui.swarm.services.container.labels import SetContainerLabels
from swarmtui.swarm.services.container.mounts import SetMounts
from swarmtui.swarm.services.container.networks import SetNetworks
from swarmtui.swarm.services.lines_change import SetEnvironment, SetServiceLabels
from swarmtui.swarm.services.placement import SetPlacement
from swarmtui.swarm.services.ports import SetPorts
from swarmtui.swarm.services.scale import ScaleService
from swarmtui.swarm.services.service_settings import SETTINGS
from swarmtui.swarm.services.update_image import UpdateImage
from swarmtui.swarm.specs.fields import field_of, part_of

__all__ = ["VALUES", "check_types", "node_parts", "service_parts"]

VALUES: tuple[type[ValueChange], ...] = (
    UpdateImage,
    SetPorts,
    SetEnvironment,
    SetServiceLabels,
    SetContainerLabels,
    SetMounts,
    SetSecrets,
    SetConfigs,
    SetNetworks,
    SetPlacement,
)
"""What the editor changes is judged by these actions and by `SETTINGS`, field by field."""


# ------------------------------------------------------------------------------------------------ services


def service_parts(target: Target, before: Spec, after: Spec) -> list[SpecChange]:
    """The actions that would change a service's spec into another, as far as there are actions for it."""
    return [*_scaling(target, before, after), *_values(target, before, after), *_settings(target, before, after)]


def _scaling(target: Target, before: Spec, after: Spec) -> Iterator[SpecChange]:
    for is_job, path in ((False, ("Mode", "Replicated")), (True, ("Mode", "ReplicatedJob"))):
        if field_of(before, *path) is None or field_of(after, *path) is None:
            continue
        probe = ScaleService(target, 0, 0, is_job)
        seen, wanted = probe.value(before), probe.value(after)
        if seen != wanted and seen.isdecimal() and wanted.isdecimal():
            yield ScaleService(target, int(wanted), int(seen), is_job)


def _values(target: Target, before: Spec, after: Spec) -> Iterator[SpecChange]:
    for kind in VALUES:
        new = field_of(after, *kind.path)
        if (field_of(before, *kind.path) or None) != (new or None):
            yield kind(target, before, new)


def _settings(target: Target, before: Spec, after: Spec) -> Iterator[SpecChange]:
    for kind in SETTINGS:
        old, new = part_of(before, *kind.path), part_of(after, *kind.path)
        keys = sorted({setting.path[0] for setting in kind.form})
        settings = tuple(((key,), new.get(key)) for key in keys if old.get(key) != new.get(key))
        if settings:
            yield kind(target, before, settings)


# ------------------------------------------------------------------------------------------------ nodes


def node_parts(target: Target, before: Spec, after: Spec) -> list[SpecChange]:
    """The actions that would change a node's spec into another."""
    parts = list[SpecChange]()
    role, availability = _role(after), _availability(after)
    if role != _role(before):
        parts.append(Promote(target) if role == "manager" else Demote(target))
    labels, seen = _labels(after), _labels(before)
    if labels != seen:
        parts.append(SetNodeLabels(target, labels, seen))
    if availability != _availability(before):
        parts.append(SetAvailability(target, availability, _availability(before)))
    return parts


def _role(spec: Spec) -> str:
    return str(spec.get("Role") or "worker")


def _availability(spec: Spec) -> str:
    return str(spec.get("Availability") or "active")


def _labels(spec: Spec) -> dict[str, str]:
    given = spec.get("Labels")
    return {str(key): str(value) for key, value in given.items()} if isinstance(given, Mapping) else {}


# ------------------------------------------------------------------------------------------------ types

_MISMATCH = re.compile(r"Expected `(?P<wanted>[^`]*)`, got `(?P<given>[^`]*)` - at `\$?\.?(?P<path>[^`]*)`")
_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "a string",
    "bool": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}


def check_types(kind: Kind, after: Spec) -> None:
    """Tell whether an edited spec can be read at all; what no engine would take in it is reported by `refusals`.

    Raises:
        NotPossible: a field is of another type.
    """
    try:
        converted(dict(after), NodeSpec if kind is Kind.NODE else ServiceSpec)
    except msgspec.ValidationError as problem:
        found = _MISMATCH.search(str(problem))
        if found is None:
            raise NotPossible(f"The engine would refuse this: {problem}.", "Edit it again.") from problem
        wanted = " or ".join(_WORDS.get(each, each) for each in found["wanted"].split(" | ") if each != "null")
        given = _WORDS.get(found["given"], found["given"])
        raise NotPossible(f"{found['path']} must be {wanted}, not {given}.", "Edit it again.") from problem
