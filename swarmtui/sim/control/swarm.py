"""The swarm itself: inspect, init, join, leave, update, unlock. Source: moby daemon/cluster/swarm.go."""

from __future__ import annotations

from swarmtui.sim.agent.machine import Machine
from swarmtui.sim.control.access import LOCKED, WORKER, Access
from swarmtui.sim.control.errors import ApiError, invalid, out_of_sequence
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

_DEFAULTS: JSON = {
    "Name": "default",
    "Labels": {},
    "Orchestration": {"TaskHistoryRetentionLimit": 5},
    "Raft": {
        "SnapshotInterval": 10000,
        "KeepOldSnapshots": 0,
        "LogEntriesForSlowFollowers": 500,
        "ElectionTick": 10,
        "HeartbeatTick": 1,
    },
    "Dispatcher": {"HeartbeatPeriod": 5_000_000_000},
    "CAConfig": {"NodeCertExpiry": 7_776_000_000_000_000},
    "TaskDefaults": {},
    "EncryptionConfig": {"AutoLockManagers": False},
}


def merged(given: JSON, base: JSON) -> JSON:
    """A swarm's spec: what is not given, or 0, stays as in `base`. Rule: convert.MergeSwarmSpecToGRPC."""
    result: JSON = {key: dict(value) if isinstance(value, dict) else value for key, value in base.items()}
    result["Labels"] = dict(given.get("Labels") or base["Labels"])
    for part in ("Raft", "Dispatcher", "CAConfig"):
        result[part].update({key: value for key, value in (given.get(part) or {}).items() if value})
    if (given.get("Raft") or {}).get("KeepOldSnapshots") is not None:
        result["Raft"]["KeepOldSnapshots"] = given["Raft"]["KeepOldSnapshots"]
    limit = (given.get("Orchestration") or {}).get("TaskHistoryRetentionLimit")
    if limit is not None:
        result["Orchestration"]["TaskHistoryRetentionLimit"] = limit
    lock = (given.get("EncryptionConfig") or {}).get("AutoLockManagers")
    result["EncryptionConfig"] = {"AutoLockManagers": bool(lock)}
    return result


def default_spec() -> JSON:
    """The spec of a swarm that was made without a word."""
    return merged({}, _DEFAULTS)


_NOTHING: JSON = {
    "Name": "default",
    "Labels": {},
    "Orchestration": {"TaskHistoryRetentionLimit": 0},
    "Raft": {
        "SnapshotInterval": 0,
        "KeepOldSnapshots": 0,
        "LogEntriesForSlowFollowers": 0,
        "ElectionTick": 0,
        "HeartbeatTick": 0,
    },
    "Dispatcher": {"HeartbeatPeriod": 0},
    "CAConfig": {"NodeCertExpiry": 0},
    "TaskDefaults": {},
    "EncryptionConfig": {"AutoLockManagers": False},
}


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
        _check_name(body.get("Spec") or {})
        if machine.node_id:
            if machine.role != "manager":
                raise ApiError(503, WORKER)
            raft.bootstrap(machine.node_id, machine)
            self.changed()
            return machine.node_id
        if not body.get("ListenAddr"):
            raise ApiError(400, 'invalid ListenAddr "": invalid empty address')
        if raft.members:
            raise ApiError(500, "the simulator has one swarm only, and it has managers: join it")
        spec = merged(body.get("Spec") or {}, _DEFAULTS)
        if body.get("AutoLockManagers"):
            spec["EncryptionConfig"]["AutoLockManagers"] = True
        node = self._cluster.create_swarm(machine, spec, body.get("SubnetSize") or 24)
        node.availability = body.get("Availability") or "active"
        self.changed()
        return node.id

    def join(self, body: JSON) -> None:
        """`POST /swarm/join`: as worker or manager, as the token says."""
        machine = self._machine
        if machine.node_id:
            raise ApiError(503, IN_SWARM)
        if not body.get("ListenAddr"):
            raise ApiError(400, 'invalid ListenAddr "": invalid empty address')
        if not body.get("RemoteAddrs"):
            raise ApiError(400, "at least 1 RemoteAddr is required to join")
        role = self._role_of(str(body.get("JoinToken") or ""), body["RemoteAddrs"])
        node = self._cluster.admit(machine, role)
        node.availability = body.get("Availability") or "active"
        if role == "manager":
            self._cluster.raft.join(node.id, machine)
        self.changed()

    def _role_of(self, token: str, addresses: list[str]) -> str:
        """What a join token gives; the named managers have to be there."""
        cluster, store = self._cluster, self.store
        hosts = {str(each).rpartition(":")[0] or str(each) for each in addresses}
        reached = [node_id for node_id in cluster.raft.alive() if cluster.raft.members[node_id].address in hosts]
        if not reached or not self._machine.reachable:
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
        if not token.startswith("SWMTKN-1-"):
            raise ApiError(500, "invalid join token")
        if token.split("-")[2:3] != [swarm.token_root]:
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
        _check_name(spec)
        new = merged(spec, _NOTHING)
        _check_spec(new)
        swarm = store.swarm
        assert swarm is not None
        if version != swarm.version:
            raise out_of_sequence()
        rotated = new["CAConfig"].get("ForceRotate", 0) != swarm.spec["CAConfig"].get("ForceRotate", 0)
        swarm.spec = new
        if rotate_worker_token:
            swarm.worker_token = self._cluster.token(swarm)
        if rotate_manager_token:
            swarm.manager_token = self._cluster.token(swarm)
        if not swarm.autolock:
            swarm.unlock_key = ""
        elif not swarm.unlock_key or rotate_manager_unlock_key:
            swarm.unlock_key = self._cluster.ids.unlock_key()
        if rotated:
            authority.rotate(self._cluster)
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


def _check_name(spec: JSON) -> None:
    if (spec.get("Name") or "default") != "default":
        raise ApiError(400, 'swarm spec must be named "default"')


def _check_spec(spec: JSON) -> None:
    expiry = spec["CAConfig"]["NodeCertExpiry"]
    if expiry and expiry < 3_600_000_000_000:
        raise invalid("minimum certificate expiry time is: 1h0m0s")
    if spec["Dispatcher"]["HeartbeatPeriod"] < 0:
        raise invalid("heartbeat time period cannot be a negative duration")


__all__ = ["LOCKED", "SwarmCalls", "default_spec", "merged"]
