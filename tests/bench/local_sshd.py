"""An sshd of our own on this machine, and a user who may log in to it: SSH without a lab."""

from __future__ import annotations

import getpass
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from tests.patience import until

from .process import cpu_seconds

__all__ = ["LocalSshd"]

PROGRAM = "/usr/sbin/sshd"
CONFIG = """
ListenAddress 127.0.0.1
Port {port}
HostKey {host_key}
PidFile none
AuthorizedKeysFile {key}.pub
StrictModes no
UsePAM no
PasswordAuthentication no
AllowStreamLocalForwarding yes
"""


class LocalSshd:
    """Listens for as long as the `with` block lasts.

    Attributes:
        port: of 127.0.0.1.
        home: of the user: HOME for the program.
    """

    def __init__(self, directory: Path) -> None:
        self.home = directory / "home"
        self.home.mkdir(exist_ok=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self._key, self._host_key = (self._made(name) for name in ("id_ed25519", "host_key"))
        config = directory / "sshd_config"
        config.write_text(CONFIG.format(port=self.port, host_key=self._host_key, key=self._key))
        Path("/run/sshd").mkdir(exist_ok=True)
        self._process = subprocess.Popen([PROGRAM, "-D", "-e", "-f", config], stderr=subprocess.DEVNULL)

    def __enter__(self) -> LocalSshd:
        until(self._listens, "sshd")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait()

    def configure(self, port: int, options: str = "") -> None:
        """Let the host "wire" be reached through a port of 127.0.0.1, and know its key."""
        ssh = self.home / ".ssh"
        ssh.mkdir(mode=0o700, exist_ok=True)
        (ssh / "known_hosts").write_text(f"wire {self._host_key.with_suffix('.pub').read_text()}")
        (ssh / "config").write_text(
            f"Host wire\n  HostName 127.0.0.1\n  Port {port}\n  HostKeyAlias wire\n  User {getpass.getuser()}\n"
            f"  IdentityFile {self._key}\n  IdentityAgent none\n  GlobalKnownHostsFile none\n"
            f"  UserKnownHostsFile {ssh / 'known_hosts'}\n  {options}\n"
        )

    @property
    def variables(self) -> Mapping[str, str]:
        """The environment of a program that uses it."""
        return {"HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home / "settings"), "SSH_AUTH_SOCK": ""}

    @property
    def cpu(self) -> float:
        """Seconds that its connections have taken so far."""
        found = {self._process.pid}
        parents = {int(each.name): _parent(each) for each in Path("/proc").iterdir() if each.name.isdigit()}
        while more := {pid for pid, parent in parents.items() if parent in found and pid not in found}:
            found |= more
        return sum(cpu_seconds(pid) for pid in found)

    def _made(self, name: str) -> Path:
        path = self.home / name
        path.unlink(missing_ok=True)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
        return path

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            time.sleep(0.05)
            return False
        return True


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(") ")[2].split()[1])
    except (OSError, IndexError):
        return 0
