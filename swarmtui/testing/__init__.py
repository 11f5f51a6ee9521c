"""A Docker Swarm for tests: of a tool that talks to the Docker Engine API, without Docker, root or a network.

    from swarmtui.testing import EmbeddedSwarm

    with EmbeddedSwarm(managers=3, workers=2) as swarm:
        client = docker.DockerClient(base_url=swarm.url)

With pytest, the fixture `docker_swarm` is such a swarm (see `plugin`). docs/test-double.md has the rest.
"""

from swarmtui.testing.embedded_swarm import EmbeddedSwarm, NotReady, Refused

__all__ = ["EmbeddedSwarm", "NotReady", "Refused"]
