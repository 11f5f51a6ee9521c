"""The panes of stacks, secrets, configs and networks, and the ways between the objects."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.stack_label import ServiceDependency
from tests.stub_engine import StubEngine
from tests.ui.driving import Program, running
from tests.ui.scripted import ScriptedSession
from tests.ui.test_layout import SMALL
from tests.unit.swarm import builders
from tests.unit.swarm.shared_builders import config, network, secret, using, with_shared

pytestmark = pytest.mark.usefixtures("shop")
"""The program is on the stub, with the stack shop."""


async def test_a_stack_is_told_with_its_counts(program: Program) -> None:
    await program.press("4")
    await program.see(r"▌shop +2/2 +2/2 +1 +1 +1 +● all well")
    assert program.says("2 services, 1 secret, 1 config, 1 network")


async def test_a_stack_in_trouble_says_which_service(shop: StubEngine, program: Program) -> None:
    await program.press("4")
    for task in shop.tasks_of("shop_api"):
        shop.set_task(task, state="failed")
    shop.touch("service", shop.service("shop_api"))
    await program.see(r"▌shop +1/2 +1/2 .*✖ 1 service short: api")
    await program.press("Z")
    await program.see(r"▌shop")


async def test_a_stack_is_drilled_into_and_left_again(program: Program) -> None:
    await program.press("4", "enter")
    await program.see(r"Services of stack shop 2/2")
    await program.see(r"shop_web +replicated")
    assert not program.shows(r"│ agent +global")
    await program.press("j", "enter")
    await program.see("Tasks of shop_web")
    await program.press("escape")
    assert program.shows(r"Services of stack shop 2/2")
    await program.press("escape")
    await program.see(r"▌shop +2/2")
    await program.press("2")
    await program.see(r"Services 5/5")


async def test_a_narrowing_is_left_by_escape_also_when_somebody_went_elsewhere(program: Program) -> None:
    await program.press("4", "enter")
    await program.see(r"Services of stack shop 2/2")
    await program.press("1", "2")
    assert program.shows(r"Services of stack shop 2/2")
    await program.press("escape")
    await program.see(r"Services 5/5")


@pytest.mark.parametrize(
    ("pane", "name", "words"),
    [
        ("5", "shop_key", "Services that use secret shop_key 1/1"),
        ("6", "shop_conf", "Services that use config shop_conf 1/1"),
        ("7", "shop_front", "Services that use network shop_front 2/2"),
    ],
)
@pytest.mark.parametrize("key", ["enter", "u"])
async def test_who_uses_it(program: Program, pane: str, name: str, words: str, key: str) -> None:
    await program.on_row(pane, name)
    assert program.says("used by shop_")
    await program.press(key)
    await program.see(words)
    await program.press("escape")
    await program.see(rf"▌{name}")


async def test_what_nobody_uses(shop: StubEngine, program: Program) -> None:
    shop.add_shared("secrets", "spare")
    await program.press("5")
    await program.see("spare")
    await program.on_row("5", "spare")
    assert program.says("used by no service")
    await program.press("enter")
    await program.see("No services that use secret spare")


async def test_what_is_not_known_yet_is_not_called_empty(crash_log: Path) -> None:
    async with running(ScriptedSession(builders.cluster([builders.node("n1", leader=True)])), crash_log) as program:
        await program.see("nodes 1/1")
        for pane, word in (("5", "secrets"), ("6", "configs"), ("7", "networks")):
            await program.press(pane)
            await program.see(f"loading the {word} …")


# ------------------------------------------------------------------------------------------------ ways


async def test_the_menu_leads_from_a_service_to_its_secret_and_back(program: Program) -> None:
    await program.on_row("2", "shop_web")
    await program.press("greater_than_sign")
    await program.see("Go from shop_web to")
    for words in ("stack shop", "tasks of shop_web", "network shop_front", "secret shop_key", "config shop_conf"):
        assert program.shows(words)
    await program.press(*["j"] * 4, "enter")
    await program.see(r"▌shop_key")
    await program.press("greater_than_sign")
    await program.see("Go from shop_key to")
    await program.press("enter")
    await program.see(r"▌shop ")
    await program.press("escape")
    await program.see(r"▌shop_key")
    await program.press("escape")
    await program.see(r"▌shop_web")


async def test_from_a_task_to_its_node_and_back(program: Program) -> None:
    await program.on_row("2", "shop_web")
    await program.press("enter")
    await program.see("Tasks of shop_web")
    await program.press("greater_than_sign")
    await program.see("service shop_web")
    await program.press("j", "enter")
    await program.see(r"▌(mgr|wrk)\d")
    await program.press("escape")
    await program.see(r"▌shop_web\.1")


async def test_the_menu_is_left_by_escape(program: Program) -> None:
    await program.on_row("2", "shop_web")
    await program.press("greater_than_sign")
    await program.see("Go from shop_web to")
    await program.press("escape")
    await program.see_no("Go from")
    assert program.cursor_on("shop_web")


@pytest.mark.parametrize(
    ("typed", "row"), [("secret shop_key", "shop_key"), ("stack sh", "shop "), ("network front", "shop_front")]
)
async def test_the_palette_jumps_to_them(program: Program, typed: str, row: str) -> None:
    await program.press("colon")
    await program.type(typed)
    await program.see(f"Go to {typed.split()[0]} {row.strip()}")
    await program.press("enter")
    await program.see(rf"▌{row}")
    await program.press("escape")
    await program.see("Services 5/5")


async def test_a_jump_finds_a_service_that_a_narrowing_hides(program: Program) -> None:
    await program.press("4", "enter")
    await program.see("Services of stack shop")
    await program.press("colon")
    await program.type("service agent")
    await program.see("Go to service agent")
    await program.press("enter")
    await program.see(r"▌agent")
    assert program.shows("Services 5/5")
    await program.press("escape")
    await program.see("Services of stack shop 2/2")


# ------------------------------------------------------------------------------------------------ foreign text, size


def strange() -> Cluster:
    things: list[ServiceDependency] = [
        secret("[/x]", stack="s[red]"),
        secret("\x1b[2Jwipe"),
        config("設定ファイル"),
        network("a‮b", stack="日本"),
    ]
    services = [using("wide-数据库", *things, stack="s[red]")]
    return with_shared(builders.cluster([builders.node("n1", leader=True)], services, None), things)


async def test_strange_names_stay_harmless_and_columns_aligned(crash_log: Path) -> None:
    async with running(ScriptedSession(strange()), crash_log, size=SMALL) as program:
        await program.see("wide-数据库")
        for pane, names in (
            ("4", (r"s\[red\]", "日本")),
            ("5", (r"\[/x\]", "␛\\[2Jwipe")),
            ("6", ("設定ファイル",)),
            ("7", (r"a‹U\+202E›b",)),
        ):
            await program.press(pane)
            for name in names:
                await program.see(name)
        await program.press("6", "enter")
        await program.see("that use config 設定ファイル")
        await program.press("greater_than_sign")
        await program.see("Go from wide-数据库 to")


async def test_ten_thousand_configs_are_at_hand_at_once(crash_log: Path) -> None:
    configs = [config(f"conf-{number}", stack=f"stack{number % 100}") for number in range(10_000)]
    services = [using(f"service-{number}", configs[number], stack=f"stack{number % 100}") for number in range(500)]
    nodes = [builders.node("n1", leader=True)]
    session = ScriptedSession(with_shared(builders.cluster(nodes, services, None), configs))
    async with running(session, crash_log) as program:
        await program.see("service-1")
        begun = time.process_time()
        await program.press("6", "G")
        await program.see("conf-9999")
        await program.press("4", "G")
        await program.see("stack99")
        assert time.process_time() - begun < 3.0


async def test_a_long_menu_is_scrolled(crash_log: Path) -> None:
    front = network("front")
    services = [using(f"service-{number:02}", front) for number in range(60)]
    session = ScriptedSession(with_shared(builders.cluster([builders.node("n1", leader=True)], services), [front]))
    async with running(session, crash_log, size=SMALL) as program:
        await program.see("service-01")
        await program.press("7", "greater_than_sign")
        await program.see("Go from front to")
        await program.press("end")
        await program.see("service service-59")
        assert program.shows("enter Go there")
        await program.press("enter")
        await program.see(r"▌service-59")
