"""Login: what asyncssh asks while it logs in to one host, answered from ssh_config, known_hosts and the user."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import asyncssh

from swarmtui.tunnel.login.identities import Candidate, Identities
from swarmtui.tunnel.login.memory import Memory, Patience, is_password_prompt
from swarmtui.tunnel.login.trust import Judgement, KnownHosts
from swarmtui.tunnel.questions import Prompt, PromptsQuestion
from swarmtui.tunnel.ssh_config.host_settings import METHODS, HostSettings

__all__ = ["Login"]

LOGIN_TIMEOUT = 20.0
"""Seconds for keys and passwords after the connection stands, without the time that the user takes."""


class Login(asyncssh.SSHClient):
    """One login at one host. It keeps the books on what was tried, for the error text.

    Args:
        settings: of the host.
        known: what known_hosts says of it.
        memory: asks the user, and remembers.
        patience: the time limit of this login, which stands still while the user is asked.
    """

    def __init__(self, settings: HostSettings, known: KnownHosts, memory: Memory, patience: Patience) -> None:
        self._settings = settings
        self._known = known
        self._memory = memory
        self._patience = patience
        self._conn: asyncssh.SSHClientConnection | None = None
        self._identities = Identities(settings, memory, patience)
        self._candidates: AsyncIterator[Candidate] | None = None
        self._passwords = 0
        self._prompts = 0
        self._remembered_used = False
        self._began = False
        self.shown: tuple[asyncssh.SSHKey, Judgement] | None = None
        """The host's key and what is known of it, if it is not trusted."""
        self.tried: list[str] = []
        self.accepted: tuple[str, ...] = ()
        """The methods that the server accepts, as far as it has told."""
        self.declined = False
        """Whether the user did not want to answer."""
        self.lost: Exception | None = None

    @property
    def reached_server(self) -> bool:
        """Whether an SSH server has answered: it has shown its key, or let us begin to log in."""
        return self._began or self.shown is not None

    @property
    def problems(self) -> list[str]:
        """Why keys could not be offered."""
        return self._identities.problems

    def close(self) -> None:
        """The login is over."""
        self._identities.close()

    # -------------------------------------------------------------------------------- asked by asyncssh

    def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:
        self._conn = conn
        self._patience.renew(self._settings.connect_timeout)  # reached; now the greeting and the key exchange

    def begin_auth(self, username: str) -> None:
        self._began = True
        self._patience.renew(LOGIN_TIMEOUT)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = exc
        self._identities.close()

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        """Asked for keys that are not in known_hosts. The user is asked between two connections, not in this one."""
        self.shown = key, self._known.judge(key)
        return False

    def validate_host_ca_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        return False

    async def public_key_auth_requested(self) -> asyncssh.SSHKeyPair | None:
        self._note_methods()
        if "publickey" not in self._settings.methods:
            return None
        if self._candidates is None:
            self._candidates = self._identities.candidates()
        candidate = await anext(self._candidates, None)
        if candidate is None:
            return None
        self.tried.append(candidate.label)
        return candidate.pair

    async def password_auth_requested(self) -> str | None:
        self._note_methods()
        if "password" not in self._settings.methods:
            return None
        return await self._password("password")

    def kbdint_auth_requested(self) -> str | None:
        self._note_methods()
        if "keyboard-interactive" not in self._settings.methods or self.declined:
            return None
        if self._prompts >= self._settings.password_prompts:
            return None
        self._prompts += 1
        self.tried.append("keyboard-interactive")
        return ""

    async def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        if not prompts:
            return []  # only a message
        if len(prompts) == 1 and is_password_prompt(prompts[0][0]) and (known := self._remembered()) is not None:
            return [known]
        question = PromptsQuestion(
            self._settings.user,
            self._settings.alias,
            name,
            instructions,
            tuple(Prompt(text, echo) for text, echo in prompts),
        )
        async with self._patience.paused():
            answers = await self._memory.ask_prompts(self._settings, question)
        if answers is None:
            self.declined = True
            return None
        return list(answers)

    # -------------------------------------------------------------------------------- inside

    async def _password(self, method: str) -> str | None:
        """The password to send: the remembered one first, once."""
        known = self._remembered()
        if known is not None:
            self.tried.append(method)
            return known
        if self.declined or self._passwords >= self._settings.password_prompts:
            return None
        self._passwords += 1
        async with self._patience.paused():
            password = await self._memory.ask_password(self._settings, self._passwords)
        if password is None:
            self.declined = True
            return None
        self.tried.append(method)
        # A second question means that this one was refused.
        self._remembered_used = True
        return password

    def _remembered(self) -> str | None:
        """The password that the user gave before; once it was refused it is forgotten."""
        if self._remembered_used:
            self._memory.forget_password(self._settings)
            return None
        self._remembered_used = True
        return self._memory.password(self._settings)

    def _note_methods(self) -> None:
        """Take down what the server accepts: asyncssh forgets the methods that it has tried."""
        told = tuple(self._conn.get_server_auth_methods()) if self._conn is not None else ()
        if not set(told) <= set(self.accepted):
            self.accepted = told


def offered_methods(settings: HostSettings) -> list[str]:
    """What asyncssh is told to try: all that it can, so that `Login` hears of what the server accepts.

    Methods that ssh_config has switched off come last, and are declined.
    """
    return [*settings.methods, *(method for method in METHODS if method not in settings.methods)]
