"""A machine of the lab with an engine on it: what tests do to it and ask it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.patience import DEAD, IDLE

from .commands import environment, run
from .engine import Engine
from .errors import LabError
from .host import Host
from .network import Network
from .ssh import SshDaemon

DOCKER = "/usr/bin/docker" if Path("/usr/bin/docker").exists() else "docker"


class Node:
    """A host, its engine and its ssh daemon."""

    def __init__(self, host: Host, engine: Engine, ssh: SshDaemon, network: Network, docker_config: Path) -> None:
        self.name = host.name
        self.host = host
        self.engine = engine
        self._ssh = ssh
        self._network = network
        self._docker_config = docker_config
        self._net_is_touched = False
        """Whether something was done to its cable, or a command was run there: it may have changed packet filters."""

    def __repr__(self) -> str:
        return f"<Node {self.name} {self.address}>"

    @property
    def socket(self) -> Path:
        """The engine's Unix socket, to be used from anywhere on this machine."""
        return self.engine.socket

    @property
    def url(self) -> str:
        """The socket as DOCKER_HOST."""
        return f"unix://{self.socket}"

    @property
    def address(self) -> str:
        return self.engine.address

    @property
    def ssh_port(self) -> int:
        return self._ssh.port

    @property
    def tls_endpoint(self) -> tuple[str, Path]:
        """The engine's TCP address (`tcp://...`), and the directory with ca.pem, cert.pem and key.pem for it."""
        return self.engine.tls_endpoint

    @property
    def alive(self) -> bool:
        """Whether the engine's process exists (it may be stopped)."""
        return self.engine.alive

    @property
    def id(self) -> str:
        """Its ID in the swarm."""
        return str(self.get("/info")["Swarm"]["NodeID"])

    def boot(self) -> None:
        """Bring the machine up: namespaces, cable, daemons."""
        self.host.start()
        self._network.connect(self.host, self.address)
        self.engine.start()
        self._ssh.start()
        self.wait_ready()

    def scrap(self) -> None:
        """Destroy the machine and all that is on it."""
        self.host.destroy()
        self._network.disconnect(self.host)
        self.host.remove_files()

    def rebuild(self) -> None:
        """The same machine as on the first day, with the same address, socket and ssh host key."""
        self.scrap()
        self.boot()

    def wait_ready(self, timeout: float = IDLE) -> dict[str, Any]:
        """Wait until the engine answers and has its place in the swarm, if it is in one; returns what it says of it."""
        place = self.engine.wait_ready(timeout)
        self._ssh.wait_ready()
        return place

    def get(self, target: str, timeout: float = DEAD) -> Any:
        """GET from the Engine API; the decoded JSON."""
        return self.engine.request("GET", target, timeout=timeout)

    def post(self, target: str, body: object = None, timeout: float = DEAD) -> Any:
        """POST to the Engine API; the decoded answer."""
        return self.engine.request("POST", target, body, timeout)

    def delete(self, target: str, timeout: float = DEAD) -> Any:
        """DELETE in the Engine API."""
        return self.engine.request("DELETE", target, timeout=timeout)

    def docker(self, *arguments: str, stdin: str | None = None, timeout: float = DEAD) -> str:
        """The docker command line on this engine: its stdout; CommandFailed with its stderr."""
        env = {**environment(), "DOCKER_CONFIG": str(self._docker_config), "DOCKER_HOST": self.url}
        return run([DOCKER, *arguments], stdin=stdin, env=env, timeout=timeout)

    def run(self, *command: str | Path, timeout: float = DEAD) -> str:
        """A command on that machine (`node.run("iptables", ...)` drops packets of this node only)."""
        self._net_is_touched = True
        return self.host.run(*command, timeout=timeout)

    def kill(self) -> None:
        """Crash the engine (SIGKILL): its containers live on until it is started again."""
        self.engine.kill()

    def lose_power(self) -> None:
        """The engine and all SSH connections die at once; `restart` brings both back."""
        self._ssh.kill()
        self.engine.kill()

    def stop(self) -> None:
        """Stop the engine (SIGSTOP): it accepts connections and answers nothing."""
        self.engine.stop()

    def resume(self) -> None:
        """Let a stopped engine go on (SIGCONT)."""
        self.engine.resume()

    def restart(self) -> None:
        """Start a killed engine again; restart a living one in an orderly way. Waits until it is ready."""
        self._restart_ssh()
        if self.alive:
            self.engine.terminate()
        self.engine.start()
        self.engine.wait_ready()

    def _restart_ssh(self) -> None:
        if not self._ssh.alive:
            self._ssh.start()

    def cut(self) -> None:
        """Pull the network cable."""
        self._net_is_touched = True
        self._network.set_link(self.host, up=False)

    def heal(self) -> None:
        """Plug the network cable in again."""
        self._network.set_link(self.host, up=True)

    def remove_socket(self) -> None:
        """Let the socket's file vanish."""
        self.engine.remove_socket()

    def restore_socket(self) -> None:
        """Bring the socket's file back."""
        self.engine.restore_socket()

    def mend(self, timeout: float = IDLE) -> str:
        """Undo every fault that was put on this node, and return its ID in the swarm, "" when it is in none.

        LabError when it is locked, which only a new swarm helps.
        """
        if self._net_is_touched:
            self.heal()
            self.run("sh", "-c", "iptables -F INPUT; iptables -F OUTPUT; tc qdisc del dev eth0 root 2>&1; true")
            self._net_is_touched = False
        self.restore_socket()
        self._restart_ssh()
        if not self.engine.answers:
            self.resume()
            if not self.alive:
                self.engine.start()
        place = self.wait_ready(timeout)
        if place["LocalNodeState"] == "locked":
            raise LabError(f"{self.name} is locked")
        return str(place["NodeID"])
