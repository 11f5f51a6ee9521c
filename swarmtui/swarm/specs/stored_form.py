"""The parts of a service's spec that make its tasks what they are, in the form in which an engine stores them.

A swarm compares a task with its service after the way through moby's daemon/cluster/convert and protobuf: numbers and
words that are empty, empty lists and empty maps vanish there, some words are filled in, while an object that is there
and empty stays another thing than one that is missing. Measured on an engine field by field: docs/services.md has the
outcome, tests/lab/test_service_changes.py holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from swarmtui.swarm.actions.action import Spec
from swarmtui.swarm.specs.fields import field_of, part_of, with_field

__all__ = ["endpoint_form", "only_placement_leaves", "placement_form", "placement_kept", "task_form"]

PLACEMENT = ("TaskTemplate", "Placement")

_MAPS = frozenset({"Labels", "Sysctls", "Options", "DriverOpts"})
"""Where the keys are the user's own."""
_OPTIONAL = frozenset({"Init", "StopGracePeriod", "Delay", "Window", "MemorySwappiness", "SwapBytes"})
"""Values for which no and 0 differ from nothing: an engine keeps a pointer to them."""
_FILLED_IN = {
    "Isolation": "default",
    "Runtime": "container",
    "Condition": "any",
    "Mode": "vip",
    "Protocol": "tcp",
    "PublishMode": "ingress",
}
"""What an engine writes where a spec says nothing."""


def task_form(spec: Spec) -> object:
    """The task template less its placement. Networks may stand beside the template."""
    template = part_of(spec, "TaskTemplate")
    networks = template.get("Networks") or field_of(spec, "Networks")
    return _form({**template, "Placement": None, "Networks": networks})


def placement_form(spec: Spec) -> object:
    """The placement."""
    return _form(field_of(spec, *PLACEMENT))


def endpoint_form(spec: Spec) -> object:
    """The published ports and how the service is found."""
    return _form(field_of(spec, "EndpointSpec"))


def placement_kept(before: Spec, after: dict[str, Any]) -> dict[str, Any]:
    """A changed spec that has an empty placement where it would have none any more.

    Both mean that tasks may run anywhere. But where the service has no placement and its tasks have one, and nothing
    else differs, the leader crashes, and then the manager that leads next (a nil pointer in swarmkit's
    manager/orchestrator/task.go, `nodeMatches`, until July 2026; moby issue 37883).
    """
    if field_of(before, *PLACEMENT) is None or field_of(after, *PLACEMENT) is not None:
        return after
    return with_field(after, PLACEMENT, {}) if isinstance(after.get("TaskTemplate"), Mapping) else after


def only_placement_leaves(before: Spec, after: Spec) -> bool:
    """Whether a change takes away the placement and nothing else of the tasks: `placement_kept` says what follows."""
    leaves = field_of(before, *PLACEMENT) is not None and field_of(after, *PLACEMENT) is None
    return leaves and task_form(before) == task_form(after)


def _form(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: form for key, each in value.items() if (form := _field(key, each)) is not None}
    if isinstance(value, (list, tuple)):
        return [_form(each) for each in value]
    return value


def _field(key: str, value: object) -> object:
    """One field of an object; None where an engine stores nothing."""
    if key in _MAPS and isinstance(value, Mapping):
        return dict(value) or None
    if isinstance(value, Mapping) or (key in _OPTIONAL and value is not None):
        return _form(value)
    return None if not value or value == _FILLED_IN.get(key) else _form(value)
