"""What opens for a remedy: a log, all of the object, or the dialog of a change, filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swarmtui.swarm.diagnosis.finding import Remedy, object_of
from swarmtui.ui.messages import InspectAsked, LogsAsked

if TYPE_CHECKING:
    from swarmtui.ui.shell.app import SwarmApp

__all__ = ["open_remedy"]


def open_remedy(app: SwarmApp, remedy: Remedy) -> None:
    """Open what a remedy names. It changes nothing by itself."""
    subject, target = remedy.subject, remedy.subject.target
    if remedy.command == "logs.open":
        app.post_message(LogsAsked(target))
    elif remedy.command == "inspect.readable":
        app.post_message(InspectAsked(target, raw=False))
    else:
        cluster = app.session.observation().cluster
        item = object_of(cluster, subject) if cluster is not None else None
        app.changes.ask(remedy.command, item, given=remedy.given)
