"""How much room is on the disk that holds a node's Docker root directory: an engine does not tell that."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Mapping
from typing import Any

from swarmtui.engine.nodes.roads import NodeRoads
from swarmtui.errors import NotPossible
from swarmtui.swarm.objects.node import Node

__all__ = ["disk_room"]


def disk_room(
    roads: NodeRoads, node: Node, given_up: threading.Event, doing: Callable[[str], None]
) -> Mapping[str, Any]:
    """Look at that file system: by SFTP where the node is reached by SSH, here where it is this machine. Blocks.

    Nothing runs on the node for it, and it needs no right to read the directory.

    Args:
        given_up, doing: as for `NodeRoads.client`.

    Returns:
        "Root", the directory; "Size" and "Free", bytes; free is what programs without privileges may take.

    Raises:
        NotPossible: no way to the node tells it.
        SwarmtuiError: the node cannot be reached.
    """
    with roads.client(node, given_up, doing) as client:
        info = client.get_json("/info")
        root, name = (info.get("DockerRootDir"), info.get("Name")) if isinstance(info, dict) else (None, None)
        if not isinstance(root, str) or not root.startswith("/"):
            raise NotPossible(f"{node.name} does not tell its root directory.")
        if (tunnel := roads.tunnel_to(node)) is not None:
            size, free = tunnel.disk_room(root)
        elif roads.is_local(node) and name == socket.gethostname():
            size, free = _here(root)
        else:
            raise NotPossible(f"Only SSH tells how much room is on the disk of {node.name}.")
    return {"Root": root, "Size": size, "Free": free}


def _here(root: str) -> tuple[int, int]:
    try:
        found = os.statvfs(root)
    except OSError as error:
        raise NotPossible(f"{root} cannot be looked at: {error.strerror}.") from error
    return found.f_frsize * found.f_blocks, found.f_frsize * found.f_bavail
