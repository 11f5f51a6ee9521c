"""What a rebalance may bring a node, against the embedded scheduler: random swarms, whose node was drained before."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, Phase, given, settings

from swarmtui.swarm.nodes.rebalance import rebalancing_of, why_not_on
from swarmtui.swarm.tasks.states import is_standing
from tests.sim.judged_swarms import SETTLED, Case, World, cases


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(cases())
def test_a_force_update_places_as_many_tasks_on_the_node_as_was_foreseen(case: Case) -> None:
    world = World(case)
    for availability in ("drain", "active"):
        _set(world, availability)
        world.simulation.advance(SETTLED)
    snapshot = world.snapshot()
    node = next(each for each in snapshot.nodes.values() if each.name == "w1")
    assert not why_not_on(node)
    for gain in rebalancing_of(snapshot, node, world.simulation.clock.now()).gains:
        found = world.engine.services.inspect(gain.service.id)
        spec = found["Spec"]
        spec["TaskTemplate"]["ForceUpdate"] = spec["TaskTemplate"].get("ForceUpdate", 0) + 1
        world.engine.services.update(gain.service.id, found["Version"]["Index"], spec)
        world.simulation.advance(10 * SETTLED)
        tasks = world.snapshot().tasks_of(gain.service.id) or ()
        placed = Counter(task.node_id for task in tasks if is_standing(task))
        assert placed.total() == gain.tasks, "it is whole again"
        if gain.share is not None:
            least, most = gain.share
            assert least <= placed[node.id] <= most, (gain, placed)


def _set(world: World, availability: str) -> None:
    found = world.engine.nodes.inspect("w1")
    world.engine.nodes.update("w1", found["Version"]["Index"], {**found["Spec"], "Availability": availability})
