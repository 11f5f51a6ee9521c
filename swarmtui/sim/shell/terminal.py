"""What a command in a container writes to and reads from: pipes, or a terminal that echoes and edits lines."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from swarmtui.sim.agent.log_samples import STDOUT
from swarmtui.sim.api.hijack import Connection
from swarmtui.sim.api.logs import frame
from swarmtui.sim.shell.line_editor import LineEditor
from swarmtui.sim.task_end import end_task


class Silence:
    """Nothing to read, and nobody to read what is written: a command that was started detached."""

    tty = False

    async def write(self, data: bytes, stream: int = STDOUT) -> None:
        """Drop it."""

    async def line(self, prompt: str) -> str | None:
        return None

    async def pause(self, seconds: float) -> bool:
        await asyncio.sleep(seconds)
        return False


class Pipes:
    """Input as it comes, output in frames that tell stdout from stderr."""

    tty = False

    def __init__(self, connection: Connection, attached: frozenset[int], *, stdin: bool) -> None:
        """
        Args:
            attached: the streams that the client wants.
            stdin: whether it sends input.
        """
        self._connection = connection
        self._attached = attached
        self._stdin = stdin
        self._rest = b""

    async def write(self, data: bytes, stream: int = STDOUT) -> None:
        if stream in self._attached:
            await self._connection.write(frame(stream, data))

    async def line(self, prompt: str) -> str | None:
        while self._stdin and b"\n" not in self._rest:
            data = await self._connection.read()
            if not data:
                self._stdin = False
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode(errors="replace") if line or self._stdin else None

    async def pause(self, seconds: float) -> bool:
        await asyncio.sleep(seconds)
        return False


class Terminal:
    """Output raw, input edited as a terminal does it."""

    tty = True

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._editor = LineEditor()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._interrupted = asyncio.Event()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        """Take input while the block runs."""
        pump = asyncio.ensure_future(self._pump())
        try:
            yield
        finally:
            await end_task(pump)

    async def _pump(self) -> None:
        while data := await self._connection.read():
            for event in self._editor.feed(data):
                if event.echo:
                    await self._connection.write(event.echo)
                if event.interrupt:
                    self._interrupted.set()
                elif event.line is not None or event.end:
                    self._lines.put_nowait(event.line)
        self._lines.put_nowait(None)

    async def write(self, data: bytes, stream: int = STDOUT) -> None:
        await self._connection.write(data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))

    async def line(self, prompt: str) -> str | None:
        await self.write(prompt.encode())
        self._editor.prompt = prompt
        self._interrupted.clear()
        typed = asyncio.ensure_future(self._lines.get())
        interrupt = asyncio.ensure_future(self._interrupted.wait())
        try:
            await asyncio.wait({typed, interrupt}, return_when=asyncio.FIRST_COMPLETED)
            return typed.result() if typed.done() else ""
        finally:
            typed.cancel()
            interrupt.cancel()

    async def pause(self, seconds: float) -> bool:
        self._interrupted.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._interrupted.wait()
        return self._interrupted.is_set()
