"""What services share, and the label that tells which stack something is of."""

from __future__ import annotations

from swarmtui.swarm.objects.file import ConfigFile, SecretFile
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.objects.service import Service

__all__ = ["STACK_LABEL", "ServiceDependency", "stack_of"]

STACK_LABEL = "com.docker.stack.namespace"
"""The label by which `docker stack deploy` marks all that belongs to a stack; its value is the stack's name."""

ServiceDependency = SecretFile | ConfigFile | Network


def stack_of(thing: Service | ServiceDependency) -> str:
    """The stack that something belongs to; "" for none."""
    return thing.labels.get(STACK_LABEL, "")
