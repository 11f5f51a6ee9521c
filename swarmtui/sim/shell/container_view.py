"""A container as the commands in it see it: name, addresses, processes, files."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from swarmtui.sim.control.engine import Engine

_DIRECTORIES = ("/", "/bin", "/dev", "/etc", "/home", "/proc", "/root", "/run", "/sys", "/tmp", "/usr", "/var")
_OS_RELEASE = 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.2\nPRETTY_NAME="Alpine Linux v3.22"\n'


@dataclass
class ContainerView:
    """A running container.

    Attributes:
        hostname: its host name.
        command: what its first process runs.
        environment: its variables.
        addresses: its addresses by interface, with the length of the prefix.
        memory: how many bytes it may use, or has the node.
        started: since when it runs, Unix time.
        now: the time, Unix time.
        alive: whether it still runs.
        kill: ends its first process by a signal.
        files: texts by path.
    """

    hostname: str
    command: str
    environment: dict[str, str]
    addresses: dict[str, str]
    memory: int
    started: float
    now: Callable[[], float]
    alive: Callable[[], bool]
    kill: Callable[[str], None]
    files: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, engine: Engine, container: str, now: Callable[[], float]) -> ContainerView:
        """The container of that ID on a node."""
        found = engine.containers.inspect(container)
        box = cls(
            hostname=found["Config"]["Hostname"],
            command=shlex.join([found["Path"], *found["Args"]]),
            environment={"HOSTNAME": found["Config"]["Hostname"], **_environment(found["Config"].get("Env") or [])},
            addresses=_addresses(found["NetworkSettings"].get("Networks") or {}),
            memory=found["HostConfig"].get("Memory") or 2 * 1024**3,
            started=_unix(found["State"]["StartedAt"]),
            now=now,
            alive=lambda: bool(engine.containers.inspect(container)["State"]["Running"]),
            kill=lambda signal: engine.containers.kill(container, signal),
        )
        box.files = _files(box, found)
        copied = engine.containers.written(container)
        box.files |= {path: content.decode(errors="replace") for path, content in copied.items()}
        return box

    def directories(self) -> set[str]:
        """All directories: those of every container, and those that files are in."""
        found = set(_DIRECTORIES)
        for path in self.files:
            while (path := path.rpartition("/")[0]) and path not in found:
                found.add(path)
        return found


def _environment(pairs: list[str]) -> dict[str, str]:
    found = dict(pair.partition("=")[::2] for pair in pairs)
    return {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", **found}


def _addresses(networks: dict[str, dict[str, Any]]) -> dict[str, str]:
    given = [f"{each['IPAddress']}/{each.get('IPPrefixLen', 24)}" for each in networks.values() if each["IPAddress"]]
    return {"lo": "127.0.0.1/8", **{f"eth{index}": address for index, address in enumerate(given)}}


def _unix(text: str) -> float:
    return datetime.fromisoformat(text[:19]).replace(tzinfo=UTC).timestamp()


def _files(box: ContainerView, found: dict[str, Any]) -> dict[str, str]:
    own = next((each for name, each in box.addresses.items() if name != "lo"), "127.0.0.1/8").partition("/")[0]
    files = {
        "/etc/hostname": f"{box.hostname}\n",
        "/etc/hosts": f"127.0.0.1\tlocalhost\n{own}\t{box.hostname}\n",
        "/etc/os-release": _OS_RELEASE,
        "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n",
        "/etc/resolv.conf": "nameserver 127.0.0.11\noptions ndots:0\n",
        "/proc/1/cmdline": box.command,
        "/proc/loadavg": "0.08 0.11 0.09 1/83 7\n",
    }
    for mount in found.get("Mounts") or []:
        target = mount.get("Destination") or mount.get("Target") or ""
        if target.startswith("/run/secrets/"):
            files[target] = "(a secret of the embedded swarm)\n"
        elif target:
            files[f"{target}/.keep"] = ""
    return files
