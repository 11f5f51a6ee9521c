"""Which nodes can run an image, by what it is built for."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from swarmtui.swarm.objects.node import Node, Platform
from swarmtui.swarm.objects.service import Service

__all__ = ["for_any_platform", "platform_of", "runs_on"]

_GO_ARCHITECTURES = {
    "x86_64": "amd64",
    "aarch64": "arm64",
    "armv6l": "arm",
    "armv7l": "arm",
    "armv8l": "arm",
    "i386": "386",
    "i686": "386",
}
"""The architectures of images, by what the kernels of nodes call them. Swarm itself knows the first two
(swarmkit manager/scheduler/filter.go, `normalizeArch`): it gives an image for ARM to any node."""

_ALSO_RUNS = {"amd64": ("386",), "arm64": ("arm",)}
"""What a processor runs beside its own: engines pull such an image where there is no better one."""


def platform_of(node: Node) -> str:
    """ "linux/arm64", as images are labelled; "" where the node has not told."""
    platform = node.description.platform
    return f"{platform.os}/{_architecture(platform)}" if platform.os else ""


def runs_on(platforms: Iterable[Platform], node: Node) -> bool:
    """Whether a node can run what is built for any of the platforms."""
    own = node.description.platform
    if not own.os:
        return True
    architecture = _architecture(own)
    runs = (architecture, *_ALSO_RUNS.get(architecture, ()), "")
    return any(each.os == own.os and each.architecture in runs for each in platforms)


def for_any_platform(service: Service) -> Service:
    """The service without the platforms that its placement asks for."""
    template = service.spec.task_template
    if template.placement is None or not template.placement.platforms:
        return service
    placement = msgspec.structs.replace(template.placement, platforms=None)
    template = msgspec.structs.replace(template, placement=placement)
    spec = msgspec.structs.replace(service.spec, task_template=template)
    return msgspec.structs.replace(service, spec=spec)


def _architecture(platform: Platform) -> str:
    return _GO_ARCHITECTURES.get(platform.architecture, platform.architecture)
