"""The mounts of a service, as a compose file has them (docker/cli cli/compose/convert/volume.go)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from swarmtui.swarm.objects.stack_label import STACK_LABEL
from swarmtui.swarm.stacks.rebuilding.declared import Declared, labels_of
from swarmtui.swarm.stacks.rebuilding.rest import Rest
from swarmtui.swarm.stacks.rebuilding.values import filled, texts

__all__ = ["mount_said"]

Raw = Mapping[str, Any]


def mount_said(raw: Raw, declared: Declared, service: str) -> tuple[dict[str, Any], list[str]]:
    """A mount in its long form, and the paths of what has no place in it.

    Args:
        declared: where its volume is declared.
        service: who has it.
    """
    rest = Rest(raw)
    kind, source, target = (str(rest.take(field) or "") for field in ("Type", "Source", "Target"))
    said = filled(type=kind or "volume", source=source, target=target)
    if rest.take("ReadOnly"):
        said["read_only"] = True
    if (consistency := rest.take("Consistency")) not in (None, "", "default"):
        said["consistency"] = str(consistency)
    said |= _OPTIONS.get(said["type"], _no_options)(rest, source, declared, service)
    return said, [f"{path} of the mount {target}" for path in rest.left()]


def _no_options(rest: Rest, source: str, declared: Declared, service: str) -> dict[str, Any]:
    return {}


def _of_volume(rest: Rest, source: str, declared: Declared, service: str) -> dict[str, Any]:
    if not source:
        return {}
    labels = rest.take_mapping("VolumeOptions", "Labels")
    own: dict[str, Any] | None = None
    if STACK_LABEL in labels:
        driver = rest.take_mapping("VolumeOptions", "DriverConfig")
        options = texts(driver.get("Options") or {})
        own = filled(driver=driver.get("Name"), driver_opts=options, labels=labels_of(labels))
    inside = filled(subpath=rest.take("VolumeOptions", "Subpath"))
    if rest.take("VolumeOptions", "NoCopy"):
        inside["nocopy"] = True
    said = {"source": declared.volume(source, own, service)}
    return {**said, "volume": inside} if inside else said


def _of_bind(rest: Rest, source: str, declared: Declared, service: str) -> dict[str, Any]:
    if not rest.has("BindOptions"):
        return {}
    return {"bind": filled(propagation=rest.take("BindOptions", "Propagation"))}


def _of_tmpfs(rest: Rest, source: str, declared: Declared, service: str) -> dict[str, Any]:
    if not rest.has("TmpfsOptions"):
        return {}
    size = rest.take("TmpfsOptions", "SizeBytes")
    return {"tmpfs": {"size": size} if size else {}}


def _of_cluster(rest: Rest, source: str, declared: Declared, service: str) -> dict[str, Any]:
    """A group of volumes is not declared; any other cluster volume is there already."""
    rest.take("ClusterOptions")
    return {} if source.startswith("group:") else {"source": declared.volume(source, None, service)}


_OPTIONS: Mapping[str, Callable[[Rest, str, Declared, str], dict[str, Any]]] = {
    "volume": _of_volume,
    "bind": _of_bind,
    "npipe": _of_bind,
    "tmpfs": _of_tmpfs,
    "cluster": _of_cluster,
}
