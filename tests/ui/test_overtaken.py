"""Changes that somebody else overtakes, on the embedded swarm: their line says so and ends, and q asks for none."""

from __future__ import annotations

from tests.ui.driving import Program
from tests.ui.simulated import SimulatedSwarm


async def test_a_drain_ends_when_somebody_makes_the_nodes_active_again(swarm: SimulatedSwarm, program: Program) -> None:
    swarm.speed(0)  # nothing moves: the drain waits for tasks to stop
    await program.on_row("1", "wrk1")
    await program.press("space", "space", "d")
    await program.see("Drain 2 nodes")
    await program.press("right", "enter")
    await program.see(r"▸ Drain 2 nodes: 0 of 2 done, 2 settling \(wrk\d: \d tasks? left on wrk\d\)")
    for name in ("wrk1", "wrk2"):
        swarm.set_node(name, Availability="active")
    await program.see("▲ Drain 2 nodes: 0 of 2 done, 2 overtaken")
    await program.press("q")
    await program.ended_at_once()


async def test_an_image_that_somebody_puts_back_is_no_success(swarm: SimulatedSwarm, program: Program) -> None:
    swarm.speed(0)
    image = swarm.service("web")["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"]
    await program.on_row("2", "web")
    await program.press("u")
    await program.see("Image 10.97.0.2:5000/web:1.2")
    await program.press("end", "9", "enter")
    await program.see("▸ Update web ◂")
    await program.press("enter")
    await program.see("▸ Update web from .*web:1.2 to .*web:1.29: 0 of 3 replaced")  # the engine has it
    swarm.change_service("web", lambda spec: spec["TaskTemplate"]["ContainerSpec"].update(Image=image))
    await program.see("▲ Update web")
    await program.read("overtaken: web has the image 10.97.0.2:5000/web:1.2 again")
    assert not program.shows("✔")


async def test_lines_of_what_is_gone_end_and_the_list_dismisses_the_rest(
    swarm: SimulatedSwarm, program: Program
) -> None:
    swarm.speed(0)
    for name in ("api", "web"):
        await program.on_row("2", name)
        await program.press("plus", "right", "enter")
        await program.see(rf"▸ Scale {name} from \d to \d: \d of \d running")
    await program.see(r"and 1 more under way: A lists them")
    await program.press("q")
    await program.see(r"• Scale web from 3 to 4: 3 of 4 running")
    await program.see(r"• Scale api from 1 to 2: 1 of 2 running")
    await program.press("escape", "A")
    await program.see("Changes")
    await program.see(r"▸ Scale api from 1 to 2, \d+ s: 1 of 2 running")
    swarm.remove_service("web")
    await program.see(r"▲ Scale web from 3 to 4, ended \d+ s ago: overtaken: web was removed")
    await program.press("j", "delete")
    await program.see_no("Scale api")
    await program.press("k", "delete")
    await program.see("No change is under way.")
    await program.press("escape")
    await program.see_no("Changes")
    await program.see_no("Scale web from")
    await program.press("q")
    await program.ended_at_once()
