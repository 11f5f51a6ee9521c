"""Why a task ended, in words: exit codes explained, the engine's sentences with their useful half first."""

from __future__ import annotations

import re

from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task

__all__ = ["cause_of", "exit_brief", "exit_code_of", "exit_words", "not_restarted", "unwrapped"]

_EXITS = {
    0: ("done", "the program ended without an error"),
    1: ("error", "an error in the program"),
    125: ("not started", "the engine could not start the container"),
    126: ("not executable", "the command cannot be executed"),
    127: ("command not found", "the command was not found"),
    130: ("interrupted", "SIGINT: interrupted"),
    134: ("aborted", "SIGABRT: the program aborted"),
    137: ("killed", "SIGKILL: killed, often out of memory or after the grace period"),
    139: ("segfault", "SIGSEGV: the program crashed"),
    143: ("terminated", "SIGTERM: asked to stop"),
}
"""What an exit code means, in a word and in a few. Sources: docker run's own (125 to 127), and 128 + the signal."""

_NON_ZERO = re.compile(r"^task: non-zero exit \((-?\d+)\)(?:: (.*))?$", re.DOTALL)
"""swarmkit agent/exec and moby daemon/cluster/executor/container/errors.go, `exitError`."""

_WRAPPING = re.compile(
    r"^(?:starting container failed|failed to create task for container|failed to create shim task"
    r"|OCI runtime create failed|OCI runtime start failed|runc create failed|runc run failed"
    r"|unable to start container process|error during container init|starting container process caused"
    r"|container_linux\.go:\d+|process_linux\.go:\d+|rootfs_linux\.go:\d+|dockerexec|rpc error"
    r"|Error response from daemon): "
)
"""What layers below the engine put before an error of theirs, and each of them before the one below it."""

_NEVER_RAN = ("rejected",)


def exit_brief(code: int) -> str:
    """ "exit 137 (killed)": for a line that may be cut."""
    word = _EXITS[code][0] if code in _EXITS else f"signal {code - 128}" if 128 < code < 160 else ""
    return f"exit {code} ({word})" if word else f"exit {code}"


def exit_words(code: int) -> str:
    """ "137 (SIGKILL: killed, …)": for a line of its own."""
    meaning = _EXITS[code][1] if code in _EXITS else f"signal {code - 128}" if 128 < code < 160 else ""
    return f"{code} ({meaning})" if meaning else str(code)


def exit_code_of(task: Task) -> int | None:
    """The code with which a task's program ended; None while it runs, and when it never ran: an image that cannot be
    pulled leaves a container status of zeros."""
    found = _NON_ZERO.match(task.status.err)
    if found is not None:
        return int(found[1])
    status = task.status.container_status
    if status is None or task.status.state not in ("failed", "complete", "shutdown", "remove"):
        return None
    return status.exit_code if status.exit_code or (status.container_id and task.status.state == "complete") else None


def cause_of(task: Task) -> str:
    """Why an ended task ended, its most telling words first: "exit 137 (killed)", "unhealthy: …", "cannot start: …"."""
    status, code = task.status, exit_code_of(task)
    found = _NON_ZERO.match(status.err)
    if found is not None and code is not None:
        because = found[2] or ""
        if "unhealthy container" in because:
            return f"unhealthy: its health check failed and Swarm stopped it, exit {code}"
        return f"{exit_brief(code)}: {unwrapped(because)}" if because else exit_brief(code)
    if status.err:
        before = "cannot start: " if _could_not_start(task) else ""
        return f"{before}{unwrapped(status.err)}{f', exit {code}' if code else ''}"
    if code is not None:
        return exit_brief(code)
    return "lost with its node" if status.state == "orphaned" else status.message


def _could_not_start(task: Task) -> bool:
    return task.status.state in _NEVER_RAN or task.status.err.startswith("starting container failed")


def unwrapped(error: str) -> str:
    """An error without what the layers above its cause have put before it."""
    text = error.strip()
    while (shorter := _WRAPPING.sub("", text, count=1)) != text:
        text = shorter
    return text.removesuffix(": unknown") or error


def not_restarted(service: Service | None, task: Task) -> str:
    """Why swarm starts no other task after this one: "gave up after 3 restarts", by the service's restart policy.

    Source: swarmkit manager/orchestrator/restart/restart.go, `shouldRestart`.
    """
    policy = service.spec.task_template.restart_policy if service is not None else None
    if policy is not None and policy.condition == "none":
        return "not restarted, restart condition none"
    if policy is not None and policy.condition == "on-failure" and task.status.state == "complete":
        return "not restarted, restart condition on-failure"
    if policy is not None and policy.max_attempts:
        times = "1 restart" if policy.max_attempts == 1 else f"{policy.max_attempts} restarts"
        return f"gave up after {times}, its limit"
    return "not restarted"
