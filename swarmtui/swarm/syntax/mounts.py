"""Mounts: "type=bind,source=/srv,target=/data,readonly" as docker/cli's opts/mount.go reads it, and "/srv:/data:ro"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from swarmtui.swarm.syntax.comma_separated import Settings, read_settings, settings_text
from swarmtui.swarm.syntax.quantities import read_size
from swarmtui.swarm.syntax.unreadable import Unreadable
from swarmtui.swarm.units import docker_size

__all__ = ["GROUP", "Mount", "read_mount"]

TYPES = ("volume", "bind", "tmpfs", "npipe", "cluster")
PROPAGATIONS = ("rprivate", "private", "rshared", "shared", "rslave", "slave")
EXPECTED = "like data:/var/lib/data, /srv:/srv:ro or type=tmpfs,target=/tmp"
SYNONYMS = {"src": "source", "dst": "target", "destination": "target", "ro": "readonly"}
ONLY_FOR = {
    "bind-propagation": "bind",
    "bind-nonrecursive": "bind",
    "volume-nocopy": "volume",
    "volume-subpath": "volume",
    "volume-label": "volume",
    "volume-driver": "volume",
    "volume-opt": "volume",
    "tmpfs-size": "tmpfs",
    "tmpfs-mode": "tmpfs",
}
_VOLUME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+", re.ASCII)
"""Source: moby daemon/names, `RestrictedNamePattern`."""
KNOWN = {"type", "source", "target", "readonly", *ONLY_FOR}
SEVERAL = ("volume-opt", "volume-label")
"""What may be given several times, as name=value."""
GROUP = "group:"
"""How the source of a cluster volume begins that is any one of a group."""
_SHORT = re.compile(r"[^:,=\"\s]+:/[^:,=\"\s]*(:ro)?")
_WINDOWS = re.compile(r"[a-zA-Z]:[\\/]", re.ASCII)
_PIPE = re.compile(r"[\\/]{2}\.[\\/]pipe[\\/].+", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Mount:
    """A volume, a directory of the node, a file system in memory, a named pipe of Windows or a cluster volume, at a
    place in the container.

    Attributes:
        source: of a cluster volume its name, or "group:" and that of a group.
        size, mode: of a tmpfs, in bytes and as file permissions; None for the engine's own.
        options: of the volume's driver.
        labels: of a volume that is made for it.
        subpath: the directory in the volume that is mounted; "" for all of it.
        non_recursive: what is mounted below the bound directory is left out.
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
    labels: tuple[tuple[str, str], ...] = field(default=())
    subpath: str = ""
    non_recursive: bool = False

    @classmethod
    def of(cls, raw: object) -> Mount | None:
        """From the raw JSON of a mount; None where there is more in it than is known here, or what cannot be read."""
        if not isinstance(raw, Mapping):
            return None
        volume, tmpfs, bind = (_part(raw, f"{name}Options") for name in ("Volume", "Tmpfs", "Bind"))
        driver = _part(volume, "DriverConfig")
        mount = cls(
            _text(raw, "Type"),
            _text(raw, "Target"),
            _text(raw, "Source"),
            raw.get("ReadOnly") is True,
            _text(bind, "Propagation"),
            volume.get("NoCopy") is True,
            _text(driver, "Name"),
            _pairs(driver, "Options"),
            _number(tmpfs, "SizeBytes"),
            _number(tmpfs, "Mode"),
            _pairs(volume, "Labels"),
            _text(volume, "Subpath"),
            bind.get("NonRecursive") is True,
        )
        return mount if _given(mount.spec()) == _given(raw) else None

    def spec(self) -> dict[str, Any]:
        """As it stands in a service's spec."""
        spec: dict[str, Any] = {"Type": self.type}
        if self.source:
            spec["Source"] = self.source
        spec["Target"] = self.target
        if self.read_only:
            spec["ReadOnly"] = True
        bind: dict[str, Any] = {"Propagation": self.propagation} if self.propagation else {}
        if self.non_recursive:
            bind["NonRecursive"] = True
        volume: dict[str, Any] = {"NoCopy": True} if self.no_copy else {}
        if self.labels:
            volume["Labels"] = dict(self.labels)
        if self.subpath:
            volume["Subpath"] = self.subpath
        if self.driver or self.options:
            names = {"Name": self.driver} if self.driver else {}
            volume["DriverConfig"] = {**names, **({"Options": dict(self.options)} if self.options else {})}
        tmpfs = {"SizeBytes": self.size, "Mode": self.mode}
        tmpfs_given = {key: value for key, value in tmpfs.items() if value is not None}
        parts = {"BindOptions": bind, "VolumeOptions": volume, "TmpfsOptions": tmpfs_given}
        return {**spec, **{key: part for key, part in parts.items() if part}}

    @property
    def line(self) -> str:
        """As briefly as it is read: "data:/var/lib/data", "/srv:/srv:ro"; in full where that does not say all."""
        usual = Mount(self.type, self.target, self.source, self.read_only)
        short = f"{self.source}:{self.target}{':ro' if self.read_only else ''}"
        if self != usual or not self.source or not _SHORT.fullmatch(short):
            return self.text
        return short if self.type == ("bind" if self.source.startswith("/") else "volume") else self.text

    @property
    def text(self) -> str:
        """As a value of --mount."""
        settings: Settings = [("type", self.type)]
        settings += [("source", self.source)] if self.source else []
        settings.append(("target", self.target))
        settings += [("readonly", "true")] if self.read_only else []
        settings += [("bind-propagation", self.propagation)] if self.propagation else []
        settings += [("bind-nonrecursive", "true")] if self.non_recursive else []
        settings += [("volume-nocopy", "true")] if self.no_copy else []
        settings += [("volume-driver", self.driver)] if self.driver else []
        settings += [("volume-opt", f"{key}={value}") for key, value in self.options]
        settings += [("volume-label", f"{key}={value}") for key, value in self.labels]
        settings += [("volume-subpath", self.subpath)] if self.subpath else []
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
    several: dict[str, list[tuple[str, str]]] = {}
    for written, value in settings:
        key = SYNONYMS.get(written, written)
        if key == "bind-recursive" and value in ("enabled", "disabled"):
            key, value = "bind-nonrecursive", "true" if value == "disabled" else "false"
        if key not in KNOWN:
            raise Unreadable(f"{written} cannot be set here; once the service is there, e edits its whole spec")
        if key in SEVERAL:
            name, _, setting = value.partition("=")
            several.setdefault(key, []).append((name, setting))
        else:
            given[key] = value
    return _checked(_long(given, several))


def _short(text: str) -> Mount:
    source, colon, rest = text.partition(":")
    target, _, mode = rest.partition(":")
    if not colon or mode not in ("", "ro", "rw"):
        raise Unreadable(EXPECTED)
    return Mount("bind" if source.startswith("/") else "volume", target, source, mode == "ro")


def _long(given: dict[str, str], several: dict[str, list[tuple[str, str]]]) -> Mount:
    kind = given.get("type", "volume").lower()
    if kind not in TYPES:
        raise Unreadable(f"the type must be {', '.join(TYPES[:-1])} or {TYPES[-1]}")
    for key in [*given, *several]:
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
        tuple(several.get("volume-opt", ())),
        read_size(given["tmpfs-size"], least=1) if given.get("tmpfs-size") else None,
        int(mode, 8) if mode else None,
        tuple(several.get("volume-label", ())),
        given.get("volume-subpath", ""),
        _yes(given, "bind-nonrecursive"),
    )


def _yes(given: dict[str, str], key: str) -> bool:
    value = given.get(key, "false").lower()
    if value not in ("true", "1", "false", "0"):
        raise Unreadable(f"{key} must be true or false")
    return value in ("true", "1")


def _checked(mount: Mount) -> Mount:
    if not mount.target:
        raise Unreadable("the path in the container is missing: target=/…")
    if mount.type == "npipe":
        if not _PIPE.fullmatch(mount.source) or not _PIPE.fullmatch(mount.target):
            raise Unreadable(r"a named pipe has a source and a target like \\.\pipe\docker_engine")
        return mount
    if not mount.target.startswith("/") and not _WINDOWS.match(mount.target):
        raise Unreadable("the path in the container must be absolute: /…")
    if any(not name for name, _ in (*mount.options, *mount.labels)):
        raise Unreadable("volume-opt and volume-label take name=value")
    _check_source(mount.type, mount.source)
    return mount


def _check_source(kind: str, source: str) -> None:
    if kind == "bind" and not source.startswith("/") and not _WINDOWS.match(source):
        raise Unreadable("a bind mount takes an absolute path on the node: source=/…")
    if kind == "tmpfs" and source:
        raise Unreadable("a tmpfs has no source")
    if kind == "cluster" and not source.removeprefix(GROUP):
        raise Unreadable(f"a cluster volume takes its name, or a group: source={GROUP}…")
    if kind == "volume" and "/" in source:
        raise Unreadable("a volume's name has no /; for a path on the node: type=bind")
    if kind == "volume" and source and not _VOLUME.fullmatch(source):
        raise Unreadable("a volume's name has two characters or more: a-z, A-Z, digits, _ . - after the first")


# ------------------------------------------------------------------------------------------------ raw JSON


def _part(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = raw.get(key)
    return part if isinstance(part, Mapping) else {}


def _text(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def _number(raw: Mapping[str, Any], key: str) -> int | None:
    value = raw.get(key)
    return value if type(value) is int and value > 0 else None


def _pairs(raw: Mapping[str, Any], key: str) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), value) for name, value in _part(raw, key).items() if isinstance(value, str))


def _given(value: Any) -> Any:
    """Without what Go leaves out, and what an engine may write all the same."""
    if not isinstance(value, Mapping):
        return value
    parts = {key: _given(part) for key, part in value.items()}
    return {key: part for key, part in parts.items() if part not in (None, {}, [], "", 0, False)}
