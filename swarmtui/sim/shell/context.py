"""What the commands of the tiny shell are given, and what they give back."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass, replace

from swarmtui.sim.shell.container_view import ContainerView


@dataclass
class Result:
    """What a command gives back."""

    status: int = 0
    out: str = ""
    err: str = ""


@dataclass(frozen=True)
class Account:
    """As whom a command runs: a name ("" when the container knows none) and numbers."""

    name: str = "root"
    uid: int = 0
    gid: int = 0

    def shown(self) -> str:
        """As `id` tells it."""
        user, group = (f"({self.name})" if known else "" for known in (self.name, self.gid == 0 or self.name))
        group = "(root)" if self.gid == 0 else group
        return f"uid={self.uid}{user} gid={self.gid}{group} groups={self.gid}{group}"


ACCOUNTS = {each.name: each for each in (Account(), Account("nobody", 65534, 65534))}
"""Those of every container's /etc/passwd."""


def account(user: str) -> Account | None:
    """Whom `docker exec --user` means: a name or number, and perhaps a group; None when there is no such user."""
    name, _, group = user.partition(":")
    found = next((each for each in ACCOUNTS.values() if name in ("", each.name, str(each.uid))), None)
    if found is None:
        if not name.isdecimal():
            return None
        found = Account("", int(name), 0)
    if group.isdecimal():
        return replace(found, gid=int(group))
    return replace(found, gid=ACCOUNTS[group].gid) if group in ACCOUNTS else found


@dataclass
class Context:
    """What a shell knows while it runs.

    Attributes:
        box: the container.
        variables: its own, from the environment on.
        status: the exit code of the last command.
        directory: where it is.
        account: as whom it runs.
        size: columns and rows of the terminal, None without one.
    """

    box: ContainerView
    variables: dict[str, str]
    status: int = 0
    directory: str = "/"
    account: Account = ACCOUNTS["root"]
    size: Callable[[], tuple[int, int] | None] = lambda: None

    def path(self, name: str) -> str:
        """A name as an absolute path."""
        return posixpath.normpath(posixpath.join(self.directory, name))


Command = Callable[[Context, list[str], str], Result]


def lines(*lines: str) -> Result:
    """A result that writes lines."""
    return Result(out="".join(f"{line}\n" for line in lines))


def operands(arguments: list[str]) -> list[str]:
    """What is no option."""
    return [each for each in arguments if not each.startswith("-")]


def constant(text: str, status: int = 0) -> Command:
    """A command that always gives the same."""
    return lambda context, arguments, given: Result(status, text)
