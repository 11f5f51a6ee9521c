"""SpecMemory: what a service's spec was before and after each change that was seen. Swarm keeps only the last one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from swarmtui.swarm.describe.masking import MASK
from swarmtui.swarm.objects.marks import Mark
from swarmtui.swarm.objects.service import Service, ServiceSpec
from swarmtui.swarm.timeline.event import OF_A_SPEC, Event

if TYPE_CHECKING:
    from swarmtui.swarm.specs.difference import DiffLine

__all__ = ["MOST_CHANGES", "SpecChange", "SpecMemory"]

MOST_CHANGES = 2_000
"""The newest that are remembered. A snapshot's specs are shared with it, and hold marks where a value may be secret."""

_SEAL = "\0mark "
"""Before the number of a mark, while two specs are compared."""
_ZERO_TELLS = frozenset({"Replicas"})
"""Where 0 is not the same as nothing."""


class SpecChange(NamedTuple):
    """Two specs of a service, one after the other."""

    before: ServiceSpec
    after: ServiceSpec

    def difference(self) -> tuple[DiffLine, ...]:
        """The lines in which they differ; of what is known by its mark alone, only that it is another one."""
        from swarmtui.swarm.specs.difference import difference

        old, new = (_raw(spec) for spec in self)
        return difference(_opened(old, old), _opened(new, old))


class SpecMemory:
    """Remembers the newest changes of services' specs. One thread calls it."""

    def __init__(self) -> None:
        self._changes: OrderedDict[tuple[str, float], SpecChange] = OrderedDict()

    def copy(self) -> Mapping[tuple[str, float], SpecChange]:
        """What is remembered, by the service's ID and the time of the change."""
        return dict(self._changes)

    def noting(
        self, events: Iterable[Event], before: Mapping[str, Service] | None, after: Mapping[str, Service]
    ) -> Iterator[Event]:
        """Pass events on, and remember the specs of those that are changes of one.

        Args:
            before, after: two sights of all services, by ID; None where it is the first, whose events are of the past.
        """
        for event in events:
            if event.category in OF_A_SPEC and (service := after.get(event.id)) is not None:
                old = service.previous_spec if before is None else before[event.id].spec
                if old is not None:
                    self._changes[event.id, event.at] = SpecChange(old, service.spec)
                    if len(self._changes) > MOST_CHANGES:
                        self._changes.popitem(last=False)
            yield event


def _raw(spec: ServiceSpec) -> Any:
    """A spec as raw JSON with the names of the API, without what is not set; its marks are sealed."""
    return _without_nothing(msgspec.to_builtins(spec, enc_hook=_sealed))


def _sealed(value: object) -> str:
    return f"{_SEAL}{hash(value)}" if isinstance(value, Mark) else ""


def _without_nothing(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        kept = {name: _without_nothing(each, name) for name, each in value.items()}
        return {name: each for name, each in kept.items() if each or (name in _ZERO_TELLS and each == 0)}
    if isinstance(value, (list, tuple)):
        return [_without_nothing(each) for each in value]
    return value


def _opened(value: Any, before: Any) -> Any:
    """A raw spec to be shown: instead of a mark it says that there is a value, and whether it is another one."""
    if isinstance(value, dict):
        earlier = before if isinstance(before, dict) else {}
        opened = {name: _opened(each, earlier.get(name)) for name, each in value.items()}
        if isinstance(opened.get("Env"), dict):
            opened["Env"] = [f"{name}={each}" for name, each in opened["Env"].items()]
        return opened
    if isinstance(value, list):
        others = before if isinstance(before, list) else []
        return [_opened(each, others[place] if place < len(others) else None) for place, each in enumerate(value)]
    if isinstance(value, str) and value.startswith(_SEAL):
        other = isinstance(before, str) and before != value
        return f"{MASK} (another value)" if other else MASK
    return value
