"""`python -m tests.lab`: a real swarm on this machine for as long as a program runs on it.

Everything the lab made is removed when the program ends, however it ends, and on ctrl+c, SIGTERM and SIGHUP.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import FrameType

from .cluster import Lab, LabError
from .cluster.requirements import missing

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

CHATTER = 'while sleep 2; do echo "$(date +%H:%M:%S) GET /orders 200"; done'


class Ended(SystemExit):
    """A signal asked this process to end."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Bring the lab up, run what was asked for on it, take it down."""
    options, extra = _parse(arguments)
    if reason := missing():
        command = " ".join([sys.executable, "-m", "tests.lab", *(sys.argv[1:] if arguments is None else arguments)])
        _tell(f"{reason}\nas root: scripts/lab-packages && {command}", sys.stderr)
        return 2
    lab = Lab(options.name, subnet=options.subnet, progress=_tell)
    _on_endings(_end)
    try:
        lab.up(options.managers, options.workers)
        if not options.empty:
            _create_services(lab)
        if options.no_program:
            return _hold(lab)
        if options.shell:
            _tell(f"a shell with DOCKER_HOST={lab.node('n1').url}; leave it to take the lab down")
            return _run([os.environ.get("SHELL") or "/bin/sh"], {"DOCKER_HOST": lab.node("n1").url})
        return _run([sys.executable, "-m", "swarmtui", "-H", lab.node("n1").url, *extra], {})
    except LabError as error:
        _tell(f"lab: {error}", sys.stderr)
        return 1
    finally:
        _on_endings(_ignore)
        _tell("taking the lab down")
        lab.down()


def _parse(arguments: Sequence[str] | None) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="python -m tests.lab",
        description="A real Docker Swarm on this machine, and swarmtui on it. Other arguments go to swarmtui.",
    )
    parser.add_argument("--managers", type=int, default=3, help="how many managers (default: 3)")
    parser.add_argument("--workers", type=int, default=2, help="how many workers (default: 2)")
    parser.add_argument("--name", default="lab", help="the lab's name: two of one name cannot run (default: lab)")
    parser.add_argument("--subnet", default="10.99.0", help="the first three numbers of its addresses")
    parser.add_argument("--empty", action="store_true", help="create no services")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--shell", action="store_true", help="a shell with DOCKER_HOST set, instead of swarmtui")
    what.add_argument("--no-program", action="store_true", help="print the endpoints and wait for ctrl+c")
    return parser.parse_known_args(arguments)


def _create_services(lab: Lab) -> None:
    """Something to look at: well, chatty, on every node, crashing, and without a place."""
    lab.manager().docker("network", "create", "--driver", "overlay", "shop")
    network = ["--network", "shop"]
    lab.service("web", replicas=4, publish=["8080:8080"], options=network, wait=False)
    lab.service("api", "web:1.1", 2, options=[*network, "--env", "STAGE=lab"], args=["sh", "-c", CHATTER], wait=False)
    lab.service("agent", replicas=None, wait=False)
    lab.service("payments", "exits", 1, options=["--restart-delay", "3s"], wait=False)
    lab.service("reports", replicas=2, constraints=["node.labels.disk==ssd"], wait=False)
    for name in ("web", "api", "agent"):
        lab.wait_settled(name)
    _tell("services web, api, agent, payments (crashes), reports (pending)")


def _hold(lab: Lab) -> int:
    """Say where everything is, and wait for a signal."""
    for node in lab.nodes:
        _tell(f"{node.name}  {node.url}  ssh root@{node.address}  nsenter -t {node.host.pid} -a")
    url, certificates = lab.node("n1").tls_endpoint
    _tell(f"TLS: DOCKER_HOST={url} DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH={certificates}")
    _tell(f"ssh: -i {lab.ssh_key} -o UserKnownHostsFile={lab.known_hosts}")
    _tell(f"registry: {lab.registry.address}   ctrl+c takes the lab down")
    while True:
        signal.pause()


def _run(command: Sequence[str], variables: Mapping[str, str]) -> int:
    """Run a program that has the terminal; ctrl+c is its business."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("DOCKER_")}
    # A function, since SIG_IGN itself would be inherited by the program.
    signal.signal(signal.SIGINT, _ignore)
    with subprocess.Popen(command, env={**inherited, **variables}) as program:
        try:
            return program.wait()
        except BaseException:
            program.terminate()
            try:
                program.wait(5)
            except subprocess.TimeoutExpired:
                program.kill()
            raise


def _on_endings(handler: signal._HANDLER) -> None:
    for number in ENDINGS:
        signal.signal(number, handler)


def _end(number: int, _: FrameType | None) -> None:
    _on_endings(_ignore)
    raise Ended(128 + number)


def _ignore(_: int, __: FrameType | None) -> None:
    """The lab is being taken down, or the program has the terminal."""


def _tell(text: str, stream: object = None) -> None:
    """Print a line, even when the terminal is gone."""
    with suppress(OSError):
        print(text, file=stream or sys.stdout, flush=True)  # type: ignore[arg-type]


if __name__ == "__main__":
    sys.exit(main())
