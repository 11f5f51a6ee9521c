"""What is wrong with a service or under way, in a few words: the column of states."""

from __future__ import annotations

from swarmtui.swarm.health.services import Condition, ServiceHealth, service_health
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.rollout import Rollout, rollout_of
from swarmtui.swarm.short_text import clipped
from swarmtui.ui.kit.tables.columns import Cell
from swarmtui.ui.panes.view import View

__all__ = ["PENDING", "STATE_ROOM", "rollback_of", "state_cell", "state_key"]

SEVERITY = {condition: place for place, condition in enumerate(Condition)}

PENDING = "pending"
MOST_OF_A_REASON = 60
"""Characters of an error in the column of states; all of it stands below the rows."""
STATE_ROOM = 24
"""Cells for the usual words of a state: "✖ looping 5×, paused 1/3". Its reason takes no room from other columns."""


def state_cell(service: Service, view: View) -> Cell:
    """What is wrong with it, or under way; nothing for a service that is well and was never rolled back."""
    health = service_health(view.cluster, service, view.now)
    if health.alarming:
        return Cell(f"✖ {_with_reason(service, health, view) or 'short'}", "bad")
    if health.condition is Condition.UPDATING:
        return Cell(health.brief, "accent")
    if health.brief:
        return Cell(f"◌ {health.brief}", "warn")
    rollout = rollback_of(service, view)
    return Cell("") if rollout is None else Cell(rollout.text, "dim" if rollout.by_hand else "warn")


def _with_reason(service: Service, health: ServiceHealth, view: View) -> str:
    """What is wrong and why: "pending: no node has gpu=true", "paused 1/3: exit 1 (error) · R rolls back"."""
    brief, reason = health.brief, clipped(health.because, MOST_OF_A_REASON)
    if brief == PENDING:
        found = (each for each in view.diagnosis.of(service.id) if each.rule == PENDING)
        reason = next((each.summary.partition(f"{PENDING}: ")[2] for each in found), "")
    status = service.update_status
    back = " · R rolls back" if status is not None and status.state == "paused" and service.previous_spec else ""
    return f"{brief}{f': {reason}' if reason else ''}{back}"


def rollback_of(service: Service, view: View) -> Rollout | None:
    """The rollback that was the last thing done to the service; None when it was something else."""
    status = service.update_status
    return rollout_of(view.cluster, service) if status is not None and status.state == "rollback_completed" else None


def state_key(service: Service, view: View) -> tuple[int, str] | None:
    """What is worst first; those without a word last."""
    health, text = service_health(view.cluster, service, view.now), state_cell(service, view).text
    return (SEVERITY[health.condition], text) if text else None
