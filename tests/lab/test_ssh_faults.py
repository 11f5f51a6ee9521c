# ruff: noqa: F811 (the fixtures are imported)
"""What goes wrong on the way while it is in use: noticed in time, healed in time, nothing left behind."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from http.client import IncompleteRead
from pathlib import Path

import pytest

from swarmtui.errors import SSHFailed, SSHNotReady
from swarmtui.tunnel.socket_directories import PREFIX
from swarmtui.tunnel.ssh import Tunnel
from swarmtui.tunnel.status import TunnelPhase
from tests.patience import DEAD, ends
from tests.processes import started

from .cluster import Lab, Node
from .cluster.ssh_client import Home, fetch, until_phase
from .cluster.ssh_fixtures import home, name_of, setup  # noqa: F401
from .cluster.ssh_variants import Sshd, SshSetup
from .cluster.waiting import until

REPOSITORY = Path(__file__).parents[2]
CLOSED, HALF_OPEN, HEALED = 2.0, 15.0, 5.0
"""Seconds: until a closed connection is noticed, until a silent one is, and until it stands again after the cause."""


def live(tunnel: Tunnel) -> None:
    until_phase(tunnel, TunnelPhase.LIVE)
    fetch(tunnel)


def timed(tunnel: Tunnel, phase: TunnelPhase, what: str) -> None:
    """Wait for a phase; tells how many seconds it took."""
    begun = time.monotonic()
    until_phase(tunnel, phase)
    print(f"{what}: {time.monotonic() - begun:.2f} s")


def first_error(home: Home) -> SSHFailed:
    """Why the connection was first lost: each try afterwards may fail otherwise."""
    error = next(status.error for status in home.seen if status.phase is TunnelPhase.LOST)
    assert isinstance(error, SSHFailed)
    return error


def test_sshd_is_killed_and_started_again(swarm: Lab, home: Home, setup: SshSetup) -> None:
    sshd = setup.sshd(swarm.node("n1"))
    tunnel = home.open(f"ssh://root@{sshd.url}")
    live(tunnel)
    stream = home.http(tunnel)
    answer = stream.ask("/events")
    sshd.kill()
    timed(tunnel, TunnelPhase.LOST, "sshd killed, noticed")
    with pytest.raises(IncompleteRead):  # whoever reads learns of it, after what had come
        answer.read()
    assert tunnel.error is not None
    with pytest.raises(SSHFailed):
        tunnel.wait_ready(0.0)
    with pytest.raises(ConnectionError):
        fetch(tunnel, timeout=2)
    time_down = 4.0
    until(lambda: time.monotonic() - tunnel.status.since > time_down or len(home.seen) > 12, "some tries")
    sshd.start()
    timed(tunnel, TunnelPhase.LIVE, "sshd started again, healed")
    live(tunnel)


def test_half_open_host_is_noticed_and_healed(swarm: Lab, home: Home) -> None:
    node = swarm.node("n5")
    tunnel = home.open(f"ssh://root@{node.address}")
    live(tunnel)
    node.run("iptables", "-A", "INPUT", "-i", "eth0", "-j", "DROP")
    timed(tunnel, TunnelPhase.LOST, "packets dropped, noticed")
    assert "Nothing was heard" in first_error(home).message
    until(lambda: home.seen[-1].next_try is not None and len(home.seen) > 8, "some tries")
    node.run("iptables", "-F", "INPUT")
    timed(tunnel, TunnelPhase.LIVE, "packets let through, healed")
    live(tunnel)


def through_bastion(home: Home, swarm: Lab, bastion: Sshd, node: Node) -> Tunnel:
    home.write(f"""
Host prod
  HostName {node.address}
  User root
  ProxyJump root@{bastion.url}
Host *
  IdentityFile {swarm.ssh_key}
  IdentityAgent none
""")
    return home.open("ssh://prod")


def test_bastion_is_restarted(swarm: Lab, home: Home, setup: SshSetup) -> None:
    bastion = setup.sshd(swarm.node("n4"))
    tunnel = through_bastion(home, swarm, bastion, swarm.node("n1"))
    live(tunnel)
    bastion.kill()
    timed(tunnel, TunnelPhase.LOST, "bastion killed, noticed")
    assert first_error(home).hop == "jump host 1 of 1"
    bastion.start()
    timed(tunnel, TunnelPhase.LIVE, "bastion started again, healed")
    live(tunnel)


def test_host_behind_the_bastion_is_cut_off(swarm: Lab, home: Home, setup: SshSetup) -> None:
    bastion, node = setup.sshd(swarm.node("n4")), swarm.node("n5")
    tunnel = through_bastion(home, swarm, bastion, node)
    live(tunnel)
    node.cut()
    timed(tunnel, TunnelPhase.LOST, "host behind the bastion cut off, noticed")
    assert first_error(home).hop == ""
    until(lambda: home.seen[-1].next_try is not None and len(home.seen) > 8, "some tries")
    node.heal()
    timed(tunnel, TunnelPhase.LIVE, "host behind the bastion back, healed")
    assert bastion.logins() == 1, "the bastion's connection stood all the time"


def test_bastion_is_cut_off(swarm: Lab, home: Home, setup: SshSetup) -> None:
    bastion = setup.sshd(swarm.node("n5"))
    tunnel = through_bastion(home, swarm, bastion, swarm.node("n1"))
    live(tunnel)
    bastion.node.cut()
    timed(tunnel, TunnelPhase.LOST, "bastion cut off, noticed")
    bastion.node.heal()
    timed(tunnel, TunnelPhase.LIVE, "bastion back, healed")


def test_key_tries_at_once(swarm: Lab, home: Home, setup: SshSetup) -> None:
    sshd = setup.sshd(swarm.node("n1"))
    tunnel = home.open(f"ssh://root@{sshd.url}")
    live(tunnel)
    sshd.kill()
    until_phase(tunnel, TunnelPhase.LOST)
    sshd.start()
    tunnel.retry_now()
    timed(tunnel, TunnelPhase.LIVE, "a key, live")


def test_first_connection_to_a_silent_host_says_what_it_does(swarm: Lab, home: Home) -> None:
    node = swarm.node("n5")
    node.cut()
    tunnel = home.open(f"ssh://root@{node.address}")

    def says_it() -> bool:
        with pytest.raises((SSHNotReady, SSHFailed)) as raised:  # between two tries: why the last one failed
            tunnel.wait_ready(0.5)
        return f"connecting: {node.address}" in str(raised.value)

    until(says_it, "the sentence that says what it does")
    node.heal()
    until_phase(tunnel, TunnelPhase.LIVE)


def test_closing_does_not_wait_for_a_hung_engine(swarm: Lab, home: Home) -> None:
    node = swarm.node("n2")
    tunnel = home.open(f"ssh://root@{node.address}")
    live(tunnel)
    node.stop()
    connection = home.http(tunnel)
    connection.request("GET", "/info")
    ends(tunnel.close, "closing")
    assert not Path(tunnel.socket_path).parent.exists()
    with pytest.raises(ConnectionError):
        connection.getresponse()
    until(lambda: not sessions(node), "the end of the SSH session")


def sessions(node: Node) -> list[str]:
    """The SSH connections that a node has from here."""
    listed = node.run("ss", "-Htn", "state", "established", "sport", "=", ":22")
    return listed.splitlines()


def test_clients_that_give_up_leave_no_channel(swarm: Lab, home: Home) -> None:
    node = swarm.node("n2")
    tunnel = home.open(f"ssh://root@{node.address}")
    live(tunnel)
    node.stop()
    for _ in range(10):
        with pytest.raises(ConnectionError):
            fetch(tunnel, timeout=0.05)
    until(lambda: tunnel._listener.count == 0, "the channels to end")
    node.resume()
    live(tunnel)


def test_slow_reader_holds_back_the_engine(swarm: Lab, home: Home) -> None:
    """A big answer to a client that reads slowly: all of it comes, and this process does not hold it in memory."""
    node = swarm.node("n1")
    swarm.pending_service("nowhere", 3000)
    until(lambda: len(node.get("/tasks")) == 3000, "the tasks")
    tunnel = home.open(f"ssh://root@{node.address}")
    begun = time.monotonic()
    whole = fetch(tunnel, "/tasks")
    print(f"{len(whole)} bytes: {time.monotonic() - begun:.2f} s")
    answer = home.http(tunnel).ask("/tasks")
    pieces = []
    while piece := answer.read(200_000):
        pieces.append(piece)
        time.sleep(0.01)  # the slowness is what is tested
    assert len(json.loads(b"".join(pieces))) == 3000
    assert name_of(tunnel) == "n1"


def test_many_reconnects_leak_nothing(swarm: Lab, home: Home, setup: SshSetup) -> None:
    sshd = setup.sshd(swarm.node("n1"))
    tunnel = home.open(f"ssh://root@{sshd.url}")
    live(tunnel)

    def descriptors() -> int:
        gc.collect()
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208

    before, threads = descriptors(), threading.active_count()
    for round_ in range(10):
        sshd.kill()
        until_phase(tunnel, TunnelPhase.LOST)
        sshd.start()
        tunnel.retry_now()
        until(lambda expected=round_ + 2: tunnel.status.times_live == expected, "the next life")  # type: ignore[misc]
        fetch(tunnel)
    until(lambda: descriptors() <= before and threading.active_count() <= threads, "nothing to be left")


# ------------------------------------------------------------------------------------------------ nothing left behind

PROGRAM = """
import sys, time
from pathlib import Path
from swarmtui.endpoint import Endpoint
from swarmtui.tunnel.ssh_config.host_settings import ConfigFiles
from swarmtui.lifeline import Lifeline
from swarmtui.tunnel.questions import NobodyToAsk
from swarmtui.tunnel.ssh import Tunnel
Lifeline().start(terminal=False)
files = ConfigFiles(Path(sys.argv[2]), Path("/nowhere"))
tunnel = Tunnel.open(Endpoint(sys.argv[1], "x"), NobodyToAsk(), config=files)
tunnel.wait_ready(600)
print(tunnel.socket_path, flush=True)
if sys.stdin.read() == "close":
    tunnel.close()
"""


def test_nothing_is_left_after_each_way_to_end(swarm: Lab, home: Home, tmp_path: Path) -> None:
    # A short path: a Unix socket's may have about a hundred characters.
    node, runtime = swarm.node("n1"), Path(tempfile.mkdtemp(prefix="st-", dir="/tmp"))
    env = {**os.environ, "XDG_RUNTIME_DIR": str(runtime), "PYTHONPATH": str(REPOSITORY)}
    home.write(
        f"Host prod\n  HostName {node.address}\n  User root\n  ProxyCommand busybox nc %h %p\n"
        f"  IdentityFile {swarm.ssh_key}\n  IdentityAgent none\n"
    )
    ends: list[str | signal.Signals] = ["close", signal.SIGKILL, "", signal.SIGTERM, signal.SIGHUP]
    for end in ends:
        command = [sys.executable, "-c", PROGRAM, "ssh://prod", str(home.config)]
        with started(command, env=env) as process:
            assert process.stdout is not None
            path = Path(process.stdout.readline().strip())
            assert path.is_socket()
            assert path.parent.stat().st_mode & 0o777 == 0o700
            if isinstance(end, signal.Signals):
                process.send_signal(end)
                process.wait(DEAD)
            else:
                process.communicate(end, DEAD)
        expected = 1 if end is signal.SIGKILL else 0
        left = list(runtime.glob(f"{PREFIX}*"))
        assert len(left) == expected, f"{end!r} left {left}; what -9 leaves, the next start removes"
        if isinstance(end, signal.Signals):
            assert process.returncode == (-end if end is signal.SIGKILL else 128 + end)
    proxies = ["pgrep", "-f", f"^busybox nc {node.address} 22$"]
    until(lambda: subprocess.run(proxies, check=False).returncode == 1, "the ends of all ProxyCommands")
    until(lambda: not sessions(node), "the ends of all SSH sessions")
    runtime.rmdir()
