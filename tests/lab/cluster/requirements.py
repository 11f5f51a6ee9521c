"""What the lab needs of the machine: root, some Debian packages, a file system that carries overlay2."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .commands import SEARCH_PATH
from .errors import MissingRequirement

COMMANDS = {
    "dockerd": "docker.io",
    "containerd": "docker.io",
    "runc": "docker.io",
    "docker": "docker.io",
    "docker-registry": "docker-registry",
    "sshd": "openssh-server",
    "ssh-keygen": "openssh-client",
    "ssh": "openssh-client",
    "ip": "iproute2",
    "iptables": "iptables",
    "busybox": "busybox-static",
    "openssl": "openssl",
    "nsenter": "util-linux",
    "unshare": "util-linux",
    "setsid": "util-linux",
}

HIDDEN = (Path("/run"), Path("/root"), Path("/etc"), Path("/proc"))
"""A host of the lab has its own of these: the state directory would vanish from its sight."""


def base_directory() -> Path:
    """Where labs keep their state: SWARMTUI_LAB_DIR, or a directory that only root can write beside."""
    return Path(os.environ.get("SWARMTUI_LAB_DIR") or "/var/lib/swarmtui-lab")


def missing() -> str | None:
    """Why the lab cannot run here, in a sentence that says what to do; None when it can."""
    if os.geteuid() != 0:
        return "the lab needs root"
    absent = {package for name, package in COMMANDS.items() if not shutil.which(name, path=SEARCH_PATH)}
    if absent:
        return f"{', '.join(sorted(absent))} missing: run scripts/lab-packages"
    base = base_directory()
    if any(base.is_relative_to(hidden) for hidden in HIDDEN):
        return f"SWARMTUI_LAB_DIR may not be {base}: the hosts of the lab do not see it"
    kind = _file_system(base)
    if kind in ("overlay", "tmpfs", "ramfs"):
        return f"{base} is on {kind}, which cannot carry overlay2: set SWARMTUI_LAB_DIR to a directory on a disk"
    return None


def check() -> None:
    """Raise MissingRequirement when the lab cannot run here."""
    if reason := missing():
        raise MissingRequirement(reason)


def _file_system(path: Path) -> str:
    """The type of the file system that holds `path`, or will."""
    points = {}
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, after = line.split(" - ", 1)
        points[Path(before.split()[4])] = after.split()[0]
    resolved = path.resolve()
    return next((points[each] for each in (resolved, *resolved.parents) if each in points), "")
