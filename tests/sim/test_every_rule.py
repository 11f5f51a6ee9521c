"""Each rule on the embedded swarm: its trouble is made and found, ended and no longer found."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from swarmtui.sim.agent.images import Behaviour
from swarmtui.sim.cluster import Cluster
from swarmtui.sim.populate import swarm_of
from swarmtui.swarm.diagnosis.rulebook import RULES
from tests.sim.rig import JSON, SECOND, Rig
from tests.sim.test_findings_go import Doctor
from tests.unit.swarm.diagnosis.test_swarm import ROOT_OF_19_DAYS

GIB = 1 << 30
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Trouble:
    """How to cause what a rule finds, and how to end it.

    Attributes:
        make: causes it.
        words: a regular expression that the finding's summary matches.
        end: ends it.
        rig: makes the swarm.
        lasts: seconds until it is found, and until it is gone.
    """

    make: Callable[[Rig], object]
    words: str
    end: Callable[[Rig], object]
    rig: Callable[[], Rig] = Rig
    lasts: float = 100.0


def labelled(*values: str) -> Callable[[Rig], None]:
    """The zones of m1, m2, m3, w1 and w2."""

    def make(rig: Rig) -> None:
        for name, value in zip(("m1", "m2", "m3", "w1", "w2"), values, strict=True):
            rig.set_node(name, Labels={"zone": value})

    return make


def drained(rig: Rig, *names: str, then: str = "active") -> None:
    """web, made while these nodes are drained."""
    for name in names:
        rig.set_node(name, Availability="drain")
    rig.create("web", replicas=3)
    rig.settle("web", 3)
    for name in names:
        rig.set_node(name, Availability=then)


def zoned(rig: Rig) -> None:
    labelled("a", "a", "a", "b", "b")(rig)
    drained(rig, "w1", "w2")


def on_ssd(rig: Rig, labels: dict[str, str]) -> None:
    """web runs on w1 alone, which has these labels."""
    rig.set_node("w1", Labels=labels)
    rig.create("web", replicas=1, Placement={"Constraints": ["node.labels.disk==ssd"]})


def demoted(rig: Rig) -> None:
    for name in ("m8", "m9"):
        rig.set_node(name, Role="worker")


def forced(rig: Rig) -> None:
    rig.update("web", lambda spec: spec["TaskTemplate"].update(ForceUpdate=1))


def removed(rig: Rig) -> None:
    rig.engine.services.remove("web")


def reserved(cpus: int = 0, memory: float = 0) -> JSON:
    return {"Reservations": {"NanoCPUs": cpus * SECOND, "MemoryBytes": int(memory * GIB)}}


def taken(rig: Rig) -> None:
    port = {"Protocol": "tcp", "TargetPort": 80, "PublishedPort": 8080, "PublishMode": "host"}
    rig.create("proxy", replicas=None, EndpointSpec={"Ports": [port]})
    rig.settle("proxy", 5)
    rig.create("web", replicas=1, EndpointSpec={"Ports": [port]})


def behaves(**of: object) -> Callable[[Rig], None]:
    """web, of an image that does so."""

    def make(rig: Rig) -> None:
        rig.cluster.faults.image("web:odd", Behaviour(**of))  # type: ignore[arg-type]
        rig.create("web", "web:odd", replicas=1)

    return make


def forgotten(rig: Rig) -> None:
    """A task of a global service ended for good, and the swarm has forgotten it."""
    rig.create("web", replicas=None, RestartPolicy={"Condition": "none"})
    rig.settle("web", 5)
    ended = rig.tasks("web", node=rig.node("w2")["ID"])[0]["ID"]
    rig.cluster.faults.crash(ended)
    rig.advance(20.0)
    rig.cluster.store.delete_task(rig.cluster.store.tasks[ended])


def rolled_back_into_trouble(rig: Rig) -> None:
    """An update fails in one slot of three, and its rollback fails too."""
    pauses: JSON = {"Parallelism": 1, "Monitor": 10 * SECOND, "FailureAction": "pause"}
    rig.create("web", replicas=3, RollbackConfig=pauses)
    rig.settle("web", 3)
    rig.image("web", "web:2", Parallelism=0, Monitor=30 * SECOND, FailureAction="rollback")
    rig.until(lambda: len([each for each in rig.running("web") if "web:2" in str(each["Spec"])]) == 3)
    rig.cluster.faults.image("web:1", Behaviour(exits_after=2.0))
    rig.cluster.faults.crash(rig.running("web")[0]["ID"])


def off_the_time(rig: Rig) -> None:
    rig.cluster.faults.set_clock("w1", 90.0)
    rig.create("web", replicas=None)


def on_time(rig: Rig) -> None:
    rig.cluster.faults.set_clock("w1", 0.0)
    forced(rig)


def without_its_secret(rig: Rig) -> None:
    """Rolled back to a spec whose secret has been removed since: an engine looks only at the present spec."""
    secret = rig.engine.secrets.create({"Name": "key", "Data": "c2VjcmV0"})
    reference = {"SecretID": secret, "SecretName": "key", "File": {"Name": "key", "UID": "0", "GID": "0", "Mode": 292}}
    rig.create("web", replicas=1, ContainerSpec={"Image": "web:1", "Secrets": [reference]})
    rig.settle("web", 1)
    rig.update("web", lambda spec: spec["TaskTemplate"]["ContainerSpec"].pop("Secrets"))
    rig.advance(30.0)
    rig.engine.secrets.remove(secret)
    back(rig, "Spec")  # as docker's program does
    rig.until(lambda: any("secret store" in str(each["Status"].get("Err")) for each in rig.tasks("web")))


def back(rig: Rig, sent: str = "PreviousSpec") -> None:
    """web as it was before its last change.

    Args:
        sent: the spec that is sent along, which an engine only checks.
    """
    service = rig.engine.services.inspect("web")
    rig.engine.services.update("web", service["Version"]["Index"], service[sent], rollback="previous")


def rotate(rig: Rig) -> None:
    """Rotate the root CA, as its dialog does."""
    found = rig.engine.swarm.inspect()
    authority = found["Spec"]["CAConfig"]
    changed = {**authority, "ForceRotate": authority.get("ForceRotate", 0) + 1}
    rig.engine.swarm.update(found["Version"]["Index"], {**found["Spec"], "CAConfig": changed})


def with_an_old_root(rig: Rig) -> None:
    swarm = rig.cluster.store.swarm
    assert swarm is not None
    swarm.ca = {**swarm.ca, "TrustRoot": ROOT_OF_19_DAYS}


def rotating_without(rig: Rig) -> None:
    rig.cluster.faults.kill("w2")
    rig.advance(60.0)
    rotate(rig)


def used_up(rig: Rig) -> None:
    """A network of five addresses, and ten replicas in it."""
    ipam = {"Config": [{"Subnet": "10.200.0.0/29"}]}
    network = rig.engine.networks.create({"Name": "small", "Driver": "overlay", "IPAM": ipam})["Id"]
    rig.create("web", replicas=10, Networks=[{"Target": network}])


def on_w1(rig: Rig) -> None:
    rig.cluster.faults.idle("w1")
    rig.create("web", replicas=1, Placement={"Constraints": ["node.hostname==w1"]})


def leaderless(rig: Rig) -> None:
    for name in ("m2", "m3"):
        rig.cluster.faults.kill(name)


def led_again(rig: Rig) -> None:
    for name in ("m2", "m3"):
        rig.cluster.faults.revive(name)


def silent(rig: Rig) -> None:
    """The leader is lost together with a worker, of which the next one has not heard yet."""
    rig.create("web", replicas=5, Placement={"MaxReplicas": 1})
    rig.settle("web", 5)
    for name in ("m1", "w1"):
        rig.cluster.faults.kill(name)


def heard_of_again(rig: Rig) -> None:
    for name in ("m1", "w1"):
        rig.cluster.faults.revive(name)


class OfMarch(Rig):
    """Its clock begins nineteen days before the end of ROOT_OF_19_DAYS."""

    def __init__(self) -> None:
        super().__init__(epoch=1_772_366_400.0)


class OnOneHost(Rig):
    """Two managers have the same address."""

    def __init__(self) -> None:
        self.cluster = Cluster(1)
        machines = [self.cluster.add_machine(name) for name in ("m1", "m2", "m3", "w1", "w2")]
        machines[1].address = machines[0].address
        swarm_of(self.cluster, machines[:3], machines[3:])


class OfTwoVersions(Rig):
    """One worker runs an older engine."""

    def __init__(self) -> None:
        self.cluster = Cluster(1)
        machines = [self.cluster.add_machine(name) for name in ("m1", "m2", "m3", "w1", "w2")]
        machines[-1].engine_version = "26.1.5"
        swarm_of(self.cluster, machines[:3], machines[3:])


TROUBLES: dict[str, Trouble] = {
    "all-in-one-zone": Trouble(zoned, "all 3 replicas in zone a", removed),
    "all-on-one-node": Trouble(lambda rig: drained(rig, "m1", "m2", "m3", "w1"), "all 3 replicas on w2", forced),
    "clock-drift": Trouble(off_the_time, "clock drift: w1 is .*ahead", on_time),
    "engine-versions-differ": Trouble(
        lambda rig: None, r"w2 runs 26\.1\.5", lambda rig: rig.cluster.faults.kill("w2"), OfTwoVersions
    ),
    "global-gaps": Trouble(forgotten, "no task on w2, although it fits", forced),
    "manager-unreachable": Trouble(
        lambda rig: rig.cluster.faults.cut_raft("m3"),
        "manager unreachable, although the node is ready",
        lambda rig: rig.set_node("m3", Role="worker"),
    ),
    "managers-on-one-host": Trouble(
        lambda rig: None,
        "2 managers on one host: m1 and m2 fail together",
        lambda rig: rig.set_node("m2", Role="worker"),
        OnOneHost,
    ),
    "missing-file": Trouble(without_its_secret, "secret key does not exist", back),
    "no-quorum": Trouble(leaderless, "no quorum: 1 of 3 managers reachable, 2 needed", led_again, lasts=4.0),
    "managers-in-one-zone": Trouble(
        labelled("a", "a", "a", "b", "b"), "all 3 managers in zone=a", labelled("a", "b", "a", "b", "b")
    ),
    "no-ingress-network": Trouble(
        lambda rig: rig.engine.networks.remove("ingress"),
        "no ingress network: no service can publish",
        lambda rig: rig.engine.networks.create({"Name": "mesh", "Driver": "overlay", "Ingress": True}),
    ),
    "no-memory-limit": Trouble(
        lambda rig: (rig.create("full", replicas=5, Resources=reserved(memory=15)), rig.create("web", replicas=1)),
        "no memory limit, and 94%",
        lambda rig: rig.engine.services.remove("full"),
    ),
    "no-room-after-node-loss": Trouble(
        lambda rig: rig.create("web", replicas=5, Resources=reserved(cpus=3)), "1 of 5 replicas would not fit", removed
    ),
    "node-nearly-full": Trouble(
        lambda rig: rig.create(
            "web", replicas=1, Resources=reserved(memory=15), Placement={"Constraints": ["node.hostname==w1"]}
        ),
        "94% of its memory reserved",
        removed,
    ),
    "one-manager": Trouble(
        lambda rig: None, "the swarm is lost with m1", lambda rig: rig.set_node("w1", Role="manager"), lambda: Rig(1, 3)
    ),
    "only-node-for-service": Trouble(
        lambda rig: on_ssd(rig, {"disk": "ssd"}),
        "the only node for web",
        lambda rig: rig.set_node("w2", Labels={"disk": "ssd"}),
    ),
    "port-taken-twice": Trouble(taken, "8080/tcp already belongs to proxy", removed),
    "rollback-paused": Trouble(rolled_back_into_trouble, "rollback paused", removed),
    "root-certificate-expires": Trouble(with_an_old_root, "root certificate expires in", rotate, OfMarch),
    "root-rotation-hangs": Trouble(
        rotating_without,
        "root CA rotation hangs: .*w2 not ready",
        lambda rig: rig.engine.nodes.remove("w2", force=True),
        lasts=700.0,
    ),
    "short-of-replicas": Trouble(silent, r"3 of 5 running: web\.\d running\?", heard_of_again, lasts=30.0),
    "stuck-assigned": Trouble(on_w1, "its node does not start it", lambda rig: rig.cluster.faults.revive("w1")),
    "stuck-new": Trouble(used_up, "waits for an address in its network", removed),
    "stuck-preparing": Trouble(behaves(pull=900.0), "web:odd is still not there", removed, lasts=250.0),
    "stuck-starting": Trouble(behaves(start=900.0), "not healthy yet", removed, lasts=250.0),
    "task-rejected": Trouble(
        behaves(exists=False, error='invalid mount config for type "bind": bind source path does not exist: /x'),
        "bind source path does not exist",
        removed,
    ),
    "too-many-managers": Trouble(
        lambda rig: None,
        "9 managers",
        demoted,
        lambda: Rig(9, 0),
    ),
    "unused-labels": Trouble(
        lambda rig: on_ssd(rig, {"disk": "ssd", "ghost": "1"}),
        "1 node label unused: ghost",
        lambda rig: rig.set_node("w1", Labels={"disk": "ssd"}),
    ),
}

ELSEWHERE = {
    "disk-nearly-full": "the nodes of the embedded swarm have no disk: tests/unit/swarm/diagnosis/test_on_nodes.py",
    "image-missing": "known of nodes that were looked at alone: tests/ui/test_node_side.py",
    "lists-refused": "an engine refuses no list: tests/ui/test_refused_lists.py",
    "manager-locked": "a locked manager gives no lists: tests/ui/test_membership.py",
    "mixed-digests": "Swarm replaces the tasks of an older image at once",
    "newer-image": "known of registries that were asked alone: tests/ui/test_newer_images.py",
    "newer-tag": "known of registries that were asked alone: tests/ui/test_newer_images.py",
    "node-flapping": "below",
}
"""Rules of which the trouble cannot be made here, or is made in another test; each has tests on snapshots as well."""


@pytest.mark.parametrize("rule", TROUBLES)
def test_the_trouble_of_a_rule_is_found_and_goes(rule: str) -> None:
    trouble = TROUBLES[rule]
    doctor = Doctor(trouble.rig())
    doctor.look()
    trouble.make(doctor.rig)
    found = [each for each in doctor.look(trouble.lasts) if each.rule == rule]
    assert found, doctor.diagnosis.findings
    assert re.search(trouble.words, found[0].summary), found[0]
    trouble.end(doctor.rig)
    assert rule not in {each.rule for each in doctor.look(trouble.lasts)}


def test_a_node_that_comes_and_goes_is_flapping_until_it_has_stayed() -> None:
    doctor = Doctor(Rig())
    doctor.look()
    for act in (doctor.rig.cluster.faults.kill, doctor.rig.cluster.faults.revive) * 2:
        act("w1")
        doctor.look()
    assert "flapping: 4 changes" in doctor.finding("node-flapping").summary
    assert "node-flapping" not in {each.rule for each in doctor.look(1800.0)}


def test_each_rule_has_its_test_here() -> None:
    tests = "".join(path.read_text() for path in HERE.glob("test_*.py") if path.name != Path(__file__).name)
    named = {rule.name for rule in RULES if f'"{rule.name}"' in tests} | TROUBLES.keys()
    assert not named & ELSEWHERE.keys()
    here = named | ELSEWHERE.keys()
    assert {rule.name for rule in RULES} == here, "add its trouble to TROUBLES, or why there is none to ELSEWHERE"
