"""The events that happen to both swarms, and what each looks like afterwards.

Each leaves the swarm to the next one; the last two break it. Only what does not depend on chance is observed: which
node gets one task more is decided by its ID, how often something failed by time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container
from functools import partial
from typing import Any

from tests.lab.cluster.waiting import together
from tests.patience import Deadline

from .observation import Observation
from .target import Target

Task = dict[str, Any]

ANSWER = 10.0
"""Seconds by the clock in which an engine that answers does so, on a busy machine, too."""
ENDED = ("complete", "failed", "rejected", "shutdown")
UPDATE = ("--update-parallelism", "1", "--update-delay", "0s", "--update-monitor", "2s", "--stop-grace-period", "1s")


def create(target: Target, name: str, *options: str, image: str = "web", command: tuple[str, ...] = ()) -> None:
    target.do("service", "create", "--detach", "--quiet", "--name", name, *options, target.image(image), *command)


def remove(target: Target, *names: str) -> None:
    """Remove services and wait until nothing of them is left."""
    ids = {each["ID"] for each in target.get("/services") if each["Spec"]["Name"] in names}
    target.do("service", "rm", *names)
    for name in names:
        target.wait(partial(_gone, target, name), f"{name} to be gone")
    target.wait(lambda: not unfinished(target.get("/tasks"), ids), "the tasks of removed services to end")


def _gone(target: Target, name: str) -> bool:
    return target.request("GET", f"/services/{name}")[0] == 404


def unfinished(tasks: list[Task], services: set[str]) -> list[Task]:
    """Those that go on: tasks of a job that was removed stay for ever, ended."""
    own = [task for task in tasks if task["ServiceID"] in services]
    return [task for task in own if task["DesiredState"] != "complete" and task["Status"]["State"] not in ENDED]


def wait_stopped(target: Target, name: str) -> None:
    """Wait until the tasks of a service that are to stop have: one may still do so when another runs."""

    def stopped() -> bool:
        stopping = [task for task in target.tasks(name) if task["DesiredState"] == "shutdown"]
        return all(task["Status"]["State"] in ENDED for task in stopping)

    target.wait(stopped, f"the old tasks of {name} to stop")


def running(tasks: list[Task]) -> list[Task]:
    return [task for task in tasks if task["DesiredState"] == "running" and task["Status"]["State"] == "running"]


def spread(tasks: list[Task]) -> list[int]:
    """How many tasks the nodes have, from the fullest on."""
    return sorted(Counter(task["NodeID"] for task in running(tasks)).values(), reverse=True)


def kinds(tasks: list[Task]) -> list[dict[str, str]]:
    """The ways in which tasks are, without how often."""
    ways = {
        (task["DesiredState"], status["State"], status.get("Message", ""), status.get("Err", ""))
        for task in tasks
        for status in [task["Status"]]
    }
    return [dict(zip(("desired", "state", "message", "error"), way, strict=True)) for way in sorted(ways)]


def update_of(target: Target, name: str) -> dict[str, Any]:
    """How an update stands."""
    found = target.get(f"/services/{name}").get("UpdateStatus", {})
    return {"state": found.get("State", ""), "message": found.get("Message", "")}


# --- events of one service; all of them happen at the same time ---


def scaling(target: Target) -> object:
    create(target, "scaling", "--replicas", "4")
    target.wait_running("scaling", 4)
    first = {task["ID"] for task in running(target.tasks("scaling"))}
    followed = target.do("service", "scale", "scaling=7").splitlines()
    target.wait_running("scaling", 7)
    more = target.tasks("scaling")
    target.do("service", "scale", "--detach", "scaling=2")
    target.wait(lambda: len(target.tasks("scaling")) == 2, "the tasks of five slots to go")
    less = target.tasks("scaling")
    return {
        "followed": followed[-1],
        "kept": len(first & {task["ID"] for task in more}),
        "slots": sorted(task["Slot"] for task in more),
        "spread": spread(more),
        "kinds": kinds(less),
    }


def updating(target: Target) -> object:
    create(target, "updating", "--replicas", "3", *UPDATE)
    target.wait_running("updating", 3)
    target.do("service", "update", "--detach", "--image", target.image("web:1.1"), "updating")
    target.wait(lambda: update_of(target, "updating")["state"] == "completed", "the update to be completed")
    wait_stopped(target, "updating")
    tasks = target.tasks("updating")
    images = Counter(task["Spec"]["ContainerSpec"]["Image"].partition("@")[0] for task in running(tasks))
    return {"update": update_of(target, "updating"), "running": sorted(images.items()), "kinds": kinds(tasks)}


def failing_update(target: Target) -> object:
    create(target, "failing", "--replicas", "2", *UPDATE, "--update-failure-action", "rollback")
    target.wait_running("failing", 2)
    target.do("service", "update", "--detach", "--image", target.image("exits"), "failing")
    target.wait(lambda: update_of(target, "failing")["state"] == "rollback_completed", "the rollback to be completed")
    target.wait_running("failing", 2)
    wait_stopped(target, "failing")
    spec = target.get("/services/failing")["Spec"]["TaskTemplate"]["ContainerSpec"]
    return {
        "update": update_of(target, "failing"),
        "image": spec["Image"].partition("@")[0],
        "kinds": kinds([task for task in target.tasks("failing") if task["DesiredState"] == "shutdown"]),
    }


def pausing_update(target: Target) -> object:
    create(target, "pausing", "--replicas", "2", *UPDATE, "--restart-delay", "30s")
    target.wait_running("pausing", 2)
    target.do("service", "update", "--detach", "--image", target.image("nosuch"), "pausing")
    target.wait(lambda: update_of(target, "pausing")["state"] == "paused", "the update to be paused")
    return {"update": update_of(target, "pausing"), "running": len(running(target.tasks("pausing")))}


def crashing(target: Target) -> object:
    create(target, "crashing", "--restart-delay", "0s", "--restart-max-attempts", "2", image="exits")

    def given_up() -> bool:
        tasks = target.tasks("crashing")
        ways = {(task["Status"]["State"], task["DesiredState"]) for task in tasks}
        return len(tasks) == 3 and ways == {("failed", "shutdown")}

    target.wait(given_up, "crashing to be given up")
    tasks = target.tasks("crashing")
    code = {task["Status"]["ContainerStatus"]["ExitCode"] for task in tasks}
    return {"tasks": len(tasks), "exit codes": sorted(code), "kinds": kinds(tasks)}


def _pending(target: Target, name: str, *options: str, count: int = 1) -> object:
    """A service of which so many tasks have no node."""
    create(target, name, *options)

    def waiting() -> list[Task]:
        return [
            task for task in target.tasks(name) if task["Status"]["State"] == "pending" and task["Status"].get("Err")
        ]

    target.wait(lambda: len(waiting()) == count, f"{count} tasks of {name} to be pending")
    return {"kinds": kinds(waiting()), "assigned": sum("NodeID" in task for task in waiting())}


def impossible_constraint(target: Target) -> object:
    return _pending(target, "nowhere", "--constraint", "node.labels.lab==nowhere")


def impossible_reservation(target: Target) -> object:
    return _pending(target, "greedy", "--reserve-memory", "900g")


def too_many_per_node(target: Target) -> object:
    return _pending(target, "dense", "--replicas", "6", "--replicas-max-per-node", "1")


def busy_port(target: Target) -> object:
    return _pending(target, "ports", "--replicas", "6", "--publish", "mode=host,target=8080,published=8099")


def global_service(target: Target) -> object:
    create(target, "everywhere", "--mode", "global", "--constraint", "node.role==manager")
    target.wait_running("everywhere", 3)
    tasks = target.tasks("everywhere")
    return {"spread": spread(tasks), "slots": sum("Slot" in task for task in tasks), "kinds": kinds(tasks)}


def job(target: Target) -> object:
    create(target, "job", "--mode", "replicated-job", "--replicas", "3", image="web:1.2", command=("true",))

    def complete() -> bool:
        return [task["Status"]["State"] for task in target.tasks("job")] == ["complete"] * 3

    target.wait(complete, "the job to be complete")
    return {"kinds": kinds(target.tasks("job")), "status": target.get("/services/job")["JobStatus"]["JobIteration"]}


SERVICES = (
    *(scaling, updating, failing_update, pausing_update, crashing, impossible_constraint),
    *(impossible_reservation, too_many_per_node, busy_port, global_service, job),
)


# --- events of the swarm, one after the other ---


def draining(target: Target) -> object:
    """A node is drained: its tasks move, those of global services stop; nothing comes back by itself."""
    create(target, "moved", "--replicas", "5", "--stop-grace-period", "1s")
    create(target, "agent", "--mode", "global", "--stop-grace-period", "1s")
    target.wait_running("moved", 5)
    target.wait_running("agent", 5)
    node, host = target.id("n5"), target.host("n5")
    target.do("node", "update", "--availability", "drain", host)
    target.wait(lambda: _ended(target, "moved", node) and _ended(target, "agent", node), "n5 to be empty")
    target.wait_running("moved", 5)
    moved, agent = target.tasks("moved"), target.tasks("agent")
    target.do("node", "update", "--availability", "active", host)
    target.wait_running("agent", 5)
    after = {
        "spread": spread(moved),
        "moved away": kinds([task for task in moved if task["NodeID"] == node]),
        "agents": spread(agent),
        "agents away": kinds([task for task in agent if task["NodeID"] == node]),
        "back": sum(task["NodeID"] == node for task in running(target.tasks("moved"))),
    }
    remove(target, "moved", "agent")
    return after


def _ended(target: Target, name: str, node: str) -> bool:
    tasks = [task for task in target.tasks(name) if task.get("NodeID") == node]
    return all(task["Status"]["State"] == "shutdown" for task in tasks)


def dying(target: Target) -> object:
    """A worker loses power: it is down after its heartbeat has been missed, and its tasks are replaced."""
    create(target, "survivor", "--replicas", "5")
    target.wait_running("survivor", 5)
    node = target.id("n5")
    target.faults.kill("n5")
    target.wait(lambda: target.get(f"/nodes/{node}")["Status"]["State"] == "down", "n5 to be down")

    def replaced() -> bool:
        tasks = running(target.tasks("survivor"))
        return len([task for task in tasks if task["NodeID"] != node]) >= 5

    target.wait(replaced, "five tasks elsewhere")
    tasks = target.tasks("survivor")
    found = target.get(f"/nodes/{node}")
    status = {key: value for key, value in found["Status"].items() if key != "Addr"}
    after = {
        "node": {**status, "availability": found["Spec"]["Availability"]},
        "left behind": kinds([task for task in tasks if task["NodeID"] == node]),
        "elsewhere": spread([task for task in tasks if task["NodeID"] != node]),
        "counted": target.get('/services?status=true&filters={"name":["survivor"]}')[0]["ServiceStatus"],
    }
    target.do("service", "rm", "survivor")
    return after


def losing_quorum(target: Target) -> object:
    """Two of three managers lose power: old answers at first, then none."""
    leader = _leader(target)
    for node in ("n1", "n2", "n3"):
        if node != leader:
            target.faults.kill(node)
    within = Deadline(25)
    stale = target.request("GET", "/nodes", node=leader, timeout=ANSWER)[0]
    in_time = at_once = True

    def hangs() -> bool:
        nonlocal in_time, at_once
        in_time, at_once = not within.over, within.taken < 5  # before it is asked what may not be answered
        return not _answers(target, leader)

    target.wait(hangs, "reads to hang")
    return {"at first": stale, "hangs within 25 s": in_time, "hangs at once": at_once}


def _leader(target: Target) -> str:
    entries = target.get("/nodes")
    leader = next(entry for entry in entries if entry.get("ManagerStatus", {}).get("Leader"))
    return target.names[leader["Description"]["Hostname"]]


def _answers(target: Target, node: str) -> bool:
    try:
        status, _ = target.request("GET", "/nodes", node=node, timeout=ANSWER)
    except TimeoutError:
        return False
    return status == 200


SWARM: tuple[Callable[[Target], object], ...] = (draining, dying, losing_quorum)


def play_services(target: Target, names: Container[str] | None = None) -> dict[str, Observation]:
    """Let all happen that happens to one service; what was observed, by the name of the event.

    Args:
        names: only these events.
    """
    events = [each for each in SERVICES if names is None or each.__name__ in names]
    seen = dict(zip((each.__name__ for each in events), together(lambda each: each(target), events), strict=True))
    remove(target, *(str(each["Spec"]["Name"]) for each in target.get("/services")))
    return {name: target.of_json(200, value) for name, value in seen.items()}


def play_swarm(target: Target) -> dict[str, Observation]:
    """Let all happen that happens to the swarm, which is broken afterwards."""
    return {event.__name__: target.of_json(200, event(target)) for event in SWARM}
