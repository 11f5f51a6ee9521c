"""A Docker engine (dockerd with a containerd of its own) in a host of the lab."""

from __future__ import annotations

import json
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.patience import DEAD, IDLE

from . import engine_api
from .certificates import Certificates
from .errors import DeadlineExceeded, LabError
from .host import Host
from .processes import is_stopped, send
from .waiting import ANSWER, tail, until

TLS_PORT = 2376
PID_FILE = "/run/docker.pid"
AT_ONCE = 0.5
"""Seconds by the clock in which an engine answers that nothing was done to; another one is looked at more closely."""
FRUGAL = ("GOGC=400", "GOMAXPROCS=1")
"""Twenty engines share two processors and have memory enough: they, their containerd, and the copies of themselves that
they start for each container, look for garbage a quarter as often, and none looks for work on a second processor."""


class Engine:
    """One dockerd: its configuration, its processes, and what can happen to them."""

    def __init__(
        self, host: Host, address: str, certificates: Certificates, registries: Sequence[str], cgroup: str
    ) -> None:
        self.host = host
        self.address = address
        self.socket = host.directory / "docker.sock"
        self.log = host.directory / "dockerd.log"
        self.data = host.directory / "data"
        self._config = host.directory / "daemon.json"
        self._certificates = certificates
        self._told: tuple[tuple[int, int], dict[str, Any]] | None = None
        """What it has told of its swarm as an active member, and with which certificate."""
        self._settings: dict[str, object] = {
            "hosts": [f"unix://{self.socket}", "unix:///run/docker.sock", f"tcp://{address}:{TLS_PORT}"],
            "tlsverify": True,
            "tlscacert": str(certificates.authority),
            "tlscert": str(certificates.server),
            "tlskey": str(certificates.server_key),
            "data-root": str(self.data),
            "exec-root": "/run/docker",
            "pidfile": PID_FILE,
            "storage-driver": "overlay2",
            # systemd's own driver would ask the machine's systemd, and its slices are not ours to fill.
            "exec-opts": ["native.cgroupdriver=cgroupfs"],
            "cgroup-parent": f"{cgroup}/{host.name}",
            "insecure-registries": list(registries),
            "shutdown-timeout": 5,
        }

    @property
    def alive(self) -> bool:
        """Whether there is a dockerd process, be it stopped or not."""
        return bool(self.host.processes("dockerd"))

    @property
    def answers(self) -> bool:
        """Whether it answers now. To ask it is cheaper than to look for its process among those of the machine."""
        with suppress(OSError, LabError):
            self.request("HEAD", "/_ping", timeout=AT_ONCE)
            return True
        return False

    def start(self) -> None:
        """Start dockerd; `wait_ready` tells when it answers."""
        self._told = None
        self._config.write_text(json.dumps(self._settings, indent=1))
        # The PID file of a killed dockerd may name a living process by now.
        self.host.run("rm", "-f", PID_FILE)
        self.host.spawn("env", *FRUGAL, "dockerd", "--config-file", self._config, log=self.log)
        until(lambda: self.alive, "dockerd to be started", interval=0.01)

    def declare(self, *resources: str) -> None:
        """Let it have generic resources from its next start on: "gpu=UUID1" is a named one, "ssd=3" so many."""
        self._settings["node-generic-resources"] = list(resources)

    def request(self, method: str, target: str, body: object = None, timeout: float = DEAD) -> Any:
        """A request over its Unix socket."""
        return engine_api.request(self.socket, method, target, body, timeout)

    def wait_ready(self, timeout: float = IDLE) -> dict[str, Any]:
        """Wait until it answers, and return what `/info` says of its swarm.

        A member of a swarm must have found its place in it again. LabError when there is no process any more.
        An engine starts two programs for each `/info`, and this is asked of each before each test: what an active
        member has told holds until it is started again or gets another certificate.
        """
        certificate = self._certificate
        if self._told is not None and certificate == self._told[0] and self.answers:
            return self._told[1]
        what = f"the engine of {self.host.name}"
        alive, place = until(self._place, what, timeout, 0.1, lambda: tail(self.log))
        if not alive:
            raise LabError(f"{what} has ended\n{tail(self.log)}")
        self._told = (certificate, place) if certificate and place["LocalNodeState"] == "active" else None
        return place

    @property
    def _certificate(self) -> tuple[int, int] | None:
        """Which file its certificate in the swarm is: another one whenever its place becomes another one."""
        with suppress(OSError):
            found = (self.data / "swarm/certificates/swarm-node.crt").stat()
            return found.st_ino, found.st_mtime_ns
        return None

    def _place(self) -> tuple[bool, dict[str, Any]] | None:
        """Whether it is alive, and what it says of its swarm; None while it is not ready.

        One question, and no look at the processes of an engine that answers.
        """
        try:
            place = self.request("GET", "/info", timeout=ANSWER)["Swarm"]
        except OSError:
            if self.alive:
                raise
            return False, {}
        member = (self.data / "swarm/docker-state.json").exists()
        ready = ("active", "locked") if member else ("inactive",)
        return (True, place) if place["LocalNodeState"] in ready else None

    def kill(self) -> None:
        """Crash it: dockerd and containerd die at once, the containers live on until it comes back."""
        self.host.signal("dockerd", signal.SIGKILL)
        self.host.signal("containerd", signal.SIGKILL)
        self._wait_gone()

    def terminate(self) -> None:
        """End it in an orderly way; kill it if it takes too long."""
        self.resume()
        self.host.signal("dockerd", signal.SIGTERM)
        with suppress(DeadlineExceeded):
            self._wait_gone()
        self.kill()

    def _wait_gone(self) -> None:
        until(
            lambda: not self.host.processes("dockerd") and not self.host.processes("containerd"),
            f"the end of the engine of {self.host.name}",
            detail=lambda: tail(self.log),
        )

    def stop(self) -> None:
        """SIGSTOP: it goes on accepting connections and never answers. Returns when no thread of it runs any more."""

        def stopped() -> bool:  # what it forks has its name, until that becomes another program
            goes_on = [process for process in self.host.processes("dockerd") if not is_stopped(process)]
            for process in goes_on:
                send(process, signal.SIGSTOP)
            return not goes_on

        until(stopped, f"the engine of {self.host.name} to stop", interval=0.01)

    def resume(self) -> None:
        """SIGCONT."""
        self.host.signal("dockerd", signal.SIGCONT)

    def _sockets(self) -> list[Path]:
        """The files of its two sockets: the one for tests, and the default one that the host's own users know."""
        return [self.socket, Path(f"/proc/{self.host.pid}/root/run/docker.sock")]

    def remove_socket(self) -> None:
        """Let the socket's files vanish; the engine goes on listening on them."""
        for path in self._sockets():
            if path.exists():
                path.rename(path.with_suffix(".away"))

    def restore_socket(self) -> None:
        """Bring the socket's files back, unless a restart has made new ones."""
        for path in self._sockets():
            away = path.with_suffix(".away")
            if away.exists():
                if path.exists():
                    away.unlink()
                else:
                    away.rename(path)

    @property
    def tls_endpoint(self) -> tuple[str, Path]:
        """The TCP address, and the directory with ca.pem, cert.pem and key.pem for it."""
        return f"tcp://{self.address}:{TLS_PORT}", self._certificates.client
