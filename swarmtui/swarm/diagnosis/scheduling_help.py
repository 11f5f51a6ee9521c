"""What gives waiting tasks a node: each remedy is computed, so that a node takes at least one of them after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from swarmtui.swarm.diagnosis import remedies
from swarmtui.swarm.diagnosis.finding import Remedy
from swarmtui.swarm.diagnosis.scheduling import Filter, Survey
from swarmtui.swarm.services.constraints import parse
from swarmtui.swarm.services.replicas import replicas_wanted
from swarmtui.swarm.units import cpus_text, docker_cpus, docker_size, size_text

__all__ = ["helps"]

MOST_OF_A_SORT = 2
"""Nodes that the same thing is offered for."""

LEAST_SHARE = 0.01
"""A reservation is not lowered to less than this part of itself: that is no longer the same service."""


def helps(survey: Survey, pending: int) -> tuple[Remedy, ...]:
    """What helps, the nearest first.

    Args:
        pending: how many tasks wait.
    """
    if survey.fits:
        return ()
    return (
        *_activations(survey),
        *_labels(survey),
        *_lower_reservation(survey, pending),
        *_other_port(survey),
        *_limit_per_node(survey, pending),
        *_fewer(survey, pending),
        *_constraints(survey),
        *_other_image(survey),
        *_other_driver(survey),
        *_other_volume(survey),
    )


def _other_image(survey: Survey) -> Iterator[Remedy]:
    """An image for the platform of the nodes, where no node has that of this one."""
    if survey.kept_off_by(Filter.PLATFORM):
        yield remedies.change_image(survey.service)


def _other_driver(survey: Survey) -> Iterator[Remedy]:
    """A driver that the nodes have; no dialog changes it."""
    if survey.kept_off_by(Filter.PLUGINS) and not survey.suitable:
        yield remedies.edit(survey.service, f"Edit the spec of {survey.service.name}")


def _other_volume(survey: Survey) -> Iterator[Remedy]:
    """Another cluster volume; no dialog changes a volume itself."""
    if survey.kept_off_by(Filter.VOLUMES):
        yield remedies.edit(survey.service, f"Edit the spec of {survey.service.name}")


def _labels(survey: Survey) -> Iterator[Remedy]:
    """A node that lacks one label and nothing else. One with another value has it for a reason, so that it is offered
    only where no other node is of the kind that is asked for."""
    lacking, others = list[Remedy](), list[Remedy]()
    for each in survey.kept_off_by(Filter.CONSTRAINTS):
        if len(each.unmet) != 1:
            continue
        constraint = parse(each.unmet[0])
        if constraint.equal and constraint.key.lower().startswith("node.labels."):
            label = constraint.key[len("node.labels.") :]
            among = others if each.node.labels.get(label) else lacking
            among.append(remedies.add_label(each.node, f"{label}={constraint.value}"))
        if len(lacking) == MOST_OF_A_SORT:
            break
    yield from (lacking if survey.suitable else [*lacking, *others])[:MOST_OF_A_SORT]


def _activations(survey: Survey) -> Iterator[Remedy]:
    """A node that somebody has set aside and that could take the task."""
    away = (each.node for each in survey.kept_off_by(Filter.READY) if each.node.is_ready)
    for _, node in zip(range(MOST_OF_A_SORT), away, strict=False):
        yield remedies.activate(node)


def _lower_reservation(survey: Survey, pending: int) -> Iterator[Remedy]:
    demand = survey.demand
    near = [each for each in survey.kept_off_by(Filter.RESOURCES) if not each.lacks(demand)]
    if not near:
        return
    cpus = _what_fits([each.free_cpus for each in near if each.free_memory >= demand.memory_bytes], pending)
    memory = _what_fits([each.free_memory for each in near if each.free_cpus >= demand.nano_cpus], pending)
    memory -= memory % 2 ** (30 if memory >= 4 * 2**30 else 20)
    cpus -= cpus % 10**7
    if demand.memory_bytes * LEAST_SHARE <= memory < demand.memory_bytes:
        words = f"{size_text(memory)} of memory"
        yield remedies.lower_reservation(survey.service, "memory reserved", docker_size(memory), words)
    if demand.nano_cpus * LEAST_SHARE <= cpus < demand.nano_cpus:
        yield remedies.lower_reservation(survey.service, "CPU reserved", docker_cpus(cpus), cpus_text(cpus))


def _what_fits(free: list[int], pending: int) -> int:
    """The most that each of so many tasks can have of what is free on several nodes."""
    largest = sorted((each for each in free if each > 0), reverse=True)[:pending]
    parts = sorted({each // number for each in largest for number in range(1, min(pending, 8) + 1)}, reverse=True)
    return next((part for part in parts if part and sum(each // part for each in largest) >= pending), 0)


def _other_port(survey: Survey) -> Iterator[Remedy]:
    """Another service has the port."""
    near = survey.kept_off_by(Filter.HOST_PORTS)
    if any(owner != survey.service.id for each in near for _, owner in each.ports):
        yield remedies.change_ports(survey.service)


def _limit_per_node(survey: Survey, pending: int) -> Iterator[Remedy]:
    near = len(survey.kept_off_by(Filter.MAX_REPLICAS))
    if near:
        most = survey.demand.most
        yield remedies.change_limit_per_node(survey.service, most, most + -(-pending // near))


def _fewer(survey: Survey, pending: int) -> Iterator[Remedy]:
    """What runs is enough."""
    service = survey.service
    left = replicas_wanted(service) - pending
    if service.spec.mode.name == "replicated" and left > 0:
        yield remedies.scale(service, left)


def _constraints(survey: Survey) -> Iterator[Remedy]:
    """A constraint without which most nodes could take the task."""
    alone: Counter[str] = Counter(
        each.unmet[0] for each in survey.kept_off_by(Filter.CONSTRAINTS) if len(each.unmet) == 1
    )
    for expression, _ in alone.most_common(1):
        yield remedies.remove_constraint(survey.service, expression)
    if not alone and not survey.suitable and any(each.unmet for each in survey.refusals):
        yield remedies.change_constraints(survey.service)
