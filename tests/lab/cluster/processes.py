"""Finding the processes of a lab in /proc, and sending them signals without ever hitting a stranger.

A process is the lab's when its environment carries the lab's marker, when it lives in the PID namespace of such a
process (an ssh session), or in the lab's cgroup (the processes of containers).
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .commands import MARKER

PROC = Path("/proc")


@dataclass(frozen=True)
class Process:
    """One process as the root PID namespace sees it."""

    pid: int
    name: str
    namespace: str
    """The PID namespace it lives in, such as `pid:[4026532201]`."""
    inner_pid: int
    """Its PID in that namespace."""
    parent: int
    started: str
    """When, in ticks since boot: with the PID it tells one process from all others."""


def read(pid: int) -> Process | None:
    """The process with that PID; None when it is gone or a zombie.

    While one of its threads is still ending it is neither: its sockets are open until then.
    """
    try:
        status = (PROC / str(pid) / "status").read_text(errors="replace")
        # What follows the name, which may hold anything, in its parentheses: the 22nd field of all is the start.
        started = (PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()[19]
        namespace = str((PROC / str(pid) / "ns/pid").readlink())
    except OSError:
        return None
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    if fields["State"].split()[0] in "ZX" and int(fields["Threads"]) <= 1:
        return None
    inner_pid = int(fields.get("NSpid", str(pid)).split()[-1])
    return Process(pid, fields["Name"].strip(), namespace, inner_pid, int(fields["PPid"]), started)


def all_processes() -> Iterator[Process]:
    """Every living process of this machine."""
    for name in _pids():
        if process := read(int(name)):
            yield process


def in_namespace(namespace: str) -> Iterator[Process]:
    """The living processes of a PID namespace. The others are not read: that would take ten times as long."""
    for name in _pids():
        if _is_in(name, namespace) and (process := read(int(name))):
            yield process


def _pids() -> list[str]:
    return [name for name in os.listdir(PROC) if name.isdigit()]  # noqa: PTH208 - called for each wait, and ten times faster


def _is_in(pid: str, namespace: str) -> bool:
    try:
        return os.readlink(f"/proc/{pid}/ns/pid") == namespace  # noqa: PTH115 - as above
    except OSError:
        return False


def command_line(pid: int) -> str:
    """The words that a process was started with, or what it has written in their place; "" when it is gone."""
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def has_marker(process: Process, state: Path) -> bool:
    """Whether the process was started by the lab with that state directory, or by a child of it."""
    try:
        variables = (PROC / str(process.pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return f"{MARKER}={state}".encode() in variables


def in_cgroup(process: Process, cgroup: str) -> bool:
    """Whether the process is somewhere below that cgroup, in any hierarchy."""
    try:
        lines = (PROC / str(process.pid) / "cgroup").read_text().splitlines()
    except OSError:
        return False
    return any(line.split(":", 2)[-1].startswith(cgroup + "/") for line in lines)


def of_lab(state: Path, cgroup: str) -> list[Process]:
    """Every process of the lab with that state directory and cgroup."""
    everyone = list(all_processes())
    marked = {process for process in everyone if has_marker(process, state)}
    # The helpers that hold the namespaces open live in our own namespace: it must never count as the lab's.
    namespaces = {process.namespace for process in marked} - {str((PROC / "self/ns/pid").readlink())}
    return [
        process
        for process in everyone
        if process in marked or process.namespace in namespaces or in_cgroup(process, cgroup)
    ]


def is_stopped(process: Process) -> bool:
    """Whether no thread of a process that was sent SIGSTOP runs its program any more, or the process is gone.

    They are stopped one by one. One that waits in the kernel (D) for a process that it has forked, and that is stopped
    before it became another program, is stopped on its way back.
    """
    try:
        stats = [path.read_text(errors="replace") for path in (PROC / str(process.pid) / "task").glob("*/stat")]
    except OSError:
        return read(process.pid) is None
    return all(stat.rpartition(")")[2].split()[0] in "DTtZX" for stat in stats)


def send(process: Process, number: signal.Signals) -> None:
    """Send a signal through a pidfd, so that a PID that was given to another process meanwhile is not hit."""
    with suppress(ProcessLookupError):
        handle = os.pidfd_open(process.pid)
        try:
            now = read(process.pid)
            if now is not None and now.started == process.started:
                signal.pidfd_send_signal(handle, number)
        finally:
            os.close(handle)
