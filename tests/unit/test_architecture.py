"""The layers stay apart: imports go one way, by the source text and by what is really loaded."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.sources import PACKAGE, SOURCES, tree_of

MAY_IMPORT = {
    "errors": set[str](),
    "children": set[str](),
    "lifeline": {"children"},
    "serial_worker": {"errors"},
    "own_terminal": {"errors"},
    "substitutes": {"own_terminal"},
    "error_output": {"errors", "substitutes", "swarm"},
    "swarm": {"errors"},
    "endpoint": {"errors"},
    "config": {"errors"},
    "tunnel": {"errors", "endpoint", "children", "lifeline"},
    "engine": {"errors", "endpoint", "swarm", "tunnel", "children", "serial_worker"},
    "places": {"errors", "endpoint", "engine", "tunnel"},
    "ui": {
        "errors",
        "endpoint",
        "config",
        "swarm",
        "engine",
        "places",
        "tunnel",
        "children",
        "lifeline",
        "serial_worker",
        "own_terminal",
        "substitutes",
    },
    "sim": set[str](),
    "testing": {"sim"},
    "demo": {"errors", "children", "lifeline", "serial_worker", "sim"},
    "demo_served": {"demo", "lifeline"},
    "check": {"errors", "config", "endpoint", "engine", "substitutes", "swarm"},
    "record": {"errors", "config", "endpoint", "engine", "lifeline", "substitutes", "swarm"},
    "replay": {"errors", "config", "engine", "lifeline", "own_terminal", "ui"},
    "option_types": {"swarm"},
    "sessions": {"config", "endpoint", "engine"},
    "commands": {
        "children",
        "config",
        "endpoint",
        "error_output",
        "errors",
        "own_terminal",
        "sim",
        "swarm",
        "tunnel",
        "ui",
    },
    "light_start": set[str](),
    "cli": {
        "commands",
        "light_start",
        "error_output",
        "check",
        "record",
        "replay",
        "option_types",
        "own_terminal",
        "sessions",
        "children",
        "lifeline",
        "demo",
        "demo_served",
        "errors",
        "endpoint",
        "config",
        "swarm",
        "engine",
        "tunnel",
        "places",
        "ui",
        "sim",
    },
    "__main__": {"cli"},
    "__init__": set[str](),
}
"""Which parts of swarmtui each part may import. `sim` is alone: it is an independent witness."""

UI_SEES = {
    "swarmtui.engine.nodes.command_run",
    "swarmtui.engine.nodes.forward",
    "swarmtui.engine.nodes.awaited",
    "swarmtui.engine.nodes.terminal",
    "swarmtui.engine.polling.observation",
    "swarmtui.engine.streams.log_lines",
    "swarmtui.places.place",
    "swarmtui.tunnel.questions",
    "swarmtui.tunnel.status",
}
"""All that the user interface may import of the engine side, of the places and of SSH; the rest reaches it through
ui/session.py and ui/places/places.py."""

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
    for node in ast.walk(tree_of(path)):
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


def forbidden_imports(path: Path) -> Iterator[str]:
    """What a module imports that it must not, and why."""
    part = part_of(path)
    for module in imports_of(path):
        top, _, rest = module.partition(".")
        if top == "swarmtui":
            wanted = rest.split(".")[0]
            if wanted in {"", "__version__", part}:
                continue
            if wanted not in MAY_IMPORT[part]:
                yield f"{path}: {part} must not import {module}"
            elif part == "ui" and wanted in {"engine", "places", "tunnel"} and module not in UI_SEES:
                yield f"{path}: ui sees it through ui/session.py or ui/places/, not through {module}"
        elif OWNERS.get(top, part) != part:
            yield f"{path}: only {OWNERS.get(top)} imports {top}"
        elif part in PURE and top not in sys.stdlib_module_names | PURE[part]:
            yield f"{path}: {part} is pure and imports {module}"


def test_imports_go_one_way() -> None:
    assert len(SOURCES) > 500  # else nothing was read
    assert not [forbidden for path in SOURCES for forbidden in forbidden_imports(path)]


def loaded_by(statement: str) -> set[str]:
    """The top-level modules that are loaded in a new interpreter after a statement."""
    script = f"import sys\n{statement}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import swarmtui.cli", {"textual", "docker", "asyncssh"}),
        ("import swarmtui.ui.shell.app", {"docker", "asyncssh", "requests", "yaml", "statistics"}),
        ("import swarmtui.engine.session", {"textual", "asyncssh"}),
        ("import swarmtui.places.book", {"textual", "docker", "asyncssh"}),
        ("import swarmtui.swarm.editing.edit_spec", {"textual", "docker", "asyncssh", "click"}),
        ("import swarmtui.tunnel.questions, swarmtui.tunnel.status", {"textual", "docker", "asyncssh"}),
        ("import swarmtui.endpoint", {"textual", "docker", "asyncssh"}),
    ],
)
def test_what_a_run_does_not_need_is_not_loaded(statement: str, absent: set[str]) -> None:
    assert not loaded_by(statement) & absent


def packages_above(module: str) -> set[str]:
    parts = module.split(".")
    return {".".join(parts[:length]) for length in range(1, len(parts))}


def imports_on_loading(path: Path, modules: set[str]) -> set[str]:
    """The modules of ours that run because this one is imported: those it names, and the packages they are in."""
    module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    named = set[str]()
    for statement in tree_of(path).body:  # those in functions and under TYPE_CHECKING run later
        if isinstance(statement, ast.Import):
            named |= {alias.name for alias in statement.names}
        elif isinstance(statement, ast.ImportFrom) and statement.module:
            named |= {statement.module, *(f"{statement.module}.{alias.name}" for alias in statement.names)}
    found = named & modules
    found |= {package for name in found for package in packages_above(name)}
    return found - packages_above(module) - {module}


def test_no_module_has_to_be_imported_before_another() -> None:
    """A cycle of imports fails in some orders only: here is none, so any module can be the first."""
    names = {path: ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in SOURCES}
    modules = {name.removesuffix(".__init__") for name in names.values()}
    needs = {name.removesuffix(".__init__"): imports_on_loading(path, modules) for path, name in names.items()}
    assert "swarmtui.swarm.kinds" in needs["swarmtui.swarm.actions.action"]  # else nothing was read
    TopologicalSorter(needs).prepare()  # raises CycleError, with the cycle's modules


IMPORT_EACH = """
import importlib, os, sys, traceback
import aiohttp, asyncssh, docker, textual.app, textual.widgets, yaml
failed = 0
for module in sys.argv[1:]:
    child = os.fork()
    if not child:
        try:
            importlib.import_module(module)
        except BaseException:
            print(module, traceback.format_exc(), flush=True)
            os._exit(1)
        os._exit(0)
    failed |= os.waitpid(child, 0)[1]
sys.exit(bool(failed))
"""
"""Imports each module in a process that has loaded none of ours: a fork of one that has only the libraries."""


def test_a_module_of_each_part_can_be_imported_first() -> None:
    """That no other module has to come before is shown for all of them above; here it is done, once for each part."""
    firsts = {part_of(path): path for path in reversed(SOURCES) if not path.stem.startswith("__")}
    modules = [".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in firsts.values()]
    done = subprocess.run([sys.executable, "-c", IMPORT_EACH, *modules], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_folder_has_more_than_twenty_modules() -> None:
    folders = Counter(path.parent for path in SOURCES if path.name != "__init__.py")
    assert not {folder: count for folder, count in folders.items() if count > 20}


MOST_LINES, MOST_LINES_OF_A_FUNCTION = 400, 50


def test_no_module_is_longer_than_one_can_read_at_once() -> None:
    lengths = {str(path.relative_to(PACKAGE)): len(path.read_text().splitlines()) for path in SOURCES}
    assert not {name for name, length in lengths.items() if length > MOST_LINES}


def test_no_function_is_longer_than_a_screen() -> None:
    too_long = [
        f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > MOST_LINES_OF_A_FUNCTION
    ]
    assert not too_long
