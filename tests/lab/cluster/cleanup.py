"""Taking away whatever a lab left on the machine, be it its orderly end or after a crash.

Nothing is believed that a file says: processes are found by their marker, and all else is under names that only the
lab uses. Network namespaces, mounts and interfaces need no list, since they end with the processes in them.
"""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

from . import network, processes
from .commands import run
from .errors import LabError
from .waiting import until

CGROUPS = Path("/sys/fs/cgroup")


class Traces:
    """All that a lab of a given name puts on this machine."""

    def __init__(self, state: Path, cgroup: str, interface: str) -> None:
        self._state = state
        self._cgroup = cgroup
        self._interface = interface

    def remove(self) -> None:
        """Remove all of it; the caller holds the lab's lock, so no living lab is hit."""
        steps = [self._kill_all, self._remove_interface, self._unmount, self._remove_cgroups, self._remove_state]
        errors = []
        for step in steps:
            try:
                until(step, step.__name__.strip("_").replace("_", " "))
            except LabError as error:
                errors.append(str(error))
        if errors:
            raise LabError("\n".join(["the lab could not be removed:", *errors, *self.left()]))

    def left(self) -> list[str]:
        """What is still there, one line each; empty when the lab has left nothing."""
        found = [f"process {each.pid} {each.name}" for each in self._processes()]
        if (Path("/sys/class/net") / self._interface).exists():
            found.append(f"interface {self._interface}")
        found += [f"mount {mount}" for mount in self._mounts()]
        found += [f"cgroup {group}" for group in self._cgroup_roots()]
        if self._state.exists():
            found.append(f"directory {self._state}")
        return found

    def _processes(self) -> list[processes.Process]:
        return processes.of_lab(self._state, self._cgroup)

    def _kill_all(self) -> bool:
        for process in self._processes():
            processes.send(process, signal.SIGKILL)
        return not self._processes()

    def _remove_interface(self) -> bool:
        return network.remove_interface(self._interface)

    def _unmount(self) -> bool:
        for mount in self._mounts():
            run(["umount", "--lazy", mount])
        return not self._mounts()

    def _mounts(self) -> list[str]:
        lines = Path("/proc/self/mountinfo").read_text().splitlines()
        points = [line.split()[4] for line in lines]
        return sorted((point for point in points if Path(point).is_relative_to(self._state)), reverse=True)

    def _cgroup_roots(self) -> list[Path]:
        """The lab's cgroup in the one hierarchy of version 2, or in each of version 1."""
        candidates = [CGROUPS, *(CGROUPS.iterdir() if CGROUPS.is_dir() else ())]
        roots = {each.resolve() / self._cgroup.lstrip("/") for each in candidates}
        return sorted(root for root in roots if root.is_dir())

    def _remove_cgroups(self) -> bool:
        for root in self._cgroup_roots():
            for directory, _, _ in os.walk(root, topdown=False):
                Path(directory).rmdir()
        return True

    def _remove_state(self) -> bool:
        if self._state.exists():
            shutil.rmtree(self._state)
        return True
