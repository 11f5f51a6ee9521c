"""Services on the lab's swarm, made with the docker command line as a user would."""

from __future__ import annotations

from collections.abc import Sequence

from tests.patience import IDLE

from .swarm import Swarm
from .waiting import ANSWER, until


class Services:
    """Creates services and waits for them."""

    def __init__(self, swarm: Swarm, registry: str) -> None:
        self._swarm = swarm
        self._registry = registry

    def image(self, name: str) -> str:
        """The full name of one of the lab's images: `web` means `web:1.0`; a name with a host in it stays as it is."""
        if "/" in name:
            return name
        return f"{self._registry}/{name if ':' in name else name + ':1.0'}"

    def create(
        self,
        name: str,
        image: str = "web",
        replicas: int | None = 2,
        *,
        constraints: Sequence[str] = (),
        publish: Sequence[str] = (),
        options: Sequence[str] = (),
        args: Sequence[str] = (),
        wait: bool = True,
        timeout: float = IDLE,
    ) -> str:
        """Create a service and return its ID; see Lab.service."""
        mode = ["--mode", "global"] if replicas is None else ["--replicas", str(replicas)]
        flags = [*mode, *options]
        flags += [word for each in constraints for word in ("--constraint", each)]
        flags += [word for each in publish for word in ("--publish", each)]
        command = ["service", "create", "--detach", "--quiet", "--name", name, *flags, self.image(image), *args]
        identity = self._swarm.manager().docker(*command).strip()
        if wait:
            self.wait_settled(identity, timeout)
        return identity

    def wait_settled(self, service: str, timeout: float = IDLE) -> None:
        """Wait until exactly as many tasks run as the service wants, and no update is under way."""
        until(
            lambda: self._is_settled(service),
            f"service {service} to settle",
            timeout,
            interval=0.1,
            detail=lambda: self._swarm.manager(2).docker("service", "ps", "--no-trunc", service),
        )

    def _is_settled(self, service: str) -> bool:
        manager = self._swarm.manager(5)
        # An ID prefix or a name will do for the path, but only the list carries the counts.
        identity = manager.get(f"/services/{service}")["ID"]
        entry = next(each for each in manager.get("/services?status=true", timeout=ANSWER) if each["ID"] == identity)
        updating = entry.get("UpdateStatus", {}).get("State") in ("updating", "rollback_started")
        status = entry["ServiceStatus"]
        return not updating and 0 < status["DesiredTasks"] == status["RunningTasks"]
