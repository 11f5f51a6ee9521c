"""An ssh daemon in every host, as the managers of a real swarm have one."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

from tests.patience import IDLE

from . import processes
from .certificates import ssh_key
from .host import Host
from .processes import Process
from .waiting import ANSWER, tail, until

PORT = 22

CONFIG = """\
Port {port}
ListenAddress {address}
HostKey {host_key}
PidFile none
AuthorizedKeysFile {authorized_keys}
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AllowTcpForwarding yes
AllowStreamLocalForwarding yes
MaxSessions 100
MaxStartups 100
UseDNS no
PrintMotd no
PrintLastLog no
Subsystem sftp internal-sftp
"""


class Keys:
    """The key that opens every host of the lab, and the file that knows their host keys."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.private = directory / "id_ed25519"
        self.authorized = directory / "id_ed25519.pub"
        self.known_hosts = directory / "known_hosts"

    def create(self) -> None:
        self._directory.mkdir()
        ssh_key(self.private, "swarmtui-lab")
        self.known_hosts.touch()

    def host_key(self, name: str, address: str) -> Path:
        """The private key of a host, made and written to known_hosts when it is asked for first."""
        path = self._directory / f"host_{name}"
        if not path.exists():
            ssh_key(path, name)
            kind, key, _ = path.with_suffix(".pub").read_text().split()
            with self.known_hosts.open("a") as known:
                known.write(f"{address} {kind} {key}\n")
        return path


class SshDaemon:
    """The sshd of one host."""

    def __init__(self, host: Host, address: str, keys: Keys) -> None:
        self.port = PORT
        self._host = host
        self._address = address
        self._keys = keys
        self._log = host.directory / "sshd.log"
        self._config = host.directory / "sshd_config"
        self._listener: Process | None = None
        """The process that has greeted last."""

    def start(self) -> None:
        """Start listening; `wait_ready` tells when it greets."""
        host_key = self._keys.host_key(self._host.name, self._address)
        self._config.write_text(
            CONFIG.format(
                port=self.port, address=self._address, host_key=host_key, authorized_keys=self._keys.authorized
            )
        )
        self._host.spawn("/usr/sbin/sshd", "-D", "-e", "-f", self._config, log=self._log)

    def kill(self) -> None:
        """Kill it and all its sessions, and every other sshd on this host: their ends are closed by the kernel."""
        self._host.signal("sshd", signal.SIGKILL)
        until(lambda: not self._host.processes("sshd"), f"the end of sshd on {self._host.name}", 5, 0.02)

    @property
    def alive(self) -> bool:
        """Whether one runs on this host."""
        return self._still_listens() or bool(self._host.processes("sshd"))

    def wait_ready(self, timeout: float = IDLE) -> None:
        """Wait until it greets.

        The one that has greeted is not asked to again: it would start a copy of itself, and this is asked of each
        before each test.
        """
        if not self._still_listens():
            until(self._greets, f"sshd on {self._host.name}", timeout, detail=lambda: tail(self._log))
            self._listener = next((each for each in self._host.processes("sshd") if self._is_ours(each)), None)

    def _still_listens(self) -> bool:
        """Whether the process that has greeted last is there."""
        return self._listener is not None and processes.read(self._listener.pid) == self._listener

    def _is_ours(self, process: Process) -> bool:
        """Whether it is the one that `start` has started: other daemons and sessions may be on this host, too."""
        return process.parent == self._host.pid and f"-f {self._config} " in processes.command_line(process.pid)

    def _greets(self) -> bool:
        with socket.create_connection((self._address, self.port), timeout=ANSWER) as connection:
            return connection.recv(4) == b"SSH-"
