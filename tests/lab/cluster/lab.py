"""The lab: a real Docker Swarm of several engines on this machine."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from tests.patience import IDLE

from . import images, requirements
from .certificates import Certificates
from .cleanup import Traces
from .engine import Engine
from .errors import CommandFailed, LabError
from .host import Host
from .lock import Lock
from .network import Network
from .node import Node
from .registry import Registry
from .services import Services
from .ssh import Keys, SshDaemon
from .swarm import Swarm
from .waiting import at_once, together, until

FIRST_NODE, FIRST_FRESH, LAST = 11, 41, 60
NOWHERE = "node.labels.lab==nowhere"

BUSY = ("DeadlineExceeded", "does not have a leader", "update out of sequence")
"""What an engine says where the same command does later."""

Progress = Callable[[str], None]


def _silent(_: str) -> None:
    """No progress is told."""


class Lab:
    """A swarm of nodes n1, n2, ... (managers first), its registry and its network."""

    def __init__(
        self, name: str = "lab", *, subnet: str = "10.99.0", heartbeat: float = 2.0, progress: Progress = _silent
    ) -> None:
        """Labs of different names and subnets can run side by side; two of one name cannot.

        `heartbeat` is the swarm's dispatcher heartbeat in seconds: short, so that tests see faults soon.
        """
        if not re.fullmatch("[a-z][a-z0-9]{0,9}", name):
            raise LabError(f"a lab cannot be named {name!r}: at most 10 small letters and digits")
        self.name = name
        self.state = requirements.base_directory() / name
        self._heartbeat = heartbeat
        self._progress = progress
        self._cgroup = f"/swarmtui-lab-{name}"
        self._network = Network(subnet, f"st-{name}")
        self._traces = Traces(self.state, self._cgroup, self._network.interface)
        self._lock = Lock(self.state.with_suffix(".lock"))
        self._certificates = Certificates(self.state / "tls")
        self._keys = Keys(self.state / "ssh")
        self._hub = Host("hub", self.state / "hub", self.state, self._hosts_file)
        self.registry = Registry(self._hub, self._network.address(2))
        self._nodes: dict[str, Node] = {}
        self._fresh: dict[str, Node] = {}
        self._swarm: Swarm | None = None

    @classmethod
    @contextmanager
    def running(
        cls,
        managers: int = 3,
        workers: int = 2,
        name: str = "lab",
        *,
        subnet: str = "10.99.0",
        progress: Progress = _silent,
    ) -> Iterator[Lab]:
        """A lab that is up inside the `with` block and gone after it."""
        lab = cls(name, subnet=subnet, progress=progress)
        lab.up(managers, workers)
        try:
            yield lab
        finally:
            lab.down()

    # --- up and down ---

    def up(self, managers: int = 3, workers: int = 2) -> None:
        """Bring everything up, after removing what a crashed lab of this name left; on failure remove all again."""
        requirements.check()
        self._lock.acquire()
        try:
            self._step("cleaned", self._traces.remove)
            self._network.check_free()
            self._bring_up(managers, workers)
        except BaseException:
            self.down()
            raise

    def _bring_up(self, managers: int, workers: int) -> None:
        numbers = range(managers + workers)
        addresses = {f"n{index + 1}": self._network.address(FIRST_NODE + index) for index in numbers}
        self._step("network", partial(self._make_network, addresses))
        self._step("registry, keys, certificates", self._make_common)
        self._nodes = {name: self._make_node(name, address) for name, address in addresses.items()}
        nodes = list(self._nodes.values())
        booting = [partial(Node.boot, node) for node in nodes]
        self._step("nodes, images", lambda: at_once(partial(images.push_all, self.registry), *booting))
        swarm = Swarm(nodes[:managers], nodes[managers:], self._heartbeat)
        self._step("swarm", swarm.create)
        self._swarm = swarm

    def _step(self, what: str, do: Callable[[], object]) -> None:
        begun = time.monotonic()
        do()
        self._progress(f"{what} ({time.monotonic() - begun:.1f} s)")

    def _make_network(self, addresses: dict[str, str]) -> None:
        self.state.mkdir(mode=0o700)
        names = {**addresses, "registry": self._network.address(2)}
        lines = ["127.0.0.1 localhost", *(f"{address} {name}" for name, address in names.items())]
        self._hosts_file.write_text("\n".join(lines) + "\n")
        self._hub.start()
        self._network.create(self._hub)

    @property
    def _hosts_file(self) -> Path:
        return self.state / "hosts"

    def _make_common(self) -> None:
        reachable = [self._network.address(number) for number in range(FIRST_NODE, LAST + 1)]
        at_once(self.registry.start, self._keys.create, partial(self._certificates.create, reachable))
        (self.state / "docker-config").mkdir()

    def _make_node(self, name: str, address: str) -> Node:
        host = Host(name, self.state / name, self.state, self._hosts_file)
        engine = Engine(host, address, self._certificates, (self.registry.address, self.registry.private), self._cgroup)
        ssh = SshDaemon(host, address, self._keys)
        return Node(host, engine, ssh, self._network, self.state / "docker-config")

    def down(self) -> None:
        """Remove everything; does nothing when this object has nothing up, so another's lab is never hit."""
        if not self._lock.held:
            return
        hosts = [node.host for node in (*self._nodes.values(), *self._fresh.values())]
        self._swarm = None
        self._nodes, self._fresh = {}, {}
        together(Host.destroy, [*hosts, self._hub])
        try:
            self._traces.remove()
        finally:
            self._lock.release()
            with suppress(OSError):
                self.state.parent.rmdir()

    def leftovers(self) -> list[str]:
        """What this lab, or a crashed one of its name, has on the machine; empty after `down`."""
        return self._traces.left()

    # --- the parts ---

    @property
    def swarm(self) -> Swarm:
        """The swarm: its managers and workers, and what it says of them."""
        if self._swarm is None:
            raise LabError("the lab is not up")
        return self._swarm

    @property
    def nodes(self) -> list[Node]:
        """All nodes of the swarm, managers first."""
        return self.swarm.nodes

    def node(self, name: str) -> Node:
        """The node (or fresh engine) of that name."""
        return {**self._nodes, **self._fresh}[name]

    def leader(self) -> Node:
        """The manager that leads the swarm now."""
        return self.swarm.leader()

    def manager(self) -> Node:
        """A manager that answers for the swarm."""
        return self.swarm.manager()

    def insist(self, *arguments: str) -> None:
        """Let a manager do what docker's command line is to do, again where managers are too busy to agree in time, or
        the object was just changed by one of them.
        """

        def done() -> bool:
            try:
                self.manager().docker(*arguments)
            except CommandFailed as error:
                if any(words in str(error) for words in BUSY):
                    return False
                raise AssertionError(f"docker {' '.join(arguments)}") from error
            return True

        until(done, f"docker {' '.join(arguments)}", interval=0.2)

    @property
    def worker_socket(self) -> Path:
        """The socket of an engine that is a worker."""
        return self.swarm.workers[0].socket

    @property
    def ssh_key(self) -> Path:
        """The private key that logs in as root on every node."""
        return self._keys.private

    @property
    def known_hosts(self) -> Path:
        """The host keys of all nodes."""
        return self._keys.known_hosts

    def fresh_engine(self, name: str) -> Node:
        """Start an engine that is in no swarm, at an address of its own; `reset` removes it."""
        if name in self._nodes or name in self._fresh:
            raise LabError(f"there is a node {name} already")
        used = {node.address for node in self._fresh.values()}
        candidates = (self._network.address(number) for number in range(FIRST_FRESH, LAST + 1))
        address = next(each for each in candidates if each not in used)
        self._fresh[name] = self._make_node(name, address)
        self._fresh[name].boot()
        return self._fresh[name]

    # --- services ---

    @property
    def _services(self) -> Services:
        return Services(self.swarm, self.registry.address)

    def image(self, name: str) -> str:
        """The full name of one of the lab's images (`web`, `web:1.1`, `unhealthy`, `exits`)."""
        return self._services.image(name)

    def service(
        self,
        name: str,
        image: str = "web",
        replicas: int | None = 2,
        *,
        constraints: Sequence[str] = (),
        publish: Sequence[str] = (),
        options: Sequence[str] = (),
        args: Sequence[str] = (),
        wait: bool = True,
        timeout: float = IDLE,
    ) -> str:
        """Create a service and return its ID; with `wait`, when all its tasks run.

        `replicas=None` makes it global; `options` are more flags of `docker service create`, `args` the command.
        """
        return self._services.create(
            name,
            image,
            replicas,
            constraints=constraints,
            publish=publish,
            options=options,
            args=args,
            wait=wait,
            timeout=timeout,
        )

    def pending_service(self, name: str, replicas: int = 10_000) -> str:
        """A service that no node may run: real tasks, all pending, without containers."""
        return self.service(name, replicas=replicas, constraints=[NOWHERE], wait=False)

    def remove_services(self) -> None:
        """Remove every service and wait until their tasks are gone."""
        self.swarm.remove_services(self.manager())

    def wait_settled(self, service: str, timeout: float = IDLE) -> None:
        """Wait until a service runs as many tasks as it wants and no update is under way."""
        self._services.wait_settled(service, timeout)

    def wait_node(self, name: str, state: str, timeout: float = IDLE) -> None:
        """Wait until the swarm sees a node as `ready` or `down`."""
        self.swarm.wait_node(name, state, timeout)

    def reset(self) -> None:
        """Back to the state after `up`: no services, all nodes well, active and in their roles; no fresh engines."""
        together(Node.scrap, self._fresh.values())
        self._fresh = {}
        self.swarm.restore()
