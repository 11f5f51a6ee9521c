# ruff: noqa: F811 (the fixtures are imported)
"""The self-contained build in roots of other systems, which have no Python: the demo, and the lab's swarm over SSH.

make dist
debootstrap --variant=minbase bullseye /srv/bullseye
SWARMTUI_ROOTS=/srv/bullseye .venv/bin/python -m pytest tests/lab/test_self_contained.py
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.cluster import Lab, Node
from tests.lab.cluster.ssh_fixtures import node, setup  # noqa: F401
from tests.lab.cluster.ssh_variants import SshSetup
from tests.lab.person import Person

DIST = Path(__file__).parents[2] / "dist"
ROOTS = [Path(each) for each in os.environ.get("SWARMTUI_ROOTS", "").split(":") if each]

pytestmark = pytest.mark.skipif(not ROOTS, reason="SWARMTUI_ROOTS names no roots of other systems")


@pytest.fixture(params=ROOTS, ids=str)
def program(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """The words that run the build in a root."""
    root: Path = request.param
    (archive,) = DIST.glob("swarmtui-*-linux-*.tar.xz")
    place = root / "opt" / "try"
    with tarfile.open(archive) as packed:
        packed.extractall(place, filter="tar")
    (directory,) = place.iterdir()
    mounts = [("-t", "proc", "proc", "proc"), ("--bind", "/dev", "dev"), ("--bind", "/dev/pts", "dev/pts")]
    for *words, at in mounts:
        subprocess.run(["mount", *words, root / at], check=True)
    try:
        yield ["chroot", str(root), f"/{directory.relative_to(root)}/swarmtui"]
    finally:
        for *_, at in reversed(mounts):
            subprocess.run(["umount", "--lazy", root / at], check=True)
        shutil.rmtree(place)


@pytest.fixture
def person(lab: Lab) -> Iterator[Person]:
    person = Person(lab)
    yield person
    person.close()


def test_it_opens_the_demo(person: Person, program: list[str]) -> None:
    root = Path(program[1])
    assert not [*root.glob("usr/bin/python3*")], "the root has a Python of its own"
    with person.program("demo", command=program, environment={"HOME": "/root", "XDG_RUNTIME_DIR": "/tmp"}) as terminal:
        terminal.wait_for(r"● live")
        terminal.press("q")
        terminal.wait_until_ended()
        assert terminal.exit_status == 0


def test_it_opens_a_swarm_over_ssh(person: Person, program: list[str], node: Node, setup: SshSetup, lab: Lab) -> None:
    setup.user(node, "ops", docker=True)
    root = Path(program[1])
    home = root / person.home.relative_to("/")
    key = root / lab.ssh_key.relative_to("/")
    shutil.copytree(person.home, home)
    key.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(lab.ssh_key, key)
    try:
        with person.program(f"-Hssh://ops@{setup.sshd(node).url}", command=program) as terminal:
            terminal.wait_for(r"● live")
            terminal.wait_for(r"nodes 5/5")
            terminal.press("q")
            terminal.wait_until_ended()
            assert terminal.exit_status == 0
    finally:
        shutil.rmtree(home)
        key.unlink()
