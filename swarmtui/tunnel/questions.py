"""Questions that only the user can answer on the way to a host, and the narrow door through which they are asked.

The SSH side calls `Questions` from its own thread and gets a `concurrent.futures.Future` at once: nothing blocks, and
the answer may be given from any thread. Whoever asked may lose interest (the connection broke): it then cancels the
future, and the dialog should go. To decline is to answer False or None.

Answers are secret: nothing here shows them in a repr, and nobody may log them. This module imports no asyncssh.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import msgspec

__all__ = [
    "HostKeyQuestion",
    "NobodyToAsk",
    "OpenQuestion",
    "PassphraseQuestion",
    "PasswordQuestion",
    "Prompt",
    "PromptQueue",
    "PromptsQuestion",
    "Question",
    "Questions",
]


@dataclass(frozen=True)
class HostKeyQuestion:
    """Is this really the host? The answer that is offered first must be no.

    Attributes:
        host: as the user named it, or the name under which it would be written down.
        address: "host:port" that was connected to.
        way: "jump host 1 of 2" or "".
        kind: "ssh-ed25519".
        fingerprint: "SHA256:…", as `ssh-keygen -lf` shows it.
        file: the known_hosts file that the key would be added to.
        others: "file:line" of keys of other kinds that are known for this host: a reason to be careful.
    """

    host: str
    address: str
    way: str
    kind: str
    fingerprint: str
    file: Path
    others: tuple[str, ...] = ()


class PassphraseQuestion(msgspec.Struct, frozen=True):
    """The passphrase of a private key. The server has said already that it would let the key in.

    Attributes:
        file: the private key.
        attempt, attempts: which one this is, from 1, and how many there are.
    """

    file: Path
    attempt: int = 1
    attempts: int = 3


class PasswordQuestion(msgspec.Struct, frozen=True):
    """The user's password on a host."""

    user: str
    host: str
    attempt: int = 1
    attempts: int = 3


class Prompt(msgspec.Struct, frozen=True):
    """One line of a `PromptsQuestion`: the server's words, and whether the answer may be seen while it is typed."""

    text: str
    echo: bool = False


class PromptsQuestion(msgspec.Struct, frozen=True):
    """What a server asks by keyboard-interactive (RFC 4256): one-time codes, passwords, several at a time.

    All texts are the server's own: data, not markup.
    """

    user: str
    host: str
    name: str
    instructions: str
    prompts: tuple[Prompt, ...]


Question = HostKeyQuestion | PassphraseQuestion | PasswordQuestion | PromptsQuestion


class Questions(Protocol):
    """Who is asked. Every method may be called from any thread and returns at once."""

    def confirm_host_key(self, question: HostKeyQuestion) -> Future[bool]:
        """True: trust the key and write it down."""

    def ask_secret(self, question: PassphraseQuestion | PasswordQuestion) -> Future[str | None]:
        """The secret; None when the user declines."""

    def ask_prompts(self, question: PromptsQuestion) -> Future[tuple[str, ...] | None]:
        """As many answers as there are prompts; None when the user declines."""


class NobodyToAsk:
    """Declines everything: for runs without a user."""

    def confirm_host_key(self, question: HostKeyQuestion) -> Future[bool]:
        return _done(False)

    def ask_secret(self, question: PassphraseQuestion | PasswordQuestion) -> Future[str | None]:
        return _done(None)

    def ask_prompts(self, question: PromptsQuestion) -> Future[tuple[str, ...] | None]:
        return _done(None)


def _done(answer: Any) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_result(answer)
    return future


class OpenQuestion:
    """A question that waits for its answer. Any thread may answer it; an answer that comes too late is dropped."""

    def __init__(self, question: Question, future: Future[Any]) -> None:
        self.question = question
        self._future = future

    def __repr__(self) -> str:
        return f"<OpenQuestion {self.question}>"

    @property
    def is_open(self) -> bool:
        """Whether it was neither answered nor taken back."""
        return not self._future.done()

    def answer(self, value: bool | str | tuple[str, ...] | None) -> None:
        """Give the answer: a bool for a host key, a text for a secret, texts for prompts; None declines."""
        if value is None and isinstance(self.question, HostKeyQuestion):
            value = False
        try:
            self._future.set_result(value)
        except InvalidStateError:  # taken back meanwhile
            return

    def decline(self) -> None:
        """The user does not want to answer."""
        self.answer(None)


class PromptQueue:
    """Holds open questions until a user interface takes them up: one at a time, in the order of asking.

    Args:
        on_change: called, from any thread and with no lock held, whenever `current` may be another.
    """

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._lock = threading.Lock()
        self._open: list[OpenQuestion] = []

    @property
    def current(self) -> OpenQuestion | None:
        """The question to show; None when there is none."""
        with self._lock:
            return next((each for each in self._open if each.is_open), None)

    def confirm_host_key(self, question: HostKeyQuestion) -> Future[bool]:
        return self._put(question)

    def ask_secret(self, question: PassphraseQuestion | PasswordQuestion) -> Future[str | None]:
        return self._put(question)

    def ask_prompts(self, question: PromptsQuestion) -> Future[tuple[str, ...] | None]:
        return self._put(question)

    def _put(self, question: Question) -> Future[Any]:
        future: Future[Any] = Future()
        entry = OpenQuestion(question, future)
        with self._lock:
            self._open.append(entry)
        future.add_done_callback(lambda _: self._drop(entry))
        self._on_change()
        return future

    def _drop(self, entry: OpenQuestion) -> None:
        with self._lock:
            self._open.remove(entry)
        self._on_change()
