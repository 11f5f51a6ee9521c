"""What a user reads in a dialog, for tests to look at."""

from __future__ import annotations

from typing import Any

import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Action, Severity
from swarmtui.swarm.cluster import Cluster
from tests.unit.swarm.examples.services import RAW

__all__ = ["dangers", "lines", "notes", "refusal", "text", "warnings"]


def lines(action: Action, cluster: Cluster) -> list[str]:
    """The consequences, as "DANGER An outage of db: …"."""
    return [f"{consequence.severity.name} {consequence.text}" for consequence in action.impact(cluster).consequences]


def text(action: Action, cluster: Cluster) -> str:
    return "\n".join(lines(action, cluster))


def dangers(action: Action, cluster: Cluster) -> list[str]:
    return _of(Severity.DANGER, action, cluster)


def warnings(action: Action, cluster: Cluster) -> list[str]:
    return _of(Severity.WARNING, action, cluster)


def notes(action: Action, cluster: Cluster) -> list[str]:
    return _of(Severity.NOTE, action, cluster)


def _of(severity: Severity, action: Action, cluster: Cluster) -> list[str]:
    return [consequence.text for consequence in action.impact(cluster).consequences if consequence.severity is severity]


def refusal(kind: Any, *given: Any, raw: dict[str, Any] = RAW) -> str:
    """With which words a change of a service is refused."""
    with pytest.raises(NotPossible) as caught:
        kind.of(raw, *given)
    return str(caught.value)
