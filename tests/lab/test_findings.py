"""What is wrong with a real swarm: made, found with its evidence, helped as is offered, and no longer found.

Many troubles at once, each of a service or a node of its own, since a lab costs minutes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from swarmtui.swarm.diagnosis.occupancy import Occupancy
from swarmtui.swarm.diagnosis.scheduling import survey
from tests.lab.cluster import Lab
from tests.lab.cluster.waiting import until
from tests.lab.diagnosing import JSON, Found, Watch, said, service_spec, watching
from tests.lab.driving import confirm, leave, open_on
from tests.patience import DEAD
from tests.scheduler_sentence import assert_same
from tests.terminal import Terminal

SECOND = 1_000_000_000
MIB = 1 << 20

HUNGRY = "head -c 40000000 /dev/zero | tail -c 40000000 >/dev/null && sleep 100000"
"""Needs 40 MB of memory, and is well where it has them."""

FIRST_ENDS = "test $(hostname) = 1 && exit 1; sleep 100000"
"""Fails in the first slot alone, so that the others are there to be taken back."""

STEADY = 900.0
"""Seconds after which tasks that run have got out of any trouble."""

SETTLED = 120.0
"""Seconds after which it is said that tasks stand badly, and that tasks wait long."""


def create(lab: Lab, services: Mapping[str, JSON]) -> None:
    manager = lab.manager()
    for name, spec in services.items():
        manager.post("/services/create", {"Name": name, **spec})


def update(lab: Lab, name: str, **container: Any) -> None:
    """Another image, or other parts of the container's spec."""
    manager = lab.manager()
    service = manager.get(f"/services/{name}")
    spec = service["Spec"]
    spec["TaskTemplate"]["ContainerSpec"].update(container)
    manager.post(f"/services/{service['ID']}/update?version={service['Version']['Index']}", spec)


def set_node(lab: Lab, option: str, *names: str) -> None:
    for name in names:
        lab.manager().docker("node", "update", option, name)


def assert_all(found: Found, expected: Mapping[tuple[str, str], str]) -> None:
    """Each finding says this, in its summary, its evidence or its cause."""
    for key, words in expected.items():
        each = found[key]
        assert words in said(each), each


def help_all(watch: Watch, found: Found, commands: Mapping[tuple[str, str], str]) -> None:
    """Do the first remedy of a command for each of these findings, and see that they go once the tasks have run."""
    for key, command in commands.items():
        watch.follow(next(each for each in found[key].remedies if each.command == command))
    until(lambda: not commands.keys() & watch.later(STEADY).keys(), "what helps to help")


def checked(lab: Lab, tmp_path: Path) -> tuple[int, Collection[tuple[str, str]]]:
    """What `swarmtui check` says: its exit code, and the findings in its JSON."""
    home = {"HOME": str(tmp_path), "DOCKER_HOST": "", "DOCKER_CONTEXT": ""}
    done = subprocess.run(
        [sys.executable, "-m", "swarmtui", "-H", lab.node("n1").url, "check", "--json", "--timeout", str(DEAD)],
        env={**os.environ, **home},
        capture_output=True,
        text=True,
        timeout=DEAD,
        check=False,
    )
    found = json.loads(done.stdout)["findings"]
    return done.returncode, {(each["rule"], each["name"]) for each in found}


def by_keys(terminal: Terminal, name: str, key: str, button: str) -> None:
    """From the list of findings on one service to the yes to what helps."""
    terminal.press("!")
    terminal.wait_for("WHAT IS WRONG")
    terminal.press("/")
    terminal.type(f"service {name}")
    terminal.press("enter")
    terminal.wait_for(rf"▌[✖▲·] \w+ +service {name}\b")
    terminal.wait_for(rf"^ +{key} ")
    terminal.press(key)
    confirm(terminal, button)
    leave(terminal, f"/service {name}")  # the filter


# ------------------------------------------------------------------------------------ tasks that fail


def failing(lab: Lab, data: Path) -> dict[str, JSON]:
    """Services that fail, each in its own way.

    Args:
        data: a directory; one service runs only while there is a file "there" in it.
    """
    web, exits = lab.image("web"), lab.image("exits")
    once = {"MaxAttempts": 1}
    probe = {"Test": ["CMD-SHELL", "wget -q http://localhost:9/"], "Interval": SECOND, "Retries": 1}
    mount = {"Type": "bind", "Source": str(data), "Target": "/data"}
    one: JSON = {"Parallelism": 1, "Monitor": 3 * SECOND}
    pauses, rolls = {**one, "FailureAction": "pause"}, {**one, "FailureAction": "rollback"}
    return {
        "exit1": service_spec(exits),
        "segfault": service_spec(web, "sh", "-c", "sleep 0.5; exit 139"),
        "nocommand": service_spec(web, "nosuchcommand"),
        "noexec": service_spec(web, "/www/index.html"),
        "hungry": service_spec(web, "sh", "-c", HUNGRY, Resources={"Limits": {"MemoryBytes": 24 * MIB}}),
        "once": service_spec(exits, RestartPolicy=once),
        "agent": service_spec(exits, replicas=None, RestartPolicy=once),
        "sick": service_spec(web, Healthcheck=probe),
        "notag": service_spec(lab.image("web:9.9")),
        "nomount": service_spec(web, Mounts=[{**mount, "Source": "/no/such/path"}]),
        "paused": service_spec(web, replicas=2, UpdateConfig=pauses),
        "back": service_spec(web, replicas=2, UpdateConfig=rolls),
        "backing": service_spec(
            web,
            replicas=3,
            UpdateConfig={**rolls, "Parallelism": 0},
            RollbackConfig={"Parallelism": 1, "Delay": 3600 * SECOND},
        ),
        "stuck": service_spec(
            web,
            *("sh", "-c", "test -e /data/there || exit 4; sleep 100000"),
            replicas=3,
            Mounts=[mount],
            UpdateConfig={**rolls, "Parallelism": 0},
            RollbackConfig=pauses,
        ),
    }


FAILING = {
    ("crash-loop", "exit1"): "exit 1 (error)",
    ("crash-loop", "segfault"): "exit 139 (segfault)",
    ("crash-loop", "nocommand"): "The command does not exist in the image",
    ("crash-loop", "noexec"): "The command is there but not executable.",
    ("crash-loop", "hungry"): "more memory than its limit of 24 MiB",
    ("gave-up", "once"): "gave up after 1 restart, its limit: exit 1 (error)",
    ("gave-up", "agent"): "Swarm will start no task for agent.n1, agent.n2, agent.n3",
    ("failing-health-check", "sick"): "health check: wget -q http://localhost:9/ (every 1 s, 1 retry)",
    ("image-not-pulled", "notag"): "web:9.9",
    ("task-rejected", "nomount"): "A bind mount's path is missing on that node.",
    ("update-paused", "paused"): "exit 1 (error)",
    ("rolled-back", "back"): "the update failed: exit 1 (error)",
    ("rolling-back", "backing"): "exit 1 (error)",
    ("rollback-paused", "stuck"): "exit 4",
}

HELPS_FAILING = {
    ("crash-loop", "exit1"): "service.image",
    ("crash-loop", "hungry"): "service.limits",
    ("gave-up", "once"): "service.image",
    ("image-not-pulled", "notag"): "service.image",
}


def test_tasks_that_fail_are_found_with_their_cause_until_they_are_helped(swarm: Lab, tmp_path: Path) -> None:
    data = swarm.state / "bound"
    data.mkdir(exist_ok=True)
    there = data / "there"
    there.touch()
    create(swarm, failing(swarm, data))
    for name in ("paused", "back", "backing", "stuck"):
        swarm.wait_settled(name)
    there.unlink()
    with watching(swarm) as watch:
        for name in ("paused", "back"):
            update(swarm, name, Image=swarm.image("exits"))
        for name in ("backing", "stuck"):
            update(swarm, name, Image=swarm.image("web:1.1"), Hostname="{{.Task.Slot}}", Args=["sh", "-c", FIRST_ENDS])
        found = watch.see_saying(FAILING)
        code, listed = checked(swarm, tmp_path)
        assert code == 1
        assert set(FAILING) - set(listed) <= {("rolling-back", "backing")}
        for name in ("segfault", "nocommand", "noexec", "agent", "sick", "nomount", "back", "backing", "stuck"):
            swarm.manager().delete(f"/services/{name}")  # what fails all the time keeps the machine busy
        with open_on(swarm.node("n1").url, tmp_path) as terminal:
            terminal.wait_for("✖ .* critical")
            by_keys(terminal, "paused", "R", "Roll back paused")
            watch.see_gone(("update-paused", "paused"))
        help_all(watch, found, HELPS_FAILING)
        for name in ("exit1", "hungry", "once", "notag"):
            until(lambda name=name: name not in {who for _, who in watch.later(STEADY)}, f"{name} to be well")  # type: ignore[misc]


# ------------------------------------------------------------------------------------ tasks that wait


def waiting(lab: Lab) -> dict[str, JSON]:
    """Services that no node takes, each for another reason; n5 is drained."""
    web = lab.image("web")
    has = lab.manager().get("/info")
    cpus, memory = has["NCPU"] * SECOND, has["MemTotal"]
    port = {"Protocol": "tcp", "TargetPort": 8080, "PublishedPort": 8088, "PublishMode": "host"}

    def reserved(cpus: int = 0, memory: int = 0) -> JSON:
        return {"Resources": {"Reservations": {"NanoCPUs": cpus, "MemoryBytes": memory}}}

    return {
        "fat": service_spec(web, replicas=4, **reserved(cpus * 6 // 10)),
        "full": service_spec(web, Placement={"Constraints": ["node.hostname==n2"]}, **reserved(0, memory * 95 // 100)),
        "plain": service_spec(web, replicas=None),
        "onessd": service_spec(web, Placement={"Constraints": ["node.labels.disk==ssd"]}),
        "gpu": service_spec(web, Placement={"Constraints": ["node.labels.gpu==true"]}),
        "nowhere": service_spec(web, replicas=None, Placement={"Constraints": ["node.labels.gpu==true"]}),
        "ours": service_spec(web, Placement={"Constraints": ["node.hostname==n5"]}),
        "cpu": service_spec(web, **reserved(cpus * 10)),
        "memory": service_spec(web, **reserved(0, memory * 20)),
        "both": service_spec(web, Placement={"Constraints": ["node.role==worker"]}, **reserved(0, memory * 20)),
        "most": service_spec(web, replicas=6, Placement={"MaxReplicas": 1}),
        "ports": service_spec(web, replicas=6, EndpointSpec={"Ports": [port]}),
        "rival": service_spec(web, EndpointSpec={"Ports": [{**port, "PublishedPort": 8099}]}),
        "logs": service_spec(web, LogDriver={"Name": "nosuchlog"}),
        "platform": service_spec(web, Placement={"Platforms": [{"Architecture": "s390x", "OS": "linux"}]}),
    }


PENDING = {
    ("pending", "gpu"): "no node has gpu=true",
    ("pending", "ours"): "n5 is drained",
    ("pending", "cpu"): "CPUs, at most ",
    ("pending", "memory"): "of memory, at most ",
    ("pending", "both"): "n1, n2 and n3: node.role is manager, not worker",
    ("pending", "most"): "limit of 1 per node reached",
    ("pending", "ports"): "host port 8088 is in use",
    ("pending", "rival"): "host port 8099 is in use by owner",
    ("pending", "logs"): "no node has the log plugin nosuchlog",
    ("pending", "platform"): "no node is linux/s390x",
    ("port-taken-twice", "rival"): "port 8099/tcp already belongs to owner",
    ("constraints-unmet", "nowhere"): "no node has gpu=true",
    ("only-node-for-service", "n3"): "disk=ssd is met by n3 alone",
    ("node-nearly-full", "n2"): "full reserves",
    ("no-memory-limit", "plain"): "n2",
    ("no-room-after-node-loss", "fat"): "1 of 4 replicas would not fit anywhere",
    ("managers-in-one-zone", "the swarm"): "zone=a: 3 nodes",
    ("unused-labels", "the swarm"): "ghost=yes on n4",
}

LATER = {
    ("node-set-aside", "n5"): "ours",
    ("all-on-one-node", "stacked"): "all 2 replicas on n1",
    ("all-in-one-zone", "zoned"): "all 3 replicas in zone a",
}
"""What is told of tasks that stand so for a while."""

HELPS_PENDING = {
    ("pending", "cpu"): "service.limits",
    ("pending", "memory"): "service.limits",
    ("pending", "most"): "service.constraints",
    ("unused-labels", "the swarm"): "node.labels",
}


def test_tasks_that_wait_are_explained_as_the_scheduler_does_and_placed_by_what_is_offered(
    swarm: Lab, tmp_path: Path
) -> None:
    stand_badly(swarm)
    set_node(swarm, "--label-add=ghost=yes", "n4")
    set_node(swarm, "--label-add=disk=ssd", "n3")
    create(swarm, waiting(swarm))
    with watching(swarm) as watch:
        found = watch.see_saying(PENDING)
        badly = watch.see_saying(LATER, after=SETTLED)
        until(lambda: counts_agree(watch), "the scheduler's own counts", interval=0.5)
        code, listed = checked(swarm, tmp_path)
        assert code == 1
        assert set(PENDING) <= set(listed)
        help_all(watch, found, HELPS_PENDING)
        with open_on(swarm.node("n1").url, tmp_path) as terminal:
            terminal.wait_for("✖ .* critical")
            by_keys(terminal, "ports", "s", "Scale ports")
            watch.see_gone(("pending", "ports"))
            by_keys(terminal, "gpu", "L", "Set the labels")
            watch.see_gone(("pending", "gpu"), ("constraints-unmet", "nowhere"))
            by_keys(terminal, "ours", "a", "Activate n5")
            watch.see_gone(("pending", "ours"), ("no-room-after-node-loss", "fat"))
        for key in LATER.keys() - {("node-set-aside", "n5")}:
            name = key[1]
            watch.follow(next(each for each in badly[key].remedies if each.command == "service.force"))
            swarm.wait_settled(name)
        until(lambda: not LATER.keys() - {("all-in-one-zone", "zoned")} & watch.later(SETTLED).keys(), "their end")


def stand_badly(lab: Lab) -> None:
    """Tasks all on one node or in one zone, because the others were away; n5 stays away."""
    set_node(lab, "--label-add=zone=a", "n1", "n2", "n3")
    set_node(lab, "--label-add=zone=b", "n4", "n5")
    set_node(lab, "--availability=drain", "n2", "n3", "n4", "n5")
    lab.service("stacked", replicas=2)
    set_node(lab, "--availability=active", "n2", "n3")
    lab.service("zoned", replicas=3)
    set_node(lab, "--availability=active", "n4")
    lab.service("owner", replicas=None, publish=["mode=host,target=8080,published=8099"])


def counts_agree(watch: Watch) -> bool:
    """Whether each filter refuses as many nodes of each waiting task as the scheduler says of it."""
    cluster, occupancy, seen = watch.cluster, Occupancy(), set[str]()
    for service in cluster.services.values():
        for task in cluster.tasks_of(service.id) or ():
            if task.status.state == "pending" and task.desired_state == "running" and task.status.err:
                try:
                    assert_same(task.status.err, survey(cluster, service, occupancy).counts)
                except AssertionError:  # the scheduler says so again only when it looks again
                    return False
                seen.add(service.name)
    return seen >= {name for rule, name in PENDING if rule == "pending"}


# ------------------------------------------------------------------------------------ nodes and managers


def test_nodes_and_managers_that_are_lost_are_found_until_they_are_back(swarm: Lab, tmp_path: Path) -> None:
    swarm.service("web", replicas=5)
    swarm.service("pinned", replicas=1, constraints=["node.hostname==n5"])
    with watching(swarm) as watch:
        swarm.node("n5").kill()
        swarm.node("n3").kill()
        found = watch.see_saying(
            {
                ("node-down", "n5"): "pinned.1 could not",
                ("node-down", "n3"): "",
                ("quorum-at-limit", "the swarm"): "n3 (10.",
                ("pending", "pinned"): "",
            }
        )
        code, listed = checked(swarm, tmp_path)
        assert code == 1
        assert ("quorum-at-limit", "the swarm") in listed
        quorum = found[("quorum-at-limit", "the swarm")]
        demote, promote = quorum.remedies  # in this order: a fourth manager would have to be there for a majority
        watch.follow(demote)
        watch.see_saying({("even-managers", "the swarm"): "2 managers: an even number"})
        watch.follow(promote)
        watch.see_gone(("quorum-at-limit", "the swarm"), ("even-managers", "the swarm"))
        swarm.node("n5").restart()
        watch.see_gone(("node-down", "n5"), ("pending", "pinned"))
