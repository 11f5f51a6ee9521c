"""The layers stay apart: imports go one way, by the source text and by what is really loaded."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "swarmtui"

MAY_IMPORT = {
    "errors": set[str](),
    "swarm": {"errors"},
    "endpoint": {"errors"},
    "config": {"errors"},
    "tunnel": {"errors", "endpoint"},
    "engine": {"errors", "endpoint", "swarm", "tunnel"},
    "places": {"errors", "endpoint", "engine", "tunnel"},
    "ui": {"errors", "endpoint", "config", "swarm", "engine", "places", "tunnel"},
    "sim": set[str](),
    "demo": {"errors"},
    "cli": {"demo", "errors", "endpoint", "config", "swarm", "engine", "tunnel", "places", "ui", "sim"},
    "__main__": {"cli"},
    "__init__": set[str](),
}
"""Which parts of swarmtui each part may import. `sim` is alone: it is an independent witness."""

UI_SEES = {
    "swarmtui.engine.observation",
    "swarmtui.engine.log_lines",
    "swarmtui.places.place",
    "swarmtui.tunnel.questions",
    "swarmtui.tunnel.status",
}
"""All that the user interface may import of the engine side, of the places and of SSH; the rest reaches it through
ui/session.py and ui/places.py."""

OWNERS = {
    "docker": "engine",
    "textual": "ui",
    "rich": "ui",
    "asyncssh": "tunnel",
    "requests": "engine",
    "urllib3": "engine",
}
"""Libraries that only one part may import, at any place in it."""

PURE = {"swarm": {"msgspec", "yaml"}, "errors": set[str]()}
"""Parts that import nothing but the standard library and these."""


def part_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                package = path.relative_to(PACKAGE.parent).parent.parts
                base = ".".join(package[: len(package) - node.level + 1])
                module = f"{base}.{module}" if module else base
            yield module
            if module == "swarmtui" or not node.module:
                yield from (f"{module}.{alias.name}" for alias in node.names)


SOURCES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    part = part_of(path)
    for module in imports_of(path):
        top, _, rest = module.partition(".")
        if top == "swarmtui":
            wanted = rest.split(".")[0]
            if wanted in {"", "__version__", part}:
                continue
            assert wanted in MAY_IMPORT[part], f"{part} must not import {module}"
            if part == "ui" and wanted in {"engine", "places", "tunnel"}:
                assert module in UI_SEES, f"ui sees it through ui/session.py or ui/places.py, not through {module}"
            continue
        assert OWNERS.get(top, part) == part, f"only {OWNERS.get(top)} imports {top}"
        if part in PURE:
            assert top in sys.stdlib_module_names | PURE[part], f"{part} is pure and imports {module}"


def loaded_by(statement: str) -> set[str]:
    """The top-level modules that are loaded in a new interpreter after a statement."""
    script = f"import sys\n{statement}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import swarmtui.cli", {"textual", "docker", "asyncssh"}),
        ("import swarmtui.ui.app", {"docker", "asyncssh", "requests"}),
        ("import swarmtui.engine.session", {"textual", "asyncssh"}),
        ("import swarmtui.places.book", {"textual", "docker", "asyncssh"}),
        ("import swarmtui.swarm.actions", {"textual", "docker", "asyncssh", "click"}),
        ("import swarmtui.tunnel.questions, swarmtui.tunnel.status", {"textual", "docker", "asyncssh"}),
        ("import swarmtui.endpoint", {"textual", "docker", "asyncssh"}),
    ],
)
def test_what_a_run_does_not_need_is_not_loaded(statement: str, absent: set[str]) -> None:
    assert not loaded_by(statement) & absent
