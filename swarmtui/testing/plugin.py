"""The pytest plugin: the fixtures `docker_swarm` and `docker_swarm_environment`, and the marker `docker_swarm`.

    @pytest.mark.docker_swarm(managers=3, workers=2, api_version="1.44")
    def test_my_tool(docker_swarm):
        my_tool.deploy(docker_swarm.url)

It is loaded with pytest wherever swarmtui is installed, so it imports nothing until a test asks for a swarm.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from swarmtui.testing import EmbeddedSwarm

MARKER = "docker_swarm(managers=1, workers=0, api_version=None, speed=1.0, seed=1): what the fixture of that name is"


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", MARKER)


@pytest.fixture
def docker_swarm(request: pytest.FixtureRequest) -> Iterator[EmbeddedSwarm]:
    """An embedded swarm for this test alone: one manager, or what the marker `docker_swarm` says."""
    from swarmtui.testing import EmbeddedSwarm

    marker = request.node.get_closest_marker("docker_swarm")
    with EmbeddedSwarm(**(marker.kwargs if marker else {})) as swarm:
        yield swarm


@pytest.fixture
def docker_swarm_environment(docker_swarm: EmbeddedSwarm, monkeypatch: pytest.MonkeyPatch) -> EmbeddedSwarm:
    """The same swarm, and DOCKER_HOST names it: for tools that take their endpoint from the environment."""
    for name, value in docker_swarm.environment.items():
        if value:
            monkeypatch.setenv(name, value)
        else:
            monkeypatch.delenv(name, raising=False)
    return docker_swarm
