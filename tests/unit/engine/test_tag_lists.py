"""Tags asked from registries: pages, passwords and tokens, and what is said when there is no list."""

from __future__ import annotations

import base64
import json
import re
import socket
import threading
from pathlib import Path

import pytest

from swarmtui.endpoint import Endpoint
from swarmtui.engine.images.challenge import Challenge, challenges_in
from swarmtui.engine.images.registry_http import Web, straight
from swarmtui.engine.images.tag_lists import list_tags
from swarmtui.engine.session import Session
from swarmtui.swarm.images.registries import is_insecure
from swarmtui.swarm.images.tag_list import TagList
from tests.patience import DEAD
from tests.stub_registry import StubRegistry
from tests.ui.simulated import SimulatedSwarm
from tests.unit.engine.test_tls import Authority, server_side

TAGS = [f"1.{number}" for number in range(25)]


def ask(registry: StubRegistry, repository: str = "shop/api", info: object = None) -> TagList:
    web = Web(straight, lambda host: is_insecure(host, info))
    return list_tags(web, f"{registry.address}/{repository}")


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    return tmp_path / "config.json"


def log_in(config: Path, registry: StubRegistry, **entry: str) -> None:
    login = base64.b64encode(":".join(registry.login).encode()).decode()
    config.write_text(json.dumps({"auths": {registry.address: entry or {"auth": login}}}))


@pytest.mark.parametrize("absolute", [False, True])
def test_all_pages_are_read(absolute: bool) -> None:
    with StubRegistry({"shop/api": TAGS, "shop/none": []}, page=7, absolute=absolute) as registry:
        found = ask(registry)
        assert (sorted(found.tags), found.is_whole, found.with_login) == (sorted(TAGS), True, False)
        assert len(registry.asked) == 4
        assert ask(registry, "shop/none") == TagList(f"{registry.address}/shop/none")


def test_a_next_page_is_never_looked_for_on_another_host() -> None:
    with StubRegistry({"shop/api": TAGS}, page=7) as registry, StubRegistry({"shop/api": TAGS}) as other:
        registry.link = f"http://{other.address}/v2/shop/api/tags/list?last=1.3"
        ask(registry)
        assert not other.asked


@pytest.mark.parametrize("lock", ["basic", "token"])
def test_the_login_goes_along_only_where_it_is_wanted(config: Path, lock: str) -> None:
    with StubRegistry({"shop/api": TAGS}, lock=lock, page=10) as registry:
        denied = ask(registry)
        assert denied.trouble.startswith(f"{registry.address} refuses to list the tags of shop/api: ")
        assert f"docker login {registry.address}" in denied.remedy
        log_in(config, registry)
        found = ask(registry)
        assert (sorted(found.tags), found.with_login) == (sorted(TAGS), True)
        registry.login = ("shop", "changed")
        assert "was refused, too" in ask(registry).remedy
        registry.lock = ""
        registry.asked.clear()
        assert not ask(registry).with_login
        assert {given for _, _, given in registry.asked} == {""}


def test_a_token_for_everybody_and_one_for_an_identity(config: Path) -> None:
    with StubRegistry({"shop/api": TAGS}, lock="free-token") as registry:
        log_in(config, registry)
        assert ask(registry).with_login is False
        registry.lock = "token"
        log_in(config, registry, identitytoken="hunter2")
        found = ask(registry)
        assert (len(found.tags), found.with_login) == (25, True)
        assert ("POST", "/token", "") in registry.asked


@pytest.mark.parametrize(
    ("status", "headers", "body", "words"),
    [
        (429, {"Retry-After": "120"}, b"", r"its limit of requests is reached\. Wait 2 min, and ask again; a login"),
        (404, {}, b"404 page not found", r"lists no tags: it answered 404\. It does not offer this part"),
        (404, {}, b'{"errors":[{"code":"NAME_UNKNOWN"}]}', r"has no repository shop/api\."),
        (503, {}, b"<html>", r"is in trouble: it answered 503\. Ask again later"),
        (200, {}, b"<html>", r"is no list of tags\. Is that a registry"),
        (200, {}, b'{"tags": {}}', r"is no list of tags"),
    ],
)
def test_what_is_no_list_is_said_with_what_helps(status: int, headers: dict[str, str], body: bytes, words: str) -> None:
    with StubRegistry({}) as registry:
        registry.broken = (status, headers, body)
        found = ask(registry)
        assert not found.found
        assert re.search(words, found.trouble)


def test_nothing_but_tags_is_taken_from_an_answer() -> None:
    with StubRegistry({}) as registry:
        registry.broken = (200, {}, json.dumps({"tags": ["1.0", "\x1b[2J", "a" * 129, 7, "", "٣"]}).encode())
        assert ask(registry).tags == ("1.0",)


def test_a_certificate_is_checked_unless_the_engine_calls_the_registry_insecure(tmp_path: Path) -> None:
    context = server_side(Authority(tmp_path, "unknown").issue("registry"))
    with StubRegistry({"shop/api": TAGS}, context=context) as registry:
        secure = {"RegistryConfig": {"IndexConfigs": {registry.address: {"Secure": True}}}}
        refused = ask(registry, info=secure)
        assert "The certificate of 127.0.0.1" in refused.why_not
        assert "is not trusted" in refused.why_not
        assert not registry.asked
        assert len(ask(registry).tags) == 25


@pytest.mark.parametrize(
    ("registry", "insecure"),
    [
        ("127.0.0.1:5000", True),
        ("localhost:5000", True),
        ("[::1]:5000", True),
        ("10.1.2.3:5000", True),
        ("11.1.2.3:5000", False),
        ("reg.example", True),
        ("reg.example:5000", False),
        ("docker.io", False),
    ],
)
def test_which_registries_are_insecure(registry: str, insecure: bool) -> None:
    known = {"docker.io": {"Secure": True}, "reg.example": {"Secure": False}}
    info = {"RegistryConfig": {"InsecureRegistryCIDRs": ["10.0.0.0/8", "?"], "IndexConfigs": known}}
    assert is_insecure(registry, info) is insecure


def test_a_silent_registry_is_given_up_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        web = Web(straight, lambda _: True)
        found: list[TagList] = []
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        asking = threading.Thread(target=lambda: found.append(list_tags(web, f"{address}/shop/api")), daemon=True)
        asking.start()
        with silent.accept()[0]:
            web.give_up()
            asking.join(DEAD)
        assert not found[0].found


@pytest.mark.parametrize(
    ("header", "challenges"),
    [
        ('Basic realm="a, b"', [("basic", {"realm": "a, b"})]),
        ('Bearer realm="http://x/t", Basic', [("bearer", {"realm": "http://x/t"}), ("basic", {})]),
        ("Negotiate, Basic realm=x", [("negotiate", {}), ("basic", {"realm": "x"})]),
        (r'Basic realm="\"q\""', [("basic", {"realm": '"q"'})]),
        ("", []),
        ('="', []),
    ],
)  # fmt: skip
def test_challenges(header: str, challenges: list[tuple[str, dict[str, str]]]) -> None:
    assert challenges_in(header) == tuple(Challenge(*each) for each in challenges)


def test_a_list_is_kept_for_the_session_until_it_is_asked_for_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    with SimulatedSwarm(tmp_path_factory.mktemp("s")) as swarm, StubRegistry({"shop/api": ["1", "2"]}) as registry:
        session = Session(Endpoint(swarm.url, "simulated"))
        image = f"{registry.address}/shop/api:1"
        try:
            first = session.find_tags(image).result(DEAD)
            assert (first.tags, first.asked_at > 0) == (("1", "2"), True)
            registry.tags = {"shop/api": ["1", "2", "3"]}
            assert session.find_tags(f"{registry.address}/shop/api:2").result(DEAD) is first
            assert session.find_tags(image, again=True).result(DEAD).tags == ("1", "2", "3")
            registry.broken = (503, {}, b"")
            assert not session.find_tags(image, again=True).result(DEAD).found
            assert len(session.find_tags(image).result(DEAD).tags) == 3
        finally:
            session.close()
        assert "given up" in session.find_tags(image, again=True).result(DEAD).why_not
