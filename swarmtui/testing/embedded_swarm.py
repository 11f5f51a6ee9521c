"""The embedded swarm as a test double: started with a `with` block, and steered by what happens to a swarm.

Public: names and meanings here change only with an entry in CHANGELOG.md.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self

from swarmtui.sim.process.child import Child, NotReady, Refused

__all__ = ["EmbeddedSwarm", "NotReady", "Refused"]


class EmbeddedSwarm:
    """A swarm in a process of its own, which ends with the `with` block and with this process.

    Its nodes are n1, n2, … with the managers first; each has an engine and a socket of its own.
    """

    def __init__(
        self,
        managers: int = 1,
        workers: int = 0,
        *,
        api_version: str | None = None,
        speed: float = 1.0,
        seed: int = 1,
        patience: float = 60.0,
    ) -> None:
        """
        Args:
            managers: how many there are; with 0 the engines are in no swarm, for tests of `docker swarm init`.
            api_version: play an older engine: "1.41" (20.10), "1.44" (25.0), "1.45" (26.1), "1.47" (27.5), "1.51"
                (28.5), or the "newest"; None for 28.5.
            speed: how fast time passes; 0 for not at all, until `advance`.
            seed: the same seed and calls give the same choices (which node a task goes to, how long it takes).
            patience: real seconds that the process may take to be ready.

        Raises:
            NotReady: it did not start.
        """
        nodes = managers + workers if managers else max(workers, 1)
        words = ["--managers", managers, "--nodes", nodes, "--speed", speed, "--seed", seed]
        if api_version is not None:
            words += ["--api-version", api_version]
        self._child = Child(*map(str, words), patience=patience)

    # --- where it is ---

    @property
    def url(self) -> str:
        """The address of the first node, as DOCKER_HOST has it."""
        return self._child.first

    @property
    def urls(self) -> dict[str, str]:
        """The address of every node by its name, managers first."""
        return dict(self._child.sockets)

    @property
    def control(self) -> str:
        """The socket that takes faults by HTTP (docs/test-double.md)."""
        return self._child.control

    @property
    def environment(self) -> dict[str, str]:
        """Variables that send docker's programs and libraries to this swarm."""
        return {"DOCKER_HOST": self.url, "DOCKER_CONTEXT": "", "DOCKER_TLS_VERIFY": ""}

    # --- what happens to nodes ---

    def kill(self, node: str) -> None:
        """Let a node lose power: its engine and its containers are gone."""
        self._child.fault(node, "kill")

    def stop(self, node: str) -> None:
        """Let a node's engine hang: it accepts connections and answers nothing."""
        self._child.fault(node, "stop")

    def cut(self, node: str) -> None:
        """Pull a node's cable: it runs on, and the other nodes hear nothing of it."""
        self._child.fault(node, "cut")

    def slow(self, node: str, seconds: float) -> None:
        """Let every answer of a node's engine take longer; 0 ends that."""
        self._child.fault(node, "slow", seconds=seconds)

    def revive(self, node: str) -> None:
        """End all that was done to a node."""
        self._child.fault(node, "revive")

    def missing_path(self, path: str, node: str | None = None) -> None:
        """Let a node, or all of them, have nothing at a path: a bind mount of it fails, and of all below it."""
        self._say(path, node, "missing")

    def path(self, path: str, node: str | None = None) -> None:
        """Let a node, or all of them, have something at a path, for bind mounts of it and of all below it."""
        self._say(path, node, "there")

    def _say(self, path: str, node: str | None, what: str) -> None:
        where = {} if node is None else {"node": node}
        self._child.steer("/path", path=path, do=what, **where)

    # --- what is wrong with images ---

    def missing(self, image: str) -> None:
        """Let no registry have an image. Of all others every name and tag can be pulled."""
        self._child.image(image, "missing")

    def crashing(self, image: str, after: float = 1.0, exit_code: int = 1) -> None:
        """Let containers of an image end after so many seconds; with exit code 0 they are done, as a job's are."""
        self._child.image(image, "crash", seconds=after, exit_code=exit_code)

    def unhealthy(self, image: str) -> None:
        """Let the health check of an image never pass."""
        self._child.image(image, "unhealthy")

    def slow_to_pull(self, image: str, seconds: float) -> None:
        """Let pulling an image take so long on a node that does not have it."""
        self._child.image(image, "slow", seconds=seconds)

    def well(self, image: str) -> None:
        """End all that was wrong with an image."""
        self._child.image(image, "well")

    # --- time ---

    def advance(self, seconds: float) -> None:
        """Let time pass at once, with all that happens in it: an hour takes milliseconds."""
        self._child.advance(seconds)

    def set_speed(self, factor: float) -> None:
        """How fast time passes from now on; 0 for not at all."""
        self._child.steer("/clock", speed=factor)

    # --- the end ---

    def close(self) -> None:
        """End it; returns when it has gone."""
        self._child.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
