"""Programs that are started: nothing that lies in the current directory is run, and none of them is held back."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from swarmtui import children
from swarmtui.demo import DemoSwarm
from swarmtui.endpoint import Endpoint
from swarmtui.engine.stacks import docker_here
from swarmtui.errors import DockerMissing
from swarmtui.ui.changes.editor import Editor, EditorFailed
from tests.sources import SOURCES, tree_of
from tests.window import Window

MODULES = ("attr", "attrs", "msgspec", "json", "aiohttp", "swarmtui", "encodings", "sitecustomize")
PROGRAMS = ("docker", "vi", "python", "python3", "sh", "docker-credential-desktop")


@pytest.fixture
def decoys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A current directory in which all that might be run by mistake says that it was; PATH leads there first."""
    place = tmp_path / "here"
    place.mkdir()
    for name in MODULES:
        (place / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'a').write('{name}.py ')\n")
    for name in PROGRAMS:
        (place / name).write_text(f"#!/bin/sh\necho -n '{name} ' >> {tmp_path / 'ran'}\n")
        (place / name).chmod(0o755)
    monkeypatch.chdir(place)
    monkeypatch.setenv("PATH", f".::{os.environ['PATH']}")
    yield place
    assert not (tmp_path / "ran").exists(), f"run from the current directory: {(tmp_path / 'ran').read_text()}"


def test_the_demo_runs_nothing_that_lies_in_the_current_directory(decoys: Path) -> None:
    with Window("demo", environment={"PATH": os.environ["PATH"]}, cwd=decoys) as window:
        window.wait_for(r"● live[^$]*tasks 33/33")
        window.press("q")
        window.wait_until_ended()
        assert window.status == 0


def test_the_swarm_is_the_one_that_belongs_to_the_same_code(decoys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version may be installed, and be found first."""
    monkeypatch.syspath_prepend(str(decoys.parent))
    (decoys.parent / "swarmtui").mkdir()
    (decoys.parent / "swarmtui" / "__init__.py").write_text("raise ImportError('another version')")
    swarm = DemoSwarm(["--managers", "1"])
    try:
        assert swarm.nodes() == ["n1"]
    finally:
        swarm.close()


def test_docker_is_looked_for_in_absolute_directories_alone(decoys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", ".:")
    with pytest.raises(DockerMissing):
        docker_here.run(Endpoint("unix:///nowhere", "x"), ["version"], threading.Event())


def test_docker_is_handed_no_directory_that_depends_on_where_one_stands(
    decoys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """docker looks for credential helpers and plugins through PATH."""
    real = tmp_path / "bin"
    real.mkdir()
    (real / "docker").write_text('#!/bin/sh\necho "$PATH"\n')
    (real / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", f".:{real}::bin:/usr/bin")
    assert docker_here.run(Endpoint("unix:///nowhere", "x"), [], threading.Event()).output == (f"{real}:/usr/bin",)


async def test_the_editor_is_looked_for_in_absolute_directories_alone(
    decoys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", ".:")
    with pytest.raises(EditorFailed, match="vi cannot be run"):
        await Editor(nullcontext, {}).edit("text", "name")


async def test_the_editor_runs_beside_its_file(decoys: Path, tmp_path: Path) -> None:
    """In the user's directory it might find settings that somebody else has put there."""
    script = tmp_path / "editor"
    script.write_text('pwd > "$1"')
    edited = await Editor(nullcontext, {"EDITOR": f"/bin/sh {script}"}).edit("text", "name")
    assert "swarmtui-" in edited.text


async def test_an_editor_named_by_a_path_is_that_very_file(
    decoys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "mine"
    own.mkdir()
    (own / "ed").write_text('#!/bin/sh\necho mine > "$1"')
    (own / "ed").chmod(0o755)
    monkeypatch.chdir(own)
    assert (await Editor(nullcontext, {"EDITOR": "./ed"}).edit("text", "name")).text == "mine\n"


def test_what_a_program_is_given_is_the_users_but_for_the_path() -> None:
    given = children.environment({"PATH": "/a:.::b:/c", "HOME": "/home/me", "X": ""})
    assert given == {"PATH": "/a:/c", "HOME": "/home/me", "X": ""}


def test_sigpipe_is_not_held_back_in_a_program() -> None:
    script = (
        "from swarmtui import children; import subprocess; children.hold_back_sigpipe()\n"
        "with children.spawning(): subprocess.run(['grep', 'SigBlk', '/proc/self/status'])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[1], 16) == 0


STARTS = {
    *(f"subprocess.{name}" for name in ("Popen", "run", "call", "check_call", "check_output", "getoutput")),
    *(f"asyncio.{name}" for name in ("create_subprocess_exec", "create_subprocess_shell")),
    *("os.system", "os.popen"),
}


def starts(tree: ast.AST) -> Iterator[ast.Call]:
    """The places where a program is started."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and ast.unparse(node.func) in STARTS:
            yield node


def test_each_start_of_a_program_keeps_the_rule() -> None:
    for path in SOURCES:
        if "sim" in path.parts:
            continue
        tree = tree_of(path)
        calls = list(starts(tree))
        inside = {call for block in ast.walk(tree) if calls and is_spawning(block) for call in starts(block)}
        for call in calls:
            assert call in inside, f"{path}:{call.lineno} starts a program outside of children.spawning()"
            assert any(word.arg == "env" for word in call.keywords), f"{path}:{call.lineno} hands on any PATH"


def is_spawning(node: ast.AST) -> bool:
    """Whether it is a `with children.spawning()`."""
    return isinstance(node, ast.With) and "children.spawning()" in [ast.unparse(i.context_expr) for i in node.items]
