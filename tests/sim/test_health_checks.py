"""Health checks whose command is known are run, and kept, as an engine does."""

from __future__ import annotations

from typing import Any

import pytest

from swarmtui.sim.agent.release import playing

from .rig import SECOND, Rig

JSON = dict[str, Any]


@pytest.fixture
def rig() -> Rig:
    return Rig(1, 0)


def begin(rig: Rig, *test: str, image: str = "busybox", command: str = "sleep 1000", **check: Any) -> None:
    """A service of one task with a health check every two seconds."""
    health = {"Test": list(test), "Interval": 2 * SECOND, **check}
    spec = {"Image": image, "Command": ["sh", "-c", command], "Healthcheck": health}
    rig.create("web", replicas=1, ContainerSpec=spec, RestartPolicy={"Condition": "none"})


def shown(rig: Rig) -> JSON:
    """`State` of the task's container."""
    status = rig.tasks("web")[0]["Status"]
    found: JSON = rig.engine.containers.inspect(status["ContainerStatus"]["ContainerID"])["State"]
    return found


def state(rig: Rig) -> str:
    return str(rig.tasks("web")[0]["Status"]["State"])


@pytest.mark.parametrize(
    ("test", "code", "output"),
    [
        (["CMD", "true"], 0, ""),
        (["CMD-SHELL", "echo fine; exit 0"], 0, "fine\n"),
        (["CMD-SHELL", "test -f /etc/passwd && [ 1 = 1 ]"], 0, ""),
        (["CMD", "false"], 1, ""),
        (["CMD-SHELL", "echo bad >&2; exit 3"], 3, "bad\n"),
        (["CMD-SHELL", "test -f /nosuch"], 1, ""),
        (["CMD", "nosuch"], -1, "OCI runtime exec failed: exec failed: unable to start container process: exec: "),
        (["CMD", "sleep", "60"], -1, "Health check exceeded timeout (1s)"),
    ],
)
def test_a_check_does_what_its_command_does(rig: Rig, test: list[str], code: int, output: str) -> None:
    begin(rig, *test, Timeout=SECOND, Retries=9)
    rig.until(lambda: state(rig) in ("starting", "running") and bool(shown(rig).get("Health", {}).get("Log")))
    health = shown(rig)["Health"]
    assert (health["Log"][0]["ExitCode"], health["Log"][0]["Output"][: len(output)]) == (code, output)
    assert (health["Status"], state(rig)) == (("healthy", "running") if code == 0 else ("starting", "starting"))
    assert health["FailingStreak"] == (0 if code == 0 else len(health["Log"]))


def test_a_task_fails_once_enough_checks_have(rig: Rig) -> None:
    """It is well until its file is gone; the last five results are kept."""
    command = "trap 'exit 9' TERM; touch /tmp/well; sleep 20; rm /tmp/well; while true; do sleep 1; done"
    begin(rig, "CMD-SHELL", "test -f /tmp/well", Retries=3, command=command)
    rig.until(lambda: state(rig) == "running")
    rig.until(lambda: state(rig) == "failed")
    assert rig.errors("web") == {"task: non-zero exit (9): dockerexec: unhealthy container"}
    health = shown(rig)["Health"]
    assert (health["Status"], health["FailingStreak"]) == ("unhealthy", 3)
    assert [each["ExitCode"] for each in health["Log"]] == [0, 0, 1, 1, 1]
    told = [each["Action"] for each in rig.engine.events.history(0, rig.cluster.clock.now())]
    assert "health_status: healthy" in told
    assert told.index("health_status: unhealthy") > told.index("health_status: healthy")
    assert "exec_start: /bin/sh -c test -f /tmp/well" in told


@pytest.mark.parametrize(("api", "checks"), [("1.41", 3), ("1.51", 7)])
def test_failures_while_it_starts_do_not_count(rig: Rig, api: str, checks: int) -> None:
    """Newer engines also look more often then."""
    rig.cluster.machine("m1").run(playing(api))
    begin(rig, "CMD", "false", Interval=10 * SECOND, Retries=1, StartPeriod=25 * SECOND, StartInterval=4 * SECOND)
    rig.until(lambda: state(rig) == "starting" and shown(rig).get("Health") is not None)
    monitored = rig.cluster.clock.now()
    rig.until(lambda: state(rig) == "failed")
    assert rig.cluster.clock.now() - monitored > 25
    told = [each["Action"] for each in rig.engine.events.history(0, rig.cluster.clock.now())]
    assert told.count("exec_start: false") == checks


def test_a_check_that_nobody_can_run_passes_unless_the_image_is_unhealthy(rig: Rig) -> None:
    begin(rig, "CMD-SHELL", "curl -f http://localhost || exit 1", image="shop/web:1.0")
    rig.until(lambda: state(rig) == "running")
    assert shown(rig)["Health"]["Status"] == "healthy"


def test_a_plain_container_is_checked_and_left_alone(rig: Rig) -> None:
    rig.engine.images.pulled("busybox")
    health = {"Test": ["CMD-SHELL", "exit 2"], "Interval": SECOND, "Retries": 2}
    body = {"Image": "busybox", "Cmd": ["sleep", "1000"], "Healthcheck": health}
    id = rig.engine.containers.plain.create("box", body)["Id"]
    rig.engine.containers.start(id)
    assert rig.engine.containers.inspect(id)["State"]["Health"] == {"Status": "starting", "FailingStreak": 0, "Log": []}
    rig.cluster.advance(8)
    found = rig.engine.containers.inspect(id)["State"]
    assert (found["Running"], found["Health"]["Status"]) == (True, "unhealthy")
    assert len(found["Health"]["Log"]) == 5
    rig.engine.containers.stop(id)
    streak = rig.engine.containers.inspect(id)["State"]["Health"]["FailingStreak"]
    rig.cluster.advance(8)
    assert rig.engine.containers.inspect(id)["State"]["Health"]["FailingStreak"] == streak


def test_a_plain_container_s_check_that_nobody_can_run_passes(rig: Rig) -> None:
    rig.engine.images.pulled("shop/web")
    health = {"Test": ["CMD-SHELL", "curl localhost"], "Interval": SECOND}
    id = rig.engine.containers.plain.create("box", {"Image": "shop/web", "Healthcheck": health})["Id"]
    rig.engine.containers.start(id)
    rig.cluster.advance(3)
    assert rig.engine.containers.inspect(id)["State"]["Health"]["Status"] == "healthy"
