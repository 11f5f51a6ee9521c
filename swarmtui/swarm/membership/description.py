"""The swarm itself in words. Its join tokens are shown in their own dialog, and never here."""

from __future__ import annotations

from swarmtui.swarm.describe.certificates import certificate_fingerprint, subject_of
from swarmtui.swarm.describe.container import labels
from swarmtui.swarm.describe.document import Fact, Section, fact, facts, section
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.describe.values import moment, nanoseconds

__all__ = ["describe_swarm"]


def describe_swarm(raw: Raw, scene: Scene) -> tuple[Section, ...]:
    """All of a swarm."""
    spec = raw.at("Spec")
    return (
        *section("Swarm", _basics(raw, scene)),
        *section("Certificates", _authority(raw, spec.at("CAConfig"))),
        *section("Raft", _raft(spec.at("Raft"))),
        *section("Dispatcher", fact("heartbeat", nanoseconds(spec.number("Dispatcher", "HeartbeatPeriod") or None))),
        *section("Tasks", _tasks(spec)),
        *section("Network", _network(raw)),
        *labels("Labels", spec.at("Labels"), scene),
    )


def _basics(raw: Raw, scene: Scene) -> tuple[Fact, ...]:
    locks = raw.at("Spec", "EncryptionConfig", "AutoLockManagers").value
    return facts(
        fact("name", raw.text("Spec", "Name")),
        fact("ID", raw.text("ID")),
        fact("autolock", "on: a restarted manager waits for the unlock key" if locks is True else "off"),
        fact("join tokens", "t shows them", "dim"),
        fact("created", moment(raw.text("CreatedAt"), scene.now)),
        fact("changed", moment(raw.text("UpdatedAt"), scene.now)),
        fact("version", raw.text("Version", "Index")),
    )


def _authority(raw: Raw, config: Raw) -> tuple[Fact, ...]:
    rotating = raw.flag("RootRotationInProgress")
    info = raw.at("TLSInfo")
    external = [
        " ".join(word for word in (each.text("Protocol"), each.text("URL")) if word)
        for each in config.each("ExternalCAs")
    ]
    return facts(
        fact("nodes' expire after", nanoseconds(config.number("NodeCertExpiry") or None)),
        fact("root rotation", "under way" if rotating else "none under way", "warn" if rotating else ""),
        fact("forced rotations", config.text("ForceRotate").removeprefix("0")),
        fact("issuer", subject_of(info.text("CertIssuerSubject"))),
        fact("trust root", certificate_fingerprint(info.text("TrustRoot"))),
        *(fact("external authority", each) for each in external),
    )


def _raft(raft: Raw) -> tuple[Fact, ...]:
    return facts(
        fact("snapshot every", _entries(raft.text("SnapshotInterval"))),
        fact("old snapshots kept", raft.text("KeepOldSnapshots")),
        fact("kept for slow managers", _entries(raft.text("LogEntriesForSlowFollowers"))),
        fact("election after", _ticks(raft.text("ElectionTick"))),
        fact("heartbeat every", _ticks(raft.text("HeartbeatTick"))),
    )


def _entries(number: str) -> str:
    return f"{number} log entries" if number else ""


def _ticks(number: str) -> str:
    return f"{number} ticks" if number else ""


def _tasks(spec: Raw) -> tuple[Fact, ...]:
    limit = spec.number("Orchestration", "TaskHistoryRetentionLimit")
    driver = spec.text("TaskDefaults", "LogDriver", "Name")
    kept = () if limit is None else (Fact("history", f"{limit:g} old tasks kept per slot"),)
    return facts(kept, fact("default log driver", driver))


def _network(raw: Raw) -> tuple[Fact, ...]:
    pools = ", ".join(raw.texts("DefaultAddrPool"))
    size = raw.text("SubnetSize").removeprefix("0")
    port = raw.text("DataPathPort").removeprefix("0")
    return facts(
        fact("address pool", pools),
        fact("size of a subnet", f"/{size}" if size and pools else ""),
        fact("data path port", f"{port}/udp" if port else ""),
    )
