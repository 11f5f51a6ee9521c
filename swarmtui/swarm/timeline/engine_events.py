"""What the engine of a node tells of itself, for the time line: containers, images, volumes and networks of that node.

Source of the words: Engine API, `GET /events`; moby daemon/events.go.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.struct_decoders import json_decoder
from swarmtui.swarm.short_text import clipped
from swarmtui.swarm.tasks.ending import exit_brief
from swarmtui.swarm.timeline.event import Category, Event, Source

__all__ = ["ENGINE_FILTERS", "EngineEvent", "event_of_engine", "read_engine_event"]

ENGINE_FILTERS: Mapping[str, list[str]] = {
    "type": ["container", "image", "volume", "network"],
    "event": ["die", "oom", "kill", "health_status", "pull", "delete", "create", "destroy"],
    "scope": ["local"],
}
"""What is asked for. Commands in containers (exec_…) are left out: each health check is one."""

TASK_ID, TASK_NAME = "com.docker.swarm.task.id", "com.docker.swarm.task.name"
SERVICE_ID = "com.docker.swarm.service.id"
LONGEST = 100
"""Characters of a name."""
DONE = {"create": "created", "destroy": "removed", "delete": "deleted", "pull": "pulled"}


class _Actor(msgspec.Struct, frozen=True):
    id: str = msgspec.field(name="ID", default="")
    attributes: dict[str, str] = msgspec.field(name="Attributes", default_factory=dict)


class EngineEvent(msgspec.Struct, frozen=True):
    """An event of an engine.

    Attributes:
        nanoseconds: when, since 1970 by the node's clock.
    """

    type: str = msgspec.field(name="Type", default="")
    action: str = msgspec.field(name="Action", default="")
    actor: _Actor = msgspec.field(name="Actor", default=_Actor())
    nanoseconds: int = msgspec.field(name="timeNano", default=0)


_decoder = json_decoder(EngineEvent)


def read_engine_event(line: bytes) -> EngineEvent | None:
    """An event from a line of the stream; None for what is none."""
    try:
        return _decoder.decode(line)
    except msgspec.MsgspecError:
        return None


def event_of_engine(told: EngineEvent, node: Node, now: float) -> Event | None:
    """The event of the time line; None for what is not told there.

    Args:
        node: whose engine told it.
        now: the managers' time, in seconds since 1970: nothing happened later, whatever the node's clock says.
    """
    found = _container(told) if told.type == "container" else _thing(told)
    if found is None:
        return None
    words, tone = found
    attributes = told.actor.attributes
    task_id, task_name = attributes.get(TASK_ID, ""), attributes.get(TASK_NAME, "")
    of_task = bool(told.type == "container" and task_id and task_name)
    name = task_name.removesuffix(f".{task_id}") if of_task else node.name
    return Event(
        min(told.nanoseconds / 1e9, now) if told.nanoseconds else now,
        Kind.TASK if of_task else Kind.NODE,
        task_id if of_task else node.id,
        name,
        Category.ENGINE,
        f"on {node.name}: {words}",
        tone,
        Source.NODE,
        related=(attributes.get(SERVICE_ID, ""), node.id) if of_task else (),
        fold=f"{node.id} {told.type} {told.action} {name if of_task else _name(told)}",
    )


def _container(told: EngineEvent) -> tuple[str, str] | None:
    attributes, action = told.actor.attributes, told.action
    task_id, task_name = attributes.get(TASK_ID, ""), attributes.get(TASK_NAME, "")
    of = task_name.removesuffix(f".{task_id}") if task_id and task_name else ""
    whose = f"the container of {clipped(of, LONGEST)}" if of else f"container {_name(told)}"
    code = attributes.get("exitCode", "")
    if action == "die":
        words = f" with {exit_brief(int(code))}" if code.isdecimal() else ""
        return f"{whose} ended{words}", "" if code == "0" else "warn"
    if action == "oom":
        return f"{whose} ran out of memory", "bad"
    if action == "kill":
        return f"{whose} was sent signal {clipped(attributes.get('signal', '?'), 20)}", ""
    if action.startswith("health_status"):
        state = action.partition(":")[2].strip()
        return f"{whose} is {clipped(state or 'checked again', 20)}", {"healthy": "good", "unhealthy": "bad"}.get(
            state, ""
        )
    return None


def _thing(told: EngineEvent) -> tuple[str, str] | None:
    if told.type not in ("image", "volume", "network") or told.action not in DONE:
        return None
    return f"{told.type} {_name(told)} was {DONE[told.action]}", ""


def _name(told: EngineEvent) -> str:
    """What people call it; an image that is deleted has only its ID."""
    name = told.actor.attributes.get("name", "") or told.actor.id
    return clipped(name.removeprefix("sha256:")[:12] if name.startswith("sha256:") else name, LONGEST)
