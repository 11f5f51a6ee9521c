"""The page that leads from docker commands to keys is whole."""

from __future__ import annotations

import pytest

from scripts.docker_table import DOCKER, PAGE, here, page
from swarmtui.ui.commands.registry import COMMANDS
from tests.unit.swarm.all_actions import ALL_ACTIONS


def test_the_page_is_as_the_script_writes_it() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run .venv/bin/python -m scripts.docker_table"


@pytest.mark.parametrize("docker", [f"{group} {word}" for group, words in DOCKER.items() for word in words.split()])
def test_every_command_of_docker_has_its_place_or_a_reason(docker: str) -> None:
    assert here(docker)


def test_every_action_belongs_to_a_command() -> None:
    askings = [command.asking() for command in COMMANDS.values() if command.asking is not None]
    assert {action for asking in askings for action in asking.actions} == set(ALL_ACTIONS)


def test_every_command_is_docker_s_or_is_not() -> None:
    known = {f"{group} {word}" for group, words in DOCKER.items() for word in words.split()}
    without = {command.name for command in COMMANDS.values() if command.docker not in known}
    assert without == {
        "secret.rotate",
        "config.rotate",
        "config.labels",
        "secret.labels",
        "swarm.recover",
        "node.rebalance",
        "node.prune",
        "task.restart",
    }
