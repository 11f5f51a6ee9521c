"""Mounts: "type=bind,source=/srv,target=/data,readonly" as docker/cli's opts/mount.go reads it, and "/srv:/data:ro"."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from swarmtui.swarm.syntax.comma_separated import Settings, read_settings, settings_text
from swarmtui.swarm.syntax.quantities import read_size
from swarmtui.swarm.syntax.unreadable import Unreadable
from swarmtui.swarm.units import docker_size

__all__ = ["Mount", "read_mount"]

TYPES = ("volume", "bind", "tmpfs")
PROPAGATIONS = ("rprivate", "private", "rshared", "shared", "rslave", "slave")
EXPECTED = "like data:/var/lib/data, /srv:/srv:ro or type=tmpfs,target=/tmp"
SYNONYMS = {"src": "source", "dst": "target", "destination": "target", "ro": "readonly"}
ONLY_FOR = {
    "bind-propagation": "bind",
    "volume-nocopy": "volume",
    "volume-driver": "volume",
    "volume-opt": "volume",
    "tmpfs-size": "tmpfs",
    "tmpfs-mode": "tmpfs",
}
_VOLUME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+", re.ASCII)
"""Source: moby daemon/names, `RestrictedNamePattern`."""
KNOWN = {"type", "source", "target", "readonly", *ONLY_FOR}


@dataclass(frozen=True)
class Mount:
    """A volume, a directory of the node, or a file system in memory, at a place in the container.

    Attributes:
        size, mode: of a tmpfs, in bytes and as file permissions; None for the engine's own.
        options: of the volume's driver.
    """

    type: str
    target: str
    source: str = ""
    read_only: bool = False
    propagation: str = ""
    no_copy: bool = False
    driver: str = ""
    options: tuple[tuple[str, str], ...] = field(default=())
    size: int | None = None
    mode: int | None = None

    def spec(self) -> dict[str, Any]:
        """As it stands in a service's spec."""
        spec: dict[str, Any] = {"Type": self.type}
        if self.source:
            spec["Source"] = self.source
        spec["Target"] = self.target
        if self.read_only:
            spec["ReadOnly"] = True
        if self.propagation:
            spec["BindOptions"] = {"Propagation": self.propagation}
        volume: dict[str, Any] = {"NoCopy": True} if self.no_copy else {}
        if self.driver or self.options:
            names = {"Name": self.driver} if self.driver else {}
            volume["DriverConfig"] = {**names, **({"Options": dict(self.options)} if self.options else {})}
        tmpfs = {"SizeBytes": self.size, "Mode": self.mode}
        tmpfs_given = {key: value for key, value in tmpfs.items() if value is not None}
        if volume:
            spec["VolumeOptions"] = volume
        if tmpfs_given:
            spec["TmpfsOptions"] = tmpfs_given
        return spec

    @property
    def text(self) -> str:
        """As a value of --mount."""
        settings: Settings = [("type", self.type)]
        settings += [("source", self.source)] if self.source else []
        settings.append(("target", self.target))
        settings += [("readonly", "true")] if self.read_only else []
        settings += [("bind-propagation", self.propagation)] if self.propagation else []
        settings += [("volume-nocopy", "true")] if self.no_copy else []
        settings += [("volume-driver", self.driver)] if self.driver else []
        settings += [("volume-opt", f"{key}={value}") for key, value in self.options]
        settings += [("tmpfs-size", docker_size(self.size))] if self.size is not None else []
        settings += [("tmpfs-mode", f"{self.mode:o}")] if self.mode is not None else []
        return settings_text(settings)


def read_mount(text: str) -> Mount:
    """Read one mount, in docker's long form or as "source:target[:ro]".

    Raises:
        Unreadable: it is none.
    """
    settings = read_settings(text)
    if not any("=" in part for part in text.split(",")):
        return _checked(_short(text))
    given: dict[str, str] = {}
    options: list[tuple[str, str]] = []
    for written, value in settings:
        key = SYNONYMS.get(written, written)
        if key not in KNOWN:
            raise Unreadable(f"{written} cannot be set here; after creating the service, e edits its whole spec")
        if key == "volume-opt":
            name, _, setting = value.partition("=")
            options.append((name, setting))
        else:
            given[key] = value
    return _checked(_long(given, options))


def _short(text: str) -> Mount:
    source, colon, rest = text.partition(":")
    target, _, mode = rest.partition(":")
    if not colon or mode not in ("", "ro", "rw"):
        raise Unreadable(EXPECTED)
    return Mount("bind" if source.startswith("/") else "volume", target, source, mode == "ro")


def _long(given: dict[str, str], options: list[tuple[str, str]]) -> Mount:
    kind = given.get("type", "volume").lower()
    if kind not in TYPES:
        raise Unreadable("the type must be volume, bind or tmpfs")
    for key in [*given, *(["volume-opt"] if options else [])]:
        if ONLY_FOR.get(key, kind) != kind:
            raise Unreadable(f"{key} is for mounts of type {ONLY_FOR[key]}")
    propagation = given.get("bind-propagation", "").lower()
    if propagation and propagation not in PROPAGATIONS:
        raise Unreadable(f"bind-propagation must be one of {', '.join(PROPAGATIONS)}")
    mode = given.get("tmpfs-mode", "")
    if mode and not re.fullmatch("[0-7]{1,5}", mode):
        raise Unreadable("tmpfs-mode must be octal: 1777")
    return Mount(
        kind,
        given.get("target", ""),
        given.get("source", ""),
        _yes(given, "readonly"),
        propagation,
        _yes(given, "volume-nocopy"),
        given.get("volume-driver", ""),
        tuple(options),
        read_size(given["tmpfs-size"], least=1) if given.get("tmpfs-size") else None,
        int(mode, 8) if mode else None,
    )


def _yes(given: dict[str, str], key: str) -> bool:
    value = given.get(key, "false").lower()
    if value not in ("true", "1", "false", "0"):
        raise Unreadable(f"{key} must be true or false")
    return value in ("true", "1")


def _checked(mount: Mount) -> Mount:
    if not mount.target:
        raise Unreadable("the path in the container is missing: target=/…")
    if not mount.target.startswith("/"):
        raise Unreadable("the path in the container must be absolute: /…")
    if mount.type == "bind" and not mount.source.startswith("/"):
        raise Unreadable("a bind mount takes an absolute path on the node: source=/…")
    if mount.type == "tmpfs" and mount.source:
        raise Unreadable("a tmpfs has no source")
    if mount.type == "volume" and "/" in mount.source:
        raise Unreadable("a volume's name has no /; for a path on the node: type=bind")
    if mount.type == "volume" and mount.source and not _VOLUME.fullmatch(mount.source):
        raise Unreadable("a volume's name has two characters or more: a-z, A-Z, digits, _ . - after the first")
    if any(not name for name, _ in mount.options):
        raise Unreadable("volume-opt takes name=value")
    return mount
