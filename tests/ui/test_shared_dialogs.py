"""Secrets, configs and networks made, rotated and removed by keys; bad input; partial failure."""

from __future__ import annotations

import base64
from contextlib import nullcontext
from pathlib import Path

import pytest
from textual.widgets import Input

from swarmtui.ui.changes.editor import Editor
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


async def test_a_typed_secret_is_made_and_never_shown(shop: StubEngine, crash_log: Path) -> None:
    async with open_on(shop.url, crash_log, size=SMALL) as program:
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


async def test_a_secret_is_rotated_into_its_services(shop: StubEngine, crash_log: Path) -> None:
    async with open_on(shop.url, crash_log, size=SMALL) as program:
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


NGINX = "server {\n  listen 80;\n  password: old\n  root /srv;\n}\n"


def give_content(shop: StubEngine, name: str, text: str) -> None:
    for each in shop.configs.values():
        if each["Spec"]["Name"] == name:
            each["Spec"]["Data"] = base64.b64encode(text.encode()).decode()


async def test_a_config_is_rotated_from_what_it_holds(shop: StubEngine, crash_log: Path) -> None:
    give_content(shop, "shop_conf", NGINX)
    editor = Editor(nullcontext, {"VISUAL": "sed -i -e s/80/8080/ -e s/old/new/"})
    async with open_on(shop.url, crash_log, size=SMALL, editor=editor) as program:
        await program.on_row("6", "shop_conf")
        await program.press("r")
        await program.see("Rotate the config shop_conf")
        await program.read("Change the content: it is what shop_conf holds.")
        await program.press("f4")
        await program.see("listen 8080")
        while not program.holds("▸ Cancel ◂"):
            await program.press("tab")
        await program.press("pagedown")
        for line in ("- listen 80;", "+ listen 8080;", "- password: •", "+ password: •"):
            await program.read(line)
        await program.read("(another value)")
        await program.confirm("Rotate shop_conf")
        await program.see("✔ Rotate the config shop_conf to shop_conf-v2")
        assert named(shop, "configs")["shop_conf-v2"] == NGINX.replace("80", "8080").replace("old", "new")


async def test_a_config_is_cloned_with_its_content_and_labels(shop: StubEngine, program: Program) -> None:
    give_content(shop, "shop_conf", NGINX)
    await program.on_row("6", "shop_conf")
    await program.press("d")
    await program.see("Create the config shop_conf-v2")
    await program.press("enter")
    await program.see("▸ Cancel ◂")
    await program.confirm("Create config")
    await program.see("✔ Create the config shop_conf-v2")
    assert named(shop, "configs")["shop_conf-v2"] == NGINX


async def test_a_rotation_that_stops_half_way_tells_what_was_done(shop: StubEngine, program: Program) -> None:
    shop.refuse("POST /services", 500, "no quorum just now")
    await program.on_row("6", "shop_conf")
    await program.press("r")
    await program.see("Rotate the config shop_conf")
    await program.press("tab")
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


# ------------------------------------------------------------------------------------------------ read-only


async def test_read_only_opens_them_and_does_nothing(shop: StubEngine, crash_log: Path, compose_file: Path) -> None:
    shop.add_shared("secrets", "spare")
    async with open_on(shop.url, crash_log, read_only=True) as program:
        for pane, row, keys in (
            ("4", "shop", ("n", "u", "e", "delete")),
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
