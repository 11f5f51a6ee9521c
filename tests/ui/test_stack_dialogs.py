"""Stacks deployed and removed by keys: what is compared, what docker says, partial failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stub_engine import StubEngine
from tests.ui.driving import Program, open_on
from tests.ui.test_layout import SMALL
from tests.ui.test_shared_dialogs import named, type_the_name

pytestmark = pytest.mark.usefixtures("shop")
"""The program is on the stub, with the stack shop."""


async def test_a_stack_is_removed_after_its_name_was_typed(shop: StubEngine, crash_log: Path) -> None:
    async with open_on(shop.url, crash_log, size=SMALL) as program:
        await program.on_row("4", "shop")
        await program.see(r"▌shop +2/2 +2/2 +1 +1 +1")  # what else it is made of comes in lists of their own
        await program.press("delete")
        await program.see(r"\$ docker stack rm shop")
        await program.read("2 services removed, with all tasks: shop_api and shop_web.")
        await program.press("enter")
        assert not shop.asked("DELETE"), "the button is off"
        await program.press("escape")
        await program.see_no("Cancel")
        await program.press("delete")
        await program.see("type shop")
        await type_the_name(program, "shop", "Remove shop")
        await program.see("✔ Remove the stack shop: 5 objects removed")
        assert named(shop, "secrets") == {}
        assert {each["Spec"]["Name"] for each in shop.services.values()} == {"web", "api", "agent"}
        await program.see("No stacks")


async def test_a_stack_that_goes_half_way_says_so(shop: StubEngine, program: Program) -> None:
    shop.refuse("DELETE /configs", 500, "disk full")
    await program.on_row("4", "shop")
    await program.see(r"▌shop +2/2 +2/2 +1 +1 +1")
    await program.press("delete")
    await program.see("type shop")
    await type_the_name(program, "shop", "Remove shop")
    await program.read("✖ Remove the stack shop: Done: Remove the service shop_api; Remove the service shop_web;")
    await program.press("4")
    await program.see(r"shop +0/0 .*no services left")


async def test_a_stack_is_compared_and_deployed(
    shop: StubEngine, crash_log: Path, compose_file: Path, tmp_path: Path
) -> None:
    async with open_on(shop.url, crash_log, size=SMALL) as program:
        await program.on_row("4", "shop")
        await program.press("u")
        await program.see("Deploy a stack from a compose file")
        assert program.shows("Stack +shop")
        await program.type(str(compose_file))
        await program.read("Press enter to compare the file")
        await program.press("enter")
        await program.read("~ web is changed: image nginx:1.27 → web:2")
        await program.see("▸ Cancel ◂")
        for _ in range(2):
            await program.press("shift+tab")
        await program.press("space")
        await program.see(r"\[x\] prune")
        await program.read("Not in the file, and removed (prune): api.")
        await program.press("enter")
        await program.see("▸ Cancel ◂")
        await program.press("tab")
        await program.see("▸ Deploy stack ◂")
        await program.press("enter")
        await program.see("▸ Close ◂")
        await program.read("Updating service shop_web")
        deployed = (tmp_path / "deployed").read_text()
        assert deployed == f"--host {shop.url} stack deploy --compose-file {compose_file} --prune shop\n"
        await program.press("enter")
        await program.see_no("Updating service")
        await program.press("u")
        await program.see("Deploy a stack from a compose file")
        await program.until(lambda: str(compose_file)[-12:] in program.text, "the file that it was deployed from")


def without_a_node(compose_file: Path) -> Path:
    """Give the new service of the file a constraint that no node meets."""
    nowhere = "deploy: {replicas: 2, placement: {constraints: [node.labels.disk==nvme]}}"
    compose_file.write_text(f"services:\n  web: {{image: 'web:2'}}\n  new: {{image: 'new:1', {nowhere}}}\n")
    return compose_file


async def test_a_deploy_says_which_tasks_will_wait_and_which_are_replaced(program: Program, compose_file: Path) -> None:
    await program.on_row("4", "shop")
    await program.press("u")
    await program.see("Deploy a stack from a compose file")
    await program.type(str(without_a_node(compose_file)))
    await program.press("enter")
    await program.read("No node can take a task of shop_new now")
    await program.read("It requires node.labels.disk==nvme. 2 tasks will wait.")
    await program.read("web: ")
    await program.read("replaced, stop-first")


async def test_enter_alone_never_deploys(program: Program, compose_file: Path, tmp_path: Path) -> None:
    await program.on_row("4", "shop")
    await program.press("u")
    await program.see("Deploy a stack from a compose file")
    await program.type(str(compose_file))
    await program.press("enter")
    await program.see("▸ Cancel ◂")
    await program.press("enter")
    await program.see_no("Deploy a stack from a compose file")
    assert not (tmp_path / "deployed").exists()


async def test_a_new_stack_is_called_as_its_directory(program: Program, compose_file: Path) -> None:
    await program.press("4", "n")
    await program.see("Deploy a stack from a compose file")
    await program.type(str(compose_file))
    await program.see("Stack +front")
    await program.press("tab", "ctrl+u", "enter")
    await program.read("The stack needs a name.")
    await program.type("other")
    await program.press("shift+tab", "end", "x", "backspace")
    await program.see("Stack +other")
    await program.press("enter")
    await program.read("+ new is added: new:1, 1 replica")


async def test_what_docker_says_when_it_fails_is_shown(
    program: Program, compose_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEPLOY_STATUS", "3")
    await program.on_row("4", "shop")
    await program.press("u")
    await program.see("Deploy a stack")
    await program.type(str(compose_file))
    await program.press("enter")
    await program.see("▸ Cancel ◂")
    await program.press("tab")
    await program.see("▸ Deploy stack ◂")
    await program.press("enter")
    await program.see("✖ Deploy the stack shop")
    await program.press("escape")
    await program.read("shop: no such image docker exited with status 3. What it did before that stays done.")


async def test_without_docker_it_is_said_and_cannot_be_done(
    program: Program, compose_file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    await program.on_row("4", "shop")
    await program.press("u")
    await program.type(str(compose_file))
    await program.press("enter")
    await program.read("There is no docker program on this machine, and only docker can read a compose file. Install")
    await program.press("enter")
    assert not (tmp_path / "deployed").exists()


async def test_a_file_that_is_none(program: Program, tmp_path: Path) -> None:
    await program.press("4", "n")
    await program.see("Deploy a stack")
    await program.read("Name a compose file.")
    await program.type(f"{tmp_path}/none.yml")
    await program.press("enter")
    await program.read("There is no file")
