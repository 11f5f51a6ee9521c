"""Whatever users do and whatever breaks: what always holds of a swarm, and what holds again when all is mended."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from swarmtui.sim.control.errors import ApiError, Hangs
from swarmtui.sim.objects import states
from swarmtui.sim.objects.objects import Service
from swarmtui.sim.scheduler.constraint import all_met

from .rig import SECOND, Rig

HOSTS = ["m1", "m2", "m3", "w1", "w2", "w3"]
SERVICES = ["web", "api", "agent"]
IMAGES = ["app:1", "app:2", "app:crash", "app:missing", "app:unhealthy"]
GOOD = "app:1"

hosts = st.sampled_from(HOSTS)
services = st.sampled_from(SERVICES)


class SwarmMachine(RuleBasedStateMachine):
    """Users and faults at once."""

    def __init__(self) -> None:
        super().__init__()
        self.rig = Rig(3, 3)
        self.versions: dict[str, int] = {}

    @initialize(seed=st.integers(0, 1000))
    def begin(self, seed: int) -> None:
        self.rig = Rig(3, 3, seed)
        self.versions = {}

    def attempt(self, call: Any) -> None:
        """Do something that the swarm may refuse."""
        with contextlib.suppress(ApiError, Hangs):
            call()

    # --- what users do ---

    @rule(name=services, replicas=st.integers(0, 7), image=st.sampled_from(IMAGES), order=st.booleans())
    def create(self, name: str, replicas: int, image: str, order: bool) -> None:
        config = {"Parallelism": 2, "Order": "start-first" if order else "stop-first", "FailureAction": "rollback"}
        count = None if name == "agent" else replicas
        policy = {"Condition": "any", "Delay": SECOND}
        self.attempt(lambda: self.rig.create(name, image, count, UpdateConfig=config, RestartPolicy=policy))

    @rule(name=services, replicas=st.integers(0, 9))
    def scale(self, name: str, replicas: int) -> None:
        if name != "agent":
            self.attempt(lambda: self.rig.scale(name, replicas))

    @rule(name=services, image=st.sampled_from(IMAGES))
    def update(self, name: str, image: str) -> None:
        self.attempt(lambda: self.rig.image(name, image))

    @rule(name=services, worker=st.booleans())
    def constrain(self, name: str, worker: bool) -> None:
        placement = {"Constraints": ["node.role==worker"] if worker else []}
        self.attempt(lambda: self.rig.update(name, lambda spec: spec["TaskTemplate"].update(Placement=placement)))

    @rule(name=services)
    def roll_back(self, name: str) -> None:
        self.attempt(lambda: self.rig.update(name, lambda spec: None, rollback="previous"))

    @rule(name=services)
    def remove(self, name: str) -> None:
        self.attempt(lambda: self.rig.engine.services.remove(name))

    @rule(host=hosts, availability=st.sampled_from(["active", "pause", "drain"]))
    def set_availability(self, host: str, availability: str) -> None:
        self.attempt(lambda: self.rig.set_node(host, Availability=availability))

    @rule(host=hosts, role=st.sampled_from(["worker", "manager"]))
    def set_role(self, host: str, role: str) -> None:
        self.attempt(lambda: self.rig.set_node(host, Role=role))

    # --- what breaks ---

    @rule(host=hosts, fault=st.sampled_from(["kill", "stop", "cut"]))
    def break_machine(self, host: str, fault: str) -> None:
        getattr(self.rig.cluster.faults, fault)(host)

    @rule(host=hosts)
    def revive(self, host: str) -> None:
        self.rig.cluster.faults.revive(host)

    @rule(number=st.integers(0, 30))
    def crash(self, number: int) -> None:
        tasks = [task for task in self.rig.cluster.store.all_tasks() if task.state == states.RUNNING]
        if tasks:
            self.rig.cluster.faults.crash(tasks[number % len(tasks)].id)

    @rule(seconds=st.sampled_from([0.1, 1.0, 5.0, 20.0, 60.0]))
    def wait(self, seconds: float) -> None:
        self.rig.advance(seconds)

    # --- what always holds ---

    @invariant()
    def versions_never_go_back(self) -> None:
        store = self.rig.cluster.store
        for table in (store.nodes, store.services, store.tasks):
            for id, thing in table.items():
                assert thing.version >= self.versions.get(id, 0)
                self.versions[id] = thing.version
        assert store.index >= max(self.versions.values())

    @invariant()
    def nothing_is_wanted_on_a_lost_node(self) -> None:
        cluster = self.rig.cluster
        if not cluster.raft.can_commit:
            return
        for node in cluster.store.nodes.values():
            if node.invalid:
                on_it = cluster.store.tasks_on(node.id)
                # As in swarmkit, one that is held back (desired state ready) goes when its delay is over, and an
                # update of a global service may leave one pending on a node that was drained meanwhile.
                runs = [task for task in on_it if task.desired == states.RUNNING and task.state >= states.ASSIGNED]
                assert runs == []

    @invariant()
    def states_agree_with_nodes(self) -> None:
        for task in self.rig.cluster.store.tasks.values():
            assert task.node_id or task.state < states.ASSIGNED or task.state == states.SHUTDOWN
            assert (task.container_id is not None) <= (task.state >= states.STARTING)

    # --- what holds in the end ---

    def teardown(self) -> None:
        """Mend everything: then everything comes to what is wanted."""
        rig = self.rig
        for host in HOSTS:
            rig.cluster.faults.revive(host)
        rig.until(lambda: rig.cluster.raft.can_commit, patience=60.0)
        rig.advance(30.0)
        for host in HOSTS:
            if rig.node(host)["Spec"]["Availability"] != "active":
                rig.set_node(host, Availability="active")
        for service in list(rig.cluster.store.services.values()):
            rig.image(service.spec.name, GOOD, Parallelism=0)
        rig.advance(240.0)
        self.versions_never_go_back()
        for service in list(rig.cluster.store.services.values()):
            self.check_converged(service)
        removed = {task.service_id for task in rig.cluster.store.tasks.values()} - set(rig.cluster.store.services)
        assert removed == set()

    def check_converged(self, service: Service) -> None:
        cluster = self.rig.cluster
        constraints = service.spec.task.constraints
        suitable = [node for node in cluster.store.nodes.values() if all_met(constraints, node)]
        wanted = len(suitable) if service.spec.is_global else service.spec.replicas if suitable else 0
        running = [task for task in cluster.store.tasks_of(service.id) if task.state == states.RUNNING]
        assert len(running) == wanted, service.spec.name
        assert all(task.desired == states.RUNNING for task in running)
        assert all(task.spec.task.image == GOOD for task in running)
        for place, tasks in cluster.store.slots(service.id).items():
            assert len(tasks) <= 5, place
            assert len([task for task in tasks if task.state == states.RUNNING]) <= 1, place


SwarmMachine.TestCase.settings = settings(
    max_examples=300,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)

TestSwarm = pytest.mark.filterwarnings("default")(SwarmMachine.TestCase)
