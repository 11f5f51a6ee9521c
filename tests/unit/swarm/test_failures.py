"""What failed in each slot, kept from look to look: always what a first look would find."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from swarmtui.swarm.objects.service import Service, UpdateStatus
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.failures import failures_of
from tests.unit.swarm.builders import ago, service, task

Step = tuple[str, int]
"""What happens, and in which slot."""

STEPS = st.lists(
    st.tuples(st.sampled_from(["fail", "fail", "replace", "remove", "reject", "update"]), st.integers(1, 3)),
    min_size=1,
    max_size=12,
)


def after(step: Step, web: Service, tasks: tuple[Task, ...], number: int) -> tuple[Service, tuple[Task, ...]]:
    """The service and its tasks after something has happened; newest first in each slot."""
    what, slot = step
    if what == "update":
        return structs.replace(web, update_status=UpdateStatus("updating", started_at=ago(300 - number))), tasks
    current = next((each for each in tasks if each.slot == slot), None)
    if what == "remove" or current is None:
        return web, tuple(each for each in tasks if each is not current)
    state = {"fail": "failed", "reject": "rejected"}.get(what, "shutdown")
    status = structs.replace(current.status, state=state, timestamp=ago(200 - 5 * number))
    ended = structs.replace(current, status=status, desired_state="shutdown")
    fresh = task("web", slot, "wrk1", created=199 - 5 * number, id=f"web-{number}")
    rest = [ended if each is current else each for each in tasks]
    place = rest.index(ended)
    return web, (*rest[:place], fresh, *rest[place:])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(STEPS)
def test_what_is_kept_from_the_look_before_is_what_a_first_look_finds(steps: list[Step]) -> None:
    web: Service = service("web", 3)
    tasks: tuple[Task, ...] = tuple(task("web", slot, "wrk1", created=900) for slot in (1, 2, 3))
    for number, step in enumerate(steps):
        web, tasks = after(step, web, tasks, number)
        first = structs.replace(web, id=f"never seen {number}")
        assert failures_of(web, tasks) == failures_of(first, tasks)
        assert failures_of(web, tasks) is failures_of(web, tasks), "nothing has changed"
