"""Somebody at a terminal, with a home, ssh files and the real program, which is driven by its keys."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from swarmtui.tunnel.socket_directories import PREFIX
from tests.lab.cluster import Lab
from tests.terminal import Terminal

__all__ = ["Person"]


class Person:
    """Has the lab's key and knows all hosts, unless a test says otherwise. Close it at the end.

    Attributes:
        lab: where he connects to.
        home: HOME; state, settings and sockets of the program are in it, too.
    """

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        # A short path: a Unix socket's may have about a hundred characters.
        self.home = Path(tempfile.mkdtemp(prefix="st-", dir="/tmp"))
        self.ssh = self.home / ".ssh"
        self.ssh.mkdir(mode=0o700)
        (self.home / "run").mkdir(mode=0o700)
        self.known_hosts = self.ssh / "known_hosts"
        self.known_hosts.write_text(lab.known_hosts.read_text())
        self.configure(f"Host *\n  IdentityFile {lab.ssh_key}\n  IdentityAgent none\n")

    def close(self) -> None:
        """Remove the home. What its program has changed is printed: pytest shows it where a test fails."""
        for log in (self.home / "state").rglob("audit*"):
            print(log.read_text())
        shutil.rmtree(self.home)

    def configure(self, text: str) -> None:
        """Write ~/.ssh/config."""
        (self.ssh / "config").write_text(f"{text}\nHost *\n  GlobalKnownHostsFile none\n  HashKnownHosts no\n")

    def set(self, text: str) -> None:
        """Write the program's own settings."""
        path = self.home / "config" / "swarmtui" / "config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.home),
            "XDG_STATE_HOME": str(self.home / "state"),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_RUNTIME_DIR": str(self.home / "run"),
            "DOCKER_CONFIG": str(self.home / ".docker"),
            "DOCKER_HOST": "",
            "DOCKER_CONTEXT": "",
            "SSH_AUTH_SOCK": "",
        }

    @contextmanager
    def program(
        self,
        *arguments: str,
        columns: int = 160,
        rows: int = 45,
        environment: Mapping[str, str] | None = None,
        command: Sequence[str] | None = None,
    ) -> Iterator[Terminal]:
        """The program, started with these arguments.

        Args:
            command: what starts it otherwise, the program's name at its end.
        """
        variables = {**self.environment, **(environment or {})}
        size = {"columns": columns, "rows": rows}
        with Terminal(arguments, **size, environment=variables, command=command) as terminal:
            yield terminal

    @contextmanager
    def on(self, *urls: str, columns: int = 160, rows: int = 45) -> Iterator[Terminal]:
        """The program on engines; it is quit at the end by its key, and has to leave nothing."""
        with self.program(*(f"-H{url}" for url in urls), columns=columns, rows=rows) as terminal:
            yield terminal
            terminal.press("q")
            terminal.wait_until_ended()
            assert terminal.exit_status == 0, terminal.text
        assert self.left_behind() == []

    def left_behind(self) -> list[Path]:
        """Directories of tunnels that are there now."""
        return sorted((self.home / "run").glob(f"{PREFIX}*"))
