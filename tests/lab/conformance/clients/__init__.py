"""Small programs of several clients, each doing the same: create, list, wait, update, scale, logs, events, remove.

Each prints a line of JSON for a step, `{"step": "create", "value": ...}`; what it prints on both swarms is compared.
They find the swarm in DOCKER_HOST, the service's name in NAME, its images in IMAGE and NEXT.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.patience import DEAD

from ..target import API, DOCKER, Target

HERE = Path(__file__).parent
NEWER_DOCKER = "/usr/local/bin/docker"


@dataclass(frozen=True)
class Client:
    """A program in a client's language.

    Attributes:
        command: how it is started, in a directory of its own.
        variables: more that it finds in its environment.
    """

    name: str
    command: tuple[str, ...]
    variables: Mapping[str, str]

    def play(self, target: Target, directory: Path) -> dict[str, Any]:
        """Let it do its work on a swarm: what it told, by step."""
        env = {key: value for key, value in os.environ.items() if not key.startswith(("DOCKER_", "PYTEST_"))}
        env |= {"DOCKER_HOST": target.url("n1"), "NAME": f"of-{self.name}", "API": API, **self.variables}
        env |= {"IMAGE": target.image("web:1.0"), "NEXT": target.image("web:1.1")}
        done = subprocess.run(
            self.command, cwd=directory, env=env, capture_output=True, text=True, timeout=DEAD, check=False
        )
        assert done.returncode == 0, f"{target.name}: {self.name}: {done.stdout}{done.stderr}"
        told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        return {each["step"]: each["value"] for each in told}


def python(name: str, program: str = "", **variables: str) -> Client:
    return Client(name, (sys.executable, str(HERE / f"{program or name}.py")), variables)


def available(directory: Path) -> tuple[list[Client], dict[str, str]]:
    """The clients that this machine can run, and why not the others.

    Args:
        directory: where a client's library may be installed.
    """
    found, reasons = [python("docker_py"), python("aio"), python("whales"), python("cli", DOCKER=DOCKER)], {}
    if Path(NEWER_DOCKER).exists():
        found.append(python("newer-cli", "cli", DOCKER=NEWER_DOCKER))
    else:
        reasons["newer-cli"] = f"there is no {NEWER_DOCKER}"
    for name, install in INSTALLED.items():
        given = install(directory)
        if isinstance(given, Client):
            found.append(given)
        else:
            reasons[name] = given
    return found, reasons


def _dockerode(directory: Path) -> Client | str:
    """dockerode, from npm; or why not."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        return "there is no node here"
    place = directory / "dockerode"
    place.mkdir()
    shutil.copy(HERE / "dockerode.js", place)
    # Without scripts, which compile what only its way over SSH would be faster with.
    said = _install(place, "npm", "install", "--no-audit", "--no-fund", "--silent", "--ignore-scripts", "dockerode@4")
    if said is not None:
        return f"npm could not install it: {said}"
    return Client("dockerode", ("node", str(place / "dockerode.js")), {})


def _go(directory: Path) -> Client | str:
    """docker's client for Go, built here; or why not."""
    go = shutil.which("go") or "/usr/local/go/bin/go"
    if not Path(go).exists():
        return "there is no go here"
    place = directory / "go"
    shutil.copytree(HERE / "go", place)
    (place / "main.go.txt").rename(place / "main.go")
    (place / "go.mod.txt").rename(place / "go.mod")
    for words in (["mod", "tidy"], ["build", "-o", "program", "."]):
        said = _install(place, go, *words)
        if said is not None:
            return f"go {words[0]} failed: {said}"
    return Client("go", (str(place / "program"),), {})


def _install(place: Path, *words: str) -> str | None:
    """Run a program that fetches what a client needs; what went wrong, if anything did."""
    try:
        done = subprocess.run(words, cwd=place, capture_output=True, text=True, timeout=DEAD, check=False)
    except subprocess.TimeoutExpired:
        return f"it took more than {DEAD:g} s"
    return done.stderr.strip()[-200:] or "no reason given" if done.returncode else None


INSTALLED: dict[str, Callable[[Path], Client | str]] = {"dockerode": _dockerode, "go": _go}
