"""Templates in a task's environment, host name and mounts. Source: swarmkit template/{context,expand}.go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from swarmtui.sim.agent.machine import Machine
    from swarmtui.sim.objects.objects import Task

_ACTION = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}", re.DOTALL)
_INDEX = re.compile(r'index\s+\.(Service|Node)\.Labels\s+"([^"]*)"')
_CALL = re.compile(r'(env|secret|config)\s+"([^"]*)"')
_SERVICE = "struct { ID string; Name string; Labels map[string]string }"
_NODE = "struct { ID string; Hostname string; Platform template.Platform }"
_TASK = "struct { ID string; Name string; Slot string }"
_CONTEXT = {"Service": _SERVICE, "Node": _NODE, "Task": _TASK}
_TYPES = {
    _SERVICE: {"ID": "string", "Name": "string", "Labels": "map[string]string"},
    _NODE: {"ID": "string", "Hostname": "string", "Platform": "template.Platform"},
    _TASK: {"ID": "string", "Name": "string", "Slot": "string"},
    "template.Platform": {"Architecture": "string", "OS": "string"},
}
"""What templates can name, by Go's names of the types (swarmkit template/context.go)."""


def fault(text: str) -> str:
    """Why a template cannot be expanded; "" where it can."""
    if "{{" not in text:
        return ""
    rest = _ACTION.sub("", text)
    if "{{" in rest:
        return "template: expansion:1: unclosed action"
    for action in _ACTION.finditer(text):
        if not action[1]:
            return "template: expansion:1: missing value for command"
        if wrong := _wrong(action[1]):
            column = action.start(1) + (action[1].find(".", 1) if "." in action[1][1:] else 0)
            return f'template: expansion:1:{column}: executing "expansion" at <{action[1]}>: {wrong}'
    return ""


def _wrong(action: str) -> str:
    """What a chain of fields names that is not there."""
    if not action.startswith("."):
        return ""
    where, fields = "*template.Context", _CONTEXT
    for name in action[1:].split("."):
        if where == "map[string]string":
            return f'map has no entry for key "{name}"'
        if name not in fields:
            return f"can't evaluate field {name} in type {where}"
        where = fields[name]
        fields = _TYPES.get(where, {})
    return ""


def expanded(text: str, task: Task, machine: Machine | None = None, texts: Mapping[str, str] | None = None) -> str:
    """A text with its templates filled in.

    Args:
        machine: where the task is; else what is told of its node is empty.
        texts: what "secret NAME", "config NAME" and "env NAME" stand for.
    """
    if "{{" not in text:
        return text
    return _ACTION.sub(lambda action: _value(action.group(1), task, machine, texts or {}), text)


def _value(action: str, task: Task, machine: Machine | None, texts: Mapping[str, str]) -> str:
    if found := _INDEX.fullmatch(action):
        kind, key = found.groups()
        return str(task.spec.labels.get(key, "")) if kind == "Service" else ""
    if found := _CALL.fullmatch(action):
        return texts.get(" ".join(found.groups()), "")
    values = {
        ".Service.ID": task.service_id,
        ".Service.Name": task.spec.name,
        ".Service.Labels": f"map[{' '.join(f'{key}:{value}' for key, value in sorted(task.spec.labels.items()))}]",
        ".Node.ID": task.node_id,
        ".Node.Hostname": machine.hostname if machine is not None else "",
        ".Node.Platform.OS": machine.os if machine is not None else "",
        ".Node.Platform.Architecture": machine.architecture if machine is not None else "",
        ".Task.ID": task.id,
        ".Task.Name": task.name,
        ".Task.Slot": str(task.slot or task.node_id),
    }
    return values.get(action, "")
