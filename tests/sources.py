"""The source texts of swarmtui, each read once however many tests look at it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

__all__ = ["PACKAGE", "SOURCES", "tree_of"]

PACKAGE = Path(__file__).parents[1] / "swarmtui"
SOURCES = sorted(PACKAGE.rglob("*.py"))


@cache
def tree_of(path: Path) -> ast.Module:
    """What a file says, parsed; nobody changes it."""
    return ast.parse(path.read_text())
