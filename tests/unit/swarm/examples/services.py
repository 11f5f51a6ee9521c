"""Actions on services."""

from __future__ import annotations

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.actions.services import ScaleService
from tests.unit.swarm.builders import service

EXAMPLES: list[tuple[Action, tuple[str, ...]]] = [
    (ScaleService.of(service("web", 2), 4), ("Mode", "Replicated", "Replicas")),
    (ScaleService.of(service("job", 2, mode="replicated-job"), 4), ("Mode", "ReplicatedJob", "TotalCompletions")),
]
