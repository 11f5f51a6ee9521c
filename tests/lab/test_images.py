# ruff: noqa: F811 (the fixtures are imported)
"""Images and registries on real engines: pinned as docker pins them, a tag that moved, a registry with a password,
and which tags it has."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

from tests.lab.cluster import Lab, Node
from tests.lab.cluster.images import MANIFEST
from tests.lab.cluster.registry import PASSWORD, USER
from tests.lab.cluster.ssh_fixtures import node, setup  # noqa: F401
from tests.lab.cluster.ssh_variants import SshSetup
from tests.lab.driving import leave, on_row, open_on, press_button, running_tasks, service_of
from tests.lab.person import Person
from tests.lab.test_shell import person  # noqa: F401
from tests.terminal import Terminal

QUICK = ["--update-monitor", "1s", "--update-parallelism", "0", "--stop-grace-period", "1s"]


def spec_of(lab: Lab, name: str) -> dict[str, Any]:
    return {**service_of(lab, name)["Spec"], "Name": ""}


def image_of(lab: Lab, name: str) -> str:
    image: str = service_of(lab, name)["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"]
    return image


def wrapped(words: str) -> str:
    """A pattern for words in a dialog as wide as the terminal, wherever its lines end."""
    return r"[\s│]+".join(map(re.escape, words.split()))


def press_update(program: Terminal, button: str, done: str) -> None:
    press_button(program, button, "enter")
    program.wait_until_told(f"✔ {done}")


def test_a_tag_that_moved_is_told_and_pinned_as_docker_pins_it(swarm: Lab, tmp_path: Path) -> None:
    swarm.registry.move_tag("web", "moving", "1.0", MANIFEST)
    for name in ("web", "twin"):
        swarm.service(name, "web:moving", replicas=1, options=QUICK)
    assert spec_of(swarm, "web") == spec_of(swarm, "twin")
    before = image_of(swarm, "web")
    with open_on(swarm.node("n1").url, tmp_path) as program:
        on_row(program, "2", "web")
        program.press("u")
        program.wait_for("Its tag still stands for the digest")
        leave(program, "Its tag still stands")
        swarm.registry.move_tag("web", "moving", "1.1", MANIFEST)
        program.press("u")
        program.wait_for(r"Update web to the newer \S+web:moving")
        press_update(program, "Update web", "Update web to the newer")
        swarm.manager().docker("service", "update", "--detach", "--image", swarm.image("web:moving"), "twin")
        assert image_of(swarm, "web") == image_of(swarm, "twin") != before
        assert spec_of(swarm, "web") == spec_of(swarm, "twin")

        program.press("u")
        program.wait_for("already has this image")
        program.type("x")
        program.wait_for(r"has no image \S+web:movingx")
        program.press("escape")


def test_a_private_image_runs_once_the_login_of_this_machine_was_sent(swarm: Lab, tmp_path: Path) -> None:
    registry = swarm.registry.private
    config = tmp_path / "docker"
    config.mkdir()
    login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    (config / "config.json").write_text(json.dumps({"auths": {registry: {"auth": login}}}))
    image = f"{registry}/web:1.2"
    swarm.manager().docker("service", "create", "--detach", "--quiet", "--name", "web", *QUICK, image)
    assert image_of(swarm, "web") == image
    with open_on(swarm.node("n1").url, tmp_path, docker_config=config) as program:
        on_row(program, "2", "web")
        program.wait_for("No such image|image not pulled")
        assert running_tasks(swarm, "web") == {}
        program.press("u")
        program.wait_for("denies the image: ")
        program.wait_for("Send this machine")
        program.press("tab", "tab", "space")
        program.wait_for(r"Pin web to what \S+web:1\.2 is now")
        program.wait_for("--with-registry-auth")
        press_update(program, "Update web", "Pin web to what")
        assert "@sha256:" in image_of(swarm, "web")
        running_tasks(swarm, "web", 1)
        program.press("9")
        program.wait_for(r"◆ you +service +web\b")
        assert PASSWORD not in program.text
    [audit] = tmp_path.rglob("audit.jsonl")
    assert PASSWORD not in audit.read_text()
    assert login not in audit.read_text()


def test_newer_tags_of_a_private_repository_are_asked_for_from_the_manager_s_side(
    swarm: Lab, person: Person, node: Node, setup: SshSetup
) -> None:
    registry = swarm.registry.private
    swarm.manager().docker("service", "create", "--detach", "--quiet", "--name", "web", *QUICK, f"{registry}/web:1.0")
    with person.on(f"ssh://root@{node.address}", columns=80, rows=24) as terminal:
        on_row(terminal, "2", "web")
        terminal.press("u")
        terminal.wait_for(r"Image \S+/web:1\.0")
        terminal.press("ctrl+o")
        terminal.wait_for(wrapped(f"{registry} refuses to list the tags of web: authentication required"))
        terminal.wait_for(wrapped(f"docker login {registry}"))
        (person.home / ".docker").mkdir()
        login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        (person.home / ".docker" / "config.json").write_text(json.dumps({"auths": {registry: {"auth": login}}}))
        terminal.press("ctrl+r")
        terminal.wait_for(r"1\.2 +newer")
        terminal.wait_for(r"1\.0 +the present one")
        terminal.wait_for(wrapped("asked with this machine's login"))
        assert not re.search(wrapped("Asked from this machine"), terminal.text)
        terminal.press("enter")
        terminal.wait_for(r"Image \S+/web:1\.2")
        terminal.press("escape")
        terminal.wait_for(r"Image \S+/web:1\.2", absent=True)
    sshd = setup.sshd(node, AllowTcpForwarding="no")
    with person.on(f"ssh://root@{sshd.url}", columns=80, rows=24) as terminal:
        on_row(terminal, "2", "web")
        terminal.press("B")
        terminal.wait_for("t asks for newer tags")
        terminal.press("t")
        terminal.wait_for(r"\[ \] web +\S+/web:1\.0 +newer: 1\.2, 1\.1")
        terminal.press("t")
        terminal.wait_for(wrapped("Asked from this machine, since"))
        terminal.wait_for(wrapped("forbids root to forward ports"))
        terminal.press("down", "enter")
        terminal.wait_for(r"\[x\] web .*→ 1\.1")
        terminal.press("escape")
        terminal.wait_for(r"→ 1\.1", absent=True)
    assert image_of(swarm, "web") == f"{registry}/web:1.0"
