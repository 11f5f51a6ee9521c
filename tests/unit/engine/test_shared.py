"""Stacks, secrets, configs and networks on their way to an engine: what is sent, what is tried again, what is told."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from swarmtui.errors import EngineRefused, SeriesInterrupted
from swarmtui.swarm.files.changes import Content, CreateSecret, RemoveSecret
from swarmtui.swarm.files.rotation import RotateSecret
from swarmtui.swarm.networks.changes import CreateNetwork, NetworkOptions
from swarmtui.swarm.secret import Secret
from swarmtui.swarm.stacks.changes import RemoveStack
from swarmtui.swarm.stacks.stack import stacks_of
from tests.patience import DEAD
from tests.stub_engine import StubEngine
from tests.unit.engine.conftest import Watched, eventually, watching

TEXT = "correct horse battery staple"
CONTENT = Content(Secret(base64.b64encode(TEXT.encode()).decode()), len(TEXT))


def know(watched: Watched, *names: str) -> None:
    """Wait until these secrets and networks are known."""

    def known() -> bool:
        cluster = watched.cluster
        things = [*(cluster.secrets or {}).values(), *(cluster.configs or {}).values()]
        things_named = {each.name for each in things} | {each.name for each in (cluster.networks or {}).values()}
        return set(names) <= things_named

    eventually(known)


def rotation(watched: Watched, *, remove_old: bool = False) -> RotateSecret:
    cluster = watched.cluster
    old = next(each for each in (cluster.secrets or {}).values() if each.name == "key")
    return RotateSecret.of(old, "key-v2", CONTENT, cluster, remove_old=remove_old)


def audit(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def stub(engine: StubEngine) -> StubEngine:
    engine.add_shared("secrets", "key")
    for service in ("web", "agent"):
        engine.give(service, "secrets", "key")
    return engine


def test_a_secret_is_made_and_written_down_nowhere(engine: StubEngine, tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    with watching(engine.url, audit_log=log) as watched:
        watched.until_complete()
        outcome = watched.session.apply(CreateSecret.of("key", CONTENT, (("a", "b"),))).result(DEAD)
    sent = engine.secrets[outcome.created_id]["Spec"]
    assert base64.b64decode(sent["Data"]).decode() == TEXT
    assert (sent["Name"], sent["Labels"]) == ("key", {"a": "b"})
    written = log.read_text()
    assert TEXT not in written
    assert sent["Data"] not in written
    assert audit(log)[0]["command"] == "docker secret create --label a=b key -"


def test_rotation_replaces_the_reference_and_nothing_else(stub: StubEngine, tmp_path: Path) -> None:
    before = json.loads(json.dumps(stub.service("web")["Spec"]))
    log = tmp_path / "audit.jsonl"
    with watching(stub.url, audit_log=log) as watched:
        watched.until_complete()
        know(watched, "key")
        watched.session.apply(rotation(watched, remove_old=True)).result(DEAD)
    (new,) = stub.secrets.values()
    assert new["Spec"]["Name"] == "key-v2"
    after = stub.service("web")["Spec"]
    (reference,) = after["TaskTemplate"]["ContainerSpec"]["Secrets"]
    assert (reference["SecretID"], reference["SecretName"]) == (new["ID"], "key-v2")
    assert reference["File"] == {"Name": "key.txt", "UID": "0", "GID": "0", "Mode": 0o400}
    before["TaskTemplate"]["ContainerSpec"]["Secrets"] = after["TaskTemplate"]["ContainerSpec"]["Secrets"]
    assert after == before
    assert [(line["action"], line["outcome"]) for line in audit(log)] == [
        ("secret.create", "done"),
        ("service.replace-reference", "done"),
        ("service.replace-reference", "done"),
        ("secret.remove", "done"),
    ]
    assert TEXT not in log.read_text()


def test_a_rotation_that_stops_half_way_says_what_is_where(stub: StubEngine) -> None:
    with watching(stub.url) as watched:
        watched.until_complete()
        know(watched, "key")
        stub.refuse(f"POST /services/{stub.service('web')['ID']}", 500, "the web is torn")
        with pytest.raises(SeriesInterrupted) as caught:
            watched.session.apply(rotation(watched, remove_old=True)).result(DEAD)
    assert caught.value.done == ("Create the secret key-v2", "Let agent use key-v2")
    assert str(caught.value) == (
        "Done: Create the secret key-v2; Let agent use key-v2. Then: Let web use key-v2: the web is torn"
    )
    assert {each["Spec"]["Name"] for each in stub.secrets.values()} == {"key", "key-v2"}


def test_a_secret_in_use_is_refused_by_the_engine_in_its_words(stub: StubEngine) -> None:
    with watching(stub.url) as watched:
        watched.until_complete()
        know(watched, "key")
        old = next(iter((watched.cluster.secrets or {}).values()))
        with pytest.raises(EngineRefused, match="secret 'key' is in use by the following service: web, agent"):
            watched.session.apply(RemoveSecret.of(old)).result(DEAD)


def test_a_network_is_made(engine: StubEngine, watched: Watched) -> None:
    options = NetworkOptions("10.20.0.0/24", encrypted=True)
    made = watched.session.apply(CreateNetwork.of("back", options)).result(DEAD).created_id
    network = engine.networks[made]
    assert (network["Name"], network["Driver"], network["Options"]) == ("back", "overlay", {"encrypted": ""})
    assert engine.asked("POST /networks/create")[0].body["IPAM"]["Config"] == [{"Subnet": "10.20.0.0/24"}]


def test_the_lost_answer_about_a_network_is_looked_up_among_those_of_the_swarm(engine: StubEngine) -> None:
    engine.lose_answer("POST /networks", done=True)
    with watching(engine.url) as watched:
        watched.until_complete()
        outcome = watched.session.apply(CreateNetwork.of("back", NetworkOptions())).result(DEAD)
    assert outcome.created_id in engine.networks
    assert engine.asked("GET /networks/back")[0].query == {"scope": "swarm"}


# ------------------------------------------------------------------------------------------------ stacks


@pytest.fixture
def shop(engine: StubEngine) -> StubEngine:
    """A stack of a service, a secret and a network."""
    engine.add_shared("secrets", "shop_key", stack="shop")
    engine.add_shared("networks", "shop_front", stack="shop")
    engine.add_service("shop_web")["Spec"]["Labels"] = {"com.docker.stack.namespace": "shop"}
    engine.give("shop_web", "secrets", "shop_key")
    engine.give("shop_web", "networks", "shop_front")
    return engine


def removal(watched: Watched) -> RemoveStack:
    know(watched, "shop_key", "shop_front")
    return RemoveStack.of(stacks_of(watched.cluster)[0], watched.cluster)


def test_a_stack_is_removed_in_order(shop: StubEngine, watched: Watched) -> None:
    watched.session.apply(removal(watched)).result(DEAD)
    gone = [request.path.split("/")[1] for request in shop.requests if request.method == "DELETE"]
    assert gone == ["services", "secrets", "networks"]
    assert (shop.secrets, shop.networks) == ({}, {})
    assert {each["Spec"]["Name"] for each in shop.services.values()} == {"web", "agent"}


def test_a_network_that_stopping_tasks_still_use_is_tried_again(shop: StubEngine, watched: Watched) -> None:
    words = "rpc error: code = FailedPrecondition desc = network abc is in use by task def"
    shop.refuse("DELETE /networks", 400, words, times=2)
    outcome = watched.session.apply(removal(watched)).result(DEAD)
    assert outcome.warnings == ()
    assert len(shop.asked("DELETE /networks")) == 3
    assert shop.networks == {}


def test_a_network_that_a_service_uses_is_not_tried_again(shop: StubEngine, watched: Watched) -> None:
    action = removal(watched)
    shop.give("web", "networks", "shop_front")
    with pytest.raises(SeriesInterrupted, match="Done: Remove the service shop_web; Remove the secret shop_key"):
        watched.session.apply(action).result(DEAD)
    assert len(shop.asked("DELETE /networks")) == 1


def test_leaving_the_program_ends_the_waiting_for_a_network(shop: StubEngine) -> None:
    shop.refuse("DELETE /networks", 400, "network abc is in use by task def")
    with watching(shop.url) as watched:
        watched.until_complete()
        future = watched.session.apply(removal(watched))
        eventually(lambda: shop.asked("DELETE /networks"))
        watched.session.close()
        with pytest.raises(Exception, match=r"closed|in use"):
            future.result(DEAD)
