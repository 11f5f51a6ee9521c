"""The tiny shell of the embedded swarm: enough of `sh` for a container that does not exist.

It looks around for `docker exec`, and is what containers run that are told to run a shell. Its grammar is in `grammar`,
its words are filled in by `words`, its commands are in `commands`.
"""

from __future__ import annotations

import contextlib
import fnmatch
import re
from collections.abc import Callable, Sequence

from swarmtui.sim.agent.log_samples import STDERR, STDOUT
from swarmtui.sim.shell import commands, words
from swarmtui.sim.shell.arithmetic import duration, holds
from swarmtui.sim.shell.console import Console
from swarmtui.sim.shell.container_view import ContainerView
from swarmtui.sim.shell.context import Context, Result, account
from swarmtui.sim.shell.grammar import ALONE, Case, Command, For, GrammarError, Group, If, Loop, Script, Simple, parsed

SHELLS = frozenset({"sh", "ash"})
NOT_STARTED, NOT_FOUND, KILLED = 126, 127, 137
_FAILED = "OCI runtime exec failed: exec failed: unable to start container process: "
AT_ONCE = 2_000
"""How many commands run before time has to pass: a loop without any `sleep` in it ends nowhere."""
BREATH = 1.0
"""The seconds that pass then."""


async def run(
    box: ContainerView,
    arguments: Sequence[str],
    console: Console,
    environment: Sequence[str],
    user: str = "",
    directory: str = "",
    size: Callable[[], tuple[int, int] | None] = lambda: None,
    not_found: int = NOT_FOUND,
) -> int:
    """Run a command in a container; its exit code.

    Args:
        user: as whom; else root.
        directory: where it begins; else at the root.
        size: columns and rows of its terminal as they are at the moment, None without one.
        not_found: the exit code where there is no such program.
    """
    who = account(user)
    if who is None:
        await console.write(f"unable to find user {user}: no matching entries in passwd file\r\n".encode())
        return NOT_STARTED
    if directory and directory.rstrip("/") not in {each.rstrip("/") for each in box.directories()}:
        await console.write(
            f'{_FAILED}chdir to cwd ("{directory}") set in config.json failed: no such file or directory: '
            "unknown\r\n".encode()
        )
        return not_found
    extra = dict(pair.partition("=")[::2] for pair in environment)
    own = {"HOME": "/root" if who.uid == 0 else "/", "PWD": directory or "/"}
    context = Context(box, {**box.environment, **own, **extra}, 0, directory or "/", who, size)
    shell = Shell(context, console)
    if not shell.knows(arguments[0]):
        why = f'exec: "{arguments[0]}": executable file not found in $PATH: unknown'
        await console.write(f"{_FAILED}{why}\r\n".encode())
        return not_found
    return await shell.program(arguments)


class Exit(Exception):
    """`exit` was called."""


class _Leave(Exception):
    """`break` or `continue`."""

    def __init__(self, *, again: bool) -> None:
        super().__init__()
        self.again = again


class Shell:
    """A shell at work.

    Attributes:
        lasting: whether a program that is not known is taken for one that runs until it is stopped.
        traps: what is to be run at which signal.
        signals: those that came and have not been looked at.
    """

    def __init__(self, context: Context, console: Console, *, lasting: bool = False) -> None:
        self._console = console
        self.context = context
        self.lasting = lasting
        self.traps: dict[str, str] = {}
        self.signals: list[str] = []
        self._values = words.Values(context.variables, self._output_of)
        self._captured: list[str] | None = None
        self._count = 0

    @staticmethod
    def knows(name: str) -> bool:
        """Whether there is such a program."""
        base = name.rpartition("/")[2]
        return base in commands.COMMANDS or base in SHELLS

    async def program(self, arguments: Sequence[str]) -> int:
        """Run a program with its arguments; its exit code."""
        try:
            return await self._program(list(arguments))
        except Exit:
            return self._values.status

    async def _program(self, arguments: list[str]) -> int:
        if arguments[0].rpartition("/")[2] not in SHELLS:
            return await self._simple(list(arguments), Simple(), "")
        options = [each for each in arguments[1:] if each.startswith("-")]
        rest = [each for each in arguments[1:] if not each.startswith("-")]
        if any("c" in option for option in options):
            self._values.positional = rest[1:] or [arguments[0]]
            return await self.script(rest[0] if rest else "")
        if rest and self.context.path(rest[0]) in self.context.box.files:
            self._values.positional = rest
            return await self.script(self.context.box.files[self.context.path(rest[0])])
        return await self.interactive()

    async def interactive(self) -> int:
        """Read lines and run them until the end of input, `exit`, or the end of the container."""
        sign = "#" if self.context.account.uid == 0 else "$"
        prompt = f"{self.context.directory} {sign} " if self._console.tty else ""
        while (line := await self._console.line(prompt)) is not None:
            try:
                await self._text(line)
            except Exit:
                break
            if not self.context.box.alive():
                return KILLED
            prompt = f"{self.context.directory} {sign} " if self._console.tty else ""
        return self._values.status

    async def script(self, text: str) -> int:
        """Run a text; its exit code."""
        with contextlib.suppress(Exit):
            await self._text(text)
        return self._values.status

    async def _text(self, text: str) -> None:
        try:
            script = parsed(text)
        except GrammarError as error:
            await self._console.write(f"sh: {error}\n".encode(), STDERR)
            self._status(2)
            return
        await self._script(script)

    def _status(self, code: int) -> int:
        self._values.status = self.context.status = code
        return code

    # --- compound commands ---

    async def _script(self, script: Script, given: str = "") -> int:
        for pipeline in script:
            failed = self._values.status != 0
            if (pipeline.operator == "&&" and failed) or (pipeline.operator == "||" and not failed):
                continue
            code = 0
            for number, command in enumerate(pipeline.commands):
                if number == len(pipeline.commands) - 1:
                    code = await self._command(command, given)
                else:
                    given = await self._capture(command, given)
            self._status(int(not code) if pipeline.negated else code)
            given = ""
        return self._values.status

    async def _capture(self, command: Command, given: str) -> str:
        before, self._captured = self._captured, []
        try:
            await self._command(command, given)
            return "".join(self._captured)
        finally:
            self._captured = before

    async def _output_of(self, text: str) -> str:
        """`$(…)`."""
        before, self._captured = self._captured, []
        try:
            await self._text(text)
        except Exit:
            pass
        finally:
            found, self._captured = "".join(self._captured), before
        return found.rstrip("\n")

    async def _command(self, command: Command, given: str) -> int:
        match command:
            case Simple():
                filled = await words.fields(command.words, self._values)
                return await self._simple(filled, command, given)
            case Group(body=body):
                return await self._script(body, given)
            case If(branches=branches, otherwise=otherwise):
                for condition, body in branches:
                    if await self._script(condition) == 0:
                        return await self._fresh(body)
                return await self._fresh(otherwise)
            case Loop():
                return await self._loop(command)
            case For(name=name, words=listed, body=body):
                return await self._for(name, await words.fields(listed, self._values), body)
            case Case(word=word, branches=cases):
                subject = await words.text(word, self._values)
                for patterns, body in cases:
                    if await self._is_one(subject, patterns):
                        return await self._fresh(body)
                return 0

    async def _is_one(self, subject: str, patterns: Sequence[str]) -> bool:
        for each in patterns:
            if fnmatch.fnmatchcase(subject, await words.text(each, self._values)):
                return True
        return False

    async def _fresh(self, body: Script) -> int:
        """A body that may be empty: then it ends well."""
        self._status(0)
        return await self._script(body)

    async def _loop(self, loop: Loop) -> int:
        code = 0
        while (await self._script(loop.condition) == 0) is not loop.until:
            try:
                code = await self._script(loop.body)
            except _Leave as leaving:
                code = 0
                if not leaving.again:
                    break
        return code

    async def _for(self, name: str, listed: Sequence[str], body: Script) -> int:
        code = 0
        for word in listed:
            self.context.variables[name] = word
            try:
                code = await self._script(body)
            except _Leave as leaving:
                code = 0
                if not leaving.again:
                    break
        return code

    # --- simple commands ---

    async def _simple(self, filled: list[str], command: Simple, given: str) -> int:
        """Run a command with its words filled in; its exit code."""
        await self._look_up()
        while filled and re.fullmatch(r"\w+=.*", filled[0], re.DOTALL):
            name, _, value = filled.pop(0).partition("=")
            self.context.variables[name] = value
        for operator, target in command.redirections:
            if operator == "<":
                given = self.context.box.files.get(self.context.path(await words.text(target, self._values)), "")
        result = await self._result(filled, given) if filled else Result()
        out, err = await self._redirected(command, result)
        if err:
            await self._console.write(err.encode(), STDERR)
        if out and self._captured is not None:
            self._captured.append(out)
        elif out:
            await self._console.write(out.encode(), STDOUT)
        self._status(result.status)
        await self._heed()
        return result.status

    async def _look_up(self) -> None:
        """Let time pass now and then."""
        self._count += 1
        if self._count % AT_ONCE == 0:
            await self._console.pause(BREATH)

    async def _heed(self) -> None:
        """Run what is to be run at the signals that came."""
        while self.signals:
            script = self.traps.get(self.signals.pop(0))
            if script:
                await self._text(script)

    async def _result(self, filled: list[str], given: str) -> Result:
        name = filled[0].rpartition("/")[2]
        own = _BUILT_IN.get(name)
        if own is not None:
            return await own(self, filled[1:])
        if name in SHELLS:
            inner = Shell(self.context, self._console, lasting=self.lasting)
            inner._captured = self._captured
            return Result(await inner.program(filled))
        known = commands.COMMANDS.get(name)
        if known is not None:
            return known(self.context, filled[1:], given)
        if self.lasting:
            while True:
                await self._console.pause(3600.0)
        return Result(NOT_FOUND, err=f"sh: {filled[0]}: not found\n")

    async def _exit(self, arguments: list[str]) -> Result:
        if arguments and re.fullmatch(r"-?\d+", arguments[0]):
            self._status(int(arguments[0]) & 255)
        raise Exit

    async def _sleep(self, arguments: list[str]) -> Result:
        try:
            seconds = sum(duration(each) for each in arguments if each != "infinity")
        except ValueError:
            return Result(1, err=f"sleep: invalid number '{arguments[0]}'\n")
        while "infinity" in arguments:
            await self._console.pause(3600.0)
        interrupted = await self._console.pause(seconds)
        return Result(130 if interrupted else 0)

    async def _test(self, arguments: list[str]) -> Result:
        box, path = self.context.box, self.context.path
        found = [each for each in arguments if each != "]"] if arguments[-1:] == ["]"] else arguments
        so = holds(found, lambda name: path(name) in box.files, lambda name: path(name) in box.directories())
        return Result(0 if so else 1)

    async def _trap(self, arguments: list[str]) -> Result:
        script, *signals = arguments or [""]
        for each in signals:
            self.traps[each.upper().removeprefix("SIG")] = script
        return Result()

    async def _break(self, arguments: list[str]) -> Result:
        raise _Leave(again=False)

    async def _continue(self, arguments: list[str]) -> Result:
        raise _Leave(again=True)

    async def _shift(self, arguments: list[str]) -> Result:
        del self._values.positional[1:2]
        return Result()

    async def _set(self, arguments: list[str]) -> Result:
        if "--" in arguments:
            self._values.positional[1:] = arguments[arguments.index("--") + 1 :]
        return Result()

    async def _exec(self, arguments: list[str]) -> Result:
        if arguments:
            self._status(await self._program(arguments))
            raise Exit
        return Result()

    async def _eval(self, arguments: list[str]) -> Result:
        await self._text(" ".join(arguments))
        return Result(self._values.status)

    async def _redirected(self, command: Simple, result: Result) -> tuple[str, str]:
        """Output and errors after redirections, in their order."""
        out, err = result.out, result.err
        for operator, target in command.redirections:
            if operator == "2>&1":
                out, err = out + err, ""
            elif operator in ALONE:
                out, err = "", out + err
            elif operator == "<":
                continue
            elif operator.startswith("2"):
                await self._save(target, err, append=operator == "2>>")
                err = ""
            else:
                await self._save(target, out, append=operator == ">>")
                out = ""
        return out, err

    async def _save(self, target: str, text: str, *, append: bool) -> None:
        path = self.context.path(await words.text(target, self._values))
        if path in ("/dev/stdout", "/proc/1/fd/1"):
            await self._console.write(text.encode(), STDOUT)
        elif path in ("/dev/stderr", "/proc/1/fd/2"):
            await self._console.write(text.encode(), STDERR)
        elif path != "/dev/null":
            files = self.context.box.files
            files[path] = (files.get(path, "") if append else "") + text


_BUILT_IN = {
    "[": Shell._test,
    "break": Shell._break,
    "continue": Shell._continue,
    "eval": Shell._eval,
    "exec": Shell._exec,
    "exit": Shell._exit,
    "return": Shell._exit,
    "set": Shell._set,
    "shift": Shell._shift,
    "sleep": Shell._sleep,
    "test": Shell._test,
    "trap": Shell._trap,
}
