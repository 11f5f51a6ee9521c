"""The secrets and configs of a task, as the files that its container has. Source: swarmkit agent/exec, template."""

from __future__ import annotations

import base64
import posixpath
from typing import TYPE_CHECKING

from swarmtui.sim.agent.templates import expanded

if TYPE_CHECKING:
    from swarmtui.sim.agent.machine import Machine
    from swarmtui.sim.manager.store import Store
    from swarmtui.sim.objects.objects import Blob, Task

_PLACES = {"Secret": "/run/secrets", "Config": "/"}


def task_files(task: Task, store: Store, machine: Machine) -> dict[str, bytes]:
    """What is in the files, by path; what the swarm has lost meanwhile is not there."""
    texts = _texts(task, store)
    found: dict[str, bytes] = {}
    for kind, place in _PLACES.items():
        table: dict[str, Blob] = store.table(kind.lower())
        for each in task.spec.task.container.get(f"{kind}s") or []:
            blob = table.get(each.get(f"{kind}ID") or "")
            if blob is not None and each.get("File") is not None:
                data = _data(blob)
                if (blob.templating or {}).get("Name") == "golang":
                    data = expanded(data.decode(errors="replace"), task, machine, texts).encode()
                found[posixpath.normpath(posixpath.join(place, each["File"].get("Name") or blob.name))] = data
    return found


def _data(blob: Blob) -> bytes:
    return base64.b64decode(blob.data or "")


def _texts(task: Task, store: Store) -> dict[str, str]:
    """What a template may name of the task's secrets, configs and environment."""
    container = task.spec.task.container
    texts = {f"env {name}": value for name, _, value in (each.partition("=") for each in container.get("Env") or [])}
    for kind in _PLACES:
        table: dict[str, Blob] = store.table(kind.lower())
        for each in container.get(f"{kind}s") or []:
            if (blob := table.get(each.get(f"{kind}ID") or "")) is not None and each.get("File") is not None:
                texts[f"{kind.lower()} {each['File'].get('Name')}"] = _data(blob).decode(errors="replace")
    return texts
