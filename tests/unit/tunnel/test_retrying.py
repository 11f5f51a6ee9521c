"""When is tried again, and when only the user can help."""

from __future__ import annotations

import asyncio

import pytest

from swarmtui.errors import HostKeyRefused, LoginRefused, SSHConfigError, SSHFailed
from swarmtui.tunnel.retrying import JITTER, LONGEST, Retrying
from tests.patience import DEAD


def test_waits_grow_to_a_limit_and_differ() -> None:
    retrying = Retrying()
    waits = [retrying.wait(SSHFailed("x"), lived=True) for _ in range(30)]
    known = [wait for wait in waits if wait is not None]
    assert len(known) == 30
    assert known[0] < 0.4
    assert max(known) <= LONGEST * (1 + JITTER)
    assert len(set(known[10:])) > 10
    retrying.succeeded()
    assert (retrying.wait(SSHFailed("x"), lived=True) or 9) < 0.4


@pytest.mark.parametrize(
    ("error", "lived", "tries"),
    [
        (HostKeyRefused("x"), True, False),
        (SSHConfigError("x"), True, False),
        (LoginRefused("x"), False, False),
        (LoginRefused("x", tried=("/key",)), True, True),
        (LoginRefused("x", tried=("/key", "password")), True, False),
        (LoginRefused("x", tried=("keyboard-interactive",)), True, False),
        (SSHFailed("x"), False, True),
    ],
)
def test_what_is_tried_again_by_itself(error: SSHFailed, lived: bool, tries: bool) -> None:
    assert (Retrying().wait(error, lived=lived) is not None) is tries


async def test_nap_ends_when_somebody_wants_it() -> None:
    retrying = Retrying()
    napping = asyncio.ensure_future(retrying.nap(None))
    await asyncio.sleep(0)
    assert not napping.done()
    retrying.now()
    async with asyncio.timeout(DEAD):
        await napping
        await retrying.nap(0.01)
