"""What `/events` tells: changes of the swarm's objects on managers, of containers and local networks on each engine.

Source: moby daemon/events.go, daemon/cluster.go. Tasks raise no events.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from swarmtui.sim.agent.container import Container
from swarmtui.sim.agent.container_json import networks_of
from swarmtui.sim.agent.machine import Machine
from swarmtui.sim.clock import Clock
from swarmtui.sim.manager.store import Store
from swarmtui.sim.objects.objects import Blob, Network, Node, Service
from swarmtui.sim.objects.spec import JSON

Subscriber = Callable[[JSON], None]

_ACTIONS = {"+": "create", "~": "update", "-": "remove"}


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

    def local(self, machine: Machine, kind: str, id: str, action: str, attributes: dict[str, str]) -> None:
        """Something happened to a network, a volume or an image of one engine."""
        self._publish(machine, self._event(kind, action, id, attributes, "local"))

    def container(self, machine: Machine, run: Container, action: str, more: Mapping[str, str] | None = None) -> None:
        """Something happened to a container."""
        if run.container_id is None:
            return
        attributes = {**run.labels, "image": run.image, "name": run.name, **(more or {})}
        if action == "die":
            attributes |= {
                "execDuration": str(int(max(run.finished - run.started, 0))),
                "exitCode": str(run.exit_code),
            }
        if action == "start":
            self._surroundings(machine, run, joining=True)
        event = self._event("container", action, run.container_id, attributes, "local")
        self._publish(machine, {"status": action, "id": run.container_id, "from": run.image, **event})
        if action == "die":
            self._surroundings(machine, run, joining=False)

    def _surroundings(self, machine: Machine, run: Container, *, joining: bool) -> None:
        """A container joins its networks and mounts its volumes as it starts, and leaves them as it ends."""
        id = str(run.container_id)
        for name, network in networks_of(run, machine).items():
            attributes = {"container": id, "name": name, "type": network[1]}
            self.local(machine, "network", network[0], "connect" if joining else "disconnect", attributes)
        for mount in run.mounts():
            if mount["Type"] == "volume":
                attributes = {"container": id, "driver": "local"}
                if joining:
                    write = str(bool(mount["RW"])).lower()
                    attributes |= {"destination": mount["Destination"], "propagation": "", "read/write": write}
                self.local(machine, "volume", str(mount["Name"]), "mount" if joining else "unmount", attributes)


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
