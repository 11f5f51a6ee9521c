"""The words for the swarm's settings that are a number; what changes them is loaded later than these."""

from __future__ import annotations

from typing import NamedTuple

from swarmtui.swarm.actions import names

__all__ = ["SETTING_WORDS", "SettingWords"]


class SettingWords(NamedTuple):
    """What one is called.

    Attributes:
        name: of its action.
        field: in the middle of a sentence.
        means: what it is, in a sentence.
    """

    name: str
    field: str
    means: str


TASK_HISTORY_LIMIT = SettingWords(
    names.SET_TASK_HISTORY_LIMIT,
    "task history limit",
    "How many tasks are kept per slot, including the current one: a service's history.",
)
DISPATCHER_HEARTBEAT = SettingWords(
    names.SET_DISPATCHER_HEARTBEAT,
    "dispatcher heartbeat",
    "How often each node reports; one that misses about three in a row counts as down.",
)
CERT_EXPIRY = SettingWords(
    names.SET_CERT_EXPIRY,
    "certificate expiry",
    "How long a node's certificate is valid; it is renewed after about half that time.",
)
SNAPSHOT_INTERVAL = SettingWords(
    names.SET_SNAPSHOT_INTERVAL,
    "Raft snapshot interval",
    "After how many log entries each manager writes a snapshot of the swarm's state.",
)
KEPT_SNAPSHOTS = SettingWords(
    names.SET_KEPT_SNAPSHOTS,
    "kept snapshots",
    "How many snapshots each manager keeps on its disk besides the newest one.",
)

SETTING_WORDS = (TASK_HISTORY_LIMIT, DISPATCHER_HEARTBEAT, CERT_EXPIRY, SNAPSHOT_INTERVAL, KEPT_SNAPSHOTS)
