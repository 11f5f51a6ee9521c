"""Looking for one finding on a snapshot."""

from __future__ import annotations

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.diagnosis import diagnose
from swarmtui.swarm.diagnosis.finding import Finding
from tests.unit.swarm.builders import NOW

__all__ = ["finding_of", "rules_on"]


def finding_of(rule: str, cluster: Cluster, now: float = NOW) -> Finding:
    """The one finding of a rule. Raises AssertionError when there is none, or several."""
    found = [each for each in diagnose(cluster, now) if each.rule == rule]
    assert len(found) == 1, f"{len(found)} findings of {rule}: {diagnose(cluster, now)}"
    return found[0]


def rules_on(cluster: Cluster, now: float = NOW) -> set[str]:
    """The names of all rules that find something."""
    return {each.rule for each in diagnose(cluster, now)}
