"""The user's own editor on a text: in the terminal, while this program waits beside it.

The text is in a file that nobody else can read, in a directory of its own that is gone afterwards, together with what
the editor has put beside it. The editor runs in a thread that we own, so that the event loop continues.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec
from textual.app import SuspendNotSupported

from swarmtui import children
from swarmtui.errors import SwarmtuiError
from swarmtui.lifeline import in_emergency
from swarmtui.serial_worker import in_a_thread
from swarmtui.ui.kit.lent_terminal import interrupts_are_anothers

__all__ = ["Edited", "Editor", "EditorFailed"]

USUAL = "vi"
LONGEST_NAME = 60


class EditorFailed(SwarmtuiError):
    """The editor could not be run, or left nothing."""

    layer = "editor"


class Edited(msgspec.Struct, frozen=True):
    """What came out of the editor.

    Attributes:
        text: what the file holds now.
        status: the editor's exit status; another than 0 says that the edit was given up.
    """

    text: str
    status: int


class Editor:
    """Runs $VISUAL, $EDITOR or vi.

    Args:
        lend: gives the terminal to the editor, and takes it back.
        environment: where the editor's name stands; the program's own by default.
    """

    def __init__(
        self, lend: Callable[[], AbstractContextManager[None]], environment: Mapping[str, str] | None = None
    ) -> None:
        self._lend = lend
        self._environment = environment

    @property
    def command(self) -> list[str]:
        """The words of the editor's command.

        Raises:
            EditorFailed: the variable cannot be split into words.
        """
        environment = os.environ if self._environment is None else self._environment
        for variable in ("VISUAL", "EDITOR"):
            if text := environment.get(variable, "").strip():
                try:
                    return shlex.split(text)
                except ValueError as error:
                    raise EditorFailed(f"${variable} cannot be read: a quote is not closed in it.") from error
        return [USUAL]

    async def edit(self, text: str, name: str, suffix: str = ".yaml") -> Edited:
        """Let the user edit a text.

        Args:
            name: what it is called: the file's name is made of it.
            suffix: how the file's name ends, by which editors know what it is.

        Raises:
            EditorFailed: the editor could not be run, or its file is gone.
        """
        command = self.command
        directory = Path(tempfile.mkdtemp(prefix="swarmtui-"))
        take_back = in_emergency(lambda: shutil.rmtree(directory, ignore_errors=True))
        try:
            path = directory / f"{re.sub('[^A-Za-z0-9_-]', '_', name)[:LONGEST_NAME]}{suffix}"
            _write(path, text)
            status = await self._run([*command, str(path)], directory)
            return Edited(path.read_bytes().decode("utf-8", "surrogateescape"), status)
        except FileNotFoundError as error:
            raise EditorFailed(f"{command[0]} has removed the file.", "Nothing was changed.") from error
        finally:
            shutil.rmtree(directory, ignore_errors=True)
            take_back()

    async def _run(self, words: Sequence[str], directory: Path) -> int:
        program = children.find(words[0])
        if program is None:
            raise EditorFailed(f"{words[0]} cannot be run: it is not in $PATH.", "Set $EDITOR to the editor you want.")
        try:
            with self._lend(), interrupts_are_anothers():
                work = in_a_thread(lambda: _run_to_its_end([program, *words[1:]], directory), "swarmtui-editor")
                return await asyncio.wrap_future(work)
        except SuspendNotSupported as error:
            raise EditorFailed(
                "An editor cannot run here: this terminal cannot be handed over.",
                "Run swarmtui in a terminal of its own.",
            ) from error
        except (FileNotFoundError, PermissionError, NotADirectoryError) as error:
            raise EditorFailed(
                f"{words[0]} cannot be run: {error.strerror}.", "Set $EDITOR to the editor you want."
            ) from error


def _run_to_its_end(words: Sequence[str], directory: Path) -> int:
    """Run an editor; returns its exit status.

    Args:
        directory: where it runs. In that of the user it may find settings that somebody else has put there.

    Raises:
        OSError: it cannot be run.
    """
    with children.spawning():
        process = subprocess.Popen(words, cwd=directory, env=children.environment())

    def send(number: int) -> None:
        # It is in the process group of the terminal's user, with this program and whatever waits for that.
        for pid in (*children.descendants(process.pid), process.pid) if process.poll() is None else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    with children.registered(send):
        return process.wait()


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text.encode("utf-8", "surrogateescape"))
