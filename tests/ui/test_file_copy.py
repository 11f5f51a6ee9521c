"""Copying a file out of a container or into it, from the tasks pane."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from swarmtui.errors import AlreadyThere, SSHFailed
from swarmtui.swarm.tasks.container_file import CopyIn, CopyOut
from tests.ui.driving import Program, running
from tests.ui.scripted import ScriptedSession
from tests.ui.test_layout import SMALL
from tests.ui.test_terminal import session


@pytest_asyncio.fixture
async def opened(crash_log: Path) -> AsyncIterator[tuple[Program, ScriptedSession]]:
    """The dialog on web.1."""
    scripted = session()
    async with running(scripted, crash_log, size=SMALL) as program:
        await program.on_row("2", "web")
        await program.press("enter")
        await program.see(r"▌ *web\.1")
        await program.press("f")
        await program.see(r"Copy a file: web\.1 on mgr1")
        yield program, scripted


async def test_a_file_comes_out(opened: tuple[Program, ScriptedSession]) -> None:
    program, scripted = opened
    await program.press("enter")
    await program.type("etc/hosts")
    await program.read("Name a file in the container; its path begins with /.")
    for _ in "etc/hosts":
        await program.press("backspace")
    await program.type("/etc/hosts")
    await program.read("$ ssh mgr1 'docker cp aaaaaaaaaaaa:/etc/hosts -' | tar -xO > hosts")
    await program.press("tab", "enter")
    [(asked, _, told, pending)] = scripted.nodes.copied
    assert isinstance(asked, CopyOut)
    assert (asked.inside, asked.here, asked.overwrite) == ("/etc/hosts", "hosts", False)
    told("3 MiB of 12 MiB")
    await program.read("3 MiB of 12 MiB … esc gives up.")
    pending.future.set_exception(AlreadyThere("/home/me/hosts is there already."))
    await program.read("/home/me/hosts is there already. Replace it?")
    await program.see("▸ Cancel ◂")
    await program.press("tab")
    await program.see("▸ Replace it ◂")
    await program.press("enter")
    assert scripted.nodes.copied[-1][0].overwrite
    scripted.nodes.copied[-1][3].future.set_result((12 << 20, ""))
    await program.read("✔ Copy /etc/hosts of web.1 to hosts: 12 MiB.")


async def test_a_file_goes_in(opened: tuple[Program, ScriptedSession]) -> None:
    program, scripted = opened
    await program.press("down")
    await program.see(r"\(●\) into the container")
    await program.press("enter")
    await program.type("/tmp/it")
    await program.press("tab")
    await program.type("mine.txt")
    await program.press("enter")
    asked, _, _, pending = scripted.nodes.copied[-1]
    assert isinstance(asked, CopyIn)
    assert (asked.inside, asked.here) == ("/tmp/it", "mine.txt")
    pending.future.set_exception(SSHFailed("10.0.0.7 does not answer.", "Is the host up?", layer="TCP"))
    await program.read("10.0.0.7 does not answer. Is the host up?")
    await program.press("enter")
    await program.press("escape")
    await program.see_no("Copy a file")
    assert scripted.nodes.copied[-1][3].given_up.is_set()
