"""The swarm's own settings: what is filled in, and what is refused.

Rules: moby daemon/cluster/convert/swarm.go, swarmkit controlapi/cluster.go.
"""

from __future__ import annotations

from swarmtui.sim.control.errors import ApiError, Panic, invalid
from swarmtui.sim.objects.spec import JSON

DEFAULTS: JSON = {
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
    if external := result["CAConfig"].get("ExternalCAs"):
        result["CAConfig"]["ExternalCAs"] = [_external(each) for each in external]
    for key in _NEVER_SHOWN:
        result["CAConfig"].pop(key, None)
    if (given.get("Raft") or {}).get("KeepOldSnapshots") is not None:
        result["Raft"]["KeepOldSnapshots"] = given["Raft"]["KeepOldSnapshots"]
    limit = (given.get("Orchestration") or {}).get("TaskHistoryRetentionLimit")
    if limit is not None:
        result["Orchestration"]["TaskHistoryRetentionLimit"] = limit
    lock = (given.get("EncryptionConfig") or {}).get("AutoLockManagers")
    result["EncryptionConfig"] = {"AutoLockManagers": bool(lock)}
    return result


def fault_of(given: JSON) -> str:
    """Why the spec of a new swarm is not taken; "" where it is. Rule: moby daemon/cluster (initClusterSpec)."""
    try:
        check(merged(given, DEFAULTS))
    except ApiError as error:
        return f"error updating cluster settings: {error.message}"
    return ""


_NEVER_SHOWN = ("SigningCACert", "SigningCAKey")


def _external(raw: JSON | None) -> JSON:
    """A certificate authority beside the swarm's own: there is one protocol for it."""
    if raw is None:
        raise Panic
    protocol = str(raw.get("Protocol") or "")
    if protocol.lower() != "cfssl":
        raise ApiError(400, f'invalid protocol: "{protocol}"')
    return {**raw, "Protocol": "cfssl"}


def default_spec() -> JSON:
    """The spec of a swarm that was made without a word."""
    return merged({}, DEFAULTS)


NOTHING: JSON = {
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


def check_name(spec: JSON) -> None:
    if (spec.get("Name") or "default") != "default":
        raise ApiError(400, 'swarm spec must be named "default"')


def check(spec: JSON) -> None:
    expiry = spec["CAConfig"]["NodeCertExpiry"]
    if expiry and expiry < 3_600_000_000_000:
        raise invalid("minimum certificate expiry time is: 1h0m0s")
    if spec["Dispatcher"]["HeartbeatPeriod"] < 0:
        raise invalid("heartbeat time period cannot be a negative duration")
