"""A container as the commands in it see it: name, addresses, processes, files."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from swarmtui.sim.agent.container_json import endpoints
from swarmtui.sim.agent.described import Described, described

if TYPE_CHECKING:
    from swarmtui.sim.agent.container import Container
    from swarmtui.sim.agent.machine import Machine

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

    def directories(self) -> set[str]:
        """All directories: those of every container, and those that files are in."""
        found = set(_DIRECTORIES)
        for path in self.files:
            while (path := path.rpartition("/")[0]) and path not in found:
                found.add(path)
        return found


class _Files(dict[str, str]):
    """Texts by path; what is written stays in the container."""

    def __init__(self, texts: Mapping[str, str], written: dict[str, bytes]) -> None:
        super().__init__(texts)
        self._written = written

    def __setitem__(self, path: str, text: str) -> None:
        super().__setitem__(path, text)
        self._written[path] = text.encode()

    def __delitem__(self, path: str) -> None:
        super().__delitem__(path)
        self._written.pop(path, None)

    def setdefault(self, path: str, text: str = "") -> str:
        if path not in self:
            self[path] = text
        return self[path]


def seen(
    container: Container,
    machine: Machine,
    now: Callable[[], float],
    kill: Callable[[str], None],
    given: Mapping[str, bytes],
) -> ContainerView:
    """A container as its processes see it.

    Args:
        given: the files that the swarm gives it.
    """
    made = described(container, machine)
    hostname = str(made.config["Hostname"])
    box = ContainerView(
        hostname=hostname,
        command=shlex.join(made.argv),
        environment={"PATH": _PATH, **_first(made.environment, "PATH"), "HOSTNAME": hostname, **made.environment},
        addresses=_addresses(endpoints(container, machine)),
        memory=made.host.get("Memory") or 2 * 1024**3,
        started=container.started,
        now=now,
        alive=lambda: container.alive,
        kill=kill,
    )
    own = machine.images.made.get(container.source)
    texts = {**_files(box, made, container), **{path: _text(data) for path, data in (own.files if own else {}).items()}}
    texts |= {path: _text(data) for path, data in given.items()}
    texts |= {path: _text(data) for path, data in container.written.items()}
    box.files = _Files(texts, container.written)
    return box


_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def _first(variables: Mapping[str, str], name: str) -> dict[str, str]:
    return {name: variables[name]} if name in variables else {}


def _text(data: bytes) -> str:
    return data.decode(errors="replace")


def _addresses(networks: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    given = [f"{each['IPAddress']}/{each.get('IPPrefixLen', 24)}" for each in networks.values() if each["IPAddress"]]
    return {"lo": "127.0.0.1/8", **{f"eth{index}": address for index, address in enumerate(given)}}


def _files(box: ContainerView, made: Described, container: Container) -> dict[str, str]:
    own = next((each for name, each in box.addresses.items() if name != "lo"), "127.0.0.1/8").partition("/")[0]
    more = [each.partition(":") for each in made.host.get("ExtraHosts") or []]
    hosts = "".join(f"{address}\t{name}\n" for name, _, address in more)
    servers = made.host.get("Dns") or ["127.0.0.11"]
    search = f"search {' '.join(made.host['DnsSearch'])}\n" if made.host.get("DnsSearch") else ""
    listed = "".join(f"nameserver {each}\n" for each in servers)
    options = " ".join(made.host.get("DnsOptions") or ["ndots:0"])
    files = {
        "/etc/hostname": f"{box.hostname}\n",
        "/etc/hosts": f"127.0.0.1\tlocalhost\n{hosts}{own}\t{box.hostname}\n",
        "/etc/os-release": _OS_RELEASE,
        "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n",
        "/etc/resolv.conf": f"{search}{listed}options {options}\n",
        "/proc/1/cmdline": box.command,
        "/proc/loadavg": "0.08 0.11 0.09 1/83 7\n",
    }
    places = [str(made.config["WorkingDir"] or "/"), *(str(each["Destination"]) for each in container.mounts())]
    return {**files, **{f"{place.rstrip('/')}/.keep": "" for place in places if place != "/"}}
