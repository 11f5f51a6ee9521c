"""What only a node's own engine knows, in inspect: of a task its container, of a node its disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from swarmtui.errors import SSHFailed
from tests.ui.driving import Program, running
from tests.ui.scripted import ScriptedSession
from tests.unit.swarm.builders import cluster, node, service, task
from tests.unit.swarm.test_container_description import container, result

CONTAINER_ID = "c" * 64
TASK: dict[str, Any] = {
    "ID": "task-web-1",
    "ServiceID": "service-web",
    "NodeID": "node-wrk2",
    "Slot": 1,
    "Status": {"State": "running", "ContainerStatus": {"ContainerID": CONTAINER_ID}},
    "Spec": {"ContainerSpec": {"Image": "web:1.0"}, "RestartPolicy": {"Condition": "any"}},
}


def session() -> ScriptedSession:
    """web runs on wrk2."""
    return ScriptedSession(
        cluster(
            [node("mgr1", leader=True), node("wrk2")],
            [service("web", 1)],
            [task("web", 1, "wrk2", container=CONTAINER_ID)],
        )
    )


async def inspected(program: Program, scripted: ScriptedSession) -> None:
    """The task, once the swarm itself has answered."""
    await program.on_row("2", "web")
    await program.press("enter")
    await program.see(r"web\.1")
    await program.press("3", "i")
    await program.until(lambda: scripted.inspected)
    scripted.inspected[-1][2].set_result(TASK)
    await program.see(r"asking wrk2's engine …")


async def test_the_container_comes_after_the_task(crash_log: Path) -> None:
    scripted = session()
    async with running(scripted, crash_log, size=(120, 60)) as program:
        await inspected(program, scripted)
        assert program.shows(r"container +cccc"), "what the swarm knows does not wait for the node"
        [(asked, path, pending)] = scripted.nodes.questions
        assert (asked.name, path) == ("wrk2", f"/containers/{CONTAINER_ID}/json")
        health = {"Status": "unhealthy", "FailingStreak": 3, "Log": [result(3, 1, "no route to host\n")]}
        pending.future.set_result(container(Health=health, OOMKilled=True, Running=False, Status="exited"))
        await program.see("killed: out of memory, limit 64 MiB")
        await program.see(r"failed +3 times in a row")
        await program.see("no route to host")
        await program.see(r"/host +/srv of the node; read-only")
        await program.see(r"shop +10\.0\.1\.5/24")
        await program.see_no("asking wrk2")
        state, container_title, policy = (
            next(number for number, line in enumerate(program.lines) if title in line)
            for title in ("▾ State", "▾ Container on wrk2", "▾ Restart policy")
        )
        assert state < container_title < policy, "the reason stands next to the state"


async def test_a_node_that_cannot_be_reached_costs_nothing_else(crash_log: Path) -> None:
    scripted = session()
    async with running(scripted, crash_log, size=(120, 60)) as program:
        await inspected(program, scripted)
        error = SSHFailed("10.0.0.7 does not answer.", "Is the host up?", layer="TCP")
        scripted.nodes.questions[-1][2].future.set_exception(error)
        await program.read("wrk2's engine cannot be reached: TCP: 10.0.0.7 does not answer. Is the host up?")
        assert program.shows(r"wanted|image +web:1.0")
        await program.press("ctrl+r")
        scripted.inspected[-1][2].set_result(TASK)
        await program.until(lambda: len(scripted.nodes.questions) == 2)
        scripted.nodes.questions[-1][2].future.set_result(container())
        await program.see(r"started +2026-03-01 10:00:00 UTC")
        await program.see_no("cannot be reached")


async def test_a_finding_says_what_the_container_told(crash_log: Path) -> None:
    ended = [
        task("web", 1, "wrk2", state="failed", desired="shutdown", created=after, since=after, container=CONTAINER_ID,
             error="task: non-zero exit (137)", exit_code=137)
        for after in (30, 20, 10)
    ]  # fmt: skip
    world = cluster([node("mgr1", leader=True), node("wrk2")], [service("web", 1)], ended)
    scripted = ScriptedSession(world)
    async with running(scripted, crash_log, size=(120, 60)) as program:
        await program.press("!")
        await program.see("i See whether web.1 ran out of memory")
        await program.press("i")
        await program.until(lambda: scripted.inspected)
        scripted.inspected[-1][2].set_result(TASK)
        await program.until(lambda: scripted.nodes.questions)
        scripted.nodes.questions[-1][2].future.set_result(container(OOMKilled=True, Running=False, Status="exited"))
        await program.see("killed: out of memory, limit 64 MiB")
        await program.press("escape")
        scripted.tell(cluster=world.with_node(node("wrk2", labels={"a": "b"})))
        await program.read("web.1 was killed: out of memory, limit 64 MiB")


async def test_leaving_does_not_wait_for_the_node(crash_log: Path) -> None:
    scripted = session()
    async with running(scripted, crash_log, size=(120, 60)) as program:
        await inspected(program, scripted)
        await program.press("escape")
        await program.see_no("asking wrk2")
        assert scripted.nodes.questions[-1][2].given_up.is_set()


async def test_what_a_node_told_makes_findings_and_is_said_before_an_update(crash_log: Path) -> None:
    scripted = session()
    stored = [{"Id": "sha256:1", "RepoTags": ["nginx:1.27"], "Size": 1 << 20}]
    scripted.nodes.answers = {
        "/info": {"DockerRootDir": "/var/lib/docker", "Driver": "overlay2"},
        "/containers/json": [],
        "/images/json": stored,
        "/volumes": {"Volumes": []},
        "/system/df": {"Images": stored, "LayersSize": 1 << 20},
    }
    scripted.nodes.room = {"Size": 100 << 30, "Free": 1 << 30}
    async with running(scripted, crash_log, size=(120, 60)) as program:
        await program.on_row("1", "wrk2")
        await program.press("i")
        await program.until(lambda: scripted.inspected)
        scripted.inspected[-1][2].set_result({"ID": "node-wrk2", "Description": {"Hostname": "wrk2"}})
        await program.see("its disk +1 GiB of 100 GiB free, 99% used")
        await program.see("Disk use on wrk2")
        await program.press("escape")
        await program.see_no("in words")
        await program.press("exclamation_mark")
        await program.see("disk full: 1 GiB of 100 GiB free")
        await program.press("up")
        await program.see("Prune wrk2: remove what nothing uses there")
        await program.on_row("2", "web")
        await program.press("u")
        await program.until(lambda: len(scripted.inspected) == 2)
        web = {"Name": "web", "TaskTemplate": {"ContainerSpec": {"Image": "nginx:1.27"}}, "Mode": {}}
        scripted.inspected[-1][2].set_result({"ID": "service-web", "Version": {"Index": 10}, "Spec": web})
        await program.see("wrk2 has it already")
        await program.press("8")
        await program.see("wrk2 must pull it first")
