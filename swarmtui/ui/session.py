"""All that the user interface may ask of the engine side: a narrow protocol, met by swarmtui.engine.session.Session."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from swarmtui.endpoint import Endpoint
    from swarmtui.engine.polling.observation import JoinTokens, Observation, Outcome, Secret, TaskScope
    from swarmtui.engine.streams.log_lines import LogRequest, LogStream
    from swarmtui.swarm.actions.action import Action
    from swarmtui.swarm.images.answer import ImageAnswer
    from swarmtui.swarm.images.tag_list import TagList
    from swarmtui.swarm.kinds import Kind, Target
    from swarmtui.swarm.stacks.compose import Comparison
    from swarmtui.swarm.stacks.compose_files import ComposeFiles
    from swarmtui.swarm.timeline.timeline import Timeline
    from swarmtui.swarm.volumes.listed import ListedVolume
    from swarmtui.tunnel.questions import OpenQuestion
    from swarmtui.ui.node_access import NodeAccess

__all__ = ["SwarmSession"]


class SwarmSession(Protocol):
    """One connection to one swarm. No call blocks; every method may be called from the UI's thread."""

    @property
    def endpoint(self) -> Endpoint:
        """Which swarm this is."""

    @property
    def protected(self) -> bool:
        """Whether the endpoint's name must be typed for every change."""

    @property
    def nodes(self) -> NodeAccess:
        """The engines of single nodes: containers, figures, logs, files."""

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

    def apply(self, action: Action, *, typed: str = "", heard: Callable[[str], None] | None = None) -> Future[Outcome]:
        """Make a change through the gateway.

        Args:
            typed: what the user has typed as the name of a protected endpoint.
            heard: told, line by line and from another thread, what docker's own program says, where that does it.

        The future raises ChangeRefused (nothing was changed), or EngineRefused, or ConnectionFailed (then the engine
        may or may not have done it).
        """

    def find_image(self, image: str, *, with_login: bool = False) -> Future[ImageAnswer]:
        """Ask the registry of an image, through the engine, what it has under that name.

        Args:
            image: as docker writes it.
            with_login: give the engine this machine's login for that registry.

        The future raises nothing: the answer says what went wrong.
        """

    def find_tags(self, image: str, *, again: bool = False) -> Future[TagList]:
        """Ask the registry of an image for the tags of its repository. What it has said is kept for the session.

        Args:
            again: ask even if that is known.

        The future raises nothing: the answer says what went wrong.
        """

    def leave_tags(self, image: str) -> None:
        """Nobody waits for the tags of that image any more: the registry is no longer asked for them."""

    def join_tokens(self) -> Future[JoinTokens]:
        """Ask for the join tokens. They are fetched each time and kept nowhere."""

    def unlock_key(self) -> Future[Secret]:
        """Ask for the key that unlocks a manager after a restart; an empty one while autolock is off. Kept nowhere."""

    def cluster_volumes(self) -> Future[tuple[ListedVolume, ...]]:
        """Ask for the cluster volumes.

        The future raises NotPossible where the engine is too old to have any, or what else a call raises.
        """

    def addresses(self) -> tuple[str, ...]:
        """Addresses at which other machines may reach the engine, as far as this program can know them."""

    def inspect(self, kind: Kind, object_id: str) -> Future[Any]:
        """Ask for an object as it is now: raw JSON, with nothing left out but the join tokens.

        The future raises ObjectNotFound, or what else a call raises.
        """

    def logs(self, target: Target, request: LogRequest) -> LogStream:
        """Follow the log of a service or a task, until the stream is closed."""

    def compare(self, files: ComposeFiles, stack: str) -> Future[Comparison]:
        """Tell what deploying compose files as a stack would change.

        The future raises NotPossible when a file cannot be used, or what else a call raises.
        """

    def close(self) -> None:
        """End everything at once, without waiting for an engine that does not answer."""
