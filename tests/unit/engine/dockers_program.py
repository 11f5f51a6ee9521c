"""docker's own program on a simulated swarm: what it does is what ours is held against."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

import pytest

from swarmtui import children
from swarmtui.engine.client.client import EngineClient

__all__ = ["needs_docker", "run_docker"]

DOCKER = children.find("docker")
WITHIN = 60.0

needs_docker = pytest.mark.skipif(DOCKER is None, reason="docker's own program is not installed")


def run_docker(client: EngineClient, words: Sequence[str], given: str = "") -> subprocess.CompletedProcess[str]:
    """Run it on a client's engine, with nothing of the user's: no home, no contexts, no logins."""
    return subprocess.run(
        [str(DOCKER), "--host", client.endpoint.url, *words],
        input=given,
        text=True,
        capture_output=True,
        timeout=WITHIN,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "DOCKER_CONFIG": "/nonexistent"},
        check=False,
    )
