"""A host of the lab: a set of namespaces with a process that holds them.

Each host has its own network, mounts, hostname and PIDs, as a machine of its own would: /run is empty, /etc is a
private copy (an overlay), /root is empty, and it can see the engine, the sockets and the configuration of nobody
else. Its first process reaps orphans as an init does; when that one dies, the kernel ends everything in the host
and takes its interfaces and mounts with it.

The namespaces are entered with nsenter, not with `ip netns exec`: that one remounts /sys, and dockerd then finds
no cgroups.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from tests.patience import DEAD

from . import processes
from .commands import environment, run
from .errors import LabError
from .processes import Process
from .waiting import tail, until

INIT = """\
set -e
hostname {name}
# -n: no record of the mount in the machine's own /run.
mount -n -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock /run/sshd
mount -t overlay -o lowerdir=/etc,upperdir={etc},workdir={work} overlay /etc
mount -t tmpfs -o mode=700 tmpfs /root
# Without this the engines would load their AppArmor profile into the kernel that they share with the user's own.
if [ -d /sys/kernel/security/apparmor ]; then mount -t tmpfs -o ro tmpfs /sys/kernel/security; fi
rm -f /etc/resolv.conf
echo '# no name servers: nothing leaves the lab' >/etc/resolv.conf
echo {name} >/etc/hostname
cp {hosts} /etc/hosts
# sshd refuses an account whose password is locked with a "!", even for a key.
sed -i 's/^root:[^:]*:/root:*:/' /etc/shadow
ip link set lo up
touch {ready}
# The host ends with whoever holds the pipe's other side, however that ends; the kernel takes along what runs in it.
exec 3<&0
cat <&3 >/dev/null & holder=$!
while kill -0 $holder 2>/dev/null; do wait $holder || :; done
"""


class Host:
    """Namespaces that together look like a machine of their own."""

    def __init__(self, name: str, directory: Path, state: Path, hosts: Path) -> None:
        """`directory` is the host's own, inside the lab's `state` directory; `hosts` becomes its /etc/hosts."""
        self.name = name
        self.directory = directory
        self._state = state
        self._hosts = hosts
        self._holder: subprocess.Popen[bytes] | None = None
        self._init: Process | None = None

    @property
    def pid(self) -> int:
        """The PID of the host's first process, for `nsenter --target`."""
        if self._init is None:
            raise LabError(f"host {self.name} is not up")
        return self._init.pid

    def start(self) -> None:
        """Create the namespaces; the host has no network but its loopback yet."""
        etc, work = self.directory / "etc", self.directory / "etc.work"
        for path in (self.directory, etc, work):
            path.mkdir(mode=0o755)
        ready, log = self.directory / "ready", self.directory / "init.log"
        script = INIT.format(name=self.name, etc=etc, work=work, hosts=self._hosts, ready=ready)
        (self.directory / "init.sh").write_text(script)
        namespaces = ["--net", "--uts", "--ipc", "--mount", "--pid", "--fork", "--mount-proc"]
        with log.open("wb") as output:
            self._holder = subprocess.Popen(
                ["unshare", *namespaces, "sh", str(self.directory / "init.sh")],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                env=environment(self._state),
                start_new_session=True,
            )
        holder = self._holder
        until(
            lambda: ready.exists() or holder.poll() is not None,
            f"the namespaces of {self.name}",
            interval=0.01,
            detail=lambda: tail(log),
        )
        self._init = next((each for each in processes.all_processes() if each.parent == holder.pid), None)
        if self._init is None or not ready.exists():
            raise LabError(f"the namespaces of {self.name} could not be made\n{tail(log)}")

    def _enter(self) -> list[str]:
        return ["nsenter", f"--target={self.pid}", "--net", "--uts", "--ipc", "--mount", "--pid", "--"]

    def run(self, *command: str | Path, stdin: str | None = None, timeout: float = DEAD) -> str:
        """Run a command inside the host and return its stdout."""
        return run([*self._enter(), *command], stdin=stdin, env=environment(self._state), timeout=timeout)

    def ip(self, batch: str) -> None:
        """Run lines of `ip` commands in the host's network, with the PIDs and files of the root namespace."""
        run(["nsenter", f"--target={self.pid}", "--net", "--", "ip", "-batch", "-"], stdin=batch)

    def spawn(self, *command: str | Path, log: Path) -> None:
        """Start a daemon inside the host: it becomes a child of the host's first process."""
        with log.open("ab") as output:
            subprocess.run(
                [*self._enter(), "setsid", "--fork", *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment(self._state),
                check=True,
                timeout=DEAD,
                start_new_session=True,
            )

    def processes(self, name: str | None = None) -> list[Process]:
        """The living processes inside the host (those of its containers are not among them), or those of a name."""
        if self._init is None:
            return []
        return [each for each in processes.in_namespace(self._init.namespace) if name in (None, each.name)]

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to every process of that name inside the host."""
        for process in self.processes(name):
            processes.send(process, number)

    def destroy(self) -> None:
        """End the host and everything in it."""
        if self._init is not None:
            processes.send(self._init, signal.SIGKILL)
            self._init = None
        if self._holder is not None:
            # It ends by itself when everything in the host has.
            with suppress(subprocess.TimeoutExpired):
                self._holder.wait(10)
            self._holder.kill()
            self._holder.communicate()
            self._holder = None

    def remove_files(self) -> None:
        """Remove what a destroyed host had on disk."""
        until(self._files_gone, f"{self.directory} to go")

    def _files_gone(self) -> bool:
        if self.directory.exists():
            shutil.rmtree(self.directory)
        return True
