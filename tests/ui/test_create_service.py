"""The form for a new service, by keys: fields, sections, choosing, the command, leaving, and what is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from textual import events

from tests.stub_engine import StubEngine
from tests.ui.driving import Program, open_on, running
from tests.ui.scripted import ScriptedSession
from tests.ui.test_layout import SMALL
from tests.unit.swarm import builders


@pytest_asyncio.fixture
async def form(engine: StubEngine, crash_log: Path) -> AsyncIterator[Program]:
    """The program on the stub engine, with the form open."""
    async with open_on(engine.url, crash_log) as program:
        await open_form(program)
        yield program


async def open_form(program: Program) -> None:
    await program.press("2", "n")
    await program.see("Create a service")
    await program.see("▾ Service")


async def fill(program: Program, image: str = "nginx:1.27", name: str = "shop") -> None:
    """The focus is in the image at first; Enter goes on."""
    await paste(program, image)
    await program.press("enter")
    await paste(program, name)
    await program.press("enter")


async def paste(program: Program, text: str) -> None:
    """As from the clipboard: quicker than key by key."""
    program.app.post_message(events.Paste(text))
    await program.drawn()


async def to_section(program: Program, title: str) -> None:
    """Page down from heading to heading, and open that one."""
    for _ in range(12):
        heading = program.app.focused
        if heading is not None and title in str(getattr(heading, "content", "")):
            break
        await program.press("pagedown")
    await program.press("enter")
    await program.see(f"▾ {title}")


async def create(program: Program, name: str = "shop") -> None:
    """Leave the fields: Cancel has the focus, and the button that does it is the next."""
    await program.press("ctrl+s")
    await program.see("▸ Cancel ◂")
    await program.confirm(f"Create {name}")


def sent(engine: StubEngine) -> Any:
    [request] = engine.asked("POST /services/create")
    return request.body


async def test_a_service_by_keys_alone(engine: StubEngine, crash_log: Path) -> None:
    async with open_on(engine.url, crash_log, size=SMALL) as program:
        await open_form(program)
        assert program.says("Still needed: Image and Name.")
        await program.type("nginx:1.27")
        await program.press("enter")
        await program.type("shop")
        await program.press("enter")
        await program.see("Create service shop of nginx:1.27")
        assert program.says("$ docker service create --name shop --replicas 1 nginx:1.27")
        await program.press("tab", "tab", "tab", "backspace", "2")  # entrypoint, command, mode, replicas
        await program.read("--replicas 2")
        assert program.says("2 tasks will start on 5 nodes")
        await to_section(program, "Ports and networks")
        await program.type("8080:80")
        await program.press("enter")
        await program.type("53:53/udp")
        await program.read("--publish 8080:80 --publish 53:53/udp nginx:1.27")
        await create(program)
        await program.see("✔ Create service shop")
        body = sent(engine)
        assert body["Name"] == "shop"
        assert body["Mode"] == {"Replicated": {"Replicas": 2}}
        assert [port["PublishedPort"] for port in body["EndpointSpec"]["Ports"]] == [8080, 53]
        await program.see(r"shop +.*2/2")


async def test_enter_goes_through_the_fields_and_ends_on_cancel(engine: StubEngine, form: Program) -> None:
    await fill(form)
    for _ in range(5):  # entrypoint, command, mode, replicas, digest
        await form.press("enter")
    assert form.says("▾ Service")
    for _ in range(40):  # past the headings of the folded sections, and what it says, which may be long or not
        if not form.shows("▸ Cancel ◂"):
            await form.press("tab")
    await form.see("▸ Cancel ◂")
    await form.press("enter")
    await form.see("Discard changes?")
    assert not engine.asked("POST")


async def test_words_beside_a_field_as_one_types(form: Program) -> None:
    await fill(form)
    await to_section(form, "Ports and networks")
    await form.type("80a")
    await form.read("✖ like 8080:80")
    assert form.says("1 field with errors: Ports.")
    await form.press("ctrl+s", "tab")
    assert not form.shows("▸ Create"), "the button is off"
    await form.press("shift+tab", "pageup", "pageup")
    await form.press("enter", "pageup", "pagedown")
    while not form.shows("▸ Ports and networks  ✖ something is wrong here"):
        await form.press("pageup" if form.shows("▾ Ports") else "pagedown")
        await form.press("enter")


async def test_modes_show_their_own_fields(form: Program) -> None:
    await fill(form)
    await form.press("tab", "tab")
    assert form.shows("Replicas")
    await form.press("right")
    await form.see_no("Replicas ")
    await form.read("One task on each of 5 nodes")
    await form.press("space")
    await form.see("Completions")
    assert form.shows("At a time")
    assert not form.shows("▸ Updates"), "a job is not updated"
    await form.read("--mode replicated-job --replicas 1")
    await form.press("left", "left")
    await form.see("Replicas ")


async def test_networks_secrets_and_configs_are_chosen_or_typed(engine: StubEngine, crash_log: Path) -> None:
    for kind, name in (("networks", "front"), ("networks", "back"), ("secrets", "cert"), ("configs", "conf")):
        engine.create(kind, {"Name": name, **({"Driver": "overlay"} if kind == "networks" else {})})
    async with open_on(engine.url, crash_log) as program:
        await open_form(program)
        await fill(program)
        await to_section(program, "Ports and networks")
        await program.press("ctrl+o")
        await program.see("can be chosen")
        await program.press("tab", "ctrl+o")
        await program.see("type part of the name")
        await program.see("back +overlay")
        await program.press("f", "enter")
        await program.read("--network front")
        await program.press("enter")
        await program.type("nowhere")
        await program.read("✖ the swarm has no network nowhere")
        await program.press(*["backspace"] * 8)
        await to_section(program, "Mounts, secrets, configs")
        await program.press("tab", "ctrl+o")
        await program.see("cert")
        await program.press("enter")
        await program.read("--secret cert")
        await program.press("tab", "ctrl+o", "down", "enter")
        await program.read("--config conf")
        await create(program)
        await program.see("✔ Create service shop")
        container = sent(engine)["TaskTemplate"]["ContainerSpec"]
        [secret] = engine.secrets
        assert container["Secrets"][0]["SecretID"] == secret
        assert container["Configs"][0]["ConfigName"] == "conf"


async def test_secret_values_are_masked_in_the_command_and_copied_whole(
    engine: StubEngine, form: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(form)
    await to_section(form, "Environment and labels")
    await paste(form, "DB_PASSWORD=hunter2\nA=b c")
    await form.read("--env 'DB_PASSWORD=••••••••' --env 'A=b c'")
    assert form.says("DB_PASSWORD can be read by anyone who can inspect the service")
    copied: list[str] = []
    monkeypatch.setattr(form.app, "copy_to_clipboard", copied.append)
    await form.press("ctrl+s", "c")
    await form.see("Docker command copied")
    assert "--env DB_PASSWORD=hunter2" in copied[0]
    await form.press("pageup", "pageup", "pageup", "pageup", "pageup", "pageup")
    monkeypatch.setattr("swarmtui.ui.kit.screenshot._save", lambda app: None)
    form.app._take_screenshot()
    await form.see("▸ Environment and labels +DB_PASSWORD A")
    await form.see_no("hunter2")
    await create(form)
    await form.see("✔ Create service shop")
    assert sent(engine)["TaskTemplate"]["ContainerSpec"]["Env"] == ["DB_PASSWORD=hunter2", "A=b c"]


async def test_what_is_typed_stays_in_sight_when_there_is_more_to_say(engine: StubEngine, crash_log: Path) -> None:
    async with open_on(engine.url, crash_log, size=SMALL) as program:
        await open_form(program)
        await fill(program, image="nginx", name="web")
        await to_section(program, "Ports and networks")
        await to_section(program, "Environment and labels")
        await paste(program, "DB_PASSWORD=hunter2")
        await program.read("DB_PASSWORD can be read by anyone who")
        await program.see("Environment +DB_PASSWORD=hunter2")


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
async def test_leaving_asks_before_typed_text_is_thrown_away(engine: StubEngine, form: Program, key: str) -> None:
    await form.press(key)
    await form.see_no("Create a service")
    await open_form(form)
    await form.type("ngi")
    await form.press(key)
    await form.see("Discard changes")
    await form.press("enter")
    await form.see("▾ Service")
    assert form.shows("Image +ngi")
    await form.press(key, "tab", "enter")
    await form.see_no("Create a service")
    await open_form(form)
    assert not form.shows("Image +ngi")
    assert not engine.asked("POST")


async def test_what_was_typed_is_still_there_when_the_engine_refuses(engine: StubEngine, form: Program) -> None:
    engine.refuse("POST /services/create", 500, "rpc error: port '8080' is already in use")
    await fill(form)
    await to_section(form, "Ports and networks")
    await form.type("8080:80")
    await create(form)
    await form.see("✖ Create service shop")
    await form.press("n")
    await form.read("The service was not created; what you typed is still here.")
    assert form.shows("Image +nginx:1.27")
    assert form.shows("Ports +8080:80")


async def test_a_name_that_is_taken_is_told_before(form: Program) -> None:
    await fill(form, name="web")
    await form.read("A service named web already exists")


async def test_read_only_opens_no_form_that_could_not_be_sent(engine: StubEngine, crash_log: Path) -> None:
    async with open_on(engine.url, crash_log, read_only=True) as program:
        await program.press("2", "n")
        await program.read("Read-only")
        assert not program.shows("Create a service")


async def test_the_first_service_of_an_empty_swarm(crash_log: Path) -> None:
    session = ScriptedSession(builders.cluster([builders.node("n1", leader=True)]))
    async with running(session, crash_log) as program:
        await program.see(r"No services\. Press n to create one\.")
        await open_form(program)
        await program.press("pagedown", "enter", "tab", "ctrl+o")
        await program.see("not known yet; type the name")


async def test_what_is_pasted_is_made_harmless(form: Program) -> None:
    await fill(form)
    await to_section(form, "Environment and labels")
    await paste(form, "A=\x1b[2J\nB=[/x]")
    await form.see(r"A=␛\[2J")
    assert form.shows(r"B=\[/x\]")
