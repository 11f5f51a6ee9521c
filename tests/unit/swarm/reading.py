"""What a user reads in a dialog, for tests to look at."""

from __future__ import annotations

from swarmtui.swarm.actions.action import Action, Severity
from swarmtui.swarm.cluster import Cluster

__all__ = ["dangers", "lines", "notes", "text", "warnings"]


def lines(action: Action, cluster: Cluster) -> list[str]:
    """The findings, as "DANGER An outage of db: …"."""
    return [f"{finding.severity.name} {finding.text}" for finding in action.impact(cluster).findings]


def text(action: Action, cluster: Cluster) -> str:
    return "\n".join(lines(action, cluster))


def dangers(action: Action, cluster: Cluster) -> list[str]:
    return _of(Severity.DANGER, action, cluster)


def warnings(action: Action, cluster: Cluster) -> list[str]:
    return _of(Severity.WARNING, action, cluster)


def notes(action: Action, cluster: Cluster) -> list[str]:
    return _of(Severity.NOTE, action, cluster)


def _of(severity: Severity, action: Action, cluster: Cluster) -> list[str]:
    return [finding.text for finding in action.impact(cluster).findings if finding.severity is severity]
