"""Secrets and configs, as the Engine API gives them: all but their data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.base import Record, Version

__all__ = ["ConfigFile", "FileDriver", "FileSpec", "SecretFile"]


class FileDriver(Record, frozen=True):
    name: str = ""


class FileSpec(Record, frozen=True):
    """A secret's or config's spec, without its data: that is never kept."""

    name: str = ""
    labels: dict[str, str] | None = None
    driver: FileDriver | None = None
    templating: FileDriver | None = None


class SecretFile(Record, frozen=True):
    """A secret. Source: Engine API, `GET /secrets`, which never gives the data."""

    kind: ClassVar[Kind] = Kind.SECRET

    id: str = msgspec.field(name="ID", default="")
    version: Version = Version()
    created_at: str = ""
    updated_at: str = ""
    spec: FileSpec = FileSpec()

    @property
    def name(self) -> str:
        return self.spec.name or self.id[:12]

    @property
    def labels(self) -> Mapping[str, str]:
        return self.spec.labels or {}


class ConfigFile(SecretFile, frozen=True):
    """A config. Source: Engine API, `GET /configs`; the data in it is skipped."""

    kind: ClassVar[Kind] = Kind.CONFIG
