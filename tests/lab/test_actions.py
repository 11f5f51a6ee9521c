"""Each action, done by keys in the real program on a real swarm; afterwards the engine is asked whether it happened."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab.cluster import Lab
from tests.lab.cluster.waiting import until
from tests.lab.driving import (
    confirm,
    node_of,
    on_row,
    open_on,
    press_button,
    running_tasks,
    service_of,
)
from tests.terminal import Terminal


@pytest.fixture
def program(swarm: Lab, tmp_path: Path) -> Iterator[Terminal]:
    """The program on n1, on a swarm without services."""
    with open_on(swarm.node("n1").url, tmp_path) as terminal:
        terminal.wait_for("No services")
        yield terminal


def audit_of(state: Path) -> list[dict[str, Any]]:
    (log,) = state.rglob("audit.jsonl")
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_scale_keeps_the_tasks_that_survive(swarm: Lab, program: Terminal, tmp_path: Path) -> None:
    swarm.service("web", replicas=3)
    before = running_tasks(swarm, "web", 3)
    on_row(program, "2", "web")
    program.press("s")
    program.wait_for("Scale web")
    program.press("6")
    program.wait_for("from 3 to 6")
    program.wait_for(r"\$ docker service scale web=6")
    press_button(program, "Scale web", "enter")
    program.wait_until_told("✔ Scale web from 3 to 6")
    after = running_tasks(swarm, "web", 6)
    assert before.items() <= after.items(), "a task was replaced by scaling up"

    program.press("-")
    program.wait_for("from 6 to 5")
    confirm(program, "Scale web")
    program.wait_until_told("✔ Scale web from 6 to 5")
    fewer = running_tasks(swarm, "web", 5)
    assert fewer.items() <= after.items(), "a task was replaced by scaling down"
    assert service_of(swarm, "web")["Spec"]["Mode"]["Replicated"]["Replicas"] == 5
    done = [entry for entry in audit_of(tmp_path) if entry["outcome"] == "done"]
    assert [entry["command"] for entry in done] == ["docker service scale web=6", "docker service scale web=5"]


def test_enter_alone_changes_nothing(swarm: Lab, program: Terminal) -> None:
    swarm.service("web", replicas=1)
    version = node_of(swarm, "n5")["Spec"]
    on_row(program, "1", "n5")
    program.press("d")
    program.wait_for("▸ Cancel ◂")
    program.press("enter")
    program.wait_for("Cancel", absent=True)
    assert node_of(swarm, "n5")["Spec"] == version


def test_drain_moves_the_tasks_and_activate_takes_new_ones(swarm: Lab, program: Terminal) -> None:
    swarm.service("web", replicas=5)
    swarm.service("api", replicas=2)
    drained = node_of(swarm, "n5")["ID"]
    assert drained in running_tasks(swarm, "web").values()
    on_row(program, "1", "n5")
    program.press("d")
    program.wait_for(r"docker node update --availability drain n5")
    confirm(program, "Drain n5")
    program.wait_until_told("✔ Drain n5")
    assert node_of(swarm, "n5")["Spec"]["Availability"] == "drain"
    assert drained not in running_tasks(swarm, "web").values()
    until(lambda: len(running_tasks(swarm, "web")) == 5, "all five tasks run elsewhere")

    program.press("a")
    program.wait_for("active: takes new tasks")
    program.press("up", "up")
    program.wait_for("availability active")
    press_button(program, "Activate n5", "enter")
    program.wait_until_told("✔ Activate n5.*b rebalances")
    assert node_of(swarm, "n5")["Spec"]["Availability"] == "active"

    program.wait_for(r"api +replicated +▰+ 2/2")  # "a" takes those alone that no task is missing of
    program.wait_for(r"web +replicated +▰+ 5/5")
    program.press("b")
    program.wait_for("Rebalance n5")
    program.press("a")
    program.wait_for("docker service update --force api")
    program.wait_for("docker service update --force web")
    press_button(program, "Force-update 2 services", "enter")
    program.wait_until_told(r"✔ Rebalance n5: 2 of 2 done")
    first, second = (service_of(swarm, name)["UpdateStatus"] for name in ("web", "api"))
    assert first["CompletedAt"] <= second["StartedAt"], "api was begun once web, which stood uneven, was whole"
    assert drained in running_tasks(swarm, "web").values()


def test_promote_and_demote(swarm: Lab, program: Terminal) -> None:
    on_row(program, "1", "n4")
    program.press("p")
    program.wait_for("docker node promote n4")
    confirm(program, "Promote n4")
    program.wait_until_told("✔ Promote n4")
    assert node_of(swarm, "n4")["Spec"]["Role"] == "manager"
    until(lambda: node_of(swarm, "n4")["ManagerStatus"]["Reachability"] == "reachable", "n4 to be reached")

    on_row(program, "1", "n4")
    program.press("m")
    program.wait_for("docker node demote n4")
    confirm(program, "Demote n4")
    program.wait_until_told("✔ Demote n4")
    demoted = node_of(swarm, "n4")
    assert demoted["Spec"]["Role"] == "worker"
    assert "ManagerStatus" not in demoted


@pytest.mark.parametrize("role", ["worker", "manager"])
def test_rotating_a_token_changes_nothing_else(swarm: Lab, program: Terminal, role: str) -> None:
    engine = swarm.node("n1")
    engine.docker("swarm", "update", "--autolock=true", "--task-history-limit", "9")
    spec = engine.get("/swarm")
    spec["Spec"]["Labels"] = {"team": "ops", "odd": "[/x]"}
    engine.post(f"/swarm/update?version={spec['Version']['Index']}", spec["Spec"])
    before = engine.get("/swarm")
    program.press("t")
    program.wait_for(r"SWMTKN-1-•+")
    assert before["JoinTokens"]["Worker"] not in program.text.replace("\n", "")
    if role == "manager":
        program.press("down")
    program.press("r")
    program.wait_for(f"docker swarm join-token --rotate {role}")
    confirm(program, f"Rotate {role} token")
    program.wait_until_told("✔ Rotate ")
    after = engine.get("/swarm")
    changed, kept = ("Worker", "Manager") if role == "worker" else ("Manager", "Worker")
    assert after["JoinTokens"][changed] != before["JoinTokens"][changed]
    assert after["JoinTokens"][kept] == before["JoinTokens"][kept]
    assert after["Spec"] == before["Spec"]


def test_a_token_is_shown_and_hidden_again(swarm: Lab, program: Terminal, tmp_path: Path) -> None:
    token = swarm.node("n1").get("/swarm")["JoinTokens"]["Worker"]
    program.press("t")
    program.wait_for(r"SWMTKN-1-•+")
    program.press("v")
    program.wait_for(token[:40])
    program.press("v")
    program.wait_for(token[:40], absent=True)
    program.press("escape")
    for file in tmp_path.rglob("*"):
        assert token not in (file.read_text() if file.is_file() else "")


def test_a_change_by_somebody_else_is_a_conflict_and_is_solved(swarm: Lab, program: Terminal) -> None:
    swarm.service("web", replicas=2)
    on_row(program, "2", "web")
    program.press("s")
    program.wait_for("Scale web")
    program.press("4", "enter")
    program.wait_for("from 2 to 4")
    program.wait_for("▸ Scale web ◂")
    swarm.node("n2").docker("service", "scale", "--detach", "web=3")
    until(lambda: service_of(swarm, "web")["Spec"]["Mode"]["Replicated"]["Replicas"] == 3, "the other's change")
    program.press("enter")
    program.wait_for("Somebody else changed replicas of web")
    program.wait_for(r"now, by another +3")
    confirm(program, "Scale web anyway")
    program.wait_until_told("✔ Scale web")
    assert service_of(swarm, "web")["Spec"]["Mode"]["Replicated"]["Replicas"] == 4


def test_a_change_of_another_field_is_no_conflict(swarm: Lab, program: Terminal) -> None:
    swarm.service("web", replicas=2)
    on_row(program, "2", "web")
    program.press("s")
    program.wait_for("Scale web")
    program.press("3", "enter")
    program.wait_for("from 2 to 3")
    program.wait_for("▸ Scale web ◂")
    swarm.node("n2").docker("service", "update", "--detach", "--label-add", "by=other", "web")
    until(lambda: service_of(swarm, "web")["Spec"]["Labels"] == {"by": "other"}, "the other's change")
    program.press("enter")
    program.wait_until_told("✔ Scale web from 2 to 3")
    spec = service_of(swarm, "web")["Spec"]
    assert spec["Labels"] == {"by": "other"}
    assert spec["Mode"]["Replicated"]["Replicas"] == 3


def test_read_only_refuses(swarm: Lab, tmp_path: Path) -> None:
    swarm.service("web", replicas=1)
    with open_on(swarm.node("n1").url, tmp_path, "--read-only") as terminal:
        on_row(terminal, "2", "web")
        terminal.wait_for("READ-ONLY")
        terminal.press("+")
        terminal.wait_until_told("Read-only")
        terminal.press("enter", "enter", "escape")
        assert service_of(swarm, "web")["Spec"]["Mode"]["Replicated"]["Replicas"] == 1
