"""Lists that a proxy before the engine's socket forbids: the state of one list, and of nothing else."""

from __future__ import annotations

import time

import pytest

from swarmtui.engine.polling.observation import Phase, TaskScope
from swarmtui.swarm.health.services import service_health
from swarmtui.swarm.kinds import Kind
from tests.stub_engine import StubEngine
from tests.unit.engine.conftest import Watched, eventually, watching

HTML = "<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n</body></html>"


def seen(watched: Watched) -> bool:
    return bool(watched.session.observation().cluster)


@pytest.mark.parametrize("status", [403, 404, 501])
@pytest.mark.parametrize("kind", [each for each in Kind if each is not Kind.STACK])
def test_a_refused_list_is_no_lost_connection(engine: StubEngine, kind: Kind, status: int) -> None:
    engine.refuse(f"GET /{kind.value}", status, HTML)
    with watching(engine.url) as watched:
        eventually(lambda: kind in watched.cluster.refused)
        eventually(lambda: watched.phase is Phase.LIVE)
        assert watched.cluster.refused[kind].startswith(f"{status}: ")
        if kind is not Kind.SERVICE:  # the others go on being asked for
            engine.set_replicas("web", 4)
            eventually(lambda: watched.replicas("web") == 4)
        asked = len(engine.asked(f"GET /{kind.value}"))
        services = len(engine.asked("GET /services" if kind is not Kind.SERVICE else "GET /nodes"))
        eventually(lambda: len(engine.asked("GET /services" if kind is not Kind.SERVICE else "GET /nodes")) > services)
        assert len(engine.asked(f"GET /{kind.value}")) <= asked + 1, "it is asked for seldom"
        eventually(lambda: watched.phase is Phase.LIVE)


def test_a_list_that_is_allowed_again_is_seen_at_the_users_wish(engine: StubEngine) -> None:
    engine.refuse("GET /secrets", 403, "no")
    engine.add_shared("secrets", "key")
    with watching(engine.url) as watched:
        eventually(lambda: Kind.SECRET in watched.cluster.refused)
        assert watched.cluster.secrets is None
        engine.release()
        watched.session.refresh()
        eventually(lambda: watched.cluster.secrets)
        assert not watched.cluster.refused


def test_what_was_known_before_a_list_is_refused_is_not_shown_on(engine: StubEngine, watched: Watched) -> None:
    engine.refuse("GET /tasks", 403, "no")
    watched.session.look_at(TaskScope(service_id=watched.service("web").id))
    watched.session.refresh()
    eventually(lambda: Kind.TASK in watched.cluster.refused)
    web = watched.service("web")
    assert watched.cluster.tasks_of(web.id) is None
    assert service_health(watched.cluster, web, time.time()).well is True, "the managers' counts are known"


def test_an_engine_that_does_not_tell_of_itself_is_watched_all_the_same(engine: StubEngine) -> None:
    engine.refuse("GET /info", 403, "no")
    with watching(engine.url) as watched:
        watched.until_listed()
        asked = len(engine.asked("GET /info"))
        services = len(engine.asked("GET /services"))
        eventually(lambda: len(engine.asked("GET /services")) >= services + 2)
        assert len(engine.asked("GET /info")) <= asked + 1


def test_an_engine_that_gives_neither_nodes_nor_services_shows_why(engine: StubEngine) -> None:
    engine.refuse("GET /nodes", 403, HTML)
    engine.refuse("GET /services", 403, HTML)
    with watching(engine.url) as watched:
        eventually(lambda: watched.error == "EngineRefused")
        assert not seen(watched)
        error = watched.session.observation().connection.error
        assert error is not None
        assert error.message == "403 Forbidden Request forbidden by administrative rules."
