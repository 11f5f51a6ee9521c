"""What a service refers to and cannot have: a port that another one has, a secret or config that is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from swarmtui.swarm.diagnosis import remedies
from swarmtui.swarm.diagnosis.finding import Remedy, Severity
from swarmtui.swarm.diagnosis.rule import Found, ServiceScene, service_rule
from swarmtui.swarm.health.services import Condition
from swarmtui.swarm.objects.file import ConfigFile, SecretFile
from swarmtui.swarm.objects.service import Port, Service
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.short_text import listed
from swarmtui.swarm.tasks.states import holds_a_place

__all__ = ["missing_file", "port_taken_twice"]

LISTED_BY = 60.0
"""Seconds after a service's change by which the lists of secrets and configs have been asked for again."""

_AT_EASE = frozenset({Condition.WELL, Condition.UNKNOWN, Condition.UPDATING})

F = TypeVar("F", SecretFile, ConfigFile)


@service_rule("port-taken-twice", Severity.CRITICAL, "Tasks wait for a published port that another service has.")
def port_taken_twice(scene: ServiceScene) -> Iterator[Found]:
    ports = [port for port in scene.service.ports if port.published_port]
    if not ports or scene.health.condition in _AT_EASE or not _waits(scene):
        return
    taken = [(port, other) for port in ports for other in _publishers.rivals(scene, port)]
    if not taken:
        return
    port, other = taken[0]
    yield Found(
        summary=f"port {port.published_port}/{port.protocol} already belongs to {other.name}",
        evidence=tuple(
            f"{each.published_port}/{each.protocol} ({each.publish_mode}): also published by {rival.name}"
            for each, rival in taken[:4]
        ),
        cause="A node can give a host port to only one task, so each node runs a task of one of the two services."
        if port.publish_mode == "host"
        else "The routing mesh has each port once in the whole swarm. The service that has it keeps it.",
        remedies=(
            remedies.change_ports(scene.service),
            remedies.change_ports(other),
        ),
    )


@service_rule("missing-file", Severity.CRITICAL, "A service refers to a secret or config that no longer exists.")
def missing_file(scene: ServiceScene) -> Iterator[Found]:
    container = scene.service.spec.task_template.container_spec
    if container is None or not (container.secrets or container.configs):
        return
    secrets = {each.secret_id: each.secret_name for each in container.secrets or ()}
    configs = {each.config_id: each.config_name for each in container.configs or ()}
    missing = [
        *_missing("secret", scene.cluster.secrets, secrets),
        *_missing("config", scene.cluster.configs, configs),
    ]
    if not missing:
        return
    changed = seconds_of(scene.service.updated_at)
    if changed is not None and scene.now - changed < LISTED_BY:
        return
    well = scene.health.well
    yield Found(
        summary=f"{listed(missing, 3)} {'does' if len(missing) == 1 else 'do'} not exist",
        evidence=tuple(f"{each} is in the service's spec, but not in the swarm" for each in missing[:4]),
        cause="It was removed, or created again under the same name: a service refers to it by ID. New tasks cannot"
        " start without it; running ones keep their copy.",
        remedies=(*_back(scene.service), remedies.edit(scene.service, f"Edit the spec of {scene.service.name}")),
        severity=Severity.WARNING if well else None,
    )


def _missing(kind: str, known: Mapping[str, F] | None, wanted: Mapping[str, str]) -> list[str]:
    """Those that are not in the list; none as long as it is not known."""
    if known is None:
        return []
    missing = [(each, name) for each, name in wanted.items() if each and each not in known]
    return [f"{kind} {name or object_id[:12]}" for object_id, name in missing]


def _back(service: Service) -> tuple[Remedy, ...]:
    return (remedies.roll_back(service),) if service.previous_spec is not None else ()


def _waits(scene: ServiceScene) -> bool:
    """Whether a task has not come to run: for another reason a port may well be there twice, on different nodes."""
    tasks = scene.cluster.tasks_of(scene.service.id) or ()
    return any(holds_a_place(task) and task.status.state in ("new", "allocated", "pending") for task in tasks) or any(
        "port is already allocated" in each.newest.status.err for each in scene.failures
    )


class _Publishers:
    """Which services publish a port: an index of the newest services that were asked about."""

    def __init__(self) -> None:
        self._kept: tuple[Mapping[str, Service], dict[tuple[int, str], list[Service]]] | None = None

    def rivals(self, scene: ServiceScene, port: Port) -> Iterator[Service]:
        """The other services that have a port, and with which it cannot be shared.

        Host ports are per node: only a service counts whose tasks have their place there.
        """
        for other in self._of(scene.cluster.services).get((port.published_port, port.protocol), ()):
            if other.id == scene.service.id:
                continue
            tasks = scene.cluster.tasks_of(other.id) or ()
            if port.publish_mode != "host" or any(task.status.state == "running" for task in tasks):
                yield other

    def _of(self, services: Mapping[str, Service]) -> dict[tuple[int, str], list[Service]]:
        kept = self._kept
        if kept is None or kept[0] is not services:
            index: dict[tuple[int, str], list[Service]] = {}
            for service in services.values():
                for port in service.ports:
                    if port.published_port:
                        index.setdefault((port.published_port, port.protocol), []).append(service)
            kept = self._kept = (services, index)
        return kept[1]


_publishers = _Publishers()
