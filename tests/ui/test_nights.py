"""On call: nights played by keys on the embedded swarm, from the first screen at 80x24.

One key (`!`) shows what is wrong and why; at most two more open the dialog of what helps.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from swarmtui.sim.agent.images import Behaviour
from swarmtui.sim.cluster import Cluster
from swarmtui.sim.populate import swarm_of
from tests.sim.rig import SECOND, Rig
from tests.ui.driving import Program, open_on
from tests.ui.simulated import SimulatedSwarm

GIB = 1 << 30
SMALL = (80, 24)
AGE = 3600.0
"""Seconds that the swarm is old when it begins: what is then let pass must not lead into the future."""


class NightRig(Rig):
    """mgr1 to mgr3 and wrk1 to wrk3, in the time of this machine. Scenes are made before anybody looks."""

    def __init__(self) -> None:
        self.cluster = Cluster(seed=1, epoch=time.time() - AGE)
        swarm_of(
            self.cluster,
            [self.cluster.add_machine(f"mgr{number}") for number in (1, 2, 3)],
            [self.cluster.add_machine(f"wrk{number}") for number in (1, 2, 3)],
        )
        self.create("api", replicas=2)
        self.advance(30.0)

    def fail_with(self, code: int) -> None:
        """web ends soon after each start."""
        self.cluster.faults.image("web:ends", Behaviour(exits_after=2.0, exit_code=code))
        self.create("web", "web:ends", replicas=1)
        self.advance(40.0)

    def place(self, replicas: int | None = 1, **placement: object) -> None:
        """web may run only where this says."""
        self.create("web", replicas=replicas, Placement=placement)
        self.advance(60.0)


@asynccontextmanager
async def on_call(
    scene: Callable[[NightRig], object], crash_log: Path, *, wait: bool = True
) -> AsyncIterator[tuple[Program, SimulatedSwarm]]:
    """The program at its first screen, on a swarm to which something has happened."""
    rig = NightRig()
    scene(rig)
    with (
        tempfile.TemporaryDirectory(prefix="swarmtui-night-") as directory,
        SimulatedSwarm(Path(directory), rig.cluster) as swarm,
    ):
        swarm.speed(1.0)
        async with open_on(swarm.url, crash_log, size=SMALL, wait=wait) as program:
            yield program, swarm


# ------------------------------------------------------------------------------------ what happened


def power_lost(rig: NightRig) -> None:
    rig.create("web", replicas=6)
    rig.create("db", replicas=1, Placement={"Constraints": ["node.hostname==wrk1"]})
    rig.advance(30.0)
    rig.cluster.faults.kill("wrk1")
    rig.advance(60.0)


def updated_badly(action: str) -> Callable[[NightRig], None]:
    def scene(rig: NightRig) -> None:
        rig.create("web", replicas=3)
        rig.settle("web", 3)
        rig.image("web", "web:crash", Parallelism=1, Monitor=10 * SECOND, FailureAction=action)
        rig.advance(90.0)

    return scene


def unhealthy(rig: NightRig) -> None:
    check = {"Test": ["CMD", "curl", "-f", "localhost"], "Interval": 2 * SECOND, "Retries": 2}
    rig.create("web", replicas=1, ContainerSpec={"Image": "web:unhealthy", "Healthcheck": check})
    rig.advance(60.0)


def too_large(rig: NightRig) -> None:
    rig.create("web", replicas=1, Resources={"Reservations": {"MemoryBytes": 500 * GIB}})
    rig.advance(60.0)


def port_taken(rig: NightRig) -> None:
    ports = {"Ports": [{"Protocol": "tcp", "TargetPort": 80, "PublishedPort": 8080, "PublishMode": "host"}]}
    rig.create("web", replicas=8, EndpointSpec=ports)
    rig.advance(60.0)


def not_pulled(rig: NightRig) -> None:
    rig.create("web", "web:missing", replicas=1)
    rig.advance(40.0)


def gaps(rig: NightRig) -> None:
    rig.cluster.faults.image("web:ends", Behaviour(exits_after=2.0, exit_code=1))
    policy = {"Condition": "on-failure", "MaxAttempts": 1}
    rig.create("agent", "web:ends", replicas=None, RestartPolicy=policy)
    rig.advance(60.0)


def gap_of_long_ago(rig: NightRig) -> None:
    """A task of a global service ended, was not started again, and the swarm has forgotten it since."""
    rig.create("agent", replicas=None, RestartPolicy={"Condition": "none"})
    rig.advance(30.0)
    node = rig.node("wrk2")["ID"]
    ended = next(task["ID"] for task in rig.tasks("agent") if task["NodeID"] == node)
    rig.cluster.faults.crash(ended)
    rig.advance(20.0)
    rig.cluster.store.delete_task(rig.cluster.store.tasks[ended])
    rig.advance(60.0)


def on_one_node(rig: NightRig) -> None:
    """All other nodes were paused for a while."""
    others = ("mgr1", "mgr2", "mgr3", "wrk1", "wrk2")
    for name in others:
        rig.set_node(name, Availability="pause")
    rig.create("web", replicas=4)
    rig.advance(60.0)
    for name in others:
        rig.set_node(name, Availability="active")
    rig.advance(120.0)


def nowhere_to_go(rig: NightRig) -> None:
    rig.create("db", replicas=1, Placement={"Constraints": ["node.hostname==wrk1"]})
    rig.advance(30.0)
    rig.set_node("wrk1", Availability="drain")
    rig.advance(60.0)


def secret_missing(rig: NightRig) -> None:
    key = rig.engine.secrets.create({"Name": "key", "Data": "a2V5"})
    secret = {"SecretID": key, "SecretName": "key", "File": {"Name": "key", "UID": "0", "GID": "0", "Mode": 292}}
    rig.create("web", replicas=1, ContainerSpec={"Image": "web:1", "Secrets": [secret]})
    rig.advance(60.0)
    rig.cluster.store.delete_named("secret", rig.cluster.store.secrets[key])  # as an older engine lets it happen


def secret_in_use(rig: NightRig) -> None:
    key = rig.engine.secrets.create({"Name": "key", "Data": "a2V5"})
    secret = {"SecretID": key, "SecretName": "key", "File": {"Name": "key", "UID": "0", "GID": "0", "Mode": 292}}
    rig.create("web", replicas=1, ContainerSpec={"Image": "web:1", "Secrets": [secret]})
    rig.advance(30.0)


def three_of_forty(rig: NightRig) -> None:
    for number in range(37):
        rig.create(f"app{number}", replicas=1)
    rig.advance(30.0)
    not_pulled(rig)
    nowhere_to_go(rig)
    unhealthy_one(rig)


def unhealthy_one(rig: NightRig) -> None:
    rig.create("sick", "web:crash", replicas=1)
    rig.advance(40.0)


@dataclass(frozen=True)
class Night:
    """Attributes:
    scene: what happened.
    what: the line of the finding, as a regular expression.
    why: what is to be read about it.
    key: what opens the dialog of the remedy, with the cursor on the finding.
    dialog: what stands in it.
    """

    scene: Callable[[NightRig], object]
    what: str
    why: tuple[str, ...]
    key: tuple[str, ...] = ()
    dialog: str = ""


NIGHTS: dict[str, Night] = {
    "power lost": Night(power_lost, r"node wrk1 +down for", ("off, or cut off",), ("i",), "wrk1"),
    "update paused": Night(updated_badly("pause"), r"service web +update paused", ("exit 1",), ("R",), "Roll back web"),
    "rolled back": Night(
        updated_badly("rollback"), r"service web +rolled back by Swarm", ("exit 1", "web:crash"), ("u",), "Image web:"
    ),
    "exit 137": Night(lambda rig: rig.fail_with(137), r"web +crash loop: .*137", ("Why: ",), ("l",), "web"),
    "exit 1": Night(lambda rig: rig.fail_with(1), r"web +crash loop: .*exit 1 ", ("Why: ",), ("u",), "Image web:"),
    "exit 139": Night(lambda rig: rig.fail_with(139), r"web +crash loop: .*139", ("Why: ",), ("u",), "Image web:"),
    "health check": Night(
        unhealthy, r"web +health check fails: ", ("curl -f localhost", "Why: "), ("u",), "Image web:"
    ),
    "constraint": Night(
        lambda rig: rig.place(Constraints=["node.labels.gpu==true"]),
        r"web +1 task pending: no node has gpu=true",
        ("gpu",),
        ("L",),
        "gpu=true",
    ),
    "memory": Night(too_large, r"web +1 task pending: needs 500 GiB", ("16 GiB",), ("enter", "enter"), "memory"),
    "max per node": Night(
        lambda rig: rig.place(8, MaxReplicas=1), r"web +2 tasks pending: limit of 1 per", ("mgr1",), ("s",), "to 6"
    ),
    "host port": Night(port_taken, r"web +2 tasks pending: ", ("8080",), ("s",), "to 6"),
    "platform": Night(
        lambda rig: rig.place(Platforms=[{"Architecture": "s390x", "OS": "linux"}]),
        r"web +1 task pending: ",
        ("s390x",),
        ("u",),
        "Image web:",
    ),
    "not pulled": Night(not_pulled, r"web +image not .*web:missing", ("Why: ",), ("u",), "Image web:"),
    "global with gaps": Night(gaps, r"agent +gave up after 1", ("exit 1", "Why: "), ("r",), "Force-update agent"),
    "global with a gap": Night(
        gap_of_long_ago,
        r"agent +no task on wrk2, although it fits",
        ("no task remembered",),
        ("r",),
        "Force-update agent",
    ),
    "all on one node": Night(
        on_one_node, r"web +all 4 replicas on wrk3", ("mgr1", "Why: "), ("r",), "Force-update web"
    ),
    "nowhere to go": Night(
        nowhere_to_go, r"db +1 task pending: wrk1 is drained", ("wrk1",), ("enter", "enter"), "wrk1"
    ),
    "secret missing": Night(secret_missing, r"web +secret key does not exist", ("removed",), ("i",), "web"),
    "three of forty": Night(
        three_of_forty, r"sick +crash loop", ("db", "web:missing", "drained"), ("a",), "Activate wrk1"
    ),
}


@pytest.mark.parametrize("name", NIGHTS)
async def test_one_key_says_what_and_why_and_two_more_open_what_helps(name: str, crash_log: Path) -> None:
    night = NIGHTS[name]
    async with on_call(night.scene, crash_log) as (program, swarm):
        await program.see(r"\d (critical|warning)")
        await program.press("!")
        await program.see(night.what)
        for words in night.why:
            await program.until(partial(program.holds, words), words)
        assert len(night.key) <= 2
        await program.press(*night.key)
        await program.until(lambda: len(program.app.screen_stack) > 1, "what opens")
        await program.until(lambda: program.holds(night.dialog), night.dialog)
        assert not swarm.asked("POST")


def one_errs(rig: NightRig) -> None:
    rig.cluster.faults.image("chatty:1", Behaviour(errs_in_slot=2))
    rig.create("a-chatty-one", "chatty:1", replicas=3)
    rig.advance(900.0)


async def test_one_replica_of_a_chatty_service_writes_the_error(crash_log: Path) -> None:
    async with on_call(one_errs, crash_log) as (program, _):
        await program.on_row("2", "a-chatty-one")  # where one is when somebody has named the service
        await program.press("l")
        await program.see(r"Logs of a-chatty-one ── ● following ── [1-9][\d,]+ lines")
        await program.press("e")
        await program.see(r"LINES +ERRORS")
        rows = [line for line in program.lines if re.search(r"^│ a-chatty-one\.\d", line)]
        errors = [int(row.split()[3]) for row in rows]
        assert "a-chatty-one.2@" in rows[0]
        assert errors[0] > 10 * max(errors[1:])
        await program.press("enter")
        await program.see("only a-chatty-one.2: ")
        await program.see(r"a-chatty.*\.2@.* ! error: upstream timed out")


async def test_two_of_three_managers_are_lost_before_the_program_is_started(crash_log: Path) -> None:
    def scene(rig: NightRig) -> None:
        rig.cluster.faults.kill("mgr2")
        rig.cluster.faults.kill("mgr3")
        rig.advance(60.0)

    async with on_call(scene, crash_log, wait=False) as (program, _):
        await program.see("✖ The swarm has no leader: too few of its managers are online")
        await program.press("Q")
        await program.until(lambda: len(program.app.screen_stack) > 1, "how a swarm gets its quorum back")
        await program.read("--force-new-cluster")


async def test_two_of_three_managers_are_lost_meanwhile(crash_log: Path) -> None:
    async with on_call(lambda rig: None, crash_log) as (program, swarm):
        swarm.speed(20.0)
        swarm.fault("mgr2", "kill")
        swarm.fault("mgr3", "kill")
        await program.see("✖ no leader, data .* old")
        await program.press("Q")
        await program.until(lambda: len(program.app.screen_stack) > 1, "how a swarm gets its quorum back")
        await program.read("--force-new-cluster")


async def test_the_cluster_volume_of_a_task_that_waits_is_paused(crash_log: Path) -> None:
    def scene(rig: NightRig) -> None:
        rig.cluster.machine("wrk1").csi_plugins = [{"PluginName": "nfs"}]
        mode = {"Scope": "multi", "Sharing": "all", "MountVolume": {}}
        spec = {"AccessMode": mode, "Availability": "pause"}
        rig.engine.volumes.create({"Name": "data", "Driver": "nfs", "ClusterVolumeSpec": spec})
        mount = {"Type": "cluster", "Source": "data", "Target": "/data"}
        rig.create("db", replicas=1, ContainerSpec={"Image": "db:1", "Mounts": [mount]})
        rig.advance(60.0)

    async with on_call(scene, crash_log) as (program, _):
        await program.see(r"\d (critical|warning)")
        await program.press("!")
        await program.see(r"db +1 task pending: cluster volume data is paused")
        await program.see("docker volume inspect NAME")
        await program.see("⏎ Edit the spec of db")


async def test_the_engine_hangs(crash_log: Path) -> None:
    async with on_call(lambda rig: None, crash_log) as (program, swarm):
        swarm.fault("mgr1", "stop")
        await program.see("◌ stale, data .* old")
        await program.until(program.is_grey, "grey rows")
        await program.see("✖ .*next try|✖ .*data")


async def test_a_secret_that_has_to_go_is_in_use(crash_log: Path) -> None:
    async with on_call(secret_in_use, crash_log) as (program, swarm):
        await program.press("5")
        await program.see("▌key .* web")
        await program.press("delete")
        await program.read("The secret key is used by 1 service: web.")
        await program.press("r")
        await program.until(lambda: len(program.app.screen_stack) > 1, "the dialog that gives web another one")
        await program.read("key-v2")
        assert not swarm.asked("DELETE")
