"""What the user has answered in this run, kept in memory only, so that a reconnect does not ask again.

Everything here belongs to the SSH side's event loop. A question outlives the connection that raised it: a server
hangs up on somebody who looks for a passphrase for two minutes, and the answer is good for the next connection.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import Future
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import asyncssh

from swarmtui.tunnel.questions import (
    HostKeyQuestion,
    PassphraseQuestion,
    PasswordQuestion,
    PromptsQuestion,
    Questions,
)
from swarmtui.tunnel.ssh_config.host_settings import HostSettings

__all__ = ["Memory", "Patience", "is_password_prompt"]

T = TypeVar("T")

PASSPHRASE_ATTEMPTS = 3
PASSWORD = re.compile(r"pass\s?word|mot de passe|kennwort|passwort", re.IGNORECASE)
ONE_TIME = re.compile(r"one.?time|otp|token|code|verif|pin\b|duo|new password|retype", re.IGNORECASE)


def is_password_prompt(text: str) -> bool:
    """Whether a server's prompt asks for the password, which stays the same, and not for something of the moment."""
    return bool(PASSWORD.search(text)) and not ONE_TIME.search(text)


class Patience:
    """A time limit that stands still while the user is thinking.

    Args:
        seconds: how long the others may take, in all.
    """

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._waiting = 0
        self._timeout: asyncio.Timeout | None = None

    async def keep(self, work: Awaitable[T]) -> T:
        """Wait for something within the limit.

        Raises:
            TimeoutError: the limit is over.
        """
        try:
            async with asyncio.timeout(self._left) as self._timeout:
                return await work
        finally:
            self._timeout = None

    @property
    def left(self) -> float:
        """Seconds that are left, as of the last start of the clock."""
        return self._left

    def renew(self, seconds: float) -> None:
        """A stage was reached: from now on so many seconds are left."""
        self._left = seconds
        if not self._waiting:
            self._reschedule(seconds)

    def _reschedule(self, seconds: float | None) -> None:
        if self._timeout is not None and not self._timeout.expired():
            self._timeout.reschedule(None if seconds is None else asyncio.get_running_loop().time() + seconds)

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """Let the clock stand still inside the block."""
        self._waiting += 1
        if self._waiting == 1 and self._timeout is not None:
            when = self._timeout.when()
            self._left = max(1.0, when - asyncio.get_running_loop().time()) if when is not None else self._left
            self._reschedule(None)
        try:
            yield
        finally:
            self._waiting -= 1
            if self._waiting == 0:
                self._reschedule(self._left)


class Memory:
    """Asks, and remembers.

    Args:
        questions: who is asked.
    """

    def __init__(self, questions: Questions) -> None:
        self._questions = questions
        self._accepted: dict[str, tuple[asyncssh.SSHKey, ...]] = {}
        self._keys: dict[Path, asyncssh.SSHKey] = {}
        self._passwords: dict[tuple[str, str], str] = {}
        self._errands: dict[object, asyncio.Task[Any]] = {}
        self._watchers: list[Callable[[], None]] = []

    def __repr__(self) -> str:
        return "<Memory>"

    def sharing(self, questions: Questions) -> Memory:
        """Another memory with the same answers, of before and from now on, that asks by itself."""
        other = Memory(questions)
        other._accepted, other._keys, other._passwords = self._accepted, self._keys, self._passwords
        return other

    def turn_to(self, questions: Questions) -> None:
        """Ask these from now on. May be called from any thread."""
        self._questions = questions

    # -------------------------------------------------------------------------------- open questions

    @property
    def is_asking(self) -> bool:
        """Whether the user is being asked something."""
        return bool(self._errands)

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call this whenever `is_asking` may have changed."""
        self._watchers.append(watcher)

    def unwatch(self, watcher: Callable[[], None]) -> None:
        """Call it no more."""
        if watcher in self._watchers:
            self._watchers.remove(watcher)

    async def until_answered(self) -> None:
        """Wait until no question is open."""
        while self._errands:
            await asyncio.wait(list(self._errands.values()))

    def withdraw(self) -> None:
        """Take all open questions back."""
        for errand in list(self._errands.values()):
            errand.cancel()

    async def _once(self, key: object, errand: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run an errand that continues when its first waiter is gone; who comes later waits for the same one."""
        task = self._errands.get(key)
        if task is None:
            task = asyncio.ensure_future(errand())
            self._note(key, task)
        result: T = await asyncio.shield(task)
        return result

    def _note(self, key: object, task: asyncio.Task[Any]) -> None:
        """Keep an errand until its end."""
        self._errands[key] = task
        task.add_done_callback(lambda _: self._ended(key))
        self._tell()

    def _ended(self, key: object) -> None:
        self._errands.pop(key, None)
        self._tell()

    def _tell(self) -> None:
        for watcher in list(self._watchers):
            watcher()

    # -------------------------------------------------------------------------------- host keys

    def accepted(self, name: str) -> tuple[asyncssh.SSHKey, ...]:
        """The keys that the user has accepted for a name of known_hosts."""
        return self._accepted.get(name, ())

    async def confirm(self, question: HostKeyQuestion, name: str, key: asyncssh.SSHKey) -> bool:
        """Ask whether a key is to be trusted, and remember a yes.

        Args:
            name: of the host in known_hosts.
        """

        async def errand() -> bool:
            trusted = await _answer(self._questions.confirm_host_key(question))
            if trusted:
                self._accepted[name] = (*self.accepted(name), key)
            return trusted

        return await self._once(question, errand)

    # -------------------------------------------------------------------------------- passphrases

    async def unlock(self, file: Path, content: bytes) -> asyncssh.SSHKey | None:
        """The private key of an encrypted file. The passphrase is not kept, the key is.

        Returns:
            None when the user declined, or did not know the passphrase.
        """
        if file not in self._keys:
            key = await self._once(file, lambda: self._unlock(file, content))
            if key is None:
                return None
            self._keys[file] = key
        return self._keys[file]

    def unlocked(self, file: Path) -> asyncssh.SSHKey | None:
        """The key, if it was unlocked before."""
        return self._keys.get(file)

    async def _unlock(self, file: Path, content: bytes) -> asyncssh.SSHKey | None:
        for attempt in range(1, PASSPHRASE_ATTEMPTS + 1):
            question = PassphraseQuestion(file, attempt, PASSPHRASE_ATTEMPTS)
            passphrase = await _answer(self._questions.ask_secret(question))
            if passphrase is None:
                return None
            try:
                # The key derivation takes a second of CPU on purpose.
                key = await asyncio.to_thread(asyncssh.import_private_key, content, passphrase)
            except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
                continue
            self._keys[file] = key
            return key
        return None

    # -------------------------------------------------------------------------------- passwords and prompts

    def password(self, settings: HostSettings) -> str | None:
        """The password that was given before for this user on this host."""
        return self._passwords.get(_login(settings))

    def forget_password(self, settings: HostSettings) -> None:
        """It was refused."""
        self._passwords.pop(_login(settings), None)

    async def ask_password(self, settings: HostSettings, attempt: int) -> str | None:
        """Ask for it, and remember it until it is refused."""
        question = PasswordQuestion(settings.user, settings.alias, attempt, settings.password_prompts)

        async def errand() -> str | None:
            password = await _answer(self._questions.ask_secret(question))
            if password is not None:
                self._passwords[_login(settings)] = password
            return password

        return await self._once(question, errand)

    async def ask_prompts(self, settings: HostSettings, question: PromptsQuestion) -> tuple[str, ...] | None:
        """Ask what a server asks. Only a lone password is remembered: everything else may be good for once only."""
        future = self._questions.ask_prompts(question)
        task = asyncio.ensure_future(_answer(future))
        self._note(task, task)
        answers = await task  # not shielded: the prompts end with the connection that brought them
        if answers is not None and len(question.prompts) == 1 and is_password_prompt(question.prompts[0].text):
            self._passwords[_login(settings)] = answers[0]
        return answers


def _login(settings: HostSettings) -> tuple[str, str]:
    return settings.user, settings.key_name


async def _answer(future: Future[T]) -> T:
    """Wait for an answer; when the waiting ends before, the future is cancelled, and so the dialog goes."""
    return await asyncio.wrap_future(future)
