"""Writes docs/docker-commands.md from the program's commands: `.venv/bin/python -m scripts.docker_table`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from scripts.key_table import shown
from swarmtui.ui.commands.command import Command
from swarmtui.ui.commands.registry import COMMANDS

PAGE = Path(__file__).parents[1] / "docs" / "docker-commands.md"

DOCKER = {
    "node": "ls ps inspect promote demote update rm",
    "service": "ls ps inspect logs create scale update rollback rm",
    "swarm": "init join leave unlock join-token unlock-key update ca",
    "stack": "ls services ps deploy rm config",
    "secret": "ls inspect create rm",
    "config": "ls inspect create rm",
    "network": "ls inspect create rm connect disconnect prune",
    "volume": "ls inspect create rm prune update",
}
"""As docker's reference has them (docs.docker.com/reference/cli/docker)."""

VIEWS: Mapping[str, str] = {
    "ls": "the {group}s: `{pane}`",
    "inspect": "`i` in words, `y` as YAML",
    "node ps": "the cursor on a node shows its tasks; Enter goes there",
    "service ps": "the cursor on a service shows its tasks, with the history of each slot",
    "volume ls": "nodes: `i` lists the volumes of a node, and which services mount them; `--cluster`: the swarm's pane"
    " (`8`), Enter on cluster volumes",
    "volume inspect": "of a cluster volume: the same list tells all of it; of others `i` on a node tells who uses it",
    "service logs": "services or tasks: `l`",
    "stack services": "stacks: Enter",
    "stack ps": "stacks: Enter, then the cursor on a service",
}
"""What is looked at, and so asks for no change."""

MORE: Mapping[str, str] = {
    "stack deploy": "by docker's own program",
    "service update": "nodes: `b` force-updates services one after another",
    "secret create": "`r` puts a new one in its place everywhere",
    "config create": "`r` puts a new one in its place everywhere",
    "secret inspect": "`L` changes its labels, for which docker has no command",
    "config inspect": "`L` changes its labels, for which docker has no command",
    "swarm leave": "on a worker; on a manager: the swarm's pane (`8`), Enter on *This engine*",
    "swarm ca": "`y` shows the certificate",
    "stack config": "not here: it prints a file, and needs no swarm. Deploying shows what a file would change",
    "network connect": "not here: it is about a container of one engine. Of a service: services, `E`, networks",
    "network disconnect": "not here, for the same reason",
    "volume create": "not here: each node's engine creates a volume with the first task that mounts it. Its driver,"
    " options and labels: services, `E`, mounts",
    "volume rm": "nodes: `D` removes those that nothing uses on a node, from a list",
    "volume prune": "nodes: `D`, from a list",
    "network prune": "not here: it removes what nothing uses at the moment, without a list to say yes to. Networks:"
    " mark those that are used by none, then `del`",
}
PANES = {"node": 1, "service": 2, "stack": 4, "secret": 5, "config": 6, "network": 7, "swarm": 8, "volume": 8}

HEAD = """# From docker commands to keys

What each command of the docker CLI is here. The keys work in the pane that is named; Enter, `/`, `o`, `Z` and the rest
work in all of them. This page is written by `scripts/docker_table.py`, and a test keeps it true.

| docker command | here |
| --- | --- |
"""


def page() -> str:
    """The whole page."""
    rows = [f"{group} {word}" for group, words in DOCKER.items() for word in words.split()]
    return HEAD + "".join(f"| `docker {each}` | {here(each)} |\n" for each in rows)


def here(docker: str) -> str:
    """How that is done in the program."""
    group, word = docker.split()
    found = [VIEWS.get(docker) or VIEWS.get(word, ""), *_keys(group, docker), MORE.get(docker, "")]
    return "; ".join(part for part in found if part).format(group=group, pane=PANES[group])


def _keys(group: str, docker: str) -> list[str]:
    commands = [command for command in COMMANDS.values() if command.docker == docker]
    menu = ", ".join(command.menu for command in commands if command.menu and not command.key)
    keys = [_key(command) + (f" ({menu})" if menu and command.label == "Change" else "") for command in commands]
    keys = [key for key in keys if key]
    if keys:
        return [f"{'' if group == 'swarm' else f'{group}s: '}{', '.join(keys)}"]
    return ["the swarm's pane (`8`): Enter on " + ", ".join(_row(each) for each in commands)] if commands else []


def _key(command: Command) -> str:
    if not command.key:
        return ""
    key = {"delete": "del"}.get(command.key.split(",")[0]) or shown(command.key.split(",")[0])
    return f"`{key}` {command.label.lower()}"


def _row(command: Command) -> str:
    return command.title.removeprefix("Set ").removeprefix("the ").lower()


if __name__ == "__main__":
    PAGE.write_text(page())
