"""What a container's health check said last, as the engine keeps it (moby daemon/health.go: the last five results)."""

from __future__ import annotations

from swarmtui.sim.agent.container import Container
from swarmtui.sim.objects.spec import JSON
from swarmtui.sim.objects.timestamps import iso

KEPT = 5
TOOK = 0.04
REFUSED = "curl: (7) Failed to connect to localhost port 80 after 0 ms: Could not connect to server\n"


def health(run: Container, now: float) -> JSON:
    """`State.Health` of a container that has a check."""
    if run.monitor is not None:
        return run.monitor.shown()
    until = now if run.alive else run.finished
    every = max(run.check_every, 1.0)
    count = max(0, int((until - run.started) / every))
    failed = max(0, count - int((run.ill_since - run.started) / every)) if run.ill_since is not None else 0
    return {
        "Status": run.health,
        "FailingStreak": failed,
        "Log": [
            _result(run.started + number * every, failing=number > count - failed)
            for number in range(max(1, count - KEPT + 1), count + 1)
        ],
    }


def _result(start: float, *, failing: bool) -> JSON:
    return {
        "Start": iso(start),
        "End": iso(start + TOOK),
        "ExitCode": int(failing),
        "Output": REFUSED if failing else "",
    }
