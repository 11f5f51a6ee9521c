"""What is loaded before the first screen: each module costs every start of the program about a millisecond."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from swarmtui.sim.process.child import Child
from swarmtui.ui.loading import AHEAD
from tests.unit.swarm.all_actions import ALL_ACTIONS

ROOT = Path(__file__).parents[3]
ALLOWED = Path(__file__).with_name("modules.txt")

LATER = {
    "docker",
    "requests",
    "urllib3",
    "asyncssh",
    "yaml",
    "http",
    "email",
    "statistics",
    "sqlite3",
    "ssl",
    "hashlib",
}
"""Libraries that the first screen does not need; with each come dozens of modules, or OpenSSL's library."""


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
    path = path_of(module)
    assert path is not None
    body = ast.parse(path.read_text()).body
    named = {f"{each.module}.{alias.name}" for each in body if isinstance(each, ast.ImportFrom) for alias in each.names}
    named |= {each.module or "" for each in body if isinstance(each, ast.ImportFrom)}
    return named | {alias.name for each in body if isinstance(each, ast.Import) for alias in each.names}


def path_of(module: str) -> Path | None:
    path = ROOT / Path(*module.split("."))
    return next((each for each in (path / "__init__.py", path.with_suffix(".py")) if each.exists()), None)


def imported_with(modules: Iterable[str]) -> set[str]:
    """What of ours is loaded once these are: they, what they import, and what that imports."""
    found, waiting = set[str](), list(modules)
    while waiting:
        module = waiting.pop()
        if module not in found and module.startswith("swarmtui") and path_of(module) is not None:
            found.add(module)
            waiting += imports_at_once(module)
    return found


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


def test_no_action_is_loaded_before_a_key_asks_for_it() -> None:
    ahead = imported_with(AHEAD)
    assert "swarmtui.ui.changes.action_dialog" in ahead
    actions = ahead & {each.__module__ for each in ALL_ACTIONS}
    assert not actions, (
        "These are loaded in every session, though a key may never ask for them. Import each in the function of "
        f"askings.py that needs it. Which module imports it: {importers(actions, ahead)}"
    )
