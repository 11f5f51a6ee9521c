"""More ssh daemons on the lab's machines, each set up otherwise, and users without root's rights.

An `SshDaemon` of `ssh.py` runs on port 22 of every node, for root and the lab's key. Those here run beside it on
ports of their own: as a bastion, with passwords, with stream forwarding forbidden, with another host key.
"""

from __future__ import annotations

import itertools
import re
import signal
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from . import processes
from .certificates import ssh_key
from .commands import run
from .lab import Lab
from .node import Node
from .waiting import ANSWER, tail, until

FIRST_PORT = 2200
AUTHORIZED = "/etc/ssh/authorized/%u"
PAM = """\
auth required pam_unix.so
account required pam_permit.so
session required pam_permit.so
"""
"""Debian's own stack wants a login UID and the machine's systemd."""
DEFAULTS = {
    "PidFile": "none",
    "AuthorizedKeysFile": AUTHORIZED,
    "StrictModes": "no",
    "UsePAM": "no",
    "PasswordAuthentication": "no",
    "KbdInteractiveAuthentication": "no",
    "PermitRootLogin": "prohibit-password",
    "MaxStartups": "100",
    "LogLevel": "VERBOSE",
    "UseDNS": "no",
    "PrintMotd": "no",
    "PrintLastLog": "no",
}


class Sshd:
    """One more sshd on a node.

    Args:
        node: where it runs.
        port: where it listens.
        host_key: its private key.
        options: of sshd_config; they count more than `DEFAULTS`.
    """

    def __init__(self, node: Node, port: int, host_key: Path, options: dict[str, str]) -> None:
        self.node = node
        self.port = port
        self.host_key = host_key
        self.log = node.host.directory / f"sshd-{port}.log"
        self.log.unlink(missing_ok=True)
        self._config = node.host.directory / f"sshd_config-{port}"
        settings = {"Port": str(port), "ListenAddress": node.address, "HostKey": str(host_key), **DEFAULTS, **options}
        self._config.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))

    @property
    def url(self) -> str:
        """ssh:// and where it listens, for a user named in front."""
        return f"{self.node.address}:{self.port}"

    @property
    def public_key(self) -> str:
        """Kind and key, as known_hosts has them."""
        return " ".join(Path(f"{self.host_key}.pub").read_text().split()[:2])

    def start(self) -> Sshd:
        """Start it, and wait until it greets."""
        self.node.host.spawn("/usr/sbin/sshd", "-D", "-e", "-f", self._config, log=self.log)
        until(self._greets, f"sshd on {self.url}", 10, detail=lambda: tail(self.log))
        return self

    def kill(self) -> None:
        """Kill it and all its sessions: their ends are closed by the kernel."""
        for process in self._family():
            processes.send(process, signal.SIGKILL)
        until(lambda: not self._family(), f"the end of sshd on {self.url}", 5, 0.02)

    def logins(self) -> int:
        """How many logins it has let in."""
        return len(re.findall(r"Accepted \S+ for ", self.log.read_text(errors="replace")))

    def _family(self) -> list[processes.Process]:
        """The listener and whatever it has started."""
        everyone = self.node.host.processes()
        found = [
            each for each in everyone if each.name == "sshd" and str(self._config) in processes.command_line(each.pid)
        ]
        for parent in found:  # grows while it is walked through
            found += [each for each in everyone if each.parent == parent.pid and each not in found]
        return found

    def _greets(self) -> bool:
        with socket.create_connection((self.node.address, self.port), timeout=ANSWER) as connection:
            return connection.recv(4) == b"SSH-"


@dataclass
class SshSetup:
    """Makes users and daemons on the nodes of a lab, and ends the daemons.

    Attributes:
        lab: the lab.
        directory: for keys of the clients.
    """

    lab: Lab
    directory: Path
    _daemons: list[Sshd] = field(default_factory=list)
    _ports: Iterator[int] = field(default_factory=lambda: itertools.count(FIRST_PORT))

    def user(self, node: Node, name: str, *, docker: bool = False, password: str = "", authorized: str = "") -> None:
        """Make a user on a node, who may log in with the lab's key.

        Args:
            docker: whether he is in the docker group.
            password: "" for none that fits.
            authorized: another line of authorized_keys instead of the lab's key.
        """
        hashed = run(["openssl", "passwd", "-6", password]).strip() if password else "*"
        group = ["--groups", "docker"] if docker else []
        node.run("sh", "-c", f"userdel {name} 2>/dev/null; true")
        node.run("useradd", "--no-create-home", "--home-dir", "/", "--shell", "/bin/sh", *group, name, "-p", hashed)
        self.authorize(node, name, authorized or self.lab.ssh_key.with_suffix(".pub").read_text())

    def authorize(self, node: Node, name: str, lines: str) -> None:
        """Write a user's authorized_keys."""
        path = AUTHORIZED.replace("%u", name)
        node.host.run("sh", "-c", f"mkdir -p {Path(path).parent}; cat > {path}", stdin=lines)

    def sshd(self, node: Node, *, host_key: Path | None = None, **options: str) -> Sshd:
        """Start one more sshd, by default with the host key of the node's own. Root may log in with the lab's key.

        Args:
            options: of sshd_config, as they are called there.
        """
        if options.get("UsePAM") == "yes":
            node.host.run("sh", "-c", "cat > /etc/pam.d/sshd", stdin=PAM)
        self.authorize(node, "root", self.lab.ssh_key.with_suffix(".pub").read_text())
        key = host_key or self.lab.ssh_key.parent / f"host_{node.name}"
        daemon = Sshd(node, next(self._ports), key, options)
        self._daemons.append(daemon)
        return daemon.start()

    def key(self, name: str, passphrase: str = "", kind: str = "ed25519") -> Path:
        """A new key pair of a client."""
        path = self.directory / name
        if passphrase:
            run(["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", name, "-f", path])
        else:
            ssh_key(path, name)
        return path

    def certificate(self, authority: Path, key: Path, principal: str) -> Path:
        """A user certificate for a key, beside it."""
        run(["ssh-keygen", "-q", "-s", authority, "-I", principal, "-n", principal, "-V", "+1h", f"{key}.pub"])
        return key.with_name(f"{key.name}-cert.pub")

    def close(self) -> None:
        """End the daemons."""
        for daemon in self._daemons:
            daemon.kill()
