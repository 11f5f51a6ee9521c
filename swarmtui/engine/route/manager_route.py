"""ManagerRoute: which of a swarm's managers is used, the tunnel to it, and continuing through another when it fails.

The way in use is kept, and keeps healing by itself, until another manager has shown that it is of the same swarm and
serves. Only managers that ask the user nothing are tried at first; what they would ask is asked when none will do.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from swarmtui.endpoint import Endpoint
from swarmtui.engine.client.endpoint_handle import EndpointHandle
from swarmtui.engine.route.failover import Failover
from swarmtui.engine.route.managers import Candidate, candidates, managers_of
from swarmtui.errors import (
    ConnectionBroken,
    EndpointError,
    HostKeyRefused,
    LoginRefused,
    NoLeader,
    SSHNotReady,
    SwarmtuiError,
)
from swarmtui.swarm.cluster import Cluster
from swarmtui.tunnel.questions import NobodyToAsk, Questions
from swarmtui.tunnel.status import TunnelStatus

if TYPE_CHECKING:
    from swarmtui.engine.route.manager_probe import ManagerProbe
    from swarmtui.tunnel.login.memory import Memory
    from swarmtui.tunnel.ssh import Tunnel

__all__ = ["ManagerRoute", "RouteStatus"]

log = logging.getLogger("swarmtui.engine")

OPENING = 5.0
"""Seconds that a client waits for the tunnel to be made: its library takes a moment to load."""


@dataclass(frozen=True)
class RouteStatus:
    """What is known of the route.

    Attributes:
        moves: how often another manager was gone on through.
        tunnel: the tunnel in use; None where there is none.
        manager: whom it leads to, when that is not the one that the user named first; else "".
        trying: another manager that is just being tried; "" for none.
        notices: sentences that the user should see once, the oldest first.
    """

    moves: int = 0
    tunnel: TunnelStatus | None = None
    manager: str = ""
    trying: str = ""
    notices: tuple[str, ...] = ()


class ManagerRoute:
    """The way to a swarm. Every method may be called from any thread; only `way` waits.

    Args:
        endpoints: managers of the swarm, the one to begin with first.
        questions: who is asked what only the user can answer.
        hosts: names and addresses of managers, and the SSH target of each, where they differ.
    """

    def __init__(
        self,
        endpoints: Sequence[Endpoint],
        questions: Questions | None = None,
        hosts: Mapping[str, str] | None = None,
    ) -> None:
        self._endpoints = tuple(endpoints)
        self._questions = questions or NobodyToAsk()
        self._hosts = dict(hosts or {})
        self._on_change: Callable[[], None] = lambda: None
        self._news = threading.Condition()  # guards all below
        self._stirred = True
        self._closed = False
        self._current = Candidate(self._endpoints[0])
        self._way = None if self._current.is_ssh else EndpointHandle(self._current.endpoint)
        self._tunnel: Tunnel | None = None
        self._no_way: SwarmtuiError | None = None
        self._memory: Memory | None = None
        self._failover = Failover(time.monotonic())
        self._cluster = Cluster()
        self._refused: set[str] = set()
        self._scout: ManagerProbe | None = None
        self._status = RouteStatus()

    # -------------------------------------------------------------------------------- for any thread

    @property
    def status(self) -> RouteStatus:
        """The newest that is known."""
        tunnel = self._tunnel
        return replace(self._status, tunnel=tunnel.status) if tunnel is not None else self._status

    @property
    def endpoint(self) -> Endpoint:
        """The manager that the user named first."""
        return self._endpoints[0]

    @property
    def current(self) -> Candidate:
        """The manager that is used now."""
        with self._news:
            return self._current

    @property
    def tunnel(self) -> Tunnel | None:
        """The tunnel in use; None where there is none."""
        return self._tunnel

    def memory(self) -> Memory:
        """What the user has answered on the way, for other ways into the same swarm."""
        from swarmtui.tunnel.login.memory import Memory

        with self._news:
            self._memory = self._memory or Memory(self._questions)
            return self._memory

    def start(self, on_change: Callable[[], None]) -> None:
        """Begin. `on_change` is called whenever `status` may be another, from a thread of the route, no lock held."""
        self._on_change = on_change
        if self._current.is_ssh or len(self._endpoints) > 1:
            threading.Thread(target=self._run, name="swarmtui-route", daemon=True).start()

    def way(self) -> EndpointHandle:
        """The way that is to be gone now.

        Raises:
            SwarmtuiError: there is none.
        """
        with self._news:
            self._news.wait_for(lambda: self._way or self._no_way or self._closed, OPENING)
            if self._closed:
                raise ConnectionBroken("The connection was closed.")
            if self._no_way is not None:
                raise self._take_no_way()
            if self._way is None:
                raise SSHNotReady(f"{self._current.endpoint.name} is not connected yet (starting).")
            return self._way

    def _take_no_way(self) -> SwarmtuiError:
        """Why there is no way. An address that makes no sense stays one; anything else is tried again."""
        assert self._no_way is not None
        error = self._no_way
        if not isinstance(error, EndpointError):
            self._no_way = None
            self._stir()
        return error

    def heard(self, error: SwarmtuiError | None, cluster: Cluster, answered: bool) -> None:
        """How the engine answers, and what the swarm is.

        Args:
            error: why it cannot be shown now; None while all is well.
            answered: whether it has been shown.
        """
        with self._news:
            before = self._failover.due()
            self._failover.heard(error, answered, time.monotonic())
            self._cluster = cluster
            if error is None and answered:
                self._refused.clear()
            if self._failover.due() != before:
                self._stir()

    def retry_now(self) -> None:
        """Try at once what is broken."""
        tunnel = self._tunnel
        if tunnel is not None:
            tunnel.retry_now()
        with self._news:
            self._no_way = None
            self._refused.clear()
            self._failover.try_again()
            self._stir()

    def close(self) -> None:
        """End it: no socket, no directory and no connection is left on return."""
        with self._news:
            self._closed = True
            scout = self._scout
            self._news.notify_all()
        if scout is not None:
            scout.end()
        if self._tunnel is not None:
            self._tunnel.close()

    # -------------------------------------------------------------------------------- the route's thread

    def _run(self) -> None:
        try:
            while self._wait():
                if self._current.is_ssh and self._tunnel is None and self._no_way is None:
                    self._open_first()
                self._on_change()
                if self._failover.due() <= time.monotonic():
                    self._look_for_another()
        except Exception:  # a program that continues without failing over is better than none
            log.exception("The route failed")

    def _wait(self) -> bool:
        """Wait until something has changed, or another manager is to be looked for. False at the end."""
        with self._news:
            due = self._failover.due()
            wait = None if due == math.inf else max(0.0, due - time.monotonic())
            self._news.wait_for(lambda: self._stirred or self._closed, wait)
            self._stirred = False
            if self._tunnel is not None:
                status = self._tunnel.status
                self._failover.seen(status, time.monotonic())
                fresh = tuple(notice for notice in status.notices if notice not in self._status.notices)
                self._status = replace(self._status, notices=(*self._status.notices, *fresh))
            return not self._closed

    def _stir(self) -> None:
        with self._news:
            self._stirred = True
            self._news.notify_all()

    def _open_first(self) -> None:
        try:
            tunnel, way = self._open(self._current, self._questions)
        except SwarmtuiError as error:
            with self._news:
                self._no_way = error
                self._news.notify_all()
            return
        with self._news:
            self._tunnel, self._way, self._memory = tunnel, way, tunnel.memory
            closed = self._closed
            self._news.notify_all()
        if closed:
            tunnel.close()

    def _open(self, candidate: Candidate, questions: Questions | Memory) -> tuple[Tunnel, EndpointHandle]:
        """Begin to connect.

        Raises:
            SwarmtuiError: the address makes no sense, or the local socket cannot be made.
        """
        from swarmtui.tunnel.ssh import Tunnel

        tunnel = Tunnel.open(candidate.endpoint, questions, on_status=lambda _: self._stir(), like=candidate.like)
        return tunnel, EndpointHandle(replace(candidate.endpoint, url=f"unix://{tunnel.socket_path}"), tunnel)

    # -------------------------------------------------------------------------------- another manager

    def _look_for_another(self) -> None:
        """Try the others once: first without asking the user anything, then those that would ask."""
        would_ask = []
        for candidate in self._others():
            if candidate.endpoint.url in self._refused:
                continue
            if not self._is_wanted(asking=False):
                return
            error = self._try(candidate, asking=False)
            if error is None:
                return
            if isinstance(error, (LoginRefused, HostKeyRefused)):
                would_ask.append(candidate)
        for candidate in would_ask:
            if self._try(candidate, asking=True) is None:
                return
            with self._news:  # servers count refused logins: not again until the user, or the swarm, is back
                self._refused.add(candidate.endpoint.url)
        with self._news:
            self._failover.tried(time.monotonic())

    def _others(self) -> tuple[Candidate, ...]:
        with self._news:
            node_id = self._cluster.info.swarm.node_id or self._current.node_id
            found = candidates(self._endpoints, managers_of(self._cluster), self._hosts, self._current, node_id)
            if not self._failover.jumps_stand:  # the others are reached through the same jump hosts
                found = tuple(each for each in found if each.like is None)
            return found

    def _try(self, candidate: Candidate, *, asking: bool) -> SwarmtuiError | None:
        """Try one, and continue through it if it serves.

        Returns:
            None when it does, or when none is wanted any more; else why it does not.
        """

        from swarmtui.engine.route.manager_probe import ManagerProbe

        with self._news:
            reason = self._failover.trouble
        scout = ManagerProbe(candidate, lambda: self._is_wanted(asking))
        with self._news:
            if self._closed:
                return None
            self._scout = scout
            self._status = replace(self._status, trying=candidate.endpoint.name)
        self._on_change()
        try:
            if candidate.is_ssh:
                scout.lead(*self._open(candidate, self._memory_for(asking)))
            scout.look(self._cluster, to_lead=isinstance(reason, NoLeader))
            if not self._is_wanted(asking):
                return None
            self._go_on_through(scout, reason)
        except SwarmtuiError as error:
            log.info("%s: %s", candidate.endpoint.name, error)
            return error
        finally:
            with self._news:
                self._scout = None
                self._status = replace(self._status, trying="")
                self._stir()
            scout.end()
        return None

    def _memory_for(self, asking: bool) -> Memory:
        return self.memory().sharing(self._questions if asking else NobodyToAsk())

    def _is_wanted(self, asking: bool) -> bool:
        """Whether another manager is still needed: the one in use may have come back meanwhile."""
        with self._news:
            if self._tunnel is not None:
                self._failover.seen(self._tunnel.status, time.monotonic())
            trouble = self._failover.trouble is not None or self._failover.due() != math.inf
            return not self._closed and (trouble if asking else self._failover.due() != math.inf)

    def _go_on_through(self, scout: ManagerProbe, reason: SwarmtuiError | None) -> None:
        candidate = scout.candidate
        with self._news:
            old, self._tunnel = self._tunnel, scout.tunnel
            self._way, self._current, self._no_way = scout.way, candidate, None
            self._failover = Failover(time.monotonic())
            first = candidate.endpoint.url == self._endpoints[0].url
            name = candidate.endpoint.name
            self._status = replace(self._status, moves=self._status.moves + 1, manager="" if first else name)
            told = f"{f'{reason.message} ' if reason is not None else ''}Continuing through {name}."
            self._status = replace(self._status, notices=(*self._status.notices, told))
            scout.keep()
            if scout.tunnel is not None:  # from now on it is the one to ask for
                scout.tunnel.memory.turn_to(self._questions)
            closed = self._closed
        log.info("going on through %s: %s", name, reason)
        if old is not None:
            old.close()
        if closed and scout.tunnel is not None:
            scout.tunnel.close()
        self._on_change()
