"""The swarm itself: inspect, init, join, leave, update, unlock. Source: moby daemon/cluster/swarm.go."""

from __future__ import annotations

from swarmtui.sim.agent.machine import Machine
from swarmtui.sim.control.access import WORKER, Access
from swarmtui.sim.control.errors import ApiError, out_of_sequence
from swarmtui.sim.control.membership import addresses, settings, tokens
from swarmtui.sim.manager import authority
from swarmtui.sim.objects import encode
from swarmtui.sim.objects.spec import JSON

IN_SWARM = 'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.'
LEAVING = "You are attempting to leave the swarm on a node that is participating as a manager. "
LOSES = (
    "The only way to restore a swarm that has lost consensus is to reinitialize it with `--force-new-cluster`. "
    "Use `--force` to suppress this message."
)
LAST = "Removing the last manager erases all current state of the swarm. Use `--force` to ignore this message. "

_SUBNET_SIZE = 24


class SwarmCalls(Access):
    """What one engine does about its swarm."""

    def inspect(self) -> JSON:
        """`GET /swarm`."""
        store = self.reading()
        assert store.swarm is not None
        return encode.swarm(store.swarm)

    def init(self, body: JSON) -> str:
        """`POST /swarm/init`; with ForceNewCluster a manager without a majority continues alone. The node's ID."""
        machine, raft = self._machine, self._cluster.raft
        if machine.node_id and not body.get("ForceNewCluster"):
            raise ApiError(503, IN_SWARM)
        if machine.node_id and machine.role != "manager":
            raise ApiError(503, WORKER)
        listen = addresses.checked(body.get("ListenAddr") or "", "ListenAddr")
        given = body.get("Spec") or {}
        settings.check_name(given)
        _, port = addresses.listen(machine, listen)
        host, port = addresses.advertised(machine, body.get("AdvertiseAddr") or "", port)
        addresses.check_data_path(machine, body.get("DataPathAddr") or "")
        size = body.get("SubnetSize") or _SUBNET_SIZE
        pools = addresses.pools(body.get("DefaultAddrPool") or [], size)
        data_path_port = addresses.data_path_port(body.get("DataPathPort") or 0)
        availability = _availability(body)
        if machine.node_id:
            raft.bootstrap(machine.node_id, machine)
            self.changed()
            return machine.node_id
        fault = settings.fault_of(given)
        spec = settings.merged({} if fault else given, settings.DEFAULTS)
        if body.get("AutoLockManagers"):
            spec["EncryptionConfig"]["AutoLockManagers"] = True
        node = self._cluster.create_swarm(machine, spec, size, pools, data_path_port)
        node.availability, node.addr, node.port = availability, host, port
        self._cluster.arrived(node)
        self.changed()
        if fault:  # the swarm is there already, and stays, without what was said of it
            raise ApiError(500, fault)
        return node.id

    def join(self, body: JSON) -> None:
        """`POST /swarm/join`: as worker or manager, as the token says."""
        machine = self._machine
        if machine.node_id:
            raise ApiError(503, IN_SWARM)
        listen = addresses.checked(body.get("ListenAddr") or "", "ListenAddr")
        if not body.get("RemoteAddrs"):
            raise ApiError(400, "at least 1 RemoteAddr is required to join")
        remotes = [addresses.checked(str(each), "remoteAddr") for each in body["RemoteAddrs"]]
        _, port = addresses.listen(machine, listen)
        host, port = self._advertised(body.get("AdvertiseAddr") or "", port)
        addresses.check_data_path(machine, body.get("DataPathAddr") or "")
        availability = _availability(body)
        role = self._role_of(str(body.get("JoinToken") or ""), remotes[0])
        node = self._cluster.admit(machine, role)
        node.availability, node.addr, node.port = availability, host, port
        if role == "manager":
            self._cluster.raft.join(node.id, machine)
        self._cluster.arrived(node)
        self.changed()

    def _advertised(self, address: str, port: str) -> tuple[str, str]:
        """Who joins need not say how it is reached: what makes no sense is passed over."""
        try:
            return addresses.advertised(self._machine, address, port)
        except ApiError:
            return self._machine.address, port

    def _role_of(self, token: str, remote: str) -> str:
        """What a join token gives; the named manager has to be there."""
        cluster, store = self._cluster, self.store
        root = tokens.root_of(token)
        if root is None:
            raise ApiError(500, "invalid join token")
        host = remote.rpartition(":")[0]
        known = {id: {cluster.raft.members[id].address, store.nodes[id].addr} for id in cluster.raft.alive()}
        if not any(host in each for each in known.values()) or not self._machine.reachable:
            raise ApiError(
                503,
                "Timeout was reached before node joined. The attempt to join the swarm will continue in the "
                'background. Use the "docker info" command to see the current swarm status of your node.',
            )
        swarm = store.swarm
        assert swarm is not None
        if not cluster.raft.can_commit:
            raise ApiError(500, "rpc error: code = Unknown desc = The swarm does not have a leader.")
        for role, good in (("worker", swarm.worker_token), ("manager", swarm.manager_token)):
            if token == good:
                return role
        if root != swarm.token_root:
            raise ApiError(
                500,
                "error while validating Root CA Certificate: remote CA does not match fingerprint. Expected: "
                f"{token[9:20]}",
            )
        raise ApiError(
            500, "rpc error: code = InvalidArgument desc = A valid join token is necessary to join this cluster"
        )

    def leave(self, force: bool = False) -> None:
        """`POST /swarm/leave`."""
        machine, raft = self._machine, self._cluster.raft
        if not machine.node_id:
            raise ApiError(503, "This node is not part of a swarm")
        if machine.locked and not force:
            raise ApiError(
                503,
                "Swarm is encrypted and locked. Please unlock it first or use `--force` to ignore this message.",
            )
        if machine.role == "manager" and not force:
            raise ApiError(503, self._objection(machine))
        node_id = machine.node_id
        last = list(raft.members) == [node_id]
        machine.leave()
        self._cluster.departed(machine, node_id)
        if last:
            raft.remove(node_id)
        self.changed()

    def _objection(self, machine: Machine) -> str:
        raft = self._cluster.raft
        if not raft.serves(machine.node_id):
            return f"{LEAVING}Doing so may lose the consensus of your cluster. {LOSES}"
        reachable, all_of_them = len(raft.alive()), len(raft.members)
        if all_of_them == 1:
            return LEAVING + LAST
        if reachable - 1 < all_of_them // 2 + 1:
            return (
                f"{LEAVING}Removing this node leaves {reachable - 1} managers out of {all_of_them}. "
                f"Without a Raft quorum your swarm will be inaccessible. {LOSES}"
            )
        return LEAVING + LOSES

    def update(
        self,
        version: int,
        spec: JSON,
        rotate_worker_token: bool = False,
        rotate_manager_token: bool = False,
        rotate_manager_unlock_key: bool = False,
    ) -> None:
        """`POST /swarm/update`: the whole spec; what it leaves out falls to nothing, as in a real swarm."""
        store = self.writing()
        settings.check_name(spec)
        new = settings.merged(spec, settings.NOTHING)
        settings.check(new)
        swarm = store.swarm
        assert swarm is not None
        if version != swarm.version:
            raise out_of_sequence()
        root = authority.wanted(self._cluster, swarm, spec.get("CAConfig") or {}, new["CAConfig"])
        swarm.spec = new
        if rotate_worker_token:
            swarm.worker_token = self._cluster.token(swarm)
        if rotate_manager_token:
            swarm.manager_token = self._cluster.token(swarm)
        if not swarm.autolock:
            swarm.unlock_key = ""
        elif not swarm.unlock_key or rotate_manager_unlock_key:
            swarm.unlock_key = self._cluster.ids.unlock_key()
        if root is not None:
            authority.rotate(self._cluster, root)
        store.update_swarm()
        self.changed()

    def unlock_key(self) -> JSON:
        """`GET /swarm/unlockkey`."""
        store = self.reading()
        assert store.swarm is not None
        return {"UnlockKey": store.swarm.unlock_key}

    def unlock(self, body: JSON) -> None:
        """`POST /swarm/unlock`."""
        machine = self._machine
        if not machine.locked:
            self.must_be_manager()
            raise ApiError(409, "swarm is not locked")
        key = str(body.get("UnlockKey") or "")
        if not key.startswith("SWMKEY-1-"):
            raise ApiError(400, "invalid key string")
        swarm = self.store.swarm
        if swarm is None or key != swarm.unlock_key:
            raise ApiError(401, "swarm could not be unlocked: invalid key provided")
        machine.locked = False
        if machine.agent is not None:
            machine.agent.machine_back(lost_containers=True)
        self._cluster.reachability_changed(machine)


def _availability(body: JSON) -> str:
    wanted = str(body.get("Availability") or "active")
    if wanted.lower() not in ("active", "pause", "drain"):
        raise ApiError(500, f'invalid Availability: "{wanted}"')
    return wanted.lower()
