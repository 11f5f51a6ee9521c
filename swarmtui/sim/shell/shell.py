"""The tiny shell of the embedded swarm: enough of `sh` to look around in a container that does not exist.

It knows words, quotes, variables, `;`, `&&`, `||`, `|`, `>`, `>>`, `2>` and `2>&1`; its commands are in `commands`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from swarmtui.sim.api.logs import STDERR, STDOUT
from swarmtui.sim.shell import commands
from swarmtui.sim.shell.commands import Context, Result
from swarmtui.sim.shell.container_view import ContainerView
from swarmtui.sim.shell.terminal import Console

SHELLS = frozenset({"sh", "ash"})
NOT_STARTED, NOT_EXECUTABLE = 126, 127
_FAILED = "OCI runtime exec failed: exec failed: unable to start container process: "
_TOKEN = re.compile(
    r"""\s*(?:(?P<operator>2>&1|>&2|1>&2|2>>|2>|>>|>|&&|\|\||[;|&\n])|(?P<word>(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^\s;|&<>'"\\])+))"""
)
_PART = re.compile(r"""'(?P<raw>[^']*)'|"(?P<quoted>(?:\\.|[^"\\])*)"|\\(?P<escaped>.)|(?P<bare>[^'"\\]+)""")
_VARIABLE = re.compile(r"\$(?:(?P<special>[?$])|\{(?P<braced>\w+)\}|(?P<name>\w+))")
_REDIRECTIONS = frozenset({"2>&1", ">&2", "1>&2", "2>>", "2>", ">>", ">"})
_KEYWORDS = frozenset({"if", "for", "while", "until", "case", "then", "do", "{", "("})


@dataclass
class _Command:
    """One command of a pipeline, before its variables are filled in."""

    words: list[str] = field(default_factory=list)
    redirections: list[tuple[str, str]] = field(default_factory=list)


async def run(
    box: ContainerView,
    arguments: list[str],
    console: Console,
    environment: list[str],
    user: str = "",
    directory: str = "",
    size: Callable[[], tuple[int, int] | None] = lambda: None,
) -> int:
    """Run a command in a container; its exit code.

    Args:
        user: as whom; else root.
        directory: where it begins; else at the root.
        size: columns and rows of its terminal as they are at the moment, None without one.
    """
    name = arguments[0].rpartition("/")[2]
    account = commands.account(user)
    if account is None:
        await console.write(f"unable to find user {user}: no matching entries in passwd file\r\n".encode())
        return NOT_STARTED
    if directory and directory.rstrip("/") not in {each.rstrip("/") for each in box.directories()}:
        await console.write(
            f'{_FAILED}chdir to cwd ("{directory}") set in config.json failed: no such file or directory: '
            "unknown\r\n".encode()
        )
        return NOT_EXECUTABLE
    shell = _Shell(box, console, environment, account, directory or "/", size)
    if name in SHELLS:
        options = [each for each in arguments[1:] if each.startswith("-")]
        if any("c" in option for option in options):
            script = next((each for each in arguments[1:] if not each.startswith("-")), "")
            return await shell.script(script)
        return await shell.interactive()
    if name not in commands.COMMANDS:
        await console.write(
            f'{_FAILED}exec: "{arguments[0]}": executable file not found in $PATH: unknown\r\n'.encode()
        )
        return NOT_EXECUTABLE
    return await shell.execute(_Command([_quoted(each) for each in arguments]))


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"


class _Exit(Exception):
    """`exit` was called."""


class _Shell:
    def __init__(
        self,
        box: ContainerView,
        console: Console,
        environment: list[str],
        account: commands.Account,
        directory: str,
        size: Callable[[], tuple[int, int] | None],
    ) -> None:
        extra = dict(pair.partition("=")[::2] for pair in environment)
        own = {"HOME": "/root" if account.uid == 0 else "/", "PWD": directory}
        self._console = console
        self._context = Context(box, {**box.environment, **own, **extra}, 0, directory, account, size)

    async def interactive(self) -> int:
        """Read lines and run them until the end of input, `exit`, or the end of the container."""
        sign = "#" if self._context.account.uid == 0 else "$"
        prompt = f"{self._context.directory} {sign} " if self._console.tty else ""
        while (line := await self._console.line(prompt)) is not None:
            try:
                await self._lines(line)
            except _Exit:
                break
            if not self._context.box.alive():
                return 137
            prompt = f"{self._context.directory} {sign} " if self._console.tty else ""
        return self._context.status

    async def script(self, text: str) -> int:
        """Run a text."""
        with contextlib.suppress(_Exit):
            await self._lines(text)
        return self._context.status

    async def _lines(self, text: str) -> None:
        operator = ";"
        for pipeline, following in _pipelines(text):
            failed = self._context.status != 0
            skipped = (operator == "&&" and failed) or (operator == "||" and not failed)
            if pipeline and not skipped:
                self._context.status = await self._pipeline(pipeline)
            operator = following

    async def _pipeline(self, pipeline: list[_Command]) -> int:
        status, text = 0, ""
        for index, command in enumerate(pipeline):
            last = index == len(pipeline) - 1
            status, text = await self._one(command, text, last=last)
        return status

    async def execute(self, command: _Command) -> int:
        """Run one command."""
        try:
            status, _ = await self._one(command, "", last=True)
        except _Exit:
            return self._context.status
        return status

    async def _one(self, command: _Command, given: str, *, last: bool) -> tuple[int, str]:
        """Run a command of a pipeline; its exit code, and its output where another one reads that."""
        words = [self._filled(word) for word in command.words]
        while words and re.fullmatch(r"\w+=.*", words[0], re.DOTALL):
            name, _, value = words.pop(0).partition("=")
            self._context.variables[name] = value
        if not words:
            return 0, ""
        result = await self._result(words, given)
        out, err = self._redirected(command, result)
        if err:
            await self._console.write(err.encode(), STDERR)
        if out and last:
            await self._console.write(out.encode(), STDOUT)
        return result.status, out

    async def _result(self, words: list[str], given: str) -> Result:
        name = words[0].rpartition("/")[2]
        if name == "exit":
            self._context.status = int(words[1]) & 255 if words[1:] and words[1].isdecimal() else self._context.status
            raise _Exit
        if name == "sleep":
            return await self._sleep(words[1:])
        if name in SHELLS and "-c" in words:
            own = self._context
            inner = _Shell(own.box, self._console, [], own.account, own.directory, own.size)
            return Result(await inner.script(words[-1]))
        if name in _KEYWORDS:
            return Result(2, err=f"sh: the embedded swarm's shell does not know '{name}'\n")
        command = commands.COMMANDS.get(name)
        if command is None:
            return Result(NOT_EXECUTABLE, err=f"sh: {words[0]}: not found\n")
        return command(self._context, words[1:], given)

    async def _sleep(self, arguments: list[str]) -> Result:
        try:
            seconds = sum(float(each) for each in arguments)
        except ValueError:
            return Result(1, err=f"sleep: invalid number '{arguments[0]}'\n")
        interrupted = await self._console.pause(seconds)
        return Result(130 if interrupted else 0)

    def _redirected(self, command: _Command, result: Result) -> tuple[str, str]:
        """Output and errors after redirections, in their order."""
        out, err = result.out, result.err
        for operator, target in command.redirections:
            if operator == "2>&1":
                out, err = out + err, ""
            elif operator in (">&2", "1>&2"):
                out, err = "", out + err
            elif operator.startswith("2"):
                self._save(target, err, append=operator == "2>>")
                err = ""
            else:
                self._save(target, out, append=operator == ">>")
                out = ""
        return out, err

    def _save(self, target: str, text: str, *, append: bool) -> None:
        path = self._context.path(self._filled(target))
        if path != "/dev/null":
            files = self._context.box.files
            files[path] = (files.get(path, "") if append else "") + text

    def _filled(self, word: str) -> str:
        """A word without its quotes and with its variables."""
        parts = []
        for part in _PART.finditer(word):
            raw, quoted, escaped, bare = part.group("raw", "quoted", "escaped", "bare")
            if raw is not None or escaped is not None:
                parts.append(raw if raw is not None else escaped)
            else:
                parts.append(_VARIABLE.sub(self._value, quoted if quoted is not None else bare))
        return "".join(parts)

    def _value(self, match: re.Match[str]) -> str:
        if special := match.group("special"):
            return str(self._context.status) if special == "?" else "7"
        return self._context.variables.get(match.group("braced") or match.group("name"), "")


def _pipelines(text: str) -> Iterator[tuple[list[_Command], str]]:
    """The pipelines of a text, each with the operator after it."""
    pipeline, command = [], _Command()
    redirection = ""
    for token in _TOKEN.finditer(text.partition(" #")[0] if not text.startswith("#") else ""):
        operator, word = token.group("operator", "word")
        if word is not None and redirection:
            command.redirections.append((redirection, word))
            redirection = ""
        elif word is not None:
            command.words.append(word)
        elif operator in ("2>&1", ">&2", "1>&2"):
            command.redirections.append((operator, ""))
        elif operator in _REDIRECTIONS:
            redirection = operator
        else:
            pipeline.append(command)
            command = _Command()
            if operator != "|":
                yield pipeline, operator
                pipeline = []
    yield [*pipeline, command], ";"
