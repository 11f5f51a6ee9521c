"""What is loaded before the first screen: each module costs every start of the program about a millisecond."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from swarmtui.sim.process.child import Child

ROOT = Path(__file__).parents[3]
ALLOWED = Path(__file__).with_name("modules.txt")

LATER = {"docker", "requests", "urllib3", "asyncssh", "yaml", "http", "email", "statistics", "sqlite3"}
"""Libraries that the first screen does not need; with each come dozens of modules."""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """All modules that a start on the embedded swarm has loaded when the swarm is on the screen."""
    crash_log = tmp_path_factory.mktemp("start") / "crash.log"
    with Child() as swarm:
        command = [sys.executable, "-m", "tests.unit.start.first_screen", swarm.first, str(crash_log)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert not crash_log.exists(), crash_log.read_text()
    return set(done.stdout.split())


def imports_at_once(module: str) -> set[str]:
    """What a module of ours imports when it is loaded."""
    path = ROOT / Path(*module.split("."))
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    body = ast.parse(source.read_text()).body
    named = {f"{each.module}.{alias.name}" for each in body if isinstance(each, ast.ImportFrom) for alias in each.names}
    named |= {each.module or "" for each in body if isinstance(each, ast.ImportFrom)}
    return named | {alias.name for each in body if isinstance(each, ast.Import) for alias in each.names}


def importers(wanted: set[str], among: set[str]) -> dict[str, list[str]]:
    """Which modules import each of those that are wanted."""
    if not wanted:
        return {}
    imported = {name: imports_at_once(name) for name in among}
    return {name: sorted(each for each, named in imported.items() if name in named) for name in sorted(wanted)}


def test_the_swarm_comes_to_the_screen(loaded: set[str]) -> None:
    assert "swarmtui.ui.services.pane" in loaded


def test_only_what_the_first_screen_needs_is_loaded_before_it(loaded: set[str]) -> None:
    ours = {name for name in loaded if name.partition(".")[0] == "swarmtui"}
    allowed = set(ALLOWED.read_text().split())
    extra = importers(ours - allowed, ours)
    assert not extra, (
        "These are loaded before the first screen, and so slow down every start. Import each in the function that "
        "needs it (docs/architecture.md, 'The start'). Should the first screen itself need it, add a line to "
        f"{ALLOWED.relative_to(ROOT)}. Which module imports it: {extra}"
    )


def test_the_list_names_nothing_that_is_not_loaded(loaded: set[str]) -> None:
    gone = sorted(set(ALLOWED.read_text().split()) - loaded)
    assert not gone, f"The start has become quicker: take these out of {ALLOWED.relative_to(ROOT)}: {gone}"


def test_no_library_is_loaded_that_the_first_screen_does_not_need(loaded: set[str]) -> None:
    assert not {name.partition(".")[0] for name in loaded} & LATER
