"""All that the user interface may ask of the engines of single nodes: a part of swarmtui.ui.session."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from swarmtui.engine.nodes.awaited import Awaited
    from swarmtui.engine.nodes.command_run import CommandRun
    from swarmtui.engine.nodes.forward import Forward
    from swarmtui.engine.nodes.terminal import Terminal
    from swarmtui.engine.streams.log_lines import LogRequest, LogStream
    from swarmtui.swarm.logs.containers import LogContainer
    from swarmtui.swarm.objects.node import Node
    from swarmtui.swarm.stats.stats import Stats, Subject
    from swarmtui.swarm.tasks.command_across import CollectedExec
    from swarmtui.swarm.tasks.container_exec import ContainerExec
    from swarmtui.swarm.tasks.container_file import CopyIn, CopyOut
    from swarmtui.swarm.tasks.port_forward import PortForward

__all__ = ["NodeAccess"]


class NodeAccess(Protocol):
    """The engines of a swarm's nodes, met by swarmtui.engine.nodes.node_access.NodeAccess. A node is reached when it is
    asked for something, and only then. No call blocks; every method may be called from the UI's thread.

    Three parameters mean the same everywhere:

        doing, told: called with words for what is being done, from another thread.
        typed: what the user has typed as the name of a protected endpoint.
    """

    def ask(
        self,
        node: Node,
        path: str,
        params: Mapping[str, str] | None = None,
        doing: Callable[[str], None] = lambda _: None,
        *,
        slow: bool = False,
    ) -> Awaited[Any]:
        """GET a path of a node's own engine, as raw JSON. It changes nothing, so a read-only program asks it too.

        Args:
            path: without a version: "/containers/…/json".
            slow: the engine may think for minutes.

        The future raises what stands in the way: the error tells which layer failed.
        """

    def disk_room(self, node: Node, doing: Callable[[str], None] = lambda _: None) -> Awaited[Any]:
        """How much room is on the disk that holds a node's Docker root directory: "Size" and "Free", in bytes.

        The future raises NotPossible where no way to the node tells that.
        """

    def watch_stats(self, subjects: Sequence[Subject]) -> None:
        """Say of which containers live figures are on the screen, the most urgent first; none ends all requests.

        Who shows them says so again every few seconds.
        """

    def stats(self) -> Stats:
        """The newest live figures. News does not report them: look once a second."""

    def logs(self, container: LogContainer, request: LogRequest) -> LogStream:
        """Follow the log of a container, as its node's own engine has it, until the stream is closed."""

    def copy_file(
        self, asked: CopyIn | CopyOut, told: Callable[[str], None], *, typed: str = ""
    ) -> Awaited[tuple[int, str]]:
        """Copy a file out of a task's container, or into it.

        The future gives how many bytes it has, and a warning; "" for none. It raises AlreadyThere where a file is.
        """

    def terminal(
        self, asked: ContainerExec, size: tuple[int, int], doing: Callable[[str], None], *, typed: str = ""
    ) -> Awaited[Terminal]:
        """Run a command in a task's container, with a terminal on it.

        Args:
            size: columns and rows of the terminal.
        """

    def run_across(self, asked: Sequence[CollectedExec], *, typed: str = "") -> CommandRun:
        """Run a command in several containers, a few at a time, and collect what it writes there.

        Raises:
            ChangeRefused: it is not permitted; no node was reached.
        """

    def forward(self, asked: PortForward, doing: Callable[[str], None], *, typed: str = "") -> Awaited[Forward]:
        """Listen on a local port that leads to a task's container, until it is closed, the task or the session ends."""

    def forwards(self) -> tuple[Forward, ...]:
        """The local ports that lead to tasks, the oldest first; the same object while none came or went."""

    def by_hand(self, asked: ContainerExec) -> str:
        """The command that does the same without this program: for the user to copy."""
