"""The states of a task, numbered and ordered as in swarmkit's api/types.proto: a task only ever moves on."""

from __future__ import annotations

from typing import Final

NEW: Final = 0
PENDING: Final = 64
ASSIGNED: Final = 192
ACCEPTED: Final = 256
PREPARING: Final = 320
READY: Final = 384
STARTING: Final = 448
RUNNING: Final = 512
COMPLETE: Final = 576
SHUTDOWN: Final = 640
FAILED: Final = 704
REJECTED: Final = 768
REMOVE: Final = 800
ORPHANED: Final = 832

NAMES: Final = {
    NEW: "new",
    PENDING: "pending",
    ASSIGNED: "assigned",
    ACCEPTED: "accepted",
    PREPARING: "preparing",
    READY: "ready",
    STARTING: "starting",
    RUNNING: "running",
    COMPLETE: "complete",
    SHUTDOWN: "shutdown",
    FAILED: "failed",
    REJECTED: "rejected",
    REMOVE: "remove",
    ORPHANED: "orphaned",
}
NUMBERS: Final = {name: number for number, name in NAMES.items()}
