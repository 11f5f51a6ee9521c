"""What `/events` tells: changes of the swarm's objects on managers, of containers and local networks on each engine.

Source: moby daemon/events.go, daemon/cluster.go. Tasks raise no events.
"""

from __future__ import annotations

from collections.abc import Callable

from swarmtui.sim.agent.machine import Machine
from swarmtui.sim.agent.run import Run
from swarmtui.sim.clock import Clock
from swarmtui.sim.manager.store import Store
from swarmtui.sim.objects.objects import Blob, Network, Node, Service
from swarmtui.sim.objects.spec import JSON

Subscriber = Callable[[JSON], None]

_ACTIONS = {"+": "create", "~": "update", "-": "remove"}
_TALKATIVE = {"start", "die", "create", "destroy", "health_status: healthy", "health_status: unhealthy", "kill", "stop"}


class EventLog:
    """The last events of each engine, and who listens."""

    def __init__(self, clock: Clock, managers: Callable[[], list[Machine]]) -> None:
        """`managers` are the machines that hear of the swarm's own events now."""
        self._clock = clock
        self._managers = managers
        self._subscribers: dict[str, dict[int, Subscriber]] = {}
        self._count = 0

    def follow(self, store: Store) -> None:
        """Tell of the objects in a store."""
        for kind in ("service", "node", "secret", "config", "network"):
            for mark in _ACTIONS:
                store.listeners.setdefault(kind + mark, []).append(self._teller(kind, _ACTIONS[mark]))

    # --- listening ---

    def history(self, machine: Machine, since: float, until: float) -> list[JSON]:
        """What the engine remembers of a time."""
        return [event for event in machine.events if since <= event["timeNano"] / 1e9 <= until]

    def subscribe(self, machine: Machine, subscriber: Subscriber) -> Callable[[], None]:
        """Be told of each event of an engine; call the result to be told no more."""
        self._count += 1
        number = self._count
        self._subscribers.setdefault(machine.id, {})[number] = subscriber
        return lambda: _drop(self._subscribers.get(machine.id, {}), number)

    def _publish(self, machine: Machine, event: JSON) -> None:
        if machine.condition != "up":
            return
        machine.events.append(event)
        for subscriber in list(self._subscribers.get(machine.id, {}).values()):
            subscriber(event)

    def _event(self, kind: str, action: str, id: str, attributes: dict[str, str], scope: str) -> JSON:
        now = self._clock.now()
        return {
            "Type": kind,
            "Action": action,
            "Actor": {"ID": id, "Attributes": attributes},
            "scope": scope,
            "time": int(now),
            "timeNano": int(now) * 1_000_000_000 + int((now - int(now)) * 1e9),
        }

    # --- the swarm's events ---

    def _teller(self, kind: str, action: str) -> Callable[[Service | Node | Blob | Network], None]:
        def tell(thing: Service | Node | Blob | Network) -> None:
            event = self._event(kind, action, thing.id, _attributes(thing, action), "swarm")
            for machine in self._managers():
                self._publish(machine, event)

        return tell

    # --- an engine's own events ---

    def container(self, machine: Machine, run: Run, action: str) -> None:
        """Something happened to a container of a task."""
        if action not in _TALKATIVE or run.container_id is None:
            return
        task = run.task
        attributes = {
            "com.docker.swarm.node.id": task.node_id,
            "com.docker.swarm.service.id": task.service_id,
            "com.docker.swarm.service.name": task.spec.name,
            "com.docker.swarm.task": "",
            "com.docker.swarm.task.id": task.id,
            "com.docker.swarm.task.name": task.name,
            "image": task.spec.task.image,
            "name": task.name,
        }
        if action == "die":
            attributes |= {
                "execDuration": str(int(max(run.finished - run.started, 0))),
                "exitCode": str(run.exit_code),
            }
        event = self._event("container", action, run.container_id, attributes, "local")
        self._publish(machine, {"status": action, "id": run.container_id, "from": task.spec.task.image, **event})


def _drop(subscribers: dict[int, Subscriber], number: int) -> None:
    subscribers.pop(number, None)


def _attributes(thing: Service | Node | Blob | Network, action: str) -> dict[str, str]:
    """The name, and of services and nodes what has changed."""
    if isinstance(thing, Service):
        now, name = _of_service(thing), thing.spec.name
    elif isinstance(thing, Node):
        now, name = _of_node(thing), thing.name or thing.machine.hostname
    else:
        return {"name": thing.name}
    before, thing.reported = thing.reported, dict(now)
    attributes = {"name": name}
    if action == "update" and before:
        for key, value in now.items():
            if value != before[key]:
                if before[key]:
                    attributes[f"{key}.old"] = before[key]
                attributes[f"{key}.new"] = value
    return {key: value for key, value in attributes.items() if value}


def _of_service(service: Service) -> dict[str, str]:
    spec = service.spec
    return {
        "image": spec.task.image,
        "replicas": str(spec.replicas) if spec.mode == "replicated" else "",
        "updatestate": service.update_status.state if service.update_status is not None else "",
    }


def _of_node(node: Node) -> dict[str, str]:
    return {"availability": node.availability, "role": node.role, "state": node.state}
