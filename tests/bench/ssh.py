"""Over SSH: against the docker CLI's own way, from the start to the first screen, and over a slow line."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from swarmtui.endpoint import Endpoint
from swarmtui.engine.client.client import EngineClient
from swarmtui.engine.client.endpoint_handle import EndpointHandle
from swarmtui.engine.clients import ask
from swarmtui.engine.polling.engine_questions import Lane, Question, Topic
from swarmtui.engine.polling.snapshot_store import SnapshotStore
from swarmtui.tunnel.questions import NobodyToAsk
from swarmtui.tunnel.ssh import Tunnel
from swarmtui.tunnel.ssh_config.host_settings import ConfigFiles
from tests.lab.cluster import Node
from tests.lab.person import Person

from .delay import DelayingRelay
from .large import KEY_TO_FRAME
from .recording import CURSOR, RecordingTerminal, opened
from .results import Result, at_least, at_most, median_at_most, quantile, spread
from .setting import Setting

__all__ = ["measure_ssh"]

FASTER = 50.0
"""Times, than the docker CLI over SSH."""
FIRST_SCREEN = 1.5
"""Seconds from the start of the process."""
DELAY = 0.1
"""Seconds for each direction of the slow line."""
ROUND_TRIPS = 12.0
SERVICES = 8

SCREEN = (r"● live", r"nodes 5/5", r"│.n1 .* ready", r"s1 +replicated")
"""The first live screen: nodes and services are known and shown."""


def measure_ssh(setting: Setting) -> list[Result]:
    """All of it, with a handful of services."""
    lab, node = setting.lab, setting.lab.node("n1")
    for number in range(1, SERVICES + 1):
        lab.service(f"s{number}", replicas=1, wait=number == SERVICES)
    person = Person(lab)
    try:
        results = [*_against_docker(setting, person, node), _first_screen(setting, person, node)]
        results += _slow_line(setting, person, node)
    finally:
        person.close()
        lab.remove_services()
    return results


# ------------------------------------------------------------------------------------------------ against docker


def _against_docker(setting: Setting, person: Person, node: Node) -> Iterator[Result]:
    setting.say("over SSH, against docker -H ssh://")
    wrapper = person.home / "bin" / "ssh"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\nexec /usr/bin/ssh -F {person.ssh / "config"} "$@"\n')  # ssh itself ignores HOME
    wrapper.chmod(0o755)
    person.configure(
        f"Host *\n  IdentityFile {setting.lab.ssh_key}\n  IdentityAgent none\n"
        f"  UserKnownHostsFile {person.known_hosts}\n"
    )
    variables = {**os.environ, **person.environment, "PATH": f"{wrapper.parent}:{os.environ['PATH']}"}
    url, times = f"ssh://root@{node.address}", setting.effort.refreshes
    with _client(person, url) as client:
        _refresh(client)
        ours = [_refresh(client) for _ in range(5 * times)]
    theirs = [_docker(url, variables) for _ in range(times)]
    factor = statistics.median(theirs) / statistics.median(ours)
    note = f"docker {statistics.median(theirs):.2f} s; ours {1000 * statistics.median(ours):.1f} ms: "
    note += spread([1000 * each for each in ours], "ms")
    yield at_least("refresh over SSH, faster than docker", factor, FASTER, "times", note)


@contextmanager
def _client(person: Person, url: str) -> Iterator[EngineClient]:
    """A client of our own over a tunnel of our own."""
    endpoint = Endpoint(url, "bench")
    files = ConfigFiles(person.ssh / "config", Path("/nowhere"))
    tunnel = Tunnel.open(endpoint, NobodyToAsk(), config=files)
    way = EndpointHandle(Endpoint(f"unix://{tunnel.socket_path}", "bench"), tunnel)
    client = EngineClient(way.endpoint, lambda: way)
    try:
        tunnel.wait_ready(10)
        yield client
    finally:
        client.close()
        tunnel.close()


def _refresh(client: EngineClient) -> float:
    """Ask for nodes, services and all tasks, and make a snapshot of them; the seconds that it took."""
    began, picture = time.monotonic(), SnapshotStore()
    for topic in (Topic.NODES, Topic.SERVICES, Topic.ALL_TASKS):
        question = Question(topic)
        reply = ask(client, question, Lane.LISTS)
        picture.take(question, reply.body, reply.fingerprint, began)
    assert len(picture.cluster.nodes) == 5
    assert picture.cluster.tasks_complete
    return time.monotonic() - began


def _docker(url: str, variables: dict[str, str]) -> float:
    """The same by the docker CLI; the seconds that it took."""
    began = time.monotonic()
    commands = [["node", "ls"], ["service", "ls"], *(["service", "ps", f"s{each + 1}"] for each in range(SERVICES))]
    for words in commands:
        subprocess.run(["docker", "-H", url, *words], env=variables, check=True, capture_output=True)
    return time.monotonic() - began


# ------------------------------------------------------------------------------------------------ the first screen


def _first_screen(setting: Setting, person: Person, node: Node) -> Result:
    setting.say(f"over SSH, first live screen, {setting.effort.starts} starts")
    seconds = []
    for _ in range(1 + setting.effort.starts):
        url = f"ssh://root@{node.address}"
        with opened(url, setting.state, recording=True, variables=person.environment) as terminal:
            terminal.wait_until_quiet(1.5)
            seconds.append(_shown(terminal) - terminal.started)
    return median_at_most("first live screen over SSH", seconds[1:], FIRST_SCREEN)


def _shown(terminal: RecordingTerminal) -> float:
    for moment in terminal.play():
        if all(terminal.line_with(pattern) for pattern in SCREEN):
            return moment
    raise AssertionError(f"not all is on the screen:\n{terminal.text}")


# ------------------------------------------------------------------------------------------------ a slow line


def _slow_line(setting: Setting, person: Person, node: Node) -> Iterator[Result]:
    setting.say("over SSH and a slow line")
    trips: list[float] = []
    milliseconds: Sequence[float] = ()
    starts = max(3, setting.effort.starts // 3)
    for start in range(starts):
        with DelayingRelay((node.address, 22), DELAY) as relay:
            person.configure(
                f"Host slow\n  HostName 127.0.0.1\n  Port {relay.port}\n  HostKeyAlias {node.address}\n  User root\n"
                f"Host *\n  IdentityFile {setting.lab.ssh_key}\n  IdentityAgent none\n"
            )
            with opened("ssh://slow", setting.state, recording=True, variables=person.environment) as terminal:
                terminal.wait_until_quiet(2.5)
                shown = _shown(terminal)
                assert relay.connected is not None
                trips.append((shown - relay.connected) / (2 * DELAY))
                if start == starts - 1:
                    milliseconds = _keys(terminal, setting.effort.keys // 3)
    note = f"from the first connection; {spread(trips, 'round trips')}"
    yield at_most("first live screen over a slow line", statistics.median(trips), ROUND_TRIPS, "round trips", note)
    worst = quantile(milliseconds, 0.95)
    yield at_most("key to frame, p95, over a slow line", worst, KEY_TO_FRAME, "ms", spread(milliseconds, "ms"))


def _keys(terminal: RecordingTerminal, count: int) -> Sequence[float]:
    """Go down and up the services; milliseconds from each key to the frame with the cursor on its row."""
    terminal.press("2", "g")
    terminal.wait_for(f"{CURSOR}s1 ")
    terminal.record()
    presses, row, step = [], 1, 1
    for _ in range(count):
        row += step
        presses.append((time.monotonic(), row))
        terminal.press("j" if step > 0 else "k")
        time.sleep(0.12)
        if row in (1, SERVICES):
            step = -step
            time.sleep(0.5)
    time.sleep(1)
    seen = [(moment, terminal.line_with(f"{CURSOR}s[0-9]")) for moment in terminal.play()]
    return [1000 * (_arrival(seen, moment, row) - moment) for moment, row in presses]


def _arrival(seen: Sequence[tuple[float, str]], moment: float, row: int) -> float:
    return next(at for at, line in seen if at >= moment and f"{CURSOR}s{row} " in line)
