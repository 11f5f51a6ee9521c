"""More of what is wrong with a real swarm: tasks that stand still on their way, the root CA, nodes that come and go.

What only shows after a long time is asked of the snapshot as it is: what would be found later if nothing moved.
"""

from __future__ import annotations

import re
import signal
from pathlib import Path

from swarmtui.swarm.diagnosis.occupancy import Occupancy
from swarmtui.swarm.diagnosis.scheduling import survey
from tests.lab.cluster import Lab
from tests.lab.cluster.commands import run
from tests.lab.cluster.errors import EngineError
from tests.lab.cluster.waiting import until
from tests.lab.diagnosing import JSON, Watch, said, service_spec, watching
from tests.lab.driving import kill_task
from tests.lab.test_findings import create
from tests.scheduler_sentence import is_same

SECOND = 1_000_000_000
LONG = 900.0
"""Seconds after which a task, or a rotation, has stood still for long."""

ELEVEN_MONTHS = 345 * 86400.0
"""Seconds. A swarm takes no root that is valid for less than a year (swarmkit manager/controlapi/ca_rotation.go)."""


def gpus(number: int) -> JSON:
    wanted = [{"DiscreteResourceSpec": {"Kind": "gpu", "Value": number}}]
    return {"Resources": {"Reservations": {"GenericResources": wanted}}}


def declared(lab: Lab) -> dict[str, int]:
    """How many GPUs each node that is ready has told the swarm of."""
    found = {}
    for node in lab.manager().get("/nodes"):
        resources = node["Description"]["Resources"].get("GenericResources") or []
        if resources and node["Status"]["State"] == "ready":
            values = (each.get("DiscreteResourceSpec", {"Value": 1})["Value"] for each in resources)
            found[node["Description"]["Hostname"]] = sum(values)
    return found


def test_generic_resources_are_counted_as_the_scheduler_counts_them(swarm: Lab) -> None:
    for name, gpus_of in (("n4", ["gpu=a", "gpu=b"]), ("n5", ["gpu=1"])):
        swarm.node(name).engine.declare(*gpus_of)
        swarm.node(name).restart()
    until(lambda: declared(swarm) == {"n4": 2, "n5": 1}, "the swarm to know of the resources")
    try:
        create(swarm, {"train": service_spec(swarm.image("web"), replicas=4, **gpus(1))})
        with watching(swarm) as watch:
            found = watch.see_saying({("pending", "train"): "needs 1 gpu, at most 0 free"})
            until(lambda: _is_told_alike(watch, "train"), "the scheduler's sentence about all nodes")
            watch.follow(next(each for each in found["pending", "train"].remedies if each.command == "service.scale"))
            watch.see_gone(("pending", "train"))
            swarm.wait_settled("train")
    finally:
        swarm.remove_services()
        for name in ("n4", "n5"):
            swarm.node(name).engine.declare()
            swarm.node(name).restart()


def _is_told_alike(watch: Watch, name: str) -> bool:
    """Whether the scheduler says the same; when it has just placed some of the tasks, it tells of fewer nodes."""
    cluster = watch.cluster
    service = next(each for each in cluster.services.values() if each.name == name)
    waiting = next((each for each in cluster.tasks_of(service.id) or () if each.status.state == "pending"), None)
    return waiting is not None and is_same(waiting.status.err, survey(cluster, service, Occupancy()).counts)


def standing_still(lab: Lab, network: str) -> dict[str, JSON]:
    """Services whose tasks do not get on, each in another state."""
    web = lab.image("web")
    check = {"Test": ["CMD", "false"], "Interval": SECOND, "StartPeriod": 600 * SECOND}
    return {
        "crowded": service_spec(web, replicas=12, Networks=[{"Target": network}]),
        "pulling": service_spec(lab.image("web:1.2"), Placement={"Constraints": ["node.hostname==n5"]}),
        "slow": service_spec(web, Healthcheck=check),
    }


def forget_image(lab: Lab, node: str, image: str) -> None:
    """A task on the node has to pull it."""
    name = lab.image(image)
    if lab.node(node).docker("image", "ls", "--quiet", name):
        lab.node(node).docker("image", "rm", "--force", name)


STANDING_STILL = {
    ("stuck-new", "crowded"): "waits for an address in its network",
    ("stuck-preparing", "pulling"): "web:1.2 is still not there",
    ("stuck-starting", "slow"): "health check: false (every 1 s",
}


def test_tasks_that_stand_still_are_found_in_each_state(swarm: Lab) -> None:
    subnet = {"Driver": "overlay", "IPAM": {"Config": [{"Subnet": "10.210.0.0/29"}]}}
    network = swarm.manager().post("/networks/create", {"Name": "crowded", **subnet})["Id"]
    forget_image(swarm, "n5", "web:1.2")
    services = standing_still(swarm, network)
    pulling = {"pulling": services.pop("pulling")}
    try:
        create(swarm, services)
        with watching(swarm) as watch:
            _stand_still(watch, *services)
            swarm.registry.pause()  # not before the other services have their image
            create(swarm, pulling)
            _stand_still(watch, *services, *pulling)
            swarm.registry.resume()
            _gone(watch, ("stuck-preparing", "pulling"))
            swarm.manager().docker("service", "scale", "--detach", "crowded=1")
            _gone(watch, ("stuck-new", "crowded"))
            swarm.manager().docker("service", "update", "--detach", "--quiet", "--no-healthcheck", "slow")
            _gone(watch, ("stuck-starting", "slow"))
    finally:
        swarm.registry.resume()
        swarm.remove_services()
        until(lambda: _removed(swarm, network), "the network to be free")


def test_a_task_that_failed_once_is_told_until_it_has_run_for_a_while(swarm: Lab) -> None:
    swarm.service("web", replicas=2)
    with watching(swarm) as watch:
        kill_task(swarm, "web", 1)
        watch.see_saying({("task-failed", "web"): "exit 137"})
        until(lambda: ("task-failed", "web") not in watch.later(LONG), "the end of the doubt")


def changes_of(watch: Watch, node: str) -> int:
    """How many changes of a node are told by the finding that it is flapping. A busy machine loses one more often."""
    finding = watch.found().get(("node-flapping", node))
    told = re.search(r"flapping: (\d+) changes", said(finding)) if finding is not None else None
    return int(told[1]) if told is not None else 0


def test_a_node_that_comes_and_goes_is_flapping_and_one_manager_is_no_safety(swarm: Lab) -> None:
    leader = swarm.leader().name  # it cannot be demoted as long as it hears too little of the others
    with watching(swarm, leader) as watch:
        for _ in range(2):
            swarm.node("n5").kill()
            watch.see(("node-down", "n5"))
            swarm.node("n5").restart()
            watch.see_gone(("node-down", "n5"))
        until(lambda: changes_of(watch, "n5") >= 4, "n5 to be flapping, by its going twice and coming back")
        for name in {"n1", "n2", "n3"} - {leader}:
            demote(swarm, name)
        found = watch.see(("one-manager", "the swarm"))
        for remedy in found["one-manager", "the swarm"].remedies:
            watch.follow(remedy)
        watch.see_gone(("one-manager", "the swarm"))


def test_the_root_ca_that_expires_soon_and_its_rotation_that_hangs(swarm: Lab, tmp_path: Path) -> None:
    key, root = tmp_path / "key.pem", tmp_path / "root.pem"
    new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "400", "-subj", "/CN=soon"]
    run(["openssl", "req", "-x509", *new, "-keyout", key, "-out", root])
    with watching(swarm) as watch:
        swarm.manager().docker("swarm", "ca", "--rotate", "--quiet", f"--ca-cert={root}", f"--ca-key={key}")
        expires = ("root-certificate-expires", "the swarm")
        watch.see_saying({expires: "root certificate expires in"}, after=ELEVEN_MONTHS)
        swarm.node("n5").kill()
        swarm.wait_node("n5", "down")
        swarm.manager().docker("swarm", "ca", "--rotate", "--detach")
        hangs = ("root-rotation-hangs", "the swarm")
        watch.see_saying({hangs: "n5 not ready"}, after=LONG)
        swarm.node("n5").restart()
        watch.see_gone(("node-down", "n5"))
        until(lambda: hangs not in watch.later(LONG), "the end of the rotation")
        until(lambda: expires not in watch.later(ELEVEN_MONTHS), "another root")


def test_no_quorum_is_told_from_a_manager_that_is_left(swarm: Lab) -> None:
    with watching(swarm) as watch:
        for name in ("n2", "n3"):
            swarm.node(name).host.signal("dockerd", signal.SIGKILL)
        watch.see_saying({("no-quorum", "the swarm"): "no quorum"})
        for name in ("n2", "n3"):
            swarm.node(name).restart()
        watch.see_gone(("no-quorum", "the swarm"))


def _stand_still(watch: Watch, *names: str) -> None:
    """Wait until these services are found to stand still."""
    watch.see_saying({key: words for key, words in STANDING_STILL.items() if key[1] in names}, after=LONG)


def demote(lab: Lab, name: str) -> None:
    """Until it takes itself for a worker: before, it cannot be promoted again. An engine refuses while a majority could
    be lost: that may be so for a moment after another change of the managers.
    """
    until(
        lambda: lab.manager().docker("node", "demote", name),
        f"the demotion of {name}",
        interval=0.5,
        detail=lambda: lab.manager().docker("node", "ls"),
    )
    until(lambda: not lab.node(name).get("/info")["Swarm"]["ControlAvailable"], f"{name} to be a worker itself")


def _gone(watch: Watch, key: tuple[str, str]) -> None:
    until(lambda: key not in watch.later(LONG), f"the end of {key}", interval=0.5)


def test_a_manager_that_the_others_do_not_reach(swarm: Lab) -> None:
    """What comes to it is dropped, so the leader hears nothing of it in Raft; its own engine still tells the leader."""
    leader = swarm.leader()
    lost = next(node for node in swarm.nodes[:3] if node.name not in ("n1", leader.name))
    with watching(swarm) as watch:
        lost.run("iptables", "-A", "INPUT", "-p", "tcp", "--dport", "2377", "-j", "DROP")
        words = {("manager-unreachable", lost.name): "manager unreachable, although the node is ready"}
        found = watch.see_saying(words)
        watch.follow(
            next(each for each in found["manager-unreachable", lost.name].remedies if each.command == "node.demote")
        )
        watch.see_gone(*words)


def _removed(lab: Lab, network: str) -> bool:
    try:
        lab.manager().delete(f"/networks/{network}")
    except EngineError:
        return False
    return True
