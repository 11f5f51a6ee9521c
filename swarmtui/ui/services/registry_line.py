"""RegistryLine: asks an image's registry while a dialog is open, and shows what it says. Nobody waits for it."""

from __future__ import annotations

import asyncio

from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from swarmtui.swarm.images.answer import ImageAnswer, registry_of
from swarmtui.swarm.syntax.image import ImageName, short_image
from swarmtui.swarm.syntax.unreadable import Unreadable
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.session import SwarmSession

__all__ = ["RegistryLine"]

TYPED = 0.5
"""Seconds without a key after which a name counts as typed: half a name is no registry's business."""

Question = tuple[str, bool]
"""The image, as docker writes it, and whether this machine's login goes along."""


class RegistryLine(Static):
    """One line: what a registry has under the name that was typed last.

    Args:
        session: asks; None to ask nobody.
    """

    DEFAULT_CSS = """
    RegistryLine {
        height: auto;
        color: $text-muted;
    }
    """

    class Answered(Message):
        """The registry has said something, or it is known why it has not."""

    def __init__(self, session: SwarmSession | None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._session = session
        self._question: Question | None = None
        self._answer: ImageAnswer | None = None
        self._waiting: Timer | None = None
        self.display = False

    @property
    def answer(self) -> ImageAnswer | None:
        """What was said of what is typed now; None while it is not known."""
        return self._answer

    def ask(self, typed: str, *, with_login: bool = False, at_once: bool = False) -> None:
        """Ask for what stands in a field, once it has stood there for a moment.

        Args:
            at_once: do not wait for more keys.
        """
        question = _question_of(typed, with_login)
        if question == self._question or self._session is None:
            return
        self._question, self._answer = question, None
        if self._waiting is not None:
            self._waiting.stop()
        self._say(Content(""))
        if question is not None and at_once:
            self._begin()
        elif question is not None:
            self._waiting = self.set_timer(TYPED, self._begin)

    def _begin(self) -> None:
        if self._question is not None:
            image, _ = self._question
            self._say(Content(visible(f"Asking {registry_of(image)} about {short_image(image)} …")))
            self.run_worker(self._ask(self._question), group="registry", exclusive=True)

    async def _ask(self, question: Question) -> None:
        image, with_login = question
        assert self._session is not None
        answer = await asyncio.wrap_future(self._session.find_image(image, with_login=with_login))
        if question == self._question and self.is_mounted:
            self._answer = answer
            self._say(_words(answer))
            self.post_message(self.Answered())

    def _say(self, words: Content) -> None:
        self.display = bool(words.plain)
        self.update(words)


def _question_of(typed: str, with_login: bool) -> Question | None:
    try:
        return ImageName.parse(typed.strip()).familiar, with_login
    except Unreadable:
        return None


def _words(answer: ImageAnswer) -> Content:
    """What it says; why there is no answer is a consequence of the action, and stands there."""
    if not answer.found:
        return Content("")
    built = f", built for {answer.built_for}" if answer.built_for else ""
    return Content(visible(f"{registry_of(answer.image)} has it: digest {answer.short_digest}{built}"))
