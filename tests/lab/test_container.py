"""The container image, built by its definition and run on a manager with the engine's socket mounted.

make dist
.venv/bin/python -m pytest tests/lab/test_container.py
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.cluster import Lab, Node
from tests.lab.cluster.node import DOCKER
from tests.lab.driving import confirm
from tests.terminal import Terminal

ROOT = Path(__file__).parents[2]
DIST = ROOT / "dist"
SOCKET = "/run/docker.sock:/var/run/docker.sock"

pytestmark = pytest.mark.skipif(not [*DIST.glob("swarmtui-*-linux-*.tar.xz")], reason="make dist has built nothing yet")


@pytest.fixture(scope="module")
def node(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A manager with the image; of all that is pulled there, the lab's busybox takes the place."""
    lab.reset()
    node = lab.node("n1")
    docker = tmp_path_factory.mktemp("docker")
    (docker / "usr/local/bin").mkdir(parents=True)
    shutil.copy(shutil.which("busybox") or "", docker / "usr/local/bin/docker")
    archive = shutil.make_archive(str(docker / "docker"), "tar", docker, "usr")
    node.docker("import", archive, "docker:cli")
    base = f"BASE={lab.registry.address}/web:1.0"
    definition = str(ROOT / "packaging" / "Containerfile")
    for options in (["--tag", "swarmtui:plain", "--target", "plain"], ["--tag", "swarmtui"]):
        node.docker("build", "--build-arg", base, *options, "--file", definition, str(DIST))
    yield node
    node.docker("image", "rm", "--force", "swarmtui", "swarmtui:plain", "docker:cli")


def test_it_shows_and_changes_the_swarm_of_the_manager_it_runs_on(node: Node, lab: Lab) -> None:
    web = lab.service("web", replicas=1)
    words = [DOCKER, "-H", node.url, "run", "--rm", "-it", "-e", "TERM", "-v", SOCKET, "--name", "swarmtui"]
    with Terminal([], command=[*words, "swarmtui:plain"], columns=80, rows=24) as terminal:
        terminal.wait_for(r"● live")
        terminal.press("2")
        terminal.wait_for(r"web .* 1/1 ")
        terminal.press("+")
        confirm(terminal, "Scale web")
        terminal.wait_for(r"web .* 2/2 ")
        terminal.press("q")
        terminal.wait_until_ended()
        assert terminal.exit_status == 0, terminal.text
    assert node.get(f"/services/{web}")["Spec"]["Mode"]["Replicated"]["Replicas"] == 2
    assert "swarmtui" not in node.docker("ps", "--all", "--format", "{{.Names}}").split()


def test_it_needs_no_terminal_to_tell_and_brings_docker_and_an_editor(node: Node) -> None:
    assert "swarmtui" in node.docker("run", "--rm", "swarmtui", "--version")
    checked = node.docker("run", "--rm", "-v", SOCKET, "swarmtui", "check", "--severity", "critical")
    assert "unix:///var/run/docker.sock" in checked
    node.docker("run", "--rm", "--entrypoint", "/bin/sh", "swarmtui", "-c", "test -x /usr/local/bin/docker && which vi")
