"""What the user has answered is shared by the tunnels to one swarm, while each asks by itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncssh

from swarmtui.tunnel.login.memory import Memory
from swarmtui.tunnel.questions import NobodyToAsk, OpenQuestion, PromptQueue
from tests.patience import DEAD


async def question_on(desk: PromptQueue) -> OpenQuestion:
    """The question, once it is there."""
    async with asyncio.timeout(DEAD):
        while (question := desk.current) is None:  # noqa: ASYNC110 (a PromptQueue has no event for it)
            await asyncio.sleep(0.001)
    return question


async def test_a_quiet_memory_knows_the_answers_and_asks_nobody() -> None:
    desk = PromptQueue(lambda: None)
    memory = Memory(desk)
    quiet = memory.sharing(NobodyToAsk())
    content = asyncssh.generate_private_key("ssh-ed25519").export_private_key(passphrase="open", rounds=50)
    assert await quiet.unlock(Path("key"), content) is None
    assert desk.current is None
    asked = asyncio.ensure_future(memory.unlock(Path("key"), content))
    question = await question_on(desk)
    assert not quiet.is_asking
    quiet.withdraw()
    question.answer("open")
    key = await asked
    assert key is not None
    assert await quiet.unlock(Path("key"), content) is key, "known by both"


async def test_the_tunnel_that_is_gone_on_through_asks_the_user_again() -> None:
    desk = PromptQueue(lambda: None)
    quiet = Memory(NobodyToAsk())
    quiet.turn_to(desk)
    content = asyncssh.generate_private_key("ssh-ed25519").export_private_key(passphrase="open", rounds=50)
    asked = asyncio.ensure_future(quiet.unlock(Path("key"), content))
    (await question_on(desk)).answer("open")
    assert await asked is not None
