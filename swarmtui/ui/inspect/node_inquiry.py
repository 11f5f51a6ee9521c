"""NodeInquiry: asks a node's own engine what an object's JSON does not tell, one question after another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from swarmtui.engine.nodes.awaited import Awaited
from swarmtui.errors import EngineRefused, SwarmtuiError
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.document import Section
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.describe.node_side import Answers, NodeSide, Question
from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.objects.node import Node
from swarmtui.ui.session import SwarmSession

__all__ = ["NodeInquiry"]


class NodeInquiry:
    """What an object's node has said so far.

    Args:
        session: whom to ask.
        side: what is asked, and the words for it.
        news: called when there is more to show.
    """

    def __init__(self, session: SwarmSession, side: NodeSide, news: Callable[[], None]) -> None:
        self._session = session
        self._side = side
        self._news = news
        self._answers: Answers | None = None
        self._pending: Awaited[Any] | None = None

    @property
    def answers(self) -> Answers | None:
        """All that has come; None while there is no node to ask."""
        return self._answers

    def sections(self, raw: Raw, scene: Scene) -> tuple[Section, ...]:
        """It in words."""
        return () if self._answers is None else self._side.describe(raw, self._answers, scene)

    async def ask(self, raw: Raw, cluster: Cluster) -> None:
        """Ask all of it. Earlier answers stay until the new ones are there."""
        node = self._side.node_of(raw, cluster)
        if node is None:
            self._answers = None
            return
        before = self._answers
        came = before.came if before is not None and before.node.id == node.id else {}
        self._answers = Answers(node, came)
        for question in self._side.questions(raw, cluster):
            if not await self._ask(node, question):
                break
        self._say("")

    async def _ask(self, node: Node, question: Question) -> bool:
        """Ask one question; False when the engine cannot be reached, so that no other need be asked."""
        what = question.doing or f"asking {node.name}'s engine"
        self._say(what)
        loop = asyncio.get_running_loop()

        def told(doing: str) -> None:
            """Called from another thread."""
            with suppress(RuntimeError):  # the program has ended meanwhile
                loop.call_soon_threadsafe(self._say, f"{what}: {doing}")

        nodes = self._session.nodes
        pending = (
            nodes.ask(node, question.path, question.params, told, slow=question.slow)
            if question.path
            else nodes.disk_room(node, told)
        )
        self._pending = pending
        assert self._answers is not None
        try:
            content = await asyncio.wrap_future(pending.future)
        except SwarmtuiError as error:
            if question.may_fail:
                return True
            if not isinstance(error, EngineRefused):
                self._answers = replace(self._answers, lost=error.after_layer(str(error)))
                return False
            self._answers = self._answers.with_refusal(question.name, str(error))
        else:
            self._answers = self._answers.with_answer(question.name, content)
        finally:
            self._pending = None
            if not pending.future.done():
                pending.give_up()
        return True

    def give_up(self) -> None:
        """Nobody waits any longer."""
        if self._pending is not None:
            self._pending.give_up()

    def _say(self, doing: str) -> None:
        if self._answers is not None:
            self._answers = replace(self._answers, doing=doing)
            self._news()
