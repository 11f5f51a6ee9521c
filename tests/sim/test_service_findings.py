"""The findings on services against the embedded swarm: each is found and goes; a busy, healthy swarm has none."""

from __future__ import annotations

from collections.abc import Callable

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.diagnosis import Diagnosis
from swarmtui.swarm.diagnosis.finding import Finding
from swarmtui.swarm.diagnosis.rulebook import SERVICE_RULES
from swarmtui.swarm.objects.decoding import decode_list
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from tests.sim.rig import JSON, SECOND, Rig

ABOUT_SERVICES = {rule.name for rule in SERVICE_RULES}
ROLLING = {"Parallelism": 1, "Delay": 2 * SECOND, "Monitor": 5 * SECOND}


class Watch:
    """A swarm that is diagnosed again and again, as the program does it."""

    def __init__(self) -> None:
        self.rig = Rig()
        self.diagnosis = Diagnosis()

    def look(self) -> dict[str, Finding]:
        """The findings on services, by rule."""
        engine = self.rig.engine
        snapshot = (
            Cluster()
            .with_all(Node, decode_list(Node, engine.nodes.list()))
            .with_all(Service, decode_list(Service, engine.services.list(status=True)))
            .with_all_tasks(decode_list(Task, engine.tasks.list()))
        )
        self.diagnosis.advance(snapshot, self.rig.cluster.clock.now())
        return {each.rule: each for each in self.diagnosis.findings if each.rule in ABOUT_SERVICES}

    def until(self, wanted: Callable[[dict[str, Finding]], bool], patience: float = 300.0) -> dict[str, Finding]:
        """Let time pass until the findings are so."""
        found: list[dict[str, Finding]] = []

        def seen() -> bool:
            found.append(self.look())
            return wanted(found[-1])

        self.rig.until(seen, patience)
        return found[-1]

    def find(self, rule: str) -> Finding:
        return self.until(lambda found: rule in found)[rule]

    def is_quiet_for(self, seconds: int) -> None:
        for _ in range(seconds):
            assert self.look() == {}
            self.rig.advance(1.0)


def test_a_healthy_swarm_that_is_scaled_updated_and_drained_has_no_findings() -> None:
    watch = Watch()
    rig = watch.rig
    for number in range(4):
        rig.create(f"web{number}", replicas=3, UpdateConfig=ROLLING)
    rig.create("agent", replicas=None)
    watch.is_quiet_for(60)
    rig.scale("web0", 6)
    rig.image("web1", "web:2", **ROLLING)
    rig.image("agent", "web:2", **ROLLING)
    watch.is_quiet_for(60)
    rig.scale("web0", 2)
    rig.update("web2", _forced)
    rig.set_node("w1", Availability="drain")
    watch.is_quiet_for(60)
    rig.set_node("w1", Availability="active")
    rig.update("web1", lambda spec: None, rollback="previous")
    watch.is_quiet_for(60)


def _forced(spec: JSON) -> None:
    spec["TaskTemplate"]["ForceUpdate"] = 1


def test_an_image_that_cannot_be_pulled_is_found_until_there_is_another_one() -> None:
    watch = Watch()
    watch.rig.create("web", "web:missing")
    found = watch.find("image-not-pulled")
    assert found.summary.startswith("image not pulled: web:missing on ")
    assert set(watch.look()) == {"image-not-pulled"}
    watch.rig.image("web", "web:1")
    watch.until(lambda found: not found)


def test_a_crash_loop_is_found_from_the_first_failure_on() -> None:
    watch = Watch()
    watch.rig.create("web", "web:crash", replicas=1)
    assert "exit 1" in watch.find("task-failed").summary
    assert watch.find("crash-loop").summary.startswith("crash loop: 3 failures in ")
    watch.rig.image("web", "web:1")
    watch.until(lambda found: not found)


def test_a_failing_health_check_is_told_from_a_crash() -> None:
    watch = Watch()
    check = {"Image": "web:unhealthy", "Healthcheck": {"Test": ["CMD", "probe"], "Interval": 2 * SECOND, "Retries": 2}}
    watch.rig.create("web", replicas=1, ContainerSpec=check)
    found = watch.find("failing-health-check")
    assert found.evidence[0] == "health check: probe (every 2 s, 2 retries)"
    assert "crash-loop" not in watch.look()


def test_a_paused_update_is_found_until_it_is_rolled_back() -> None:
    watch = Watch()
    watch.rig.create("web", "web:1", replicas=3)
    watch.rig.settle("web", 3)
    watch.rig.image("web", "web:crash", Parallelism=1, Monitor=10 * SECOND, FailureAction="pause")
    found = watch.find("update-paused")
    assert found.summary.startswith("update paused ")
    assert "exit 1 (error)" in found.summary
    watch.rig.update("web", lambda spec: None, rollback="previous")
    watch.until(lambda found: not found)


def test_a_rollback_by_swarm_is_found_while_it_goes_on_and_afterwards() -> None:
    watch = Watch()
    watch.rig.create("web", "web:1", replicas=3)
    watch.rig.settle("web", 3)
    watch.rig.image("web", "web:crash", Parallelism=1, Monitor=10 * SECOND, FailureAction="rollback")
    watch.find("rolling-back")
    assert "the update failed: exit 1 (error)" in watch.find("rolled-back").summary
    watch.until(lambda found: set(found) == {"rolled-back"})


def test_a_restart_limit_that_is_used_up_is_found() -> None:
    watch = Watch()
    watch.rig.create("web", "web:crash", replicas=1, RestartPolicy={"Condition": "any", "MaxAttempts": 2})
    assert watch.find("gave-up").summary.startswith("gave up after 2 restarts, its limit: exit 1")
    watch.until(lambda found: set(found) == {"gave-up"})
