"""What is asked of an engine about a command in a container (Engine API, "Exec")."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient

__all__ = ["create_exec", "exit_code"]

ENDED_WITHIN = 5.0
"""Seconds in which the engine must tell how a command has ended that writes nothing any more."""
LOOK_AGAIN = 0.02


def create_exec(client: EngineClient, container_id: str, body: Mapping[str, Any]) -> str:
    """Have the engine prepare a command; its ID."""
    made = client.post_json(f"/containers/{container_id}/exec", {}, body)
    return str(made["Id"])


def exit_code(client: EngineClient, exec_id: str) -> int | None:
    """How a command has ended; None where it still runs after a while."""
    deadline = time.monotonic() + ENDED_WITHIN
    while time.monotonic() < deadline:
        state: Mapping[str, Any] = client.get_json(f"/exec/{exec_id}/json")
        code = state.get("ExitCode")
        if not state.get("Running") and isinstance(code, int):
            return code
        time.sleep(LOOK_AGAIN)
    return None
