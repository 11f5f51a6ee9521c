"""A service that crashes again and again is shown as such at every moment, not only while its task is down."""

from __future__ import annotations

from tests.ui.driving import Program
from tests.ui.simulated import SimulatedSwarm


async def test_a_crash_loop_stays_in_sight_while_its_task_happens_to_run(
    swarm: SimulatedSwarm, program: Program
) -> None:
    swarm.add_service("shaky", "shop/shaky:crash")
    await program.see(r"1 looping")
    await program.see(r"shaky .*✖ looping")
    await program.press("Z")
    swarm.speed(0)  # it stays as it is until it was looked at
    for _ in range(3):
        swarm.pass_until(lambda: swarm.running("shaky"), "its next task")
        await program.see(r"shaky +(replicated +)?▰+ 1/1 .*✖ looping")
        await program.see(r"services 3/4 +1 looping")
        swarm.pass_until(lambda: not swarm.running("shaky"), "its crash")
        await program.see(r"shaky +(replicated +)?▱+ 0/1 .*✖ looping")
        await program.see(r"services 3/4 +1 looping")
        assert not program.shows(r"(web|api|agent) +(replicated|global|▰)")
    swarm.speed(20)
    await program.on_row("2", "shaky")
    await program.press("enter")
    await program.see(r"shaky\.1 .*(crash loop: \d+ failures in|exit 1 \(error\))")
    assert program.line(r"▌shaky\.1"), "the tasks pane has no row for it"


async def test_one_that_has_recovered_is_well_again_by_time_alone(swarm: SimulatedSwarm, program: Program) -> None:
    swarm.speed(0)  # it recovers for a minute: that must not be over before it was looked at
    swarm.crash("api", 1, 137)
    await program.see(r"services 2/3")
    await program.press("Z")
    swarm.pass_until(lambda: swarm.running("api"), "its next task")
    await program.see(r"api .*◌ recovering")
    swarm.speed(20)
    await program.see(r"services 3/3")
    await program.see_no(r"api +replicated")
