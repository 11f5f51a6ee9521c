"""This engine and a swarm: to make one, to join one, to leave it, and to be unlocked.

All of these ask the engine that is connected for something about itself. Tokens and keys are held as `Secret`, and are
in no command line that is shown or written down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, EngineCall, Impact, Progress, Target
from swarmtui.swarm.actions.wording import danger, docker, impact_of, note
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.masking import MASK
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.membership.quorum import after_loss
from swarmtui.swarm.nodes.drain import loss_consequences
from swarmtui.swarm.objects.engine import EngineInfo
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.secret import Secret
from swarmtui.swarm.syntax.addresses import read_address
from swarmtui.swarm.syntax.unreadable import Unreadable

__all__ = ["InitSwarm", "JoinSwarm", "LeaveSwarm", "UnlockSwarm"]

LISTEN = "0.0.0.0:2377"
"""As the docker command has it."""
PORTS = "Open 2377/tcp, 7946/tcp and udp, and 4789/udp between the nodes."
TOKEN_START = "SWMTKN-"
KEY_START = "SWMKEY-"


def _target(info: EngineInfo) -> Target:
    return Target(Kind.SWARM, "", info.name or "this engine", 0)


@dataclass(frozen=True)
class InitSwarm(EngineCall):
    """Create a swarm with this engine as its first manager.

    Attributes:
        target: the engine.
        address: at which the others will reach it: an address or an interface, with a port or without; "" lets the
            engine choose.
    """

    name: ClassVar[str] = names.INIT_SWARM
    verb: ClassVar[str] = "Create a swarm"
    path: ClassVar[str] = "/swarm/init"

    target: Target
    address: str = ""

    @classmethod
    def of(cls, info: EngineInfo, address: str = "") -> InitSwarm:
        """Create a swarm.

        Raises:
            NotPossible: the address is none.
        """
        return cls(_target(info), _address(address))

    @property
    def title(self) -> str:
        return f"Create a swarm on {self.target.name}"

    @property
    def button(self) -> str:
        return self.verb

    @property
    def docker_command(self) -> str:
        return docker("swarm", "init", *(["--advertise-addr", self.address] if self.address else []))

    def body(self) -> Mapping[str, Any]:
        return {"ListenAddr": LISTEN, "AdvertiseAddr": self.address, "Spec": {}}

    def impact(self, cluster: Cluster) -> Impact:
        where = self.address or "the address that the engine chooses"
        consequences = [
            note(f"{self.target.name} becomes the first manager of a new swarm; other nodes will reach it at {where}."),
            note(
                "One manager tolerates no failure: use 3 for a swarm that matters. Afterwards, t shows the join tokens."
            ),
            note(PORTS),
        ]
        if not self.address:
            consequences.append(note("An engine with several addresses refuses to choose, and lists them."))
        return impact_of(consequences)

    def progress(self, cluster: Cluster) -> Progress:
        return _membership(cluster, "it is the first manager of a new swarm")


@dataclass(frozen=True)
class JoinSwarm(EngineCall):
    """Let this engine join a swarm, as the token says: as a worker or as a manager.

    Attributes:
        target: the engine.
        token: the join token.
        managers: addresses of managers, with a port or without.
        address: as in `InitSwarm`.
        availability: "active", "pause" or "drain".
    """

    name: ClassVar[str] = names.JOIN_SWARM
    verb: ClassVar[str] = "Join"
    path: ClassVar[str] = "/swarm/join"

    target: Target
    token: Secret
    managers: tuple[str, ...]
    address: str = ""
    availability: str = "active"

    @classmethod
    def of(
        cls, info: EngineInfo, token: Secret, managers: str, address: str = "", availability: str = "active"
    ) -> JoinSwarm:
        """Join a swarm.

        Args:
            managers: one address, or several with commas or blanks between them.

        Raises:
            NotPossible: the token is none, or there is no address.
        """
        if not token.reveal().startswith(TOKEN_START) or any(letter.isspace() for letter in token.reveal()):
            raise NotPossible(f"A join token begins with {TOKEN_START}.", "Paste it, or the whole join command.")
        addresses = tuple(_with_port(_address(each)) for each in managers.replace(",", " ").split())
        if not addresses:
            raise NotPossible("Type the address of a manager of that swarm: 10.0.0.1:2377.")
        return cls(_target(info), token, addresses, _address(address), availability)

    @property
    def title(self) -> str:
        return f"Let {self.target.name} join the swarm at {self.managers[0]}"

    @property
    def button(self) -> str:
        return "Join the swarm"

    @property
    def docker_command(self) -> str:
        return self._command(MASK)

    @property
    def whole_command(self) -> str:
        return self._command(self.token.reveal())

    def _command(self, token: str) -> str:
        words = ["--token", token]
        if self.address:
            words += ["--advertise-addr", self.address]
        if self.availability != "active":
            words += ["--availability", self.availability]
        return docker("swarm", "join", *words, *self.managers)

    def body(self) -> Mapping[str, Any]:
        return {
            "ListenAddr": LISTEN,
            "AdvertiseAddr": self.address,
            "RemoteAddrs": list(self.managers),
            "JoinToken": self.token.reveal(),
            "Availability": self.availability,
        }

    def impact(self, cluster: Cluster) -> Impact:
        consequences = [
            note("The token says whether it joins as a worker or as a manager."),
            note("Workers cannot show the swarm: connect to a manager to see it."),
            note("An engine that cannot reach the manager says so after up to 20 s. " + PORTS),
        ]
        if self.availability == "active":
            consequences.append(note("Swarm may start tasks on it immediately, and will start global services."))
        return impact_of(consequences)

    def progress(self, cluster: Cluster) -> Progress:
        manager = cluster.info.swarm.control_available
        return _membership(cluster, f"it has joined as a {'manager' if manager else 'worker'}")


@dataclass(frozen=True)
class LeaveSwarm(EngineCall):
    """Let this engine leave its swarm. A manager leaves by force only.

    Attributes:
        target: the engine.
        force: leave although it is a manager, or locked.
    """

    name: ClassVar[str] = names.LEAVE_SWARM
    verb: ClassVar[str] = "Leave"
    path: ClassVar[str] = "/swarm/leave"
    leaves: ClassVar[bool] = True

    target: Target
    force: bool = False

    @classmethod
    def of(cls, info: EngineInfo, *, force: bool = False) -> LeaveSwarm:
        """Leave.

        Raises:
            NotPossible: this engine is a manager or locked, and force was not chosen; or it is in no swarm, or has not
                told yet.
        """
        swarm = info.swarm
        if not info.name:
            raise NotPossible("The engine has not told yet whether it is in a swarm.")
        if swarm.local_node_state == "inactive":
            raise NotPossible(f"{_target(info).name} is not in a swarm.")
        if swarm.control_available and not force:
            raise NotPossible(
                f"{_target(info).name} is a manager: it can leave without force only as a worker.",
                "Demote it first (from another manager, to watch it happen), then let it leave.",
            )
        if swarm.local_node_state == "locked" and not force:
            raise NotPossible(f"{_target(info).name} is locked: unlock it first.")
        return cls(_target(info), force)

    @property
    def title(self) -> str:
        return f"Let {self.target.name} leave the swarm{' by force' if self.force else ''}"

    @property
    def button(self) -> str:
        return "Leave the swarm"

    @property
    def docker_command(self) -> str:
        return docker("swarm", "leave", *(["--force"] if self.force else []))

    @property
    def parameters(self) -> Mapping[str, str]:
        return {"force": "true"} if self.force else {}

    def body(self) -> None:
        return None

    def impact(self, cluster: Cluster) -> Impact:
        node = cluster.nodes.get(cluster.info.swarm.node_id)
        locked = cluster.info.swarm.local_node_state == "locked"
        consequences = list(_of_leaving(cluster, node, self.target.name))
        if locked:
            consequences.append(danger("The swarm data on this locked manager is deleted."))
        if node is not None and not _is_last_manager(cluster, node):
            consequences += loss_consequences(cluster, node)
        dangerous = self.force or (node is not None and node.manager_status is not None)
        return impact_of(consequences, type_to_confirm=self.target.name if dangerous else "")

    def progress(self, cluster: Cluster) -> Progress:
        if cluster.info.swarm.local_node_state == "inactive":
            return Progress(f"{self.target.name} is no longer in a swarm", settled=True)
        return Progress("leaving", settled=False)


@dataclass(frozen=True)
class UnlockSwarm(EngineCall):
    """Unlock this manager after a restart.

    Attributes:
        target: the engine.
        key: the unlock key.
    """

    name: ClassVar[str] = names.UNLOCK_SWARM
    verb: ClassVar[str] = "Unlock"
    path: ClassVar[str] = "/swarm/unlock"

    target: Target
    key: Secret

    @classmethod
    def of(cls, info: EngineInfo, key: Secret) -> UnlockSwarm:
        """Unlock it.

        Raises:
            NotPossible: the key is none.
        """
        if not key.reveal().startswith(KEY_START):
            raise NotPossible(f"An unlock key begins with {KEY_START}.")
        return cls(_target(info), key)

    @property
    def title(self) -> str:
        return f"Unlock {self.target.name}"

    @property
    def docker_command(self) -> str:
        return docker("swarm", "unlock")

    def body(self) -> Mapping[str, Any]:
        return {"UnlockKey": self.key.reveal()}

    def impact(self, cluster: Cluster) -> Impact:
        return impact_of([note(f"{self.target.name} rejoins the managers.")])

    def progress(self, cluster: Cluster) -> Progress:
        if cluster.info.swarm.local_node_state == "locked":
            return Progress("waiting for the engine", settled=False)
        return _membership(cluster, "unlocked")


def _membership(cluster: Cluster, done: str) -> Progress:
    """How far an engine is on its way into a swarm."""
    swarm = cluster.info.swarm
    if swarm.local_node_state == "error":
        return Progress(swarm.error or "the engine's swarm mode has failed", settled=True, failed=True)
    if swarm.local_node_state != "active":
        return Progress("waiting for the engine", settled=False)
    return Progress(done, settled=True)


def _of_leaving(cluster: Cluster, node: Node | None, name: str) -> Iterator[Consequence]:
    """What it means for the swarm that is left."""
    if node is not None and node.manager_status is not None:
        yield from _of_manager(cluster, node)
    else:
        yield note(f"Its tasks start on other nodes. {name} stays in the list as down until it is removed.")
    yield note("Afterwards this engine is not in a swarm: it can create or join one.")


def _is_last_manager(cluster: Cluster, node: Node) -> bool:
    return [manager.id for manager in cluster.managers] == [node.id]


def _of_manager(cluster: Cluster, node: Node) -> Iterator[Consequence]:
    change = after_loss(cluster, node)
    if _is_last_manager(cluster, node):
        yield danger(
            f"{node.name} is the last manager: the whole swarm ends. All its services, secrets, configs and"
            " networks are deleted for good."
        )
        return
    if change.loses_quorum:
        yield danger(
            f"The quorum will be lost: {change.after.reachable} of {change.after.members} managers would be reachable,"
            f" {change.after.majority} are needed. The swarm could no longer be changed."
        )
    yield danger(
        f"A manager that leaves by force still counts as one: {change.text}. Demote it first; then it leaves as a"
        " worker and no longer counts."
    )


def _address(text: str) -> str:
    """An address or an interface as typed, without blanks around it.

    Raises:
        NotPossible: it cannot be one.
    """
    if not text.strip():
        return ""
    try:
        return read_address(text)
    except Unreadable as problem:
        raise NotPossible(f"This is not an address: {problem}.") from problem


def _with_port(address: str) -> str:
    """With the port 2377 where none was said; a bare IPv6 address gets its brackets."""
    if address.count(":") > 1 and not address.startswith("["):
        return f"[{address}]:2377"
    host, colon, port = address.rpartition(":")
    return address if colon and port.isdecimal() and host else f"{address}:2377"
