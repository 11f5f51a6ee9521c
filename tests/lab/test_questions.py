"""The small questions about a swarm at rest: a real engine answers them as the embedded one does."""

from __future__ import annotations

import json
from contextlib import closing
from functools import partial
from typing import Any

from swarmtui.endpoint import Endpoint
from swarmtui.engine.client.client import EngineClient
from swarmtui.engine.clients import ask
from swarmtui.engine.polling.endings import LETTERS
from swarmtui.engine.polling.engine_questions import Lane, Question, Topic
from tests.lab.cluster import Lab
from tests.lab.cluster.waiting import until


def answer(client: EngineClient, topic: Topic, *ids: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(ask(client, Question(topic, ids), Lane.LISTS).body)
    return found


def both(client: EngineClient, service: str) -> list[dict[str, Any]]:
    """A service's standing tasks, once they are two that run: a busy machine's node may be lost for a moment."""
    standing = answer(client, Topic.STANDING_OF, service)
    return standing if [task["Status"]["State"] for task in standing] == ["running"] * 2 else []


def test_a_container_killed_behind_the_swarms_back_is_told_by_an_answer_that_was_empty_before(swarm: Lab) -> None:
    swarm.service("web", replicas=2)
    swarm.service("api", replicas=1)
    manager = swarm.node("n1")
    web, api = (manager.get(f"/services/{name}")["ID"] for name in ("web", "api"))
    with closing(EngineClient(Endpoint(manager.url, "lab"))) as client:
        for _ in range(2):  # the second time beside a history
            running = until(partial(both, client, web), "two tasks that stand, and run")
            beginnings = [task["ID"][:LETTERS] for task in running]
            assert answer(client, Topic.ENDED, *beginnings) == []
            assert answer(client, Topic.ENDED_OF, api) == []
            killed = running[0]
            node = next(each for each in swarm.nodes if each.get("/info")["Swarm"]["NodeID"] == killed["NodeID"])
            node.docker("kill", killed["Status"]["ContainerStatus"]["ContainerID"])
            until(partial(answer, client, Topic.ENDED, *beginnings), "the end of a task to be told")
            assert [task["ID"] for task in answer(client, Topic.ENDED, *beginnings)] == [killed["ID"]]
            assert killed["ID"] not in [task["ID"] for task in answer(client, Topic.STANDING_OF, web)]
            assert killed["ID"] in [task["ID"] for task in answer(client, Topic.ENDED_OF, web)]
            swarm.wait_settled("web")
        assert [each["ID"] for each in answer(client, Topic.SOME_SERVICES, web)] == [web]
        assert answer(client, Topic.SOME_SERVICES, web)[0]["ServiceStatus"]["RunningTasks"] == 2
        mine = manager.get("/info")["Swarm"]["NodeID"]
        assert [each["ID"] for each in answer(client, Topic.SOME_NODES, mine)] == [mine]
    swarm.remove_services()
