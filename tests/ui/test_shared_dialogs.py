"""Secrets, configs, networks and stacks made, rotated and removed by keys; bad input; partial failure."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.stub_engine import StubEngine
from tests.ui.driving import Program, open_on
from tests.ui.test_layout import SMALL

pytestmark = pytest.mark.usefixtures("shop")
"""The program is on the stub, with the stack shop."""

TEXT = "hunter2-is-long"


def named(engine: StubEngine, kind: str) -> dict[str, str]:
    """What there is of a kind: name → data, decoded."""
    things = getattr(engine, kind).values()
    return {
        each.get("Name") or each["Spec"]["Name"]: base64.b64decode(each.get("Spec", {}).get("Data", "")).decode()
        for each in things
    }


async def fill(program: Program, *lines: str) -> None:
    """Type into one field after another; "" leaves one as it is."""
    for line in lines:
        await program.type(line)
        await program.press("tab")


async def type_the_name(program: Program, name: str, button: str) -> None:
    """Confirm by typing a name, as is asked for."""
    await program.type(name)
    await program.confirm(button)


# ------------------------------------------------------------------------------------------------ making


@pytest.mark.parametrize("size", [(120, 36), SMALL])
async def test_a_typed_secret_is_made_and_never_shown(shop: StubEngine, crash_log: Path, size: tuple[int, int]) -> None:
    async with open_on(shop.url, crash_log, size=size) as program:
        await program.press("5", "n")
        await program.see("Create a secret")
        await fill(program, "db_key", "team=ops", "")
        await program.type(TEXT)
        await program.see(r"\$ docker secret create --label team=ops db_key -")
        assert "•" * len(TEXT) in program.text
        assert TEXT not in program.text
        assert TEXT not in program.app.export_screenshot()
        await program.confirm("Create secret")
        await program.see("✔ Create the secret db_key: db_key was created")
        assert named(shop, "secrets")["db_key"] == TEXT
        assert TEXT not in program.text
        await program.see(r"db_key .* team=ops")


async def test_a_config_from_a_file_whose_path_is_completed(shop: StubEngine, program: Program, tmp_path: Path) -> None:
    (tmp_path / "site-configuration.conf").write_text("listen 80\n")
    await program.press("6", "n")
    await program.see("Create a config")
    await fill(program, "site", "")
    await program.type(f"{tmp_path}/site-")
    await program.until(lambda: program.app.screen.query_one("#file", Input)._suggestion)
    await program.press("right")
    await program.see(r"site-configuration\.conf")
    await program.confirm("Create config")
    await program.see("✔ Create the config site")
    assert named(shop, "configs")["site"] == "listen 80\n"


async def test_a_config_of_several_lines_is_typed(shop: StubEngine, program: Program) -> None:
    await program.press("6", "n")
    await program.see("Create a config")
    await fill(program, "site", "", "")
    await program.type("a: 1")
    await program.press("enter")
    await program.type("b: 2")
    await program.press("tab")
    await program.see("▸ Cancel ◂")
    await program.press("tab")
    await program.see("▸ Create config ◂")
    await program.press("enter")
    await program.see("✔ Create the config site")
    assert named(shop, "configs")["site"] == "a: 1\nb: 2"


async def test_what_is_wrong_in_the_form_is_said_and_nothing_is_sent(
    shop: StubEngine, program: Program, tmp_path: Path
) -> None:
    (tmp_path / "large").write_bytes(b"x" * 512_000)
    (tmp_path / "empty").touch()
    await program.press("5", "n")
    await program.read("The secret needs a name.")
    await program.type("shop_key")
    await program.read("Name a file, or type the content of the secret.")
    await program.press("tab", "tab")
    for path, words in (
        (tmp_path / "none", "There is no file"),
        (tmp_path, "is not a plain file"),
        (tmp_path / "empty", "A secret cannot be empty."),
        (tmp_path / "large", "A secret must be smaller than 500 KiB (512000 bytes); this is 512000 bytes."),
    ):
        await program.press("ctrl+u")
        await program.type(str(path))
        await program.read(words)
    await program.press("tab", "x")
    await program.read("Both a file and a text are given. Give one of the two.")
    await program.press("shift+tab", "ctrl+u")
    await program.read("A secret named shop_key already exists.")
    await program.press("shift+tab", "shift+tab", "end")
    await program.type("!")
    await program.read("it begins and ends with a letter or digit")
    await program.press("backspace", "2", "tab")
    await program.type("a='b")
    await program.read("A quote in the labels is not closed.")
    await program.press("enter", "escape")
    await program.see_no("Cancel")
    assert not shop.asked("POST")


async def test_a_name_that_was_taken_meanwhile_is_refused_in_words(shop: StubEngine, program: Program) -> None:
    shop.refuse("POST /secrets", 409, "rpc error: code = AlreadyExists desc = secret db already exists")
    await program.press("5", "n")
    await program.see("Create a secret")
    await fill(program, "db", "", "")
    await program.type("x")
    await program.confirm("Create secret")
    await program.see("✖ Create the secret db: .*already exists")


async def test_a_network_is_made(shop: StubEngine, program: Program) -> None:
    await program.press("7", "n")
    await program.see("Create a network")
    await fill(program, "back", "10.20.0.0")
    await program.read("the prefix length is missing")
    await program.press("shift+tab", "end")
    await program.type("/24")
    await program.read("room for 253 addresses")
    await program.press("tab", "tab", "tab", "space")
    await program.see(r"\[x\] attachable")
    await program.press("tab", "tab", "space")
    await program.read("--subnet 10.20.0.0/24 --attachable --opt encrypted back")
    await program.confirm("Create network")
    await program.see("▸|✔ Create the network back")
    await program.until(lambda: "back" in named(shop, "networks"))
    (network,) = (each for each in shop.networks.values() if each["Name"] == "back")
    assert network["Attachable"] is True
    assert network["Internal"] is False
    assert network["Options"] == {"encrypted": ""}


# ------------------------------------------------------------------------------------------------ rotation


@pytest.mark.parametrize("size", [(120, 36), SMALL])
async def test_a_secret_is_rotated_into_its_services(shop: StubEngine, crash_log: Path, size: tuple[int, int]) -> None:
    async with open_on(shop.url, crash_log, size=size) as program:
        await program.on_row("5", "shop_key")
        await program.press("r")
        await program.see("Rotate the secret shop_key")
        assert program.shows("New name +shop_key-v2")
        await program.press("tab")
        await program.type(TEXT)
        await program.read("shop_web restarts its task, once")
        assert TEXT not in program.text
        await program.press("tab", "down")
        await program.see(r"\(●\) remove shop_key at the end")
        await program.confirm("Rotate shop_key")
        await program.see("✔ Rotate the secret shop_key to shop_key-v2")
        assert named(shop, "secrets") == {"shop_key-v2": TEXT}
        (reference,) = shop.service("shop_web")["Spec"]["TaskTemplate"]["ContainerSpec"]["Secrets"]
        assert reference["SecretName"] == "shop_key-v2"
        assert reference["File"]["Name"] == "shop_key.txt"
        await program.see(r"shop_key-v2 .*shop_web")


async def test_a_rotation_that_stops_half_way_tells_what_was_done(shop: StubEngine, program: Program) -> None:
    shop.refuse("POST /services", 500, "no quorum just now")
    await program.on_row("6", "shop_conf")
    await program.press("r", "tab")
    await program.type("x")
    await program.read("shop_web restarts")
    await program.press("tab", "enter")
    await program.see("▸ Rotate shop_conf ◂")
    await program.press("enter")
    await program.read("✖ Rotate the config shop_conf to shop_conf-v2: Done: Create the config shop_conf-v2. Then: Let")
    await program.read("shop_web use shop_conf-v2: no quorum just now")
    assert set(named(shop, "configs")) == {"shop_conf", "shop_conf-v2"}


# ------------------------------------------------------------------------------------------------ removing


@pytest.mark.parametrize(
    ("pane", "name", "words"),
    [
        ("5", "shop_key", "The secret shop_key is used by 1 service: shop_web."),
        ("6", "shop_conf", "The config shop_conf is used by 1 service: shop_web."),
        ("7", "shop_front", "The network shop_front is used by 2 services: shop_api and shop_web."),
    ],
)
async def test_what_is_used_is_not_even_asked_about(
    shop: StubEngine, program: Program, pane: str, name: str, words: str
) -> None:
    await program.on_row(pane, name)
    await program.press("delete")
    await program.read(words)
    assert len(program.app.screen_stack) == 1


@pytest.mark.parametrize(("pane", "kind"), [("5", "secrets"), ("6", "configs"), ("7", "networks")])
async def test_what_is_not_used_is_removed(shop: StubEngine, program: Program, pane: str, kind: str) -> None:
    shop.add_shared(kind, "spare")
    await program.press(pane)
    await program.see("spare")
    await program.on_row(pane, "spare")
    await program.press("ctrl+x")
    word = kind.removesuffix("s")
    await program.see(rf"\$ docker {word} rm spare")
    await program.press("tab", "enter")
    await program.see(f"✔ Remove the {word} spare")
    assert "spare" not in named(shop, kind)


@pytest.mark.parametrize("size", [(120, 36), SMALL])
async def test_a_stack_is_removed_after_its_name_was_typed(
    shop: StubEngine, crash_log: Path, size: tuple[int, int]
) -> None:
    async with open_on(shop.url, crash_log, size=size) as program:
        await program.on_row("4", "shop")
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
    await program.press("delete")
    await program.see("type shop")
    await type_the_name(program, "shop", "Remove shop")
    await program.read("✖ Remove the stack shop: Done: Remove the service shop_api; Remove the service shop_web;")
    await program.press("4")
    await program.see(r"shop +0/0 .*no services left")


# ------------------------------------------------------------------------------------------------ deploying


@pytest.fixture
def compose_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A compose file, and a docker program that renders it and says that it deploys it."""
    directory = tmp_path / "bin"
    directory.mkdir()
    file = tmp_path / "front" / "compose.yml"
    file.parent.mkdir()
    file.write_text("services:\n  web: {image: 'web:2'}\n  new: {image: 'new:1'}\n")
    program = directory / "docker"
    program.write_text(
        f'#!/bin/sh\ncase "$*" in\n*" stack config "*) cat {file};;\n'
        f'*) echo "$*" >> {tmp_path}/deployed; echo "Updating service shop_web"\n'
        f'[ -z "$DEPLOY_STATUS" ] && exit 0\n'
        f'echo "Since --detach=false was not specified, tasks will be" >&2; echo "no such image" >&2\n'
        f"exit $DEPLOY_STATUS;;\nesac\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{directory}:/usr/bin:/bin")
    return file


@pytest.mark.parametrize("size", [(120, 36), SMALL])
async def test_a_stack_is_compared_and_deployed(
    shop: StubEngine, crash_log: Path, compose_file: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with open_on(shop.url, crash_log, size=size) as program:
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


# ------------------------------------------------------------------------------------------------ read-only


async def test_read_only_opens_them_and_does_nothing(shop: StubEngine, crash_log: Path, compose_file: Path) -> None:
    shop.add_shared("secrets", "spare")
    async with open_on(shop.url, crash_log, read_only=True) as program:
        for pane, row, keys in (
            ("4", "shop", ("n", "u", "delete")),
            ("5", "shop_key", ("n", "r")),
            ("5", "spare", ("delete",)),
            ("6", "shop_conf", ("n", "r")),
            ("7", "shop_front", ("n",)),
        ):
            for key in keys:
                await program.on_row(pane, row)
                await program.press(key)
                await program.read("Read-only: this program was started with --read-only.")
                await program.press("escape")
                await program.see_no("Cancel")
    assert not [request for request in shop.requests if request.method != "GET"]


@pytest.mark.parametrize(
    ("pane", "row", "heading"), [("7", "shop_front", "Create a network"), ("4", "shop", "Deploy a")]
)
async def test_escape_asks_before_it_throws_away_what_was_typed(
    program: Program, pane: str, row: str, heading: str
) -> None:
    await program.on_row(pane, row)
    await program.press("n")
    await program.see(heading)
    await program.type("back")
    await program.press("escape")
    await program.see("Discard changes")
    await program.press("escape")
    await program.see("back")
    await program.press("escape")
    await program.see("Discard changes")
    await program.press("tab", "enter")
    await program.until(lambda: len(program.app.screen_stack) == 1)
