"""All rules there are. A rule is any function that a module of `rules` declares as one."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

from swarmtui.swarm.diagnosis.rule import NodeScene, Rule, ServiceScene, SwarmScene
from swarmtui.swarm.diagnosis.rules import (
    conflicts,
    failing,
    images,
    managers,
    nodes,
    on_nodes,
    pending,
    placement,
    rollout,
    room,
    spread,
    stuck,
    swarm,
)

__all__ = ["NODE_RULES", "RULES", "SERVICE_RULES", "SWARM_RULES"]

MODULES: tuple[ModuleType, ...] = (
    swarm,
    managers,
    nodes,
    on_nodes,
    placement,
    failing,
    images,
    pending,
    stuck,
    rollout,
    conflicts,
    spread,
    room,
)


def _declared() -> Iterator[Rule[Any]]:
    for module in MODULES:
        yield from (each for each in vars(module).values() if isinstance(each, Rule))


RULES: tuple[Rule[Any], ...] = tuple(_declared())
SERVICE_RULES: tuple[Rule[ServiceScene], ...] = tuple(rule for rule in RULES if rule.scene is ServiceScene)
NODE_RULES: tuple[Rule[NodeScene], ...] = tuple(rule for rule in RULES if rule.scene is NodeScene)
SWARM_RULES: tuple[Rule[SwarmScene], ...] = tuple(rule for rule in RULES if rule.scene is SwarmScene)
