"""A stack's compose file, rebuilt from what runs, in $EDITOR: what it changes, deploying it, saving it."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.stub_engine import StubEngine
from tests.ui.driving import Program, open_on, running
from tests.ui.scripted import ScriptedSession
from tests.ui.test_edit_spec import Typist, left_behind
from tests.ui.test_layout import SMALL
from tests.unit.swarm import builders
from tests.unit.swarm.shared_builders import network, with_shared


@pytest.fixture
def typist(tmp_path: Path) -> Typist:
    return Typist(tmp_path)


@pytest.fixture
def deployed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """A docker program that renders what it reads, and tells what it was to deploy: its words, and the file."""
    directory, kept = tmp_path / "bin", tmp_path / "deployed"
    directory.mkdir()
    program = directory / "docker"
    program.write_text(
        f'#!/bin/sh\ncase "$*" in *" stack config "*) exec cat;; esac\n'
        f'echo "$*" > {kept}; cat >> {kept}; echo "Updating service shop_web"\nexit ${{DEPLOY_STATUS:-0}}\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{directory}:/usr/bin:/bin")
    return kept.read_text


@asynccontextmanager
async def editing(
    shop: StubEngine, crash_log: Path, typist: Typist, size: tuple[int, int] = (120, 36)
) -> AsyncIterator[Program]:
    """The editor has been opened on the stack, and is left."""
    async with open_on(shop.url, crash_log, size=size, editor=typist.editor) as program:
        await program.on_row("4", "shop")
        await program.press("e")
        await program.see("▸ Cancel ◂|▸ e  Edit again ◂")
        yield program


@pytest.mark.parametrize("size", [(120, 36), SMALL])
async def test_what_was_edited_is_compared_and_then_deployed(
    shop: StubEngine, crash_log: Path, typist: Typist, deployed: Callable[[], str], size: tuple[int, int]
) -> None:
    container = shop.service("shop_web")["Spec"]["TaskTemplate"]["ContainerSpec"]
    container["Env"], container["DNSConfig"] = ["DB_PASSWORD=hunter2"], {"Options": ["ndots:2"]}
    typist.does("""sed -i '/^  web:/,$ s/replicas: 1/replicas: 4/; s/hunter2/hunter3/' "$1" """)
    async with editing(shop, crash_log, typist, size) as program:
        await program.until(lambda: not program.app.screen.query_one("#confirm").disabled, "the comparison")
        for sentence in (
            "web is changed: 1 replica → 4 replicas; environment DB_PASSWORD changed",
            "web: DNSConfig.Options has no place in a compose file: a deploy removes it.",
            "DB_PASSWORD: •••••••• (another value)",
        ):
            await scrolled_to(program, sentence)
        await program.confirm("Deploy stack")
        await program.see("▸ Close ◂")
        assert "hunter" not in program.text
    words, _, text = deployed().partition("\n")
    assert words.endswith("stack deploy --compose-file - --resolve-image changed shop")
    before, web, after = typist.seen.read_text().partition("\n  web:")
    assert "hunter2" in after, "the user has asked for it as it is"
    assert text == before + web + after.replace("hunter2", "hunter3").replace("replicas: 1", "replicas: 4")
    assert not left_behind(typist)


async def scrolled_to(program: Program, sentence: str) -> None:
    """Scroll down to a sentence; on the way nothing that is secret is seen."""
    for _ in range(80):
        assert "hunter" not in program.text
        if program.says(sentence):
            return
        await program.press("down")
    raise AssertionError(f"it does not say: {sentence}\n{program.text}")


@pytest.mark.usefixtures("deployed")
async def test_without_an_edit_it_is_only_saved_and_nothing_is_overwritten(
    shop: StubEngine, crash_log: Path, typist: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.yml").write_text("mine")
    async with editing(shop, crash_log, typist) as program:
        await program.read("You have not changed the file. Edit it with e, or save it with s.")
        await program.press("s")
        await program.see("Save the compose file of shop")
        await program.press("enter")
        await program.read("already exists. Overwrite it?")
        assert (tmp_path / "shop.yml").read_text() == "mine"
        await program.press("tab", "enter")
        await program.see_no("Save the compose file of shop")
        assert (tmp_path / "shop.yml").read_text() == typist.seen.read_text()
        await program.press("escape")
        await program.see_no("Edit the compose file")


async def test_the_networks_that_the_file_names_are_waited_for(crash_log: Path, typist: Typist) -> None:
    labels = {"com.docker.stack.namespace": "shop"}
    front = network("shop_front", stack="shop")
    early = builders.cluster([builders.node("n1", leader=True)], [builders.service("shop_web", 1, labels=labels)])
    template = {"ContainerSpec": {"Image": "nginx:1.27"}, "Networks": [{"Target": front.id}]}
    spec = {"Name": "shop_web", "Labels": labels, "TaskTemplate": template, "Mode": {"Replicated": {"Replicas": 1}}}
    session = ScriptedSession(early)
    async with running(session, crash_log, editor=typist.editor) as program:
        await program.on_row("4", "shop")
        await program.press("e")
        await program.until(lambda: session.inspected)
        session.inspected[-1][2].set_result({"ID": "service-shop_web", "Version": {"Index": 1}, "Spec": spec})
        await program.read("Reading what runs in the stack shop …")
        session.tell(with_shared(early, [front]))
        await program.read("You have not changed the file")
    assert "front" in typist.seen.read_text()


@pytest.mark.usefixtures("deployed")
async def test_a_change_by_another_is_told_and_what_failed_is_kept(
    shop: StubEngine, crash_log: Path, typist: Typist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEPLOY_STATUS", "3")
    typist.does("""sed -i 's/nginx:1.27/nginx:1.28/' "$1" """)
    async with editing(shop, crash_log, typist) as program:
        await program.read("web is changed: image nginx:1.27 → nginx:1.28")
        shop.set_replicas("shop_web", 5)
        await program.read("web is now at version")
        await program.read("web is changed: image nginx:1.27 → nginx:1.28; 5 replicas → 1 replica")
        await program.confirm("Deploy stack")
        await program.see("✖ Deploy the stack shop")
        await program.press("escape")
        await program.see_no("▸ Close ◂")
        typist.seen.unlink()
        await program.press("e")
        await program.read("The change was not made; your edits are still here.")
        await program.read("web is changed: image nginx:1.27 → nginx:1.28; 5 replicas → 1 replica")
        assert not typist.seen.exists(), "the editor is not opened unasked"
