"""The page that leads from docker commands to keys is whole, and tells of keys and actions that there are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from textual.binding import Binding
from textual.dom import DOMNode

import swarmtui.ui.app  # noqa: F401 - so that all classes with bindings are known
from swarmtui.swarm.actions import ALL_ACTIONS

PAGE = Path(__file__).parents[2] / "docs" / "docker-commands.md"

COMMANDS = {
    "node": "demote inspect ls promote ps rm update",
    "service": "create inspect logs ls ps rm rollback scale update",
    "swarm": "ca init join join-token leave unlock unlock-key update",
    "stack": "config deploy ls ps rm services",
    "secret": "create inspect ls rm",
    "config": "create inspect ls rm",
    "network": "connect create disconnect inspect ls prune rm",
}
"""As docker's reference has them (docs.docker.com/reference/cli/docker)."""

KEYS = {"del": "delete", "+": "plus", "-": "minus", "/": "slash"}


def rows() -> dict[str, tuple[str, set[str], set[str]]]:
    """Command → what stands beside it, the ids of keys, the names of actions."""
    found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 4 and cells[0].startswith("`docker "):
            found[cells[0].strip("`")] = (cells[1], _names(cells[2]), _names(cells[3]))
    return found


def _names(cell: str) -> set[str]:
    return {name.strip() for name in cell.split(",") if name.strip()}


def bindings(base: type[Any] = DOMNode) -> dict[str, set[str]]:
    """Binding id → keys, of every class there is."""
    found: dict[str, set[str]] = {}
    for each in vars(base).get("BINDINGS", ()):
        if isinstance(each, Binding) and each.id:
            found.setdefault(each.id, set()).update(each.key.split(","))
    for sub in base.__subclasses__():
        for name, keys in bindings(sub).items():
            found.setdefault(name, set()).update(keys)
    return found


def test_every_command_of_docker_is_there() -> None:
    wanted = {f"docker {group} {name}" for group, names in COMMANDS.items() for name in names.split()}
    assert set(rows()) == wanted
    assert all(text for text, _, _ in rows().values()), "what is missing says why"


def test_every_action_is_told_of_and_none_that_is_not_there() -> None:
    told = set().union(*(actions for _, _, actions in rows().values()))
    assert told == {action.name for action in ALL_ACTIONS}


def test_the_keys_are_those_of_the_program() -> None:
    known = bindings()
    for command, (text, ids, _) in rows().items():
        assert ids <= known.keys(), command
        keys = set().union(*(known[name] for name in ids)) if ids else set()
        for key in re.findall(r"`([^`]+)`", text):
            assert KEYS.get(key, key) in keys or key == "8", f"{command}: nothing of it is done by {key}"
