"""The swarm's own settings and state as rows: what each is, how it stands, and what changes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.health.swarm import Managers, managers_health
from swarmtui.swarm.membership.quorum import Quorum
from swarmtui.swarm.objects.swarm import Swarm
from swarmtui.swarm.short_text import counted

if TYPE_CHECKING:
    from swarmtui.swarm.membership.settings import SetSwarmNumber

__all__ = ["MASK", "Setting", "settings_of"]

MASK = "••••••••"


@dataclass(frozen=True)
class Setting:
    """One row.

    Attributes:
        key: stable, for the cursor: "task-history".
        label: "Task history limit".
        value: how it stands.
        hint: what it is, in a sentence.
        opens: what to ask for when it is opened, by the name of its command; "" for what cannot be changed.
        tone: as a Cell's.
        since: the engine's time of it, whose age is shown beside the value; "" for none.
        number: the value where it is a number, for a file; a duration in seconds.
        unit: of that: "s", "snapshots"; "" for none.
    """

    key: str
    label: str
    value: str
    hint: str
    opens: str = ""
    tone: str = ""
    since: str = ""
    number: float | None = None
    unit: str = ""


def settings_of(cluster: Cluster) -> Iterator[Setting]:
    """All rows of a swarm; none while the swarm's own object is not known."""

    from swarmtui.swarm.membership.settings import (
        SetDispatcherHeartbeat,
        SetKeptSnapshots,
        SetSnapshotInterval,
        SetTaskHistoryLimit,
    )

    swarm = cluster.swarm
    if swarm is None:
        return
    yield Setting("id", "ID", swarm.id, "Identifies this swarm.")
    yield Setting(
        "created",
        "Created",
        swarm.created_at[:19].replace("T", " "),
        "By the managers' clock, in UTC.",
        since=swarm.created_at,
    )
    yield from _of_managers(cluster)
    yield from _of_keys(swarm)
    for setting in (SetTaskHistoryLimit, SetDispatcherHeartbeat, SetSnapshotInterval, SetKeptSnapshots):
        yield _number(setting, swarm)
    yield Setting(
        "volumes",
        "Cluster volumes",
        "listed by enter" if cluster.volumes is None else str(len(cluster.volumes)),
        "Volumes of the swarm, made by a CSI plugin: what each is, and whether tasks may use it.",
        "volume.availability",
    )
    yield from _of_raft(swarm)


def _of_managers(cluster: Cluster) -> Iterator[Setting]:
    quorum, leader, own = Quorum.of(cluster), cluster.leader, cluster.info.swarm.node_id
    tone = {Managers.WELL: "", Managers.LOST: "bad"}.get(managers_health(quorum), "warn")
    yield Setting(
        "managers", "Managers", quorum.text, "Use 3 or 5: an even number tolerates no more failures.", tone=tone
    )
    where = leader.manager_status.addr if leader is not None and leader.manager_status is not None else ""
    yield Setting(
        "leader",
        "Leader",
        f"{leader.name} at {where}" if leader is not None else "none",
        "Every change goes through it; another manager takes over when it is lost.",
        tone="" if leader is not None else "bad",
    )
    yield Setting(
        "engine",
        "This engine",
        cluster.node_name(own) if own else cluster.info.name,
        "The engine this program is connected to. It can leave the swarm.",
        "swarm.leave",
    )


def _of_keys(swarm: Swarm) -> Iterator[Setting]:
    from swarmtui.swarm.membership.settings import SetCertExpiry

    locked = swarm.spec.encryption_config.auto_lock_managers
    yield Setting("tokens", "Join tokens", MASK, "A machine needs one to join: show, copy, rotate.", "swarm.tokens")
    yield Setting(
        "autolock",
        "Autolock",
        "on" if locked else "off",
        "With it on, a manager that restarts is locked until the unlock key is typed there.",
        "swarm.autolock",
    )
    yield Setting(
        "unlock-key",
        "Unlock key",
        MASK if locked else "none: autolock is off",
        "Unlocks a manager after its restart: show, copy, rotate.",
        "swarm.unlock-key" if locked else "swarm.autolock",
        tone="" if locked else "dim",
    )
    yield _number(SetCertExpiry, swarm)
    turning, times = swarm.root_rotation_in_progress, swarm.spec.ca_config.force_rotate
    yield Setting(
        "ca",
        "Root CA",
        "being rotated: nodes are getting new certificates" if turning else f"rotated {counted(times, 'time')}",
        "Signs every node's certificate. A new root gives every node a new one, and new join tokens.",
        "swarm.rotate-ca",
        tone="warn" if turning else "",
    )
    yield Setting(
        "external-ca",
        "External CA",
        ", ".join(swarm.external_cas) or "none: the managers sign",
        "Signs the nodes' certificates instead of the managers, with the key of the root.",
        "swarm.external-cas",
        tone="" if swarm.external_cas else "dim",
    )


def _of_raft(swarm: Swarm) -> Iterator[Setting]:
    raft = swarm.spec.raft
    yield Setting(
        "slow-followers",
        "Slow followers",
        f"{raft.log_entries_for_slow_followers} log entries",
        "Kept after a snapshot, for managers that lag behind. No docker command changes it.",
    )
    yield Setting(
        "ticks",
        "Raft ticks",
        f"election {raft.election_tick}, heartbeat {raft.heartbeat_tick}",
        "A manager that hears nothing for that many one-second ticks calls an election. No docker command"
        " changes them.",
    )
    if swarm.default_addr_pool:
        pools = ", ".join(swarm.default_addr_pool)
        yield Setting(
            "pool",
            "Address pool",
            f"{pools}, networks of /{swarm.subnet_size}",
            "Overlay networks get their subnets from it; set only by init.",
        )
    if swarm.data_path_port:
        yield Setting(
            "data-port",
            "Data path port",
            f"{swarm.data_path_port}/udp",
            "Between nodes, for overlay networks; set only by init.",
        )


def _number(setting: type[SetSwarmNumber], swarm: Swarm) -> Setting:
    shape = setting.spec_number
    number = shape.of_swarm(swarm)
    value = f"{shape.text_of(number)} {shape.unit}".rstrip()
    label = setting.field[0].upper() + setting.field[1:]
    return Setting(
        setting.name.removeprefix("swarm."),
        label,
        value,
        setting.means,
        setting.name,
        number=number if shape.unit else number / 1e9,
        unit=shape.unit or "s",
    )
