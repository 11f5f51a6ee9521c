"""All that the user interface may ask of the engine side: a narrow protocol, met by swarmtui.engine.session.Session."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from swarmtui.endpoint import Endpoint
    from swarmtui.engine.nodes.awaited import Awaited
    from swarmtui.engine.nodes.command_run import CommandRun
    from swarmtui.engine.nodes.forward import Forward
    from swarmtui.engine.nodes.terminal import Terminal
    from swarmtui.engine.polling.observation import JoinTokens, Observation, Outcome, Secret, TaskScope
    from swarmtui.engine.streams.log_lines import LogRequest, LogStream
    from swarmtui.swarm.actions.action import Action
    from swarmtui.swarm.kinds import Kind, Target
    from swarmtui.swarm.objects.node import Node
    from swarmtui.swarm.stacks.compose import Comparison
    from swarmtui.swarm.stats.stats import Stats, Subject
    from swarmtui.swarm.tasks.command_across import CollectedExec
    from swarmtui.swarm.tasks.container_exec import ContainerExec
    from swarmtui.swarm.tasks.container_file import CopyIn, CopyOut
    from swarmtui.swarm.tasks.port_forward import PortForward
    from swarmtui.swarm.timeline.timeline import Timeline
    from swarmtui.tunnel.questions import OpenQuestion

__all__ = ["SwarmSession"]


class SwarmSession(Protocol):
    """One connection to one swarm. No call blocks; every method may be called from the UI's thread."""

    @property
    def endpoint(self) -> Endpoint:
        """Which swarm this is."""

    @property
    def protected(self) -> bool:
        """Whether the endpoint's name must be typed for every change."""

    def start(self, on_news: Callable[[], None]) -> None:
        """Begin to watch. `on_news` is called, from another thread, whenever `observation` has something new.

        May be called again to put another listener in place; the watching continues.
        """

    def observation(self) -> Observation:
        """The newest that is known."""

    @property
    def timeline(self) -> Timeline:
        """What happened, as far as it is known; the same object while nothing is new. News reports it."""

    def question(self) -> OpenQuestion | None:
        """What only the user can answer on the way to the engine; None when there is nothing. News reports it."""

    def look_at(self, scope: TaskScope) -> None:
        """Say whose tasks are on the screen: those are asked for most often."""

    def refresh(self) -> None:
        """Ask the engine for everything now; when the connection is lost, try it now."""

    def apply(self, action: Action, *, typed: str = "") -> Future[Outcome]:
        """Make a change through the gateway.

        Args:
            typed: what the user has typed as the name of a protected endpoint.

        The future raises ChangeRefused (nothing was changed), or EngineRefused, or ConnectionFailed (then the engine
        may or may not have done it).
        """

    def join_tokens(self) -> Future[JoinTokens]:
        """Ask for the join tokens. They are fetched each time and kept nowhere."""

    def unlock_key(self) -> Future[Secret]:
        """Ask for the key that unlocks a manager after a restart; an empty one while autolock is off. Kept nowhere."""

    def addresses(self) -> tuple[str, ...]:
        """Addresses at which other machines may reach the engine, as far as this program can know them."""

    def inspect(self, kind: Kind, object_id: str) -> Future[Any]:
        """Ask for an object as it is now: raw JSON, with nothing left out but the join tokens.

        The future raises ObjectNotFound, or what else a call raises.
        """

    def ask_node(
        self,
        node: Node,
        path: str,
        params: Mapping[str, str] | None = None,
        doing: Callable[[str], None] = lambda _: None,
        *,
        slow: bool = False,
    ) -> Awaited[Any]:
        """GET a path of a node's own engine, as raw JSON.

        Args:
            path: without a version: "/containers/…/json".
            doing: called with words for what is being done on the way there, from another thread.
            slow: the engine may think for minutes.

        The future raises what stands in the way: the error tells which layer failed.
        """

    def watch_stats(self, subjects: Sequence[Subject]) -> None:
        """Say of which containers live figures are on the screen, the most urgent first; none ends all requests.

        Who shows them says so again every few seconds.
        """

    def stats(self) -> Stats:
        """The newest live figures. News does not report them: look once a second."""

    def copy_file(
        self, asked: CopyIn | CopyOut, told: Callable[[str], None], *, typed: str = ""
    ) -> Awaited[tuple[int, str]]:
        """Copy a file out of a task's container, or into it.

        Args:
            told: called with words for what is being done and how far it is, from another thread.
            typed: what the user has typed as the name of a protected endpoint.

        The future gives how many bytes it has, and a warning; "" for none. It raises AlreadyThere where a file is.
        """

    def logs(self, target: Target, request: LogRequest) -> LogStream:
        """Follow the log of a service or a task, until the stream is closed."""

    def terminal(
        self, asked: ContainerExec, size: tuple[int, int], doing: Callable[[str], None], *, typed: str = ""
    ) -> Awaited[Terminal]:
        """Run a command in a task's container, with a terminal on it.

        Args:
            size: columns and rows of the terminal.
            doing: called with words for what is being done, from another thread.
            typed: what the user has typed as the name of a protected endpoint.
        """

    def run_across(self, asked: Sequence[CollectedExec], *, typed: str = "") -> CommandRun:
        """Run a command in several containers, a few at a time, and collect what it writes there.

        Args:
            typed: what the user has typed as the name of a protected endpoint.

        Raises:
            ChangeRefused: it is not permitted; no node was reached.
        """

    def forward(self, asked: PortForward, doing: Callable[[str], None], *, typed: str = "") -> Awaited[Forward]:
        """Listen on a local port that leads to a task's container, until it is closed, the task or the session ends.

        Args:
            doing, typed: as for `terminal`.
        """

    def forwards(self) -> tuple[Forward, ...]:
        """The local ports that lead to tasks, the oldest first; the same object while none came or went."""

    def by_hand(self, asked: ContainerExec) -> str:
        """The command that does the same without this program: for the user to copy."""

    def compare(self, path: str, stack: str) -> Future[Comparison]:
        """Tell what deploying a compose file as a stack would change.

        The future raises NotPossible when the file cannot be used, or what else a call raises.
        """

    def close(self) -> None:
        """End everything at once, without waiting for an engine that does not answer."""
