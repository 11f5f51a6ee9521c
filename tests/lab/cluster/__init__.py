"""A real multi-node Docker Swarm on one machine: see `Lab`."""

from .errors import CommandFailed, DeadlineExceeded, EngineError, LabError, LabInUse, MissingRequirement
from .lab import Lab
from .node import Node

__all__ = [
    "CommandFailed",
    "DeadlineExceeded",
    "EngineError",
    "Lab",
    "LabError",
    "LabInUse",
    "MissingRequirement",
    "Node",
]
