"""What another node's engine knows and does, over real SSH: health output, out of memory, disk, one restart, files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import pytest

from tests.lab.cluster import Lab
from tests.lab.driving import confirm, container_of, leave, on_row, on_service, running_tasks
from tests.lab.person import Person
from tests.patience import until
from tests.terminal import Terminal

FAR = "n4"
THERE = [f"node.hostname == {FAR}"]


@pytest.fixture
def person(lab: Lab) -> Iterator[Person]:
    person = Person(lab)
    yield person
    person.close()


def tasks_of(terminal: Terminal, name: str) -> None:
    """The tasks of a service, with the cursor on its first."""
    on_row(terminal, "2", name)
    terminal.press("enter")
    terminal.wait_for(rf"▌ ?{name}\.1")


def test_why_a_task_is_unhealthy_or_was_killed_and_what_lies_on_its_node(swarm: Lab, person: Person) -> None:
    check = ["--health-cmd", "echo checked; ls /nope", "--health-interval", "1s", "--health-retries", "1000"]
    swarm.service("sick", replicas=1, constraints=THERE, options=check, wait=False)
    hog = ["--limit-memory", "16m", "--restart-condition", "none"]
    swarm.service("hog", replicas=1, constraints=THERE, options=hog, args=["tail", "/dev/zero"], wait=False)
    far = swarm.node(FAR)
    far.docker("volume", "create", "lying-about")
    far.docker("run", "--detach", "--name", "stray", swarm.image("web"), "sleep", "1000")
    states = "{{.State.OOMKilled}} {{.State.Status}} {{len .State.Health.Log}}"
    sick = container_of(far, "sick.1")
    until(lambda: far.docker("inspect", "--format", states, sick).split()[2] != "0", "the first result of its check")
    hogs = until(
        lambda: far.docker("ps", "--all", "--quiet", "--filter", "name=hog.1", "--filter", "status=exited"), "hog's end"
    ).split()
    oom = far.docker("inspect", "--format", "{{.State.OOMKilled}}", hogs[0]).strip() == "true"
    try:
        with person.on(f"ssh://root@{swarm.node('n1').address}", rows=90) as terminal:
            tasks_of(terminal, "sick")
            terminal.press("i")
            terminal.wait_for(rf"Health check on {FAR}")
            terminal.wait_for(r"command +echo checked; ls /nope")
            terminal.wait_for(r"exit 1 \(error\) after")
            terminal.wait_for(r"ls: /nope: No such file or directory")
            leave(terminal, "in words")
            tasks_of(terminal, "hog")
            terminal.press("i")
            terminal.wait_for(r"exit code +137")
            if oom:  # not every kernel tells
                terminal.wait_for("killed: out of memory, limit 16 MiB")
            leave(terminal, "in words")
            on_row(terminal, "1", FAR)
            terminal.press("i")
            terminal.wait_for(rf"Disk use on {FAR}")  # the last that comes
            terminal.press("G")
            terminal.wait_for(r"stray +Up .*web:1\.0")
            terminal.wait_for(r"lying-about +0 B +used by no container")
            images = len(set(far.docker("image", "ls", "--quiet").split()))
            terminal.wait_for(rf"images +[\d.]+ MiB in {images} image")
            terminal.wait_for(rf"root directory +{re.escape(far.get('/info')['DockerRootDir'])}")
            leave(terminal, "in words")
            unused = len(far.docker("volume", "ls", "--quiet", "--filter", "dangling=true").split())
            terminal.press("D")
            terminal.wait_for(r"Remove \d+ dangling|There are no dangling images")
            terminal.press("down", "down")
            terminal.wait_for(r"• lying-about, 0 B")
            terminal.press("enter")
            terminal.type(f"{FAR}\r")
            terminal.wait_for(rf"▸ Prune {FAR} ◂")
            terminal.press("enter")
            terminal.wait_for(rf"{unused} unused volumes? removed from n4: 0 B reclaimed")
            assert "lying-about" not in far.docker("volume", "ls", "--quiet")
            terminal.press("enter")
            terminal.wait_for(r"unused volumes? removed", absent=True)
    finally:
        far.docker("rm", "--force", "stray")


def test_one_task_is_restarted_and_a_file_comes_and_goes(swarm: Lab, person: Person) -> None:
    swarm.service("web", replicas=2, constraints=THERE, options=["--restart-delay", "0s"])
    far, content = swarm.node(FAR), bytes(range(256)) * 5000 + b"odd"
    (person.home / "mine").write_bytes(content)
    before = set(running_tasks(swarm, "web", 2))
    with person.on(f"ssh://root@{swarm.node('n1').address}") as terminal:
        on_service(terminal, "web", 2)
        tasks_of(terminal, "web")
        terminal.press("delete")
        terminal.wait_for(r"1 other replica of web keeps running")
        confirm(terminal, "Restart web.1")
        terminal.wait_until_told(rf"✔ Restart web\.1 on {FAR}: web\.1 runs again on {FAR}")
        assert len(before & set(running_tasks(swarm, "web", 2))) == 1, "the other one runs on"
        container = container_of(far, "web.1")
        terminal.press("f")
        terminal.wait_for(rf"Copy a file: web\.1 on {FAR}")
        terminal.press("down", "enter")
        terminal.type("/tmp/theirs\t" + str(person.home / "mine") + "\r")
        terminal.wait_until_told(r"✔ Copy .*/mine to /tmp/theirs")
        digest = hashlib.sha256(content).hexdigest()
        assert far.docker("exec", container, "sha256sum", "/tmp/theirs").split()[0] == digest
        terminal.press("f")
        terminal.wait_for(rf"Copy a file: web\.1 on {FAR}")
        terminal.press("enter")
        terminal.type("/tmp/theirs\t" + str(person.home / "back") + "\r")
        until(lambda: (person.home / "back").exists(), "the file")
        terminal.wait_for("Copy a file", absent=True)
        assert (person.home / "back").read_bytes() == content
