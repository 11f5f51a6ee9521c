"""The examples of docs/test-double.md work: a foreign client (aiodocker) tested with the fixture, docker-py, HTTP."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from swarmtui.sim.agent import release
from swarmtui.testing import EmbeddedSwarm

PAGE = (Path(__file__).parents[2] / "docs" / "test-double.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
SETTINGS = "[pytest]\nasyncio_mode = auto\naddopts = --strict-markers -p no:cacheprovider\n"


def run(directory: Path, *words: str) -> str:
    """A Python program of its own, which knows of us only what is installed; its output."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "DOCKER_"))}
    done = subprocess.run(
        [sys.executable, *words], cwd=directory, env=env, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_foreign_client_is_tested_with_the_fixture(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text(SETTINGS)
    (tmp_path / "conftest.py").write_text('pytest_plugins = ("swarmtui.testing.plugin",)\n')
    (tmp_path / "test_tool.py").write_text(EXAMPLES[0])
    assert "2 passed" in run(tmp_path, "-m", "pytest", "-q", "-n", "0")


def test_the_context_manager(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(EXAMPLES[1])
    run(tmp_path, "program.py")


def test_faults_by_http(embedded: EmbeddedSwarm) -> None:
    """The requests of the page, as curl sends them."""
    sent = re.findall(r"http://swarm(/_sim\S*)(?: -d '(.*)')?", PAGE)
    assert [path for path, _ in sent] == ["/_sim", "/_sim/fault", "/_sim/image", "/_sim/clock"]
    socket = embedded.control.removeprefix("unix://")
    for path, body in sent:
        words = ["curl", "-sS", "--fail-with-body", "--unix-socket", socket, f"http://swarm{path}"]
        done = subprocess.run([*words, *(["-d", body] if body else [])], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (
        '"condition":"dead"'
        in subprocess.run([*words[:-1], "http://swarm/_sim"], capture_output=True, text=True).stdout
    )


@pytest.fixture
def embedded() -> Iterator[EmbeddedSwarm]:
    """Five nodes, as on the page."""
    with EmbeddedSwarm(3, 2) as swarm:
        yield swarm


def test_the_environment_names_the_swarm(docker_swarm_environment: EmbeddedSwarm) -> None:
    assert os.environ["DOCKER_HOST"] == docker_swarm_environment.url


def test_the_page_names_all_releases() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    for each in release.RELEASES:
        least = ".".join(map(str, each.least_api))
        assert [row for row in rows if each.version.partition("+")[0] in row and row.endswith(f"| {least} |")]
