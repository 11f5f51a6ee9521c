"""Widgets alone, whose drawing is what is tested."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _drawn_when_looked_at() -> None:
    """Not here: each frame is made, as in a terminal."""
