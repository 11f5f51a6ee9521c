"""Changing an existing service by keys: what stands in the dialogs, what the engine then has, and what is refused."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from textual import events

from tests.stub_engine import StubEngine
from tests.ui.driving import Program, open_on
from tests.ui.test_layout import SMALL

pytestmark = pytest.mark.usefixtures("engine")
"""The program is on the stub, which tells afterwards what it was asked."""


def spec_of(engine: StubEngine, name: str = "web") -> dict[str, Any]:
    spec: dict[str, Any] = engine.service(name)["Spec"]
    return spec


def env_of(engine: StubEngine) -> list[str]:
    env: list[str] = spec_of(engine)["TaskTemplate"]["ContainerSpec"]["Env"]
    return env


async def open_menu(program: Program, what: str, name: str = "web") -> None:
    """Choose from the menu of changes."""
    await program.on_row("2", name)
    await program.press("E")
    await program.see(f"Change {name}: what")
    for _ in range(40):
        if program.app.screen.query_one("OptionList").highlighted_option.id == what:  # type: ignore[attr-defined]
            break
        await program.press("j")
    await program.press("enter")
    await program.see("Cancel")


async def add(program: Program, line: str) -> None:
    await program.press("a")
    await program.type(line)
    await program.press("enter")


async def confirm(program: Program, button: str) -> None:
    """Go on with tab until the button has the focus; press it."""
    await program.until(lambda: any(not each.disabled for each in program.app.screen.query("#confirm")), "a button")
    for _ in range(40):
        if program.shows(f"▸ {button} ◂"):
            break
        await program.press("tab")
    await program.see(f"▸ {button} ◂")
    await program.press("enter")


# ------------------------------------------------------------------------------------------------ image


async def test_updating_the_image(engine: StubEngine, crash_log: Path) -> None:
    spec_of(engine)["TaskTemplate"]["ContainerSpec"]["Image"] += "@sha256:" + "ab" * 32
    before = copy.deepcopy(spec_of(engine))
    async with open_on(engine.url, crash_log, size=SMALL) as program:
        await program.on_row("2", "web")
        await program.press("u")
        await program.see("Image 10.97.0.2:5000/web:1.2")
        await program.read("web already has this image. No digest for 10.97.0.2:5000/web:1.2")
        await program.press("backspace", "3")
        await program.read("All 3 tasks are replaced, 1 at a time, stop-first")
        await program.read("It is no longer pinned to a digest")
        await program.press("enter")
        await program.see("▸ Update web ◂")
        await program.press("enter")
        await program.see("▸ Update web|✔ Update web|Update web from")
        before["TaskTemplate"]["ContainerSpec"]["Image"] = "10.97.0.2:5000/web:1.3"
        await program.until(lambda: spec_of(engine) == before, "the new image, and nothing else")


async def test_another_registry_is_told(program: Program) -> None:
    await program.on_row("2", "api")
    await program.press("u")
    await program.see("Image nginx:1.27")
    await program.press("home")
    await program.type("10.97.0.2:5000/")
    await program.read("The registry changes from docker.io to 10.97.0.2:5000. api keeps its credentials")


async def test_an_image_that_is_none(engine: StubEngine, program: Program) -> None:
    await program.on_row("2", "api")
    await program.press("u")
    await program.see("Image nginx:1.27")
    await program.type(" x")
    await program.read("An image's name cannot contain spaces")
    await program.press("enter")
    await program.see("▸ Cancel ◂")
    assert not engine.asked("POST")


# ------------------------------------------------------------------------------------------------ lines


async def test_the_environment(engine: StubEngine, crash_log: Path) -> None:
    spec_of(engine)["TaskTemplate"]["ContainerSpec"]["Env"] = ["A=1", "DB_PASSWORD=hunter2", "OLD=x"]
    before = copy.deepcopy(spec_of(engine))
    async with open_on(engine.url, crash_log, size=SMALL) as program:
        await open_menu(program, "service.environment")
        assert program.says("Nothing changed yet")
        assert program.shows("DB_PASSWORD=•+")
        assert "hunter2" not in program.text
        await program.press("enter", "backspace", "2", "enter")  # A=2
        await program.press("end", "up", "delete")  # OLD
        await add(program, "NEW=two words")
        await program.see(r"\+ NEW=two words")
        await confirm(program, "Change web")
        await program.until(lambda: env_of(engine) == ["A=2", "DB_PASSWORD=hunter2", "NEW=two words"])
        before["TaskTemplate"]["ContainerSpec"]["Env"] = env_of(engine)
        assert spec_of(engine) == before


async def test_a_hidden_value_is_typed_anew_or_stays(engine: StubEngine, program: Program) -> None:
    spec_of(engine)["TaskTemplate"]["ContainerSpec"]["Env"] = ["DB_PASSWORD=hunter2"]
    engine.touch("service", engine.service("web"))
    await open_menu(program, "service.environment")
    await program.press("enter")
    await program.read("Type the new value; the current one stays hidden")
    assert program.shows("DB_PASSWORD=$|DB_PASSWORD= ")
    await program.press("enter")
    await program.read("Nothing changed yet")
    await program.press("enter")
    await program.type("correct")
    await program.press("enter")
    await program.see(r"\+ DB_PASSWORD=•+")
    await program.see(r"\$ docker service update --env-add 'DB_PASSWORD=•+' web")
    await program.read("(another value)")
    assert "correct" not in program.text
    await confirm(program, "Change web")
    await program.until(lambda: env_of(engine) == ["DB_PASSWORD=correct"])
    assert "hunter2" not in program.text


@pytest.mark.parametrize(
    ("what", "line", "words"),
    [
        ("service.environment", "A B=1", "A variable's name cannot contain spaces"),
        ("service.environment", "A=2", "A is listed twice"),
        ("service.ports", "70000:80", "a port is a number from 1 to 65535"),
        ("service.constraints", "node.colour==red", "node.colour is not a node attribute"),
        ("service.labels", "=x", "A label needs a key"),
    ],
)
async def test_a_line_that_cannot_be_is_told_and_can_be_mended(
    engine: StubEngine, program: Program, what: str, line: str, words: str
) -> None:
    await open_menu(program, what)
    await add(program, line)
    await program.read(words)
    assert program.shows(rf" {line.split('=')[0]}")
    await program.press("escape")
    await program.read("Nothing changed yet")
    assert len(program.app.screen_stack) == 2, "escape leaves the line, not the dialog"
    await program.press("escape")
    await program.until(lambda: len(program.app.screen_stack) == 1)
    assert not engine.asked("POST")


async def test_nothing_is_sent_while_a_line_is_typed(engine: StubEngine, program: Program) -> None:
    await open_menu(program, "service.labels")
    await add(program, "team=ops")
    await program.read("No task is restarted")
    await program.press("a")
    await program.type("half")
    await program.read("Keep the line that you type with Enter")
    await program.press("tab", "tab", "tab", "enter")
    assert not engine.asked("POST")


async def test_labels_by_their_key(engine: StubEngine, program: Program) -> None:
    await program.on_row("2", "web")
    await program.press("L")
    await program.see("Change the labels of web")
    await add(program, "team=[/x] ops")
    await confirm(program, "Change web")
    await program.see("✔ Change the labels of web: done; no task restarted")
    assert spec_of(engine)["Labels"] == {"team": "[/x] ops"}


async def test_a_port_that_is_taken_is_told_before_and_by_the_engine(engine: StubEngine, program: Program) -> None:
    taken = {"Protocol": "tcp", "TargetPort": 80, "PublishedPort": 8080, "PublishMode": "ingress"}
    spec_of(engine, "api")["EndpointSpec"]["Ports"] = [taken]
    engine.touch("service", engine.service("api"))
    await program.see("8080→80")
    words = "rpc error: code = InvalidArgument desc = port '8080' is already in use by service 'api' as an ingress port"
    engine.refuse("POST /services", 400, words)
    await open_menu(program, "service.ports")
    await add(program, "8080:80")
    await program.read("api already has port 8080/tcp (ingress): the engine will refuse this")
    await confirm(program, "Change web")
    await program.read("✖ Change the published ports of web: port '8080' is already in use by service 'api'")


async def test_a_constraint_that_no_node_meets(engine: StubEngine, program: Program) -> None:
    await open_menu(program, "service.constraints")
    await add(program, "node.labels.disk==ssd")
    await program.read("No node will be able to take a task of web (5 nodes do not meet the placement constraints)")
    await confirm(program, "Change web")
    await program.until(
        lambda: spec_of(engine)["TaskTemplate"]["Placement"]["Constraints"] == ["node.labels.disk==ssd"]
    )


async def test_somebody_else_changes_the_same_set(engine: StubEngine, program: Program) -> None:
    await open_menu(program, "service.environment")
    await add(program, "B=2")
    spec_of(engine)["TaskTemplate"]["ContainerSpec"]["Env"] = ["A=9", "B=3"]
    engine.touch("service", engine.service("web"))
    await confirm(program, "Change web")
    await program.read("Somebody else changed environment of web")
    assert program.shows("now, by another +3")
    await program.press("enter")  # Cancel
    await program.see_no("Somebody else")
    assert env_of(engine) == ["A=9", "B=3"]


async def test_somebody_else_changes_another_variable(engine: StubEngine, program: Program) -> None:
    await open_menu(program, "service.environment")
    await add(program, "B=2")
    spec_of(engine)["TaskTemplate"]["ContainerSpec"]["Env"] = ["A=9"]
    engine.touch("service", engine.service("web"))
    await confirm(program, "Change web")
    await program.until(lambda: env_of(engine) == ["A=9", "B=2"])


# ------------------------------------------------------------------------------------------------ forms


async def test_limits(engine: StubEngine, crash_log: Path) -> None:
    async with open_on(engine.url, crash_log, size=SMALL) as program:
        await open_menu(program, "service.limits")
        await program.type("half")
        await program.read("CPU limit: a number of CPUs: 0.5, 2.")
        await program.press("ctrl+u")
        await program.type("0.5")
        await program.press("down")
        await program.type("1g")
        await program.see(r"--limit-cpu 0.5 --limit-memory 1g")
        await confirm(program, "Change web")
        limits = {"NanoCPUs": 500_000_000, "MemoryBytes": 1 << 30}
        await program.until(lambda: spec_of(engine)["TaskTemplate"].get("Resources") == {"Limits": limits})


async def test_the_update_policy_restarts_nothing(engine: StubEngine, program: Program) -> None:
    await open_menu(program, "service.update-policy")
    await program.press("backspace", "2", "down", "ctrl+u")
    await program.type("10s")
    await program.read("No task is restarted")
    await confirm(program, "Change web")
    await program.see("✔ Change the update policy of web")
    policy = spec_of(engine)["UpdateConfig"]
    assert (policy["Parallelism"], policy["Delay"], policy["Order"]) == (2, 10_000_000_000, "stop-first")


# ------------------------------------------------------------------------------------------------ menu, palette


async def test_the_menu_can_be_left(engine: StubEngine, program: Program) -> None:
    await program.on_row("2", "web")
    await program.press("E")
    await program.see("Change web: what")
    await program.press("escape")
    await program.see_no("Change web: what")
    assert not engine.asked("POST")


async def test_the_palette_has_each_change(program: Program) -> None:
    await program.on_row("2", "web")
    ways = {"Constraints": "Change the placement of web", "Restart policy": "Change the restart policy"}
    for words, heading in ways.items():
        await program.press("colon")
        await program.type(words)
        await program.see(words)
        await program.press("enter")
        await program.see(heading)
        await program.press("escape")
        await program.see_no(heading)


async def test_read_only(engine: StubEngine, crash_log: Path) -> None:
    async with open_on(engine.url, crash_log, read_only=True) as program:
        await program.on_row("2", "web")
        for key in ("u", "r", "L", "delete"):
            await program.press(key)
            await program.read("Read-only")
            await program.press("escape")
            await program.until(lambda: len(program.app.screen_stack) == 1)
    assert not engine.asked("POST")


async def test_a_file_of_variables_can_be_pasted(engine: StubEngine, program: Program) -> None:
    await open_menu(program, "service.environment")
    await program.press("a")
    program.app.post_message(events.Paste("# of the shop\nB=2\nA=2\n"))
    await program.read("✖ A is listed twice.")
    program.app.post_message(events.Paste("# of the shop\nB=2\n\nC=a b\r\n"))
    await program.see(r"\+ C=a b")
    await confirm(program, "Change web")
    await program.until(lambda: env_of(engine) == ["A=1", "B=2", "C=a b"])


async def test_undo_puts_a_set_back(engine: StubEngine, program: Program) -> None:
    await program.on_row("2", "web")
    await program.press("L")
    await program.see("Change the labels of web")
    await add(program, "team=ops")
    await confirm(program, "Change web")
    await program.until(lambda: spec_of(engine)["Labels"] == {"team": "ops"})
    await program.see("✔ Change the labels of web")
    await program.press("U")
    await program.see("- +team: ops")
    await confirm(program, "Undo the change")
    await program.until(lambda: spec_of(engine)["Labels"] == {})


async def test_what_is_typed_ahead_goes_into_the_dialog(engine: StubEngine, program: Program) -> None:
    await program.on_row("2", "api")
    engine.delay(f"GET /services/{engine.service('api')['ID']}", 0.2)
    for key in ("u", "end", "8"):
        program.app.post_message(events.Key(key, key if len(key) == 1 else None))
    await program.see("Image nginx:1.278")


async def test_escape_in_a_form_of_numbers_asks_only_when_one_was_typed(engine: StubEngine, program: Program) -> None:
    await open_menu(program, "service.restart-policy")
    await program.see("Change the restart policy")
    await program.press("escape")
    await program.until(lambda: len(program.app.screen_stack) == 1)
    await open_menu(program, "service.restart-policy")
    await program.see("Change the restart policy")
    await program.type("9")
    await program.press("escape")
    await program.see("Discard changes")
    await program.press("tab", "enter")
    await program.until(lambda: len(program.app.screen_stack) == 1)
    assert not engine.asked("POST")
