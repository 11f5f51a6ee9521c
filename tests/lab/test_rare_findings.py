"""What is rarely wrong with a real swarm, and hard to make: made all the same, found, helped and no longer found.

Not here: `manager-locked`, since the program shows nothing but that then (test_faults.py); `clock-drift`, since all
engines of one machine have its clock; `mixed-digests`, since Swarm replaces the tasks of an older digest at once; and
`global-gaps`, since an engine keeps the last task of each node, which then tells more (`gave-up`).
"""

from __future__ import annotations

import signal
from base64 import b64encode
from pathlib import Path

from tests.lab.cluster import Lab, Node
from tests.lab.cluster.waiting import until
from tests.lab.diagnosing import Watch, service_spec, watching
from tests.lab.refusing_proxy import refusing
from tests.lab.test_findings import create
from tests.lab.test_other_findings import demote

LONG = 900.0
"""Seconds after which what does not move has stood still for long."""

DOCKERD = Path("/usr/sbin/dockerd")


# ------------------------------------------------------------------------------------ services and lists


def test_a_secret_that_is_gone_and_a_list_that_a_proxy_refuses(swarm: Lab) -> None:
    without_its_secret(swarm)
    proxied = swarm.state / "proxy.sock"
    gone, refused = ("missing-file", "keyed"), ("lists-refused", "the swarm")
    with refusing(proxied, swarm.node("n1").socket, "secrets") as proxy, watching(swarm) as watch:
        found = watch.see_saying({gone: "secret key does not exist"}, after=LONG)

        with watching(swarm, url=f"unix://{proxied}") as other:
            other.see_saying({refused: "secrets: "})
            assert gone not in other.later(LONG)  # a secret that is not known to be there is not known to be gone
            proxy.refused = None
            other.refresh()
            other.see_gone(refused)

        assert "service.rollback" in {each.command for each in found[gone].remedies}
        until(lambda: roll_back_as_the_program_does(swarm, "keyed"), "the rollback, upon its newest version")
        until(lambda: gone not in watch.later(LONG), "its end", interval=0.5)
        swarm.wait_settled("keyed")


def without_its_secret(lab: Lab) -> None:
    """A service rolled back to a spec whose secret has been removed since: an engine looks only at the present spec."""
    manager = lab.manager()
    secret = manager.post("/secrets/create", {"Name": "key", "Data": b64encode(b"secret").decode()})["ID"]
    name = "keyed"
    manager.docker("service", "create", "--detach", "--quiet", "--name", name, "--secret=key", lab.image("web"))
    lab.wait_settled(name)
    manager.docker("service", "update", "--detach", "--quiet", "--secret-rm=key", name)
    lab.wait_settled(name)
    manager.delete(f"/secrets/{secret}")
    manager.docker("service", "rollback", "--detach", "--quiet", name)


def roll_back_as_the_program_does(lab: Lab, name: str) -> bool:
    """It sends the spec that it goes back to. Docker's own program sends the present one, and the engine refuses that
    since the secret is gone.
    """
    service = lab.manager().get(f"/services/{name}")
    options = f"version={service['Version']['Index']}&rollback=previous"
    lab.manager().post(f"/services/{service['ID']}/update?{options}", service["PreviousSpec"])
    return True


# ------------------------------------------------------------------------------------ a node that hangs


def test_a_node_that_hangs_unnoticed_and_then_the_loss_of_the_leader(swarm: Lab) -> None:
    leader = swarm.leader()
    through = next(node.name for node in swarm.nodes[:3] if node.name != leader.name)
    # It is down before it comes back: an engine that registers in the moment in which its silence is noticed stays down
    # for ever (swarmkit, manager/dispatcher: register marks it ready before the old registration is gone).
    swarm.node("n5").kill()
    swarm.wait_node("n5", "down")
    swarm.manager().docker("swarm", "update", "--dispatcher-heartbeat=5m")  # a silent node counts as ready for long
    try:
        swarm.node("n5").restart()
        swarm.wait_node("n5", "ready")
        create(swarm, {"web": service_spec(swarm.image("web"), replicas=5, Placement={"MaxReplicas": 1})})
        swarm.wait_settled("web")
        with watching(swarm, through) as watch:
            see_a_task_that_does_not_start(swarm, watch)
            leader.host.signal("dockerd", signal.SIGKILL)
            short = ("short-of-replicas", "web")
            watch.see_saying({short: "The managers wait for these nodes to answer."})
            swarm.node("n5").resume()
            leader.restart()
            watch.see_gone(short)
            until(lambda: ("stuck-assigned", "late") not in watch.later(LONG), "the task to be started", interval=0.5)
    finally:
        swarm.swarm.rebuild()  # the nodes that stay would keep the long time until they are heard next


def see_a_task_that_does_not_start(lab: Lab, watch: Watch) -> None:
    """n5 hangs, and is given a task."""
    lab.node("n5").stop()
    create(lab, {"late": service_spec(lab.image("web"), Placement={"Constraints": ["node.hostname==n5"]})})
    stuck = ("stuck-assigned", "late")
    found = watch.see_saying({stuck: "its node does not start it"}, after=LONG)
    watch.follow(next(each for each in found[stuck].remedies if each.command == "service.force"))


# ------------------------------------------------------------------------------------ managers and engines


def test_too_many_managers_two_on_one_host_and_an_engine_of_another_version(swarm: Lab) -> None:
    older = with_another_version(swarm.node("n5"))
    with watching(swarm) as watch:
        differ, many = ("engine-versions-differ", "the swarm"), ("too-many-managers", "the swarm")
        twins = ("managers-on-one-host", "the swarm")
        watch.see_saying({differ: f"n5 runs {older}"})
        joined = [join(swarm, "x1", behind=swarm.node("n2")), join(swarm, "x2"), join(swarm, "x3")]
        for name in ("n4", "n5"):
            swarm.insist("node", "promote", name)
        found = watch.see_saying({many: "8 managers: more than 7", twins: "n2 and x1 fail together"})
        watch.follow(found[many].remedies[0])
        watch.see_gone(many)
        for node in joined:
            demote(swarm, node.name)
        watch.see_gone(twins)
        swarm.node("n5").run("umount", "--lazy", DOCKERD)  # the engine runs from it
        swarm.node("n5").restart()
        watch.see_gone(differ)


def with_another_version(node: Node) -> str:
    """Let a node's engine be one that calls itself otherwise; returns its version."""
    version = str(node.get("/version")["Version"])
    other = ("1" if version[0] != "1" else "2") + version[1:]
    program = node.host.directory / "dockerd"
    program.write_bytes(DOCKERD.read_bytes().replace(version.encode(), other.encode()))
    program.chmod(0o755)
    node.run("mount", "--bind", program, DOCKERD)
    node.restart()
    return other


def join(lab: Lab, name: str, behind: Node | None = None) -> Node:
    """One more manager.

    Args:
        behind: the node whose address it has for others, which passes on what comes to a port.
    """
    node, manager = lab.fresh_engine(name), lab.manager()
    if behind is not None:
        to = [
            "-p",
            "tcp",
            "-d",
            behind.address,
            "--dport",
            "2378",
            "-j",
            "DNAT",
            f"--to-destination={node.address}:2377",
        ]
        behind.run("iptables", "-t", "nat", "-A", "PREROUTING", *to)
        behind.run("iptables", "-t", "nat", "-A", "OUTPUT", *to)
        behind.run("iptables", "-t", "nat", "-A", "POSTROUTING", "-d", node.address, "-j", "MASQUERADE")
        behind.run("iptables", "-I", "FORWARD", "-p", "tcp", "-j", "ACCEPT")
    body = {
        "ListenAddr": "0.0.0.0:2377",
        "AdvertiseAddr": f"{behind.address}:2378" if behind is not None else f"{node.address}:2377",
        "RemoteAddrs": [f"{manager.address}:2377"],
        "JoinToken": manager.get("/swarm")["JoinTokens"]["Manager"],
    }
    node.post("/swarm/join", body)
    return node
