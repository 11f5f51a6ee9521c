"""After a drain: services are force-updated one after another, so that the node gets tasks again."""

from __future__ import annotations

from tests.ui.driving import Program
from tests.ui.simulated import SPEED, SimulatedSwarm


def on(swarm: SimulatedSwarm, node: str, *services: str) -> list[str]:
    """The slots of services that run on a node."""
    node_id = swarm.node(node)["ID"]
    return [f"{name}.{task['Slot']}" for name in services for task in swarm.running(name) if task["NodeID"] == node_id]


def forced(swarm: SimulatedSwarm, name: str) -> int:
    count: int = swarm.service(name)["Spec"]["TaskTemplate"].get("ForceUpdate", 0)
    return count


async def drained_and_active_again(swarm: SimulatedSwarm, program: Program) -> None:
    """wrk1, by keys; shop has four replicas beside web's three and api's one."""
    swarm.add_service("shop", replicas=4)
    swarm.wait(lambda: len(swarm.running("shop")) == 4, "shop runs")
    await program.on_row("1", "wrk1")
    await program.press("d")
    await program.confirm()
    await program.see(r"✔ Drain wrk1")
    assert not on(swarm, "wrk1", "web", "shop", "api")
    await program.press("U")
    await program.see("Activate wrk1")
    await program.read("b then rebalances: it force-updates the services you choose")
    await program.confirm()
    await program.read("wrk1 takes tasks; nothing moves back by itself, b rebalances")
    assert not on(swarm, "wrk1", "web", "shop", "api")


async def test_a_node_is_rebalanced_one_service_after_another(swarm: SimulatedSwarm, program: Program) -> None:
    await drained_and_active_again(swarm, program)
    await program.press("b")
    await program.see("Rebalance wrk1")
    await program.see(r"\[ \] api +1 task, stop-first: an outage")
    await program.see(r"\[ \] shop +4 tasks, 1 at a time, stop-first")
    await program.read("Choose the services to force-update with space.")
    await program.press("a")
    await program.see(r"\[x\] shop")
    await program.see(r"\[x\] web")
    assert not program.shows(r"\[x\] api"), "an outage is chosen one by one"
    await program.read("$ docker service update --force shop $ docker service update --force web")
    await program.read("Swarm may place up to 1 of its 4 tasks on wrk1.")
    await program.read("All 3 tasks are replaced, 1 at a time, stop-first.")
    assert forced(swarm, "shop") == forced(swarm, "web") == 0
    await program.press("enter")
    await program.see("▸ Force-update 2 services ◂")
    swarm.speed(0)
    await program.press("enter")
    await program.see(r"Rebalance wrk1: 1 of 2, shop: \d of 4 replaced")
    assert forced(swarm, "web") == 0, "it waits until shop is whole"
    await program.press("q")
    await program.read("1 not sent yet: if you quit now, they will not be done.")
    await program.press("escape")
    swarm.pass_until(lambda: swarm.service("shop")["UpdateStatus"]["State"] == "completed", "the end of shop's update")
    await program.see(r"Rebalance wrk1: 2 of 2, web: ")
    assert len(swarm.running("shop")) == 4
    swarm.speed(SPEED)
    await program.see(r"✔ Rebalance wrk1: 2 of 2 done")
    assert forced(swarm, "shop") == forced(swarm, "web") == 1
    assert on(swarm, "wrk1", "shop", "web"), "some are back"


async def agreed_to_all_safe_ones(program: Program) -> None:
    await program.press("b", "a")
    await program.read("$ docker service update --force web")
    await program.press("enter")
    await program.see("▸ Force-update 2 services ◂")


async def test_no_more_is_begun_when_the_user_says_so(swarm: SimulatedSwarm, program: Program) -> None:
    await drained_and_active_again(swarm, program)
    await agreed_to_all_safe_ones(program)
    swarm.speed(0)
    await program.press("enter")
    await program.see(r"Rebalance wrk1: 1 of 2, shop: ")
    await program.press("A")
    await program.see(r"▸ Rebalance wrk1, .*1 of 2, shop: ")
    await program.press("x")
    await program.read("no more is begun after it")
    await program.press("escape")
    swarm.speed(SPEED)
    await program.read("• Rebalance wrk1: 1 of 2 done; not begun: web")
    assert (forced(swarm, "shop"), forced(swarm, "web")) == (1, 0)
    assert len(swarm.running("shop")) == 4, "what was begun went on"


async def test_the_first_that_fails_ends_it(swarm: SimulatedSwarm, program: Program) -> None:
    await drained_and_active_again(swarm, program)
    await agreed_to_all_safe_ones(program)
    swarm.speed(0)
    await program.press("enter")
    await program.see(r"Rebalance wrk1: 1 of 2, shop: \d of 4 replaced")
    swarm.remove_service("shop")
    swarm.speed(SPEED)
    await program.read("Rebalance wrk1: 0 of 2 done; overtaken: shop was removed; not begun: web")
    assert forced(swarm, "web") == 0
