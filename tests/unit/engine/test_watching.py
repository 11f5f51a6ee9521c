"""What a session sees of a healthy swarm."""

from __future__ import annotations

import sys
import time
from functools import partial
from subprocess import run

import pytest

from swarmtui.endpoint import Endpoint
from swarmtui.engine.polling.observation import Phase, TaskScope
from swarmtui.engine.session import Session
from swarmtui.ui.session import SwarmSession
from tests.patience import DEAD
from tests.stub_engine import StubEngine
from tests.unit.engine.conftest import Watched, eventually, watching


def counted(watched: Watched) -> int | None:
    """How many tasks of a service run by the manager's count."""
    status = watched.service("web").service_status
    return status.running_tasks if status else None


def test_a_session_is_what_the_user_interface_asks_for(engine: StubEngine) -> None:
    session: SwarmSession = Session(Endpoint(engine.url, "stub"))
    assert session.endpoint.name == "stub"
    assert not session.observation().read_only
    assert session.observation().cluster is None
    session.close()


def test_starting_neither_waits_nor_imports_docker(engine: StubEngine) -> None:
    engine.hang()
    code = (
        "import sys\n"
        "from swarmtui.endpoint import Endpoint\n"
        "from swarmtui.engine.session import Session\n"
        f"session = Session(Endpoint({engine.url!r}, 'stub'))\n"
        "assert 'docker' not in sys.modules and 'requests' not in sys.modules\n"
        "session.start(lambda: None)\n"
        "assert session.observation().connection.error is None\n"  # nor for the end of a deadline
        "session.close()\n"
    )
    run([sys.executable, "-c", code], check=True, timeout=DEAD)


def test_the_whole_swarm_is_seen(watched: Watched) -> None:
    cluster = watched.cluster
    assert sorted(node.name for node in cluster.nodes.values()) == ["mgr1", "mgr2", "mgr3", "wrk1", "wrk2"]
    assert watched.running("web") == 3
    assert watched.running("agent") == 5
    assert cluster.swarm is not None
    assert cluster.leader is not None
    assert cluster.leader.name == "mgr1"


def test_the_status_tells_versions_and_latency(engine: StubEngine, watched: Watched) -> None:
    eventually(lambda: watched.session.observation().connection.engine_version == "26.1.5")
    status = watched.session.observation().connection
    assert status.api_version == "1.45"
    assert status.latency is not None
    assert status.latency < 0.5
    assert abs(status.clock_offset) < 5
    assert watched.phase is Phase.LIVE


def test_nothing_is_shown_before_nodes_and_services_are_known(engine: StubEngine) -> None:
    engine.hang("/services")
    with watching(engine.url) as watched:
        eventually(lambda: engine.asked("/services"))
        assert watched.session.observation().cluster is None
        engine.release()
        eventually(lambda: watched.session.observation().cluster)
        assert watched.cluster.services


@pytest.mark.usefixtures("no_polls")
def test_a_change_by_somebody_else_is_seen_before_the_next_poll(engine: StubEngine, watched: Watched) -> None:
    engine.set_replicas("web", 4)
    eventually(lambda: watched.replicas("web") == 4)
    engine.set_node("wrk1", availability="drain")
    wrk1 = engine.node("wrk1")["ID"]
    eventually(lambda: watched.cluster.nodes[wrk1].spec.availability == "drain")


def test_tasks_that_change_without_an_event_are_seen(engine: StubEngine, watched: Watched) -> None:
    task = engine.tasks_of("web")[0]
    engine.set_task(task, state="failed")
    eventually(lambda: watched.running("web") == 2)


@pytest.mark.usefixtures("no_polls")
def test_a_task_that_is_given_up_without_an_event_is_seen_though_no_list_is_due(
    engine: StubEngine, watched: Watched
) -> None:
    for place, left in ((0, 2), (1, 1)):  # the second one beside a history
        engine.set_task(engine.tasks_of("web")[place], state="failed", desired="shutdown")
        eventually(partial(lambda number: watched.running("web") == number, left))
        eventually(partial(lambda number: counted(watched) == number, left))


def test_tasks_are_seen_on_every_scope(engine: StubEngine, watched: Watched) -> None:
    web = engine.service("web")["ID"]
    for scope in (TaskScope(service_id=web), TaskScope(node_id=engine.node("wrk2")["ID"]), TaskScope()):
        watched.session.look_at(scope)
        wanted = watched.running("web") + 1
        engine.add_task("web", node="wrk2", slot=9)
        eventually(partial(lambda number: watched.running("web") == number, wanted))


@pytest.mark.usefixtures("no_polls")
def test_services_come_and_go(engine: StubEngine, watched: Watched) -> None:
    engine.add_service("new", replicas=2)
    eventually(lambda: any(service.name == "new" for service in watched.cluster.services.values()))
    engine.settle()
    eventually(lambda: watched.running("new") == 2)
    gone = engine.service("new")["ID"]
    engine.remove_service("new")
    eventually(lambda: gone not in watched.cluster.services)
    eventually(lambda: not watched.cluster.tasks_of(gone))


def test_a_removed_service_or_node_that_is_on_the_screen_is_no_outage(engine: StubEngine, watched: Watched) -> None:
    web, wrk2 = engine.service("web")["ID"], engine.node("wrk2")["ID"]
    watched.session.look_at(TaskScope(service_id=web))
    eventually(lambda: any(web in each.query.get("filters", "") for each in engine.asked("/tasks")))
    engine.remove_service("web")
    eventually(lambda: web not in watched.cluster.services)
    watched.session.look_at(TaskScope(node_id=wrk2))
    eventually(lambda: any(wrk2 in each.query.get("filters", "") for each in engine.asked("/tasks")))
    del engine.nodes[wrk2]
    engine.emit("node", "remove", wrk2)
    asked = len(engine.asked("/services"))
    eventually(lambda: wrk2 not in watched.cluster.nodes)
    eventually(lambda: len(engine.asked("/services")) > asked + 1)
    assert watched.phase is Phase.LIVE
    refused = [each for each in engine.asked("/tasks") if each.query and not each.out]
    assert len(refused) <= 3


def test_a_node_that_goes_down_is_seen_though_no_event_tells(engine: StubEngine, watched: Watched) -> None:
    engine.set_node("wrk1", state="down", event=False)
    eventually(lambda: engine.node("wrk1")["ID"] in watched.cluster.nodes_not_ready)


def test_no_news_while_nothing_changes(engine: StubEngine, watched: Watched) -> None:
    eventually(lambda: watched.session.timeline.entries)
    asked = len(engine.asked("/services"))
    eventually(lambda: len(engine.asked("/services")) >= asked + 2)  # all that is there at first has been told
    asked, news = len(engine.asked("/services")), watched.news
    eventually(lambda: len(engine.asked("/services")) >= asked + 2)
    assert watched.news == news
    age = watched.session.observation().connection.age(time.monotonic())
    assert age is not None
    assert age < 1.5


def test_what_did_not_change_stays_the_same_object(engine: StubEngine, watched: Watched) -> None:
    before = watched.cluster
    engine.set_replicas("web", 4)
    eventually(lambda: watched.replicas("web") == 4)
    agent = engine.service("agent")["ID"]
    assert watched.cluster.services[agent] is before.services[agent]
    assert watched.cluster.tasks_by_service[agent] is before.tasks_by_service[agent]


def test_refresh_asks_for_everything(engine: StubEngine, watched: Watched) -> None:
    whole = [request for request in engine.asked("/tasks") if not request.query]
    watched.session.refresh()
    eventually(lambda: len([each for each in engine.asked("/tasks") if not each.query]) > len(whole))


def test_another_listener_takes_over(engine: StubEngine, watched: Watched) -> None:
    heard: list[int] = []
    watched.session.start(lambda: heard.append(1))
    news = watched.news
    engine.set_replicas("web", 4)
    eventually(lambda: heard)
    assert watched.news == news


def test_join_tokens_are_masked_until_revealed(watched: Watched) -> None:
    tokens = watched.session.join_tokens().result(DEAD)
    assert "SWMTKN" not in repr(tokens)
    assert tokens.worker.reveal() == "SWMTKN-1-stub-worker-0"
    assert tokens.manager.reveal() == "SWMTKN-1-stub-manager-0"
    assert tokens.address == "10.99.0.10:2377"


def test_no_token_is_kept(watched: Watched) -> None:
    assert "SWMTKN" not in repr(watched.session.observation())


def test_an_engine_that_became_another_swarm_is_shown_anew(engine: StubEngine, watched: Watched) -> None:
    engine.swarm["ID"] = "another"
    engine.nodes.clear()
    engine.services.clear()
    engine.tasks.clear()
    engine.add_node("solo", role="manager", leader=True)
    watched.session.refresh()
    eventually(lambda: watched.cluster.swarm and watched.cluster.swarm.id == "another")
    eventually(lambda: [node.name for node in watched.cluster.nodes.values()] == ["solo"])
    eventually(lambda: watched.cluster.task_count == 0)


def test_an_object_that_does_not_fit_the_schema_hides_no_other(engine: StubEngine) -> None:
    engine.add_service("odd")["Spec"]["Name"] = 7
    with watching(engine.url) as watched:
        eventually(lambda: watched.cluster.services)
        assert {service.name for service in watched.cluster.services.values()} == {"web", "agent"}


def test_a_removed_network_that_the_engine_lists_a_while_longer_goes_when_it_goes(engine: StubEngine) -> None:
    network = engine.add_shared("networks", "back")
    with watching(engine.url) as watched:
        watched.until_complete()
        eventually(lambda: network["Id"] in (watched.cluster.networks or {}))
        engine.emit("network", "remove", network["Id"])
        asked = len(engine.asked("GET /networks"))
        eventually(lambda: len(engine.asked("GET /networks")) > asked)
        engine.networks.clear()  # and of that there is no event
        eventually(lambda: watched.cluster.networks == {})


def test_networks_that_are_in_no_list_are_looked_up_by_their_ids_once(engine: StubEngine) -> None:
    host, gone = "h" * 24 + "1", "g" * 24 + "1"
    engine.predefined[host] = {"Id": host, "Name": "host", "Driver": "host", "Scope": "swarm"}
    template = engine.service("web")["Spec"]["TaskTemplate"]
    template["Networks"] = [{"Target": host}, {"Target": gone}, {"Target": "none"}]
    with watching(engine.url) as watched:
        eventually(lambda: watched.cluster.elsewhere == {host: "host", gone: ""})
        assert watched.cluster.network_name(host) == "host"
        engine.set_replicas("web", 4)
        eventually(lambda: watched.replicas("web") == 4)
        assert len(engine.asked(f"GET /networks/{host}")) == len(engine.asked(f"GET /networks/{gone}")) == 1
        assert not engine.asked("GET /networks/none")
