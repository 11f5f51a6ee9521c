"""Secrets and configs. Source: swarmkit controlapi/{secret,config}.go."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

from swarmtui.sim.bodies.shown import shown
from swarmtui.sim.control.access import Access
from swarmtui.sim.control.errors import invalid, out_of_sequence, rpc
from swarmtui.sim.control.selection import Filters, begins, by_id, check, find, has_labels
from swarmtui.sim.manager.store import Store
from swarmtui.sim.objects import encode
from swarmtui.sim.objects.objects import Blob
from swarmtui.sim.objects.spec import JSON
from swarmtui.sim.objects.spec import encode as to_json

_NAME = re.compile(r"[a-zA-Z0-9]+(?:[a-zA-Z0-9-_.]*[a-zA-Z0-9])?")


class _Blobs(Access):
    """What secrets and configs have in common."""

    kind = ""
    limit = 0
    filters: tuple[str, ...] = ()
    shown: Callable[[Blob], JSON]

    def list(self, filters: Filters | None = None) -> bytes:
        """`GET /secrets` or `/configs`, encoded."""
        given = check(filters, *self.filters)
        found = [each for each in by_id(self.reading().table(self.kind)) if _wanted(each, given)]
        return encode.array(to_json(type(self).shown(each)) for each in found)

    def inspect(self, name: str) -> JSON:
        return type(self).shown(self._find(self.reading(), name))

    def create(self, spec: JSON) -> str:
        """Its ID."""
        store = self.writing()
        name, data = str(spec.get("Name") or ""), spec.get("Data") or ""
        if not name:
            raise invalid("name must be provided")
        if len(name) > 64 or not _NAME.fullmatch(name):
            raise invalid(
                "invalid name, only 64 [a-zA-Z0-9-_.] characters allowed, "
                "and the start and end character must be [a-zA-Z0-9]"
            )
        self._check_driver(spec.get("Driver"))
        if spec.get("Driver") is None:
            self._check_size(data)
        if store.named(self.kind, name) is not None:
            raise rpc("AlreadyExists", f"{self.kind} {name} already exists")
        thing = Blob(self._cluster.ids.object(), name, dict(spec.get("Labels") or {}), data)
        thing.templating = None if spec.get("Templating") is None else shown("swarm.Driver", spec["Templating"])
        store.create_named(self.kind, thing)
        self.changed()
        return thing.id

    def update(self, name: str, version: int, spec: JSON) -> None:
        """Only labels can be changed."""
        store = self.writing()
        thing = self._find(store, name)
        if spec.get("Name") != thing.name or (spec.get("Data") and spec["Data"] != thing.data):
            raise invalid("only updates to Labels are allowed")
        if version != thing.version:
            raise out_of_sequence()
        thing.labels = dict(spec.get("Labels") or {})
        store.update_named(self.kind, thing)
        self.changed()

    def remove(self, name: str) -> None:
        store = self.writing()
        thing = self._find(store, name)
        users = [
            service.spec.name
            for service in by_id(store.services)
            for each in service.spec.task.container.get(f"{self.kind.capitalize()}s") or []
            if each[f"{self.kind.capitalize()}ID"] == thing.id
        ]
        if users:
            plural = "" if len(users) == 1 else "s"
            raise invalid(f"{self.kind} '{thing.name}' is in use by the following service{plural}: {', '.join(users)}")
        store.delete_named(self.kind, thing)
        self.changed()

    def _check_driver(self, driver: JSON | None) -> None:
        """No engine here has a plugin that keeps secrets."""
        if driver is None:
            return
        if not driver.get("Name"):
            raise invalid(f"{self.kind} driver must have a name")
        raise rpc("Unknown", f'plugin "{driver["Name"]}" not found')

    def _check_size(self, data: str) -> None:
        if not 0 < len(base64.b64decode(data)) < self.limit:
            raise invalid(f"{self.kind} data must be larger than 0 and less than {self.limit} bytes")

    def _find(self, store: Store, name: str) -> Blob:
        """By its ID, or by its name: the store knows names in small letters."""
        table, small = store.table(self.kind), name.lower()
        named = next((each.id for each in table.values() if str(each.name).lower() == small), name)
        thing: Blob = find(self.kind, name if name in table else named, table, lambda each: str(each.name))
        return thing


class Secrets(_Blobs):
    """The secrets of the swarm: their data is never given out."""

    kind, limit, shown = "secret", 512_000, staticmethod(encode.secret)
    filters = ("names", "name", "id", "label")


class Configs(_Blobs):
    """The configs of the swarm."""

    kind, limit, shown = "config", 1_024_000, staticmethod(encode.config)
    filters = ("name", "id", "label")


def _wanted(thing: Blob, filters: Filters) -> bool:
    """Names, beginnings of names and of IDs are alternatives; labels come on top."""
    named = [filters.get(key, ()) for key in ("names", "name", "id")]
    matches = not any(named) or (
        thing.name in named[0]
        or (bool(named[1]) and begins(thing.name, named[1]))
        or (bool(named[2]) and begins(thing.id, named[2]))
    )
    return matches and has_labels(thing.labels, filters.get("label", ()))
