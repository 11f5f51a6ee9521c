"""Frame: what a record holds of one moment: all that was known, or what differs from the frame before.

Objects are encoded by their fields' names, with all that has its default left out. So a record of today is read by a
later version that knows more fields; `FORMAT` in the file's first line changes when that is not enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.engine import EngineInfo
from swarmtui.swarm.objects.file import ConfigFile, SecretFile
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.swarm import Swarm
from swarmtui.swarm.objects.task import Task

__all__ = ["LISTS", "MARK", "NEVER_CONNECTED", "Frame", "Link", "ListChange", "Moment", "Piece"]

T = TypeVar("T")

MARK = 1
"""The code by which MessagePack tells a mark: its number follows."""

LISTS = ("nodes", "services", "secrets", "configs", "networks")
"""The attributes of a Cluster that hold objects by ID and have a field in Frame, named alike."""

Piece = tuple[int, int] | Task
"""Of a service's tasks: so many of those before, from such a place on; or one that is new or another."""


class Link(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The connection of the program that recorded.

    Attributes:
        live: whether the engine answered in time.
        error: what stood in the way, with the layer; "" while nothing did.
        engine_version, api_version: as the engine said; "" before it has.
        manager: through whom, where that was not the one that the user named first.
    """

    live: bool = False
    error: str = ""
    engine_version: str = ""
    api_version: str = ""
    manager: str = ""


NEVER_CONNECTED = Link()


class ListChange(msgspec.Struct, Generic[T], omit_defaults=True, gc=False):
    """What differs in one list.

    Attributes:
        put: the objects that are new or others.
        gone: IDs of those that are not there any more.
        unknown: the list is not known any more.
    """

    put: list[T] = []
    gone: list[str] = []
    unknown: bool = False


class Frame(msgspec.Struct, omit_defaults=True, gc=False):
    """One moment. What is None is as in the frame before.

    Attributes:
        at: seconds since 1970 by the managers' clock.
        whole: it stands by itself: there is nothing of the frame before in it.
        nothing: no swarm is known.
        link: the connection.
        swarm_unknown: the swarm's own object is not known any more.
        tasks: by service ID, in their order.
        tasks_gone: the services whose tasks are not known any more.
        refused: the engine's words, by the kind's value.
        (others): as in Cluster.
    """

    at: float
    whole: bool = False
    nothing: bool = False
    link: Link | None = None
    info: EngineInfo | None = None
    swarm: Swarm | None = None
    swarm_unknown: bool = False
    nodes: ListChange[Node] | None = None
    services: ListChange[Service] | None = None
    secrets: ListChange[SecretFile] | None = None
    configs: ListChange[ConfigFile] | None = None
    networks: ListChange[Network] | None = None
    tasks: dict[str, list[Piece]] | None = None
    tasks_gone: list[str] | None = None
    tasks_complete: bool | None = None
    elsewhere: dict[str, str] | None = None
    refused: dict[str, str] | None = None


@dataclass(frozen=True)
class Moment:
    """What was known at one moment.

    Attributes:
        at: seconds since 1970 by the managers' clock.
        cluster: the snapshot; None while no swarm was known.
        link: the connection of the program that recorded.
    """

    at: float
    cluster: Cluster | None = None
    link: Link = NEVER_CONNECTED
