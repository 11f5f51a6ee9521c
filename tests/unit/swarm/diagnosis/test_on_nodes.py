"""Findings on what nodes' own engines told somebody who looked."""

from __future__ import annotations

from typing import Any

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.diagnosis.diagnosis import Diagnosis
from swarmtui.swarm.diagnosis.finding import Finding, Severity
from swarmtui.swarm.nodes.missing_images import where_missing
from swarmtui.swarm.nodes.node_evidence import NodeEvidence
from tests.unit.swarm.builders import NOW, cluster, node, service, task
from tests.unit.swarm.test_node_page import DF

GIB = 1 << 30
NEW = "shop/web:1.7"


def told(free: int | None = None, df: Any = None, images: list[str] | None = None, at: float = NOW) -> NodeEvidence:
    room = {"Root": "/var/lib/docker", "Size": 100 * GIB, "Free": free} if free is not None else None
    stored = [{"Id": f"sha256:{name}", "RepoTags": [name]} for name in images] if images is not None else None
    return NodeEvidence.of(
        at,
        Raw(room) if room is not None else None,
        Raw(df) if df is not None else None,
        Raw(stored) if stored is not None else None,
    )


def found(evidence: NodeEvidence, snapshot: Cluster, now: float = NOW) -> list[Finding]:
    """What is found of the first node once it has told this, and was not before."""
    diagnosis = Diagnosis()
    diagnosis.advance(snapshot, now)
    before = set(diagnosis.findings)
    diagnosis.learn_of_node(next(iter(snapshot.nodes)), evidence)
    diagnosis.advance(snapshot, now)
    return [each for each in diagnosis.findings if each not in before]


def test_a_disk_that_is_nearly_full_is_told_with_what_takes_it_and_what_could_go() -> None:
    snapshot = cluster([node("wrk1"), node("wrk2")])
    [finding] = found(told(free=8 * GIB, df=DF), snapshot)
    assert (finding.rule, finding.severity) == ("disk-nearly-full", Severity.WARNING)
    assert finding.summary == "disk nearly full: 8 GiB of 100 GiB free"
    assert any("reclaimable" in line and line.startswith("4 images") for line in finding.evidence)
    assert [each.command for each in finding.remedies] == ["node.prune", "inspect.readable"]
    [urgent] = found(told(free=2 * GIB), snapshot)
    assert (urgent.summary, urgent.severity) == ("disk full: 2 GiB of 100 GiB free", Severity.CRITICAL)


def test_a_disk_with_room_and_one_that_nobody_looked_at_lately_are_no_finding() -> None:
    snapshot = cluster([node("wrk1")])
    assert not found(told(free=11 * GIB), snapshot)
    assert not found(told(), snapshot)
    assert not found(told(free=8 * GIB, at=NOW - 3601), snapshot)


def test_what_was_told_before_still_counts_and_what_is_told_anew_counts_instead() -> None:
    snapshot = cluster([node("wrk1")])
    diagnosis = Diagnosis()
    diagnosis.advance(snapshot, NOW)
    diagnosis.learn_of_node("node-wrk1", told(free=1 * GIB))
    diagnosis.learn_of_node("node-wrk1", told(images=[]))
    diagnosis.advance(snapshot, NOW)
    assert [each.rule for each in diagnosis.findings] == ["disk-nearly-full"]
    diagnosis.learn_of_node("node-wrk1", told(free=50 * GIB))
    diagnosis.advance(snapshot, NOW)
    assert not diagnosis.findings


def updating(on: str = "wrk1", constraints: list[str] | None = None) -> Cluster:
    return cluster(
        [node("wrk1"), node("wrk2")],
        [service("web", 2, image=NEW, constraints=constraints or [])],
        [task("web", 1, on, image="shop/web:1.6"), task("web", 2, "wrk2", image=NEW)],
    )


def test_an_image_that_an_update_needs_and_a_node_lacks_is_told() -> None:
    [finding] = [each for each in found(told(images=["shop/web:1.6"]), updating()) if each.rule == "image-missing"]
    assert finding.severity is Severity.NOTE
    assert finding.summary == f"has yet to pull {NEW}"
    assert finding.evidence[0] == f"{NEW} for web"


def test_where_no_task_will_need_it_a_missing_image_is_well() -> None:
    def missing(images: list[str], snapshot: Cluster) -> list[Finding]:
        return [each for each in found(told(images=images), snapshot) if each.rule == "image-missing"]

    settled = cluster([node("wrk1")], [service("web", 1, image=NEW)], [task("web", 1, "wrk1", image=NEW)])
    assert not missing([], settled)
    assert not missing([NEW], updating())
    assert not missing([], updating("wrk2", ["node.hostname==wrk2"]))


def test_before_an_update_it_is_said_which_of_the_nodes_that_were_looked_at_lack_the_image() -> None:
    snapshot = updating()
    here = {"node-wrk1": told(images=["shop/web:1.6"]), "node-wrk2": told(images=[NEW])}
    assert where_missing(snapshot, "service-web", NEW, here, NOW) == "wrk1 must pull it first; wrk2 has it."
    assert (
        where_missing(snapshot, "service-web", "shop/web:1.6", here, NOW + 1) == "wrk2 must pull it first; wrk1 has it."
    )
    assert where_missing(snapshot, "service-web", NEW, {"node-wrk2": here["node-wrk2"]}, NOW) == "wrk2 has it already."
    assert where_missing(snapshot, "service-web", NEW, {}, NOW) == ""
    assert where_missing(snapshot, "service-web", NEW, here, NOW + 601) == ""
    assert where_missing(snapshot, "gone", NEW, here, NOW) == ""
    assert where_missing(snapshot, "service-web", "not an image", here, NOW) == "wrk1 and wrk2 must pull it first."


def test_a_pull_that_fails_for_want_of_room_leads_to_what_makes_room() -> None:
    error = "failed to register layer: write /x: no space left on device"
    snapshot = cluster(
        [node("wrk1")],
        [service("web", 1)],
        [task("web", 1, "wrk1", state="rejected", desired="shutdown", error=error), task("web", 1, state="pending")],
    )
    diagnosis = Diagnosis()
    diagnosis.advance(snapshot, NOW)
    [finding] = [each for each in diagnosis.findings if each.rule == "image-not-pulled"]
    assert (finding.remedies[0].command, finding.remedies[0].subject.name) == ("node.prune", "wrk1")
