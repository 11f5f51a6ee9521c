"""Mounts that a node cannot make, in the engine's words, and what its file system has.

Source: moby daemon/cluster/executor/container/validate.go and volume/mounts/validate.go.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from swarmtui.sim.objects.spec import JSON

_THERE = frozenset(
    ["bin", "boot", "data", "dev", "etc", "home", "lib", "media", "mnt", "opt", "proc", "root", "run", "sbin", "srv"],
).union(("sys", "tmp", "usr", "var"))
"""The directories of every machine."""


class Paths:
    """What a machine's file system has, as far as mounts ask.

    Its usual directories hold whatever somebody mounts, and there are no others: what a machine has beside that, or
    lacks, is what it was told (`say`). What was said of a path counts for all below it, unless more was said of that.
    """

    def __init__(self) -> None:
        self._said: dict[PurePosixPath, bool] = {}

    def say(self, path: str, *, there: bool | None) -> None:
        """That a path is there or missing; None for what is usual."""
        if there is None:
            self._said.pop(PurePosixPath(path), None)
        else:
            self._said[PurePosixPath(path)] = there

    def has(self, path: str) -> bool:
        """Whether there is something at an absolute path."""
        wanted = PurePosixPath(path)
        for each in (wanted, *wanted.parents):
            if each in self._said:
                return self._said[each]
        return len(wanted.parts) < 2 or wanted.parts[1] in _THERE


def malformed(container: JSON) -> str:
    """Why an engine makes no container of a task for its mounts; "" where it does."""
    return next(filter(None, map(_malformed, container.get("Mounts") or [])), "")


def missing(container: JSON, paths: Paths) -> str:
    """Why a container with such mounts cannot be made on a machine; "" where it can."""
    for mount in container.get("Mounts") or []:
        source = str(mount.get("Source") or "")
        if mount.get("Type") == "bind" and not paths.has(source):
            return f'invalid mount config for type "bind": bind source path does not exist: {source}'
    return ""


def _malformed(mount: JSON) -> str:
    kind, source, target = (str(mount.get(key) or "") for key in ("Type", "Source", "Target"))
    if not target.startswith("/") and kind != "npipe":
        return f"invalid mount target, must be an absolute path: {target}"
    if kind == "bind" and not source.startswith("/"):
        return f"invalid bind mount source, must be an absolute path: {source}"
    if kind == "volume" and source.startswith("/"):
        return f"invalid volume mount source, must not be an absolute path: {source}"
    if kind == "tmpfs" and source:
        return "invalid tmpfs source, source must be empty"
    return ""
