"""The allocator: addresses, virtual IPs and ports; after it tasks are pending. Source: swarmkit manager/allocator."""

from __future__ import annotations

from swarmtui.sim.clock import Timer
from swarmtui.sim.manager.leader_term import LeaderTerm
from swarmtui.sim.objects import states
from swarmtui.sim.objects.objects import Network, Service, Task
from swarmtui.sim.objects.spec import JSON

LATENCY = 0.005
DYNAMIC_PORTS = range(30000, 32768)
MESSAGE = "pending task scheduling"


class Allocator:
    """Gives services and tasks what they need of the networks.

    A task for which a network has no address left stays in NEW, without a word: as in a real swarm.
    """

    def __init__(self, term: LeaderTerm) -> None:
        self._term = term
        self._store = term.store
        self._new: dict[str, None] = {}
        self._stuck: dict[str, None] = {}
        self._timer: Timer | None = None

    def start(self) -> None:
        """At the beginning of a term, look at everything that is not allocated yet."""
        for service in list(self._store.services.values()):
            self.on_service(service)
        for task in self._store.tasks.values():
            self.on_task(task)

    # --- services ---

    def on_service(self, service: Service) -> None:
        """Ports and virtual IPs; the service's version moves again when it got any."""
        ports = self._ports(service)
        networks = self._networks(service.spec.task.networks, ports)
        wanted = networks if service.spec.vip else []
        kept = [each for each in service.vips if each[0] in wanted]
        vips = list(kept)
        for network in wanted:
            if all(network is not each for each, _ in kept):
                address = network.take()
                if address is not None:
                    vips.append((network, address))
        if ports == service.ports and vips == service.vips:
            return
        for network, address in service.vips:
            if (network, address) not in vips:
                network.used.discard(address)
        service.ports, service.vips, service.allocated = ports, vips, True
        self._store.update_service(service)

    def on_service_removed(self, service: Service) -> None:
        for network, address in service.vips:
            network.used.discard(address)
        service.vips = []
        self._retry()

    def on_network(self, network: Network) -> None:
        """A network has its addresses now: who waits for them may get one."""
        if network.allocated:
            for service in [each for each in self._store.services.values() if network.id in each.spec.task.networks]:
                self.on_service(service)
            self._retry()

    def _networks(self, targets: list[str], ports: list[JSON]) -> list[Network]:
        networks = [self._store.networks[target] for target in targets if target in self._store.networks]
        if any(port["PublishMode"] == "ingress" for port in ports):
            ingress = next((each for each in self._store.networks.values() if each.ingress), None)
            if ingress is not None:
                networks.insert(0, ingress)
        return networks

    def _ports(self, service: Service) -> list[JSON]:
        """The published ports, with numbers for those that have none in the spec."""
        result: list[JSON] = []
        for port in service.spec.ports:
            if port.get("PublishedPort") or port["PublishMode"] == "host":
                result.append(port)
                continue
            before = next((each for each in service.ports if _same(each, port) and each not in result), None)
            result.append(before or {**port, "PublishedPort": self._free_port(port["Protocol"], result)})
        return result

    def _free_port(self, protocol: str, also_taken: list[JSON]) -> int:
        taken = {
            (port.get("PublishedPort"), port["Protocol"])
            for ports in (also_taken, *(service.ports for service in self._store.services.values()))
            for port in ports
        }
        return next(number for number in DYNAMIC_PORTS if (number, protocol) not in taken)

    # --- tasks ---

    def on_task(self, task: Task) -> None:
        if task.state == states.NEW and task.desired <= states.COMPLETE:
            self._new[task.id] = None
            if self._timer is None or not self._timer.pending:
                self._timer = self._term.later(LATENCY, self._allocate)
        elif task.ended:
            self._release(task)

    def on_task_removed(self, task: Task) -> None:
        self._release(task)

    def _release(self, task: Task) -> None:
        if not task.holds:
            return
        task.holds = False
        for network, address in task.addresses:
            network.used.discard(address)
        if self._stuck:
            self._retry()

    def _retry(self) -> None:
        for task_id in list(self._stuck):
            task = self._store.tasks.get(task_id)
            if task is not None:
                self.on_task(task)
        self._stuck.clear()

    def _allocate(self) -> None:
        waiting, self._new = self._new, {}
        for task_id in waiting:
            task = self._store.tasks.get(task_id)
            if task is None or task.state != states.NEW or task.desired > states.COMPLETE:
                continue
            if self._give_addresses(task):
                task.state, task.message, task.timestamp = states.PENDING, MESSAGE, self._term.now()
                self._store.update_task(task)
            else:
                self._stuck[task_id] = None

    def _give_addresses(self, task: Task) -> bool:
        service = self._store.services.get(task.service_id)
        ports = service.ports if service is not None else []
        given: list[tuple[Network, int]] = []
        for network in self._networks(task.spec.task.networks, ports):
            address = network.take()
            if address is None:
                for other, taken in given:
                    other.used.discard(taken)
                return False
            given.append((network, address))
        task.addresses = tuple(given)
        task.holds = bool(given)
        return True


def _same(allocated: JSON, wanted: JSON) -> bool:
    """Whether a port with a number is the one of the spec without it."""
    return {key: value for key, value in allocated.items() if key != "PublishedPort"} == wanted
