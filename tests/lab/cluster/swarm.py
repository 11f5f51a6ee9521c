"""The swarm that the lab's engines form: making it, looking at it, and bringing it back to a known state."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from tests.patience import IDLE

from .errors import LabError
from .node import Node
from .waiting import ANSWER, tail, together, until

PORT = 2377
PATIENCE = 3.0
"""How long, in seconds, `restore` waits for a leader: an election takes 10 s or more, new nodes and a new swarm 3 s."""


class Swarm:
    """A swarm of given managers and workers."""

    def __init__(self, managers: Sequence[Node], workers: Sequence[Node], heartbeat: float) -> None:
        """`heartbeat` is the dispatcher's period in seconds: a silent node is noticed after about three of them."""
        self.managers = list(managers)
        self.workers = list(workers)
        self._heartbeat = heartbeat
        self._spec: dict[str, Any] = {}

    @property
    def nodes(self) -> list[Node]:
        return [*self.managers, *self.workers]

    def create(self) -> None:
        """Init on the first manager, join all others, and wait until all are ready."""
        first = self.managers[0]
        spec = {"Dispatcher": {"HeartbeatPeriod": int(self._heartbeat * 1e9)}}
        body = {"ListenAddr": f"0.0.0.0:{PORT}", "AdvertiseAddr": f"{first.address}:{PORT}", "Spec": spec}
        first.post("/swarm/init", body)
        tokens = first.get("/swarm")["JoinTokens"]
        together(lambda node: self._join(node, first, tokens), self.nodes[1:])
        self._wait_complete()
        self._spec = first.get("/swarm")["Spec"]

    def _join(self, node: Node, through: Node, tokens: dict[str, str]) -> None:
        role = "Manager" if node in self.managers else "Worker"
        body = {
            "ListenAddr": f"0.0.0.0:{PORT}",
            "AdvertiseAddr": f"{node.address}:{PORT}",
            "RemoteAddrs": [f"{through.address}:{PORT}"],
            "JoinToken": tokens[role],
        }
        node.post("/swarm/join", body)

    def leader(self) -> Node:
        """The manager that leads the swarm now; raises LabError when none does."""
        for node in self.managers:
            with suppress(OSError, LabError):
                for entry in node.get("/nodes", timeout=ANSWER):
                    if entry.get("ManagerStatus", {}).get("Leader"):
                        return self._named(entry["Description"]["Hostname"])
        raise LabError("the swarm has no leader that a manager knows of")

    def _named(self, hostname: str) -> Node:
        return next(node for node in self.nodes if node.name == hostname)

    def manager(self, timeout: float = IDLE) -> Node:
        """A manager that answers for the swarm."""
        return until(self._answering_manager, "a manager that answers", timeout, interval=0.2)

    def _answering_manager(self) -> Node | None:
        for node in self.managers:
            with suppress(OSError, LabError):
                if any(entry.get("ManagerStatus", {}).get("Leader") for entry in node.get("/nodes", timeout=ANSWER)):
                    return node
        return None

    def wait_node(self, name: str, state: str, timeout: float = IDLE) -> None:
        """Wait until the swarm sees that node as `ready` or `down`."""
        node = next(each for each in self.nodes if each.name == name)

        def detail() -> str:
            return f"{self._overview()}\n{tail(node.engine.log)}\n{tail(self.manager().engine.log)}"

        what = f"node {name} to be {state}"
        until(lambda: self._states(self.manager()).get(name) == state, what, timeout, detail=detail)

    @staticmethod
    def _states(manager: Node) -> dict[str, str]:
        entries = manager.get("/nodes", timeout=ANSWER)
        return {entry["Description"]["Hostname"]: entry["Status"]["State"] for entry in entries}

    def _wait_complete(self, timeout: float = IDLE) -> None:
        def complete() -> bool:
            return self._is_complete(self.manager().get("/nodes", timeout=ANSWER))

        until(complete, "all nodes to be ready in their roles", timeout, interval=0.1, detail=self._overview)

    def _overview(self) -> str:
        return self.manager().docker("node", "ls")

    def _is_complete(self, entries: list[dict[str, Any]]) -> bool:
        reached = {}
        for entry in entries:
            raft = entry.get("ManagerStatus") or {}
            as_manager = raft.get("Reachability") == "reachable"
            if raft and not as_manager:  # one that was demoted, and has not left Raft
                continue
            if entry["Status"]["State"] == "ready" and entry["Spec"]["Role"] == ("manager" if as_manager else "worker"):
                reached[entry["Description"]["Hostname"]] = as_manager
        return len(entries) == len(self.nodes) and reached == {node.name: node in self.managers for node in self.nodes}

    def restore(self) -> None:
        """Bring everything back to the state after `create`; where that takes too long, recreate nodes and swarm."""
        try:
            identities = together(lambda node: node.mend(PATIENCE), self.nodes)
            manager = self.manager(PATIENCE)
            self.remove_services(manager)
            self._remove_objects(manager)
            self._restore_spec(manager)
            self._restore_members(manager, dict(zip(self.nodes, identities, strict=True)))
            self._wait_complete(2 * PATIENCE)
        except (LabError, OSError):
            self.rebuild()

    def rebuild(self) -> None:
        """Recreate the nodes and the swarm."""
        together(Node.rebuild, self.nodes)
        self.create()

    @staticmethod
    def remove_services(manager: Node) -> None:
        """Remove every service and wait until their tasks are gone."""
        for service in manager.get("/services"):
            manager.delete(f"/services/{service['ID']}")
        until(lambda: manager.get("/tasks") == [], "the tasks of removed services to end", 2 * PATIENCE, interval=0.1)

    @staticmethod
    def _remove_objects(manager: Node) -> None:
        """Remove the secrets, configs and networks of the swarm, which no service may use any more."""
        for kind in ("secrets", "configs"):
            for entry in manager.get(f"/{kind}") or []:
                manager.delete(f"/{kind}/{entry['ID']}")
        for network in manager.get("/networks"):
            if network["Scope"] == "swarm" and not network.get("Ingress"):
                manager.delete(f"/networks/{network['Id']}")

    def _restore_spec(self, manager: Node) -> None:
        found = manager.get("/swarm")
        # Another number of root rotations, be it a smaller one, would begin one more.
        rotations = {key: value for key, value in found["Spec"]["CAConfig"].items() if key == "ForceRotate"}
        wanted = {**self._spec, "CAConfig": {**self._spec["CAConfig"], **rotations}}
        if found["Spec"] != wanted:
            manager.post(f"/swarm/update?version={found['Version']['Index']}", wanted)

    def _restore_members(self, manager: Node, identities: dict[Node, str]) -> None:
        """Put every node back into its role, without labels and active; join those that are not in the swarm.

        Args:
            identities: the ID that each node has in the swarm, "" where it is in none.
        """
        specs = {entry["ID"]: entry["Spec"] for entry in manager.get("/nodes")}
        # Managers come first: promoting before demoting, there is always a majority.
        for node in self.nodes:
            if (identity := identities[node]) in specs:
                self._restore_node(manager, node, identity, specs[identity])
        for identity in specs.keys() - set(identities.values()):
            manager.delete(f"/nodes/{identity}?force=true")
        tokens = manager.get("/swarm")["JoinTokens"]
        for node in self.nodes:
            if identities[node] not in specs:
                if identities[node]:
                    node.post("/swarm/leave?force=true")
                self._join(node, manager, tokens)

    def _restore_node(self, manager: Node, node: Node, identity: str, spec: dict[str, Any]) -> None:
        role = "manager" if node in self.managers else "worker"
        wanted = {"Role": role, "Availability": "active", "Labels": {}}

        def update() -> bool:
            version = manager.get(f"/nodes/{identity}")["Version"]["Index"]
            manager.post(f"/nodes/{identity}/update?version={version}", wanted)
            return True

        if spec != wanted:
            until(update, f"{node.name} to be an active {role}")
