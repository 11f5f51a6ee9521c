"""The whole simulated data centre: its machines, the swarm they form, and the clock by which it lives."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from swarmtui.sim.agent.agent import Agent
from swarmtui.sim.agent.images import Images
from swarmtui.sim.agent.injected_faults import Faults
from swarmtui.sim.agent.machine import Machine
from swarmtui.sim.clock import Clock
from swarmtui.sim.events import EventLog
from swarmtui.sim.manager.authority import certificate
from swarmtui.sim.manager.leader_term import LeaderTerm
from swarmtui.sim.manager.manager import Manager
from swarmtui.sim.manager.raft import Raft
from swarmtui.sim.manager.store import Store
from swarmtui.sim.objects import subnets
from swarmtui.sim.objects.ids import Identities
from swarmtui.sim.objects.objects import PREDEFINED_LABEL, USUAL_POOLS, Network, Node, Swarm
from swarmtui.sim.objects.spec import JSON

if TYPE_CHECKING:
    from swarmtui.sim.control.engine import Engine

EPOCH = 1_767_225_600.0
"""The first of January 2026: when nothing else is said, a cluster begins then."""
GIB = 1 << 30
JOINS_RAFT_WITHIN = (0.3, 0.9)
"""Seconds until a promoted node has its certificate and is a member."""
RETRIES_AFTER = 5.0


class Cluster:
    """Machines, with or without a swarm.

    Everything is called from one thread; no call blocks. After a call that changes something, what follows of it at
    once has happened when the call returns; the rest happens as the clock continues.
    """

    def __init__(self, seed: int = 1, epoch: float = EPOCH) -> None:
        """The same seed and the same calls at the same virtual times give the same run."""
        self.seed = seed
        self.epoch = epoch
        self.clock = Clock(epoch)
        self.rng = random.Random(f"{seed}-behaviour")
        self.ids = Identities(random.Random(f"{seed}-identities"))
        self.images = Images()
        self.store = Store(self.clock)
        self.raft = Raft(self.clock, random.Random(f"{seed}-raft"), self._leader_changed)
        self.machines: dict[str, Machine] = {}
        self.manager: Manager | None = None
        self.events = EventLog(self.clock, self._serving_machines)
        self.faults = Faults(self)
        self._hostnames: dict[str, str] = {}
        self._given: set[str] = set()
        """Machines that have been a node: no node has an ID that another one had."""
        self._engines: dict[str, Engine] = {}
        self.clock.after_each = self.commit

    # --- machines ---

    def add_machine(self, hostname: str, cpus: int = 4, memory: int = 16 * GIB) -> Machine:
        """Put up a machine with an engine that is in no swarm."""
        number = len(self.machines) + 10
        address = f"10.{90 + number // 62_500}.{number // 250 % 250}.{number % 250 + 1}"
        machine = Machine(
            self.ids.object(), hostname, address, self.ids.daemon(), cpus * 1_000_000_000, memory, self.images
        )
        for name in ("bridge", "host", "none"):
            machine.local_networks[name] = self.ids.hex()
        self.machines[machine.id] = machine
        self._hostnames.setdefault(hostname, machine.id)
        return machine

    def node_ids(self) -> list[str]:
        """The IDs of all machines, also those in no swarm, in the order of their creation."""
        return list(self.machines)

    def machine(self, name: str) -> Machine:
        """A machine by its ID, hostname or node ID; KeyError when there is none."""
        found = self.machines.get(name) or self.machines.get(self._hostnames.get(name, ""))
        return self.store.nodes[name].machine if found is None else found

    def engine(self, name: str) -> Engine:
        """What the engine of a machine (by ID or hostname) answers."""
        from swarmtui.sim.control.engine import Engine

        machine = self.machine(name)
        if machine.id not in self._engines:
            self._engines[machine.id] = Engine(self, machine)
        return self._engines[machine.id]

    # --- time ---

    def advance(self, seconds: float) -> None:
        """Let virtual time pass, with all that happens in it."""
        self.commit()
        self.clock.run_until(self.clock.now() + seconds)

    def commit(self) -> None:
        """Let the managers hear of what was changed."""
        if self.manager is not None:
            self.manager.drain()

    # --- the swarm ---

    def create_swarm(
        self,
        machine: Machine,
        spec: JSON,
        subnet_size: int = 24,
        pools: Sequence[str] = (),
        data_path_port: int = 4789,
    ) -> Node:
        """Make a machine the first manager of a new swarm.

        There is one swarm at a time: machines of the one before, if they are not dead, are then in none.
        """
        for each in self.machines.values():
            if each.node_id:
                each.leave()
        self.store = Store(self.clock)
        self.events.follow(self.store)
        swarm = Swarm(self.ids.object(), spec, self.ids.token_root())
        swarm.worker_token, swarm.manager_token = self.token(swarm), self.token(swarm)
        swarm.unlock_key = self.ids.unlock_key() if swarm.autolock else ""
        swarm.subnet_size, swarm.pools, swarm.data_path_port = subnet_size, tuple(pools), data_path_port
        swarm.ca = certificate(self.ids)
        self.store.create_swarm(swarm)
        ingress: JSON = {"Name": "ingress", "Driver": "overlay", "Ingress": True, "Scope": "swarm"}
        self.add_network("ingress", ingress)
        self._add_predefined(swarm)
        node = self.admit(machine, "manager")
        self.raft.bootstrap(node.id, machine)
        return node

    def token(self, swarm: Swarm) -> str:
        """A new join token."""
        return f"SWMTKN-1-{swarm.token_root}-{self.ids.token_secret()}"

    def admit(self, machine: Machine, role: str) -> Node:
        """Make a machine a node of the swarm; a manager has to join raft, too."""
        node_id = self.ids.object() if machine.id in self._given else machine.id
        self._given.add(machine.id)
        node = Node(node_id, machine, role)
        machine.node_id, machine.role, machine.fault = node_id, role, ""
        assert self.store.swarm is not None
        machine.tls = self.store.swarm.ca
        machine.described_anew()
        machine.agent = Agent(machine, self.clock, self.rng, self.ids, self.images, self.events.container)
        machine.local_networks.setdefault("docker_gwbridge", self.ids.hex())
        self.store.create_node(node)
        return node

    def add_network(self, name: str, spec: JSON, subnet: IPv4Network | None = None) -> Network:
        """Make a network, with the next free addresses when no others are asked for."""
        network = Network(self.ids.object(), name, spec)
        self._allocate(network, subnet)
        self.store.create_named("network", network)
        return network

    def _add_predefined(self, swarm: Swarm) -> None:
        """What services mean by "host" and "bridge" (swarmkit networkallocator, PredefinedNetworks)."""
        for name in ("bridge", "host"):
            id = Identities(random.Random(f"{swarm.id}-{name}")).object()
            labels = {PREDEFINED_LABEL: "true"}
            self.store.create_named("network", Network(id, name, {"Driver": name, "Labels": labels}))

    def _allocate(self, network: Network, subnet: IPv4Network | None = None) -> None:
        """Give a network the addresses that it asks for, unless another one has them, or they cannot be."""
        try:
            wanted, gateway = subnets.asked(network.spec)
        except subnets.ImpossibleSubnet:
            return
        others = [each for each in self.store.networks.values() if each.prefix]
        if network.node_local or (wanted is not None and any(wanted.overlaps(each.subnet) for each in others)):
            return
        vxlan = 1 + max((each.vxlan + each.subnets - 1 for each in others), default=4095)
        network.allocate(wanted or subnet or self.free_subnet(), gateway, vxlan)

    def remove_network(self, network: Network) -> None:
        """Take a network away; one that waits for its addresses may get them now."""
        self.store.delete_named("network", network)
        for each in [each for each in self.store.networks.values() if not each.allocated]:
            self._allocate(each)
            if each.allocated:
                self.store.update_named("network", each)

    def free_subnet(self, prefix: int | None = None) -> IPv4Network:
        """The next free addresses, as many as the swarm's networks have unless another size is asked for."""
        assert self.store.swarm is not None
        size = prefix or self.store.swarm.subnet_size
        taken = sorted(
            (each.base, each.base + (1 << (32 - each.prefix))) for each in self.store.networks.values() if each.prefix
        )
        bases = [IPv4Network(pool, strict=False) for pool in self.store.swarm.pools or USUAL_POOLS]
        for pool in bases:
            found = _free(int(pool.network_address), 1 << (32 - size), taken)
            if found <= int(pool.broadcast_address):
                break
        return IPv4Network((found, size))

    def arrived(self, node: Node) -> None:
        """A node that has just been made or has joined is ready when its engine answers the call."""
        self.commit()
        if self.manager is not None:
            self.manager.dispatcher.connect(node)

    # --- changes of the managers ---

    def promoted(self, node: Node) -> None:
        """A node is to be a manager: it gets its certificate and joins raft, as soon as it is there."""

        def joins() -> None:
            if node.desired_role != "manager" or node.id not in self.store.nodes:
                return
            if node.machine.reachable and self.raft.can_commit:
                node.machine.role = "manager"
                self.raft.join(node.id, node.machine)
            else:
                self.clock.later(RETRIES_AFTER, joins)

        self.clock.later(self.rng.uniform(*JOINS_RAFT_WITHIN), joins)

    def demoted(self, node: Node) -> None:
        """A manager was taken out of raft: it is a worker as soon as it hears of it."""

        def resigns() -> None:
            if node.id not in self.raft.members:
                node.machine.role = "worker"

        self.clock.later(self.rng.uniform(*JOINS_RAFT_WITHIN), resigns)

    def _leader_changed(self, leader: str, new: bool) -> None:
        if self.manager is not None:
            self.manager.stop()
            self.manager = None
        if leader:
            term = LeaderTerm(self.store, self.clock, self.rng, self.ids)
            self.manager = Manager(term, self.raft, self)
            self.manager.start(first=not new)

    def take_over(self) -> None:
        """Let the leader's parts look at the whole store again: it was filled behind their backs (see populate)."""
        self._leader_changed(self.raft.leader, False)
        if self.manager is not None:
            for node in self.store.nodes.values():
                self.manager.dispatcher.connect(node)
        self.commit()

    def reachability_changed(self, machine: Machine) -> None:
        """A machine was killed, stopped, cut off, locked, or is back."""
        if machine.node_id in self.raft.members:
            self.raft.look()
        node = self.store.nodes.get(machine.node_id)
        if node is not None and self.manager is not None:
            self.manager.dispatcher.look_at(node)
        self.commit()

    def departed(self, machine: Machine, node_id: str) -> None:
        """A machine has left the swarm: its node stays in the list, and will be down."""
        if node_id in self.raft.members:
            self.raft.look()
        node = self.store.nodes.get(node_id)
        if node is not None and self.manager is not None:
            self.manager.dispatcher.look_at(node)

    def _serving_machines(self) -> list[Machine]:
        """The managers that hear of the swarm's events."""
        return [machine for node_id, machine in self.raft.members.items() if self.raft.serves(node_id)]


def _free(base: int, step: int, taken: Iterable[tuple[int, int]]) -> int:
    """The first address from a base on with so many free ones from it on."""
    for begin, end in taken:
        if base < end and begin < base + step:
            base = -(-end // step) * step
    return base
