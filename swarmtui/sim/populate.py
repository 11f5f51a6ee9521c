"""Swarms to look at: the lively one of the demo, and generated ones of any size.

The demo's swarm is not drawn up, it is lived: three days of it are simulated in a fraction of a second, so that its
history, versions, events and logs are what they would be. Big swarms are put into the store as they are at rest.
"""

from __future__ import annotations

import gc
import random

from swarmtui.sim import demo_services as shop
from swarmtui.sim.agent.images import Behaviour
from swarmtui.sim.agent.machine import Machine
from swarmtui.sim.agent.release import playing
from swarmtui.sim.agent.run import Run
from swarmtui.sim.agent.storage import Volume
from swarmtui.sim.cluster import EPOCH, Cluster
from swarmtui.sim.control.membership.settings import default_spec
from swarmtui.sim.objects import states
from swarmtui.sim.objects.normalise import service_spec
from swarmtui.sim.objects.objects import Network, Node, Service, Task
from swarmtui.sim.objects.spec import JSON, ServiceSpec

HOUR = 3600.0
GIB = 1 << 30


def swarm_of(cluster: Cluster, managers: list[Machine], workers: list[Machine], spec: JSON | None = None) -> None:
    """Let machines form a swarm, all ready at once."""
    cluster.create_swarm(managers[0], spec or default_spec(), subnet_size=24)
    for machine in managers[1:]:
        node = cluster.admit(machine, "manager")
        cluster.raft.join(node.id, machine)
    for machine in workers:
        cluster.admit(machine, "worker")
    assert cluster.manager is not None
    for node in cluster.store.nodes.values():
        node.state = "ready"
    cluster.commit()
    cluster.advance(2.0)


# ------------------------------------------------------------------------------------------- the demo


def demo(seed: int = 1, now: float = EPOCH) -> Cluster:
    """Three managers, four workers, two stacks, one service in trouble; `now` is where its clock stands."""
    cluster = Cluster(seed, now - 74 * HOUR)
    managers = [cluster.add_machine(f"mgr{number}", 4, 8 * GIB) for number in (1, 2, 3)]
    workers = [cluster.add_machine(f"wrk{number}", 16, 64 * GIB) for number in (1, 2, 3, 4)]
    workers[3].run(playing("1.47"))
    swarm_of(cluster, managers, workers)
    engine = cluster.engine("mgr1")
    for hostname, labels in shop.NODE_LABELS.items():
        node = engine.nodes.inspect(hostname)
        engine.nodes.update(hostname, node["Version"]["Index"], {**node["Spec"], "Labels": labels})
    for image, behaviour in shop.BEHAVIOURS.items():
        cluster.images.rule(image, behaviour)
    for name in shop.NETWORKS:
        engine.networks.create({"Name": name, "Driver": "overlay", "Attachable": True, "Labels": shop.label(name)})
    ids: dict[str, str] = {}
    for calls, blobs in ((engine.secrets, shop.SECRETS), (engine.configs, shop.CONFIGS)):
        for name, data in blobs.items():
            ids[name] = calls.create({"Name": name, "Labels": shop.label(name), "Data": data})
    for spec in shop.services(ids):
        engine.services.create(spec)
        cluster.advance(2.0)
    _live_through(cluster, now)
    _leave_behind(cluster, now)
    return cluster


def _leave_behind(cluster: Cluster, now: float) -> None:
    """What gathers on machines in time."""
    rng = random.Random(f"{cluster.seed}-left")
    machines = {machine.hostname: machine for machine in cluster.machines.values()}
    for name in ("wrk1", "wrk2", "wrk3", "mgr1"):
        for _ in range(rng.randrange(1, 4)):
            machines[name].storage.untagged[f"{rng.getrandbits(256):064x}"] = rng.randrange(60, 400) * (1 << 20)
    storage = machines["wrk2"].storage
    promo = {"ID": cluster.ids.object(), "Name": "shop_promo"}
    storage.leave(f"shop_promo.1.{cluster.ids.object()}", "shop/promo:1.4", now - 30 * HOUR, service=promo)
    storage.leave("debug", "nicolaka/netshoot:v0.14", now - 50 * HOUR, running=True)
    storage.volumes |= {"backup_2025": Volume(3 << 30), f"{rng.getrandbits(256):064x}": Volume(210 << 20)}
    storage.warnings.append("WARNING: No swap limit support")


def _live_through(cluster: Cluster, now: float) -> None:
    """Three days: releases, a crash here and there, a node that was away for a while, and a bad release at the end."""
    rng = random.Random(f"{cluster.seed}-history")
    _until(cluster, now - 50 * HOUR)
    _release(cluster, "shop_frontend", "shop/frontend:3.8.1")
    _until(cluster, now - 30 * HOUR)
    _release(cluster, "shop_api", "shop/api:2.14.0")
    for service, code, ago in (("shop_worker", 137, 26.0), ("shop_api", 1, 19.5), ("shop_worker", 137, 7.2)):
        _until(cluster, now - ago * HOUR)
        _crash_one(cluster, rng, service, code)
    _until(cluster, now - 5 * HOUR)
    cluster.faults.kill("wrk4")
    cluster.advance(300.0)
    cluster.faults.revive("wrk4")
    _until(cluster, now - 40 * 60)
    _release(cluster, "ops_grafana", "grafana/grafana:12.1.1")
    _until(cluster, now - 9 * 60)
    _release(cluster, "shop_recommender", "shop/recommender:1.9.0")
    _until(cluster, now)


def _until(cluster: Cluster, when: float) -> None:
    cluster.advance(max(when - cluster.clock.now(), 0.0))


def _release(cluster: Cluster, service: str, image: str) -> None:
    engine = cluster.engine("mgr1")
    current = engine.services.inspect(service)
    spec = current["Spec"]
    spec["TaskTemplate"]["ContainerSpec"]["Image"] = image
    engine.services.update(service, current["Version"]["Index"], spec)


def _crash_one(cluster: Cluster, rng: random.Random, name: str, code: int) -> None:
    service_id = cluster.store.named("service", name)
    running = [task for task in cluster.store.tasks_of(service_id or "") if task.state == states.RUNNING]
    if running:
        cluster.faults.crash(rng.choice(running).id, code)


# ---------------------------------------------------------------------------------------- big swarms


def generated(nodes: int = 7, services: int = 12, tasks: int = 60, seed: int = 1, now: float = EPOCH) -> Cluster:
    """A swarm of that size, at rest; the same arguments give the same swarm."""
    collecting = gc.isenabled()
    gc.disable()  # hundreds of thousands of objects are made, and none of them is garbage
    try:
        return _Generator(nodes, services, tasks, seed, now).build()
    finally:
        gc.freeze()
        if collecting:
            gc.enable()


class _Generator:
    """Puts objects into the store as if they had been there for long."""

    def __init__(self, nodes: int, services: int, tasks: int, seed: int, now: float) -> None:
        self._cluster = Cluster(seed, now)
        self._rng = random.Random(f"{seed}-generated")
        self._now = now
        self._nodes, self._services, self._tasks = max(nodes, 1), max(services, 0), max(tasks, services, 0)
        self._hosts: list[Node] = []
        self._next_host = 0
        self._images: dict[str, None] = {}

    def build(self) -> Cluster:
        """Machines, then services with their tasks, then a leader to look after them."""
        cluster = self._cluster
        managers = 1 if self._nodes < 3 else 3 if self._nodes < 25 else 5
        machines = [self._machine(number, managers) for number in range(self._nodes)]
        swarm_of(cluster, machines[:managers], machines[managers:])
        self._hosts = list(cluster.store.nodes.values())
        left = self._tasks
        for number in range(self._services):
            share = left if number == self._services - 1 else self._share(left, self._services - number)
            left -= share
            self._service(number, share)
        for machine in machines:
            machine.cached_images.update(self._images)
        cluster.store.queue.clear()
        cluster.take_over()
        for service in cluster.store.services.values():
            service.updated = service.created
        return cluster

    def _machine(self, number: int, managers: int) -> Machine:
        name = f"mgr{number + 1}" if number < managers else f"wrk{number + 1 - managers:0{len(str(self._nodes))}d}"
        machine = self._cluster.add_machine(name, self._rng.choice((8, 16, 32)), self._rng.choice((32, 64, 128)) * GIB)
        machine.engine_labels = {"zone": "abc"[number % 3]}
        return machine

    def _share(self, left: int, services: int) -> int:
        """How many tasks a service gets: some have many, most a few."""
        average = left / services
        return max(1, min(int(average * (0.4 + 1.2 * self._rng.random())), left - services + 1))

    def _service(self, number: int, count: int) -> None:
        cluster, store = self._cluster, self._cluster.store
        stack = f"{_STACKS[number // 12 % len(_STACKS)]}{number // 12 // len(_STACKS) or ''}"
        network = self._network(stack)
        name = f"{stack}_{_PARTS[number % 12]}"
        image = f"registry.example.com/{stack}/{_PARTS[number % 12]}:{self._rng.randrange(1, 9)}.{number % 10}"
        self._images[image] = None
        posted = {
            "Name": name,
            "Labels": {"com.docker.stack.namespace": stack, "com.docker.stack.image": image},
            "TaskTemplate": {
                "ContainerSpec": {"Image": image, "Env": [f"STACK={stack}", "LOG_LEVEL=info"]},
                "Networks": [{"Target": network.id, "Aliases": [_PARTS[number % 12]]}],
                "RestartPolicy": {"Condition": "any", "Delay": 5_000_000_000, "MaxAttempts": 0},
            },
            "Mode": {"Replicated": {"Replicas": count}},
            "UpdateConfig": {"Parallelism": max(count // 20, 1), "FailureAction": "rollback", "Monitor": 10**10},
            "EndpointSpec": {"Mode": "vip"},
        }
        service = Service(cluster.ids.object(), ServiceSpec(service_spec(posted, str)))
        store.create_service(service)
        service.created = service.updated = self._now - self._rng.uniform(1, 90) * 24 * HOUR
        for slot in range(1, count + 1):
            self._task(service, slot, network)

    def _network(self, stack: str) -> Network:
        """A stack's network, with room for all of its tasks."""
        store, name = self._cluster.store, f"{stack}_default"
        existing = store.named("network", name)
        if existing is not None:
            return store.networks[existing]
        room = max(self._tasks * 24 // max(self._services, 1), 250)
        spec: JSON = {"Driver": "overlay", "Labels": {"com.docker.stack.namespace": stack}}
        return self._cluster.add_network(name, spec, self._cluster.free_subnet(max(32 - room.bit_length() - 1, 12)))

    def _task(self, service: Service, slot: int, network: Network) -> None:
        """A task that has been running for a while."""
        cluster = self._cluster
        node = self._hosts[self._next_host % len(self._hosts)]
        self._next_host += 1
        started = service.created + self._rng.random() * (self._now - service.created)
        task = Task(cluster.ids.object(), service, slot, node.id, started)
        task.state, task.message = states.RUNNING, "started"
        task.created, task.updated = started - 4.0, started + 0.1
        task.container_id, task.pid = cluster.ids.hex(), node.machine.next_pid()
        address = network.take()
        if address is not None:
            task.addresses, task.holds = ((network, address),), True
        cluster.store.restore_task(task)
        agent = node.machine.agent
        assert agent is not None
        run = agent.runs[task.id] = Run(task)
        run.state, run.message, run.desired = states.RUNNING, "started", task.desired
        run.container_id, run.pid = task.container_id, task.pid
        run.created, run.started = started - 1.0, started - 0.3


_STACKS = [
    "shop",
    "billing",
    "search",
    "media",
    "auth",
    "chat",
    "maps",
    "ads",
    "mail",
    "stream",
    "game",
    "news",
    "bank",
    "fleet",
    "lab",
]
_PARTS = ["web", "api", "worker", "db", "cache", "queue", "cron", "gateway", "auth", "metrics", "search", "mailer"]

__all__ = ["Behaviour", "demo", "generated", "swarm_of"]
