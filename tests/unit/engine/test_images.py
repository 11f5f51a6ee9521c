"""Registries asked through an engine, and docker's login for them: read where docker keeps it, and sent, no more."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from swarmtui.endpoint import Endpoint
from swarmtui.engine.client.client import EngineClient
from swarmtui.engine.images.asking import ask
from swarmtui.engine.images.logins import has_login, header_of
from swarmtui.engine.session import Session
from swarmtui.errors import LoginUnreadable
from swarmtui.sim.agent.images import Behaviour
from swarmtui.swarm.images.choice import ImageChoice
from swarmtui.swarm.services.update_image import UpdateImage
from tests.patience import DEAD, until
from tests.ui.simulated import SimulatedSwarm

REGISTRY = "reg.example:5000"
PRIVATE = f"{REGISTRY}/shop/web:1"
LOGIN = "shop:hunter2"


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    return tmp_path / "config.json"


def write(config: Path, **content: Any) -> None:
    config.write_text(json.dumps(content))


def auth(login: str = LOGIN) -> dict[str, str]:
    return {"auth": base64.b64encode(login.encode()).decode()}


def helper(directory: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A credential helper named "test", first on PATH."""
    program = directory / "docker-credential-test"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{directory}:/usr/bin:/bin")


def sent(registry: str = REGISTRY) -> Any:
    return json.loads(base64.urlsafe_b64decode(header_of(registry)["X-Registry-Auth"]))


# ------------------------------------------------------------------------------------------------ logins


def test_a_login_in_the_file(config: Path) -> None:
    write(
        config, auths={REGISTRY: auth("shop:hunter2:with colon"), "https://index.docker.io/v1/": {"identitytoken": "t"}}
    )
    assert has_login(REGISTRY)
    assert sent() == {"username": "shop", "password": "hunter2:with colon", "serveraddress": REGISTRY}
    assert sent("docker.io") == {"identitytoken": "t", "serveraddress": "https://index.docker.io/v1/"}


def test_the_addresses_of_older_files(config: Path) -> None:
    write(config, auths={f"https://{REGISTRY}/v1/": auth()})
    assert sent()["username"] == "shop"
    assert not has_login("reg.example")


@pytest.mark.parametrize("content", [{"credsStore": "test"}, {"credHelpers": {REGISTRY: "test"}}])
def test_a_login_of_a_helper(config: Path, monkeypatch: pytest.MonkeyPatch, content: dict[str, Any]) -> None:
    script = 'read -r server; echo "{\\"Username\\":\\"shop\\",\\"Secret\\":\\"of $server by $1\\"}"'
    helper(config.parent, monkeypatch, script)
    write(config, auths={REGISTRY: {}}, **content)
    assert has_login(REGISTRY)
    assert sent()["password"] == f"of {REGISTRY} by get"


def test_an_identity_token_of_a_helper(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    helper(config.parent, monkeypatch, """echo '{"Username":"<token>","Secret":"t"}'""")
    write(config, credsStore="test")
    assert sent() == {"identitytoken": "t", "serveraddress": REGISTRY}


@pytest.mark.parametrize(
    ("content", "script", "words"),
    [
        ("{}", "", "not logged in to reg.example:5000"),
        ("{hunter2", "", "is not valid JSON"),
        ('{"credsStore": "absent"}', "", "docker-credential-absent, which is not on PATH"),
        ('{"credsStore": "test"}', "echo 'credentials not found in native keychain'; exit 1", "not logged in"),
        ('{"credsStore": "test"}', "echo hunter2; exit 1", "did not give the login"),
    ],
)
def test_no_login_is_told_without_what_was_read(
    config: Path, monkeypatch: pytest.MonkeyPatch, content: str, script: str, words: str
) -> None:
    helper(config.parent, monkeypatch, script)
    config.write_text(content)
    with pytest.raises(LoginUnreadable, match=words) as told:
        header_of(REGISTRY)
    assert "hunter2" not in str(told.value)


# ------------------------------------------------------------------------------------------------ asking


@pytest.fixture
def swarm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedSwarm]:
    with SimulatedSwarm(tmp_path_factory.mktemp("s")) as swarm:
        swarm.images.rule(PRIVATE, Behaviour(login=LOGIN, platforms=("linux/arm64", "linux/amd64")))
        yield swarm


def test_a_private_image_is_found_with_the_login_alone(swarm: SimulatedSwarm, config: Path) -> None:
    client = EngineClient(Endpoint(swarm.url, "simulated"))
    try:
        before = ask(client, PRIVATE, with_login=False)
        assert (before.found, before.has_login) == (False, False)
        assert "denies the image" in before.why_not
        write(config, auths={REGISTRY: auth()})
        assert ask(client, PRIVATE, with_login=False).has_login
        found = ask(client, PRIVATE, with_login=True)
        assert found.digest == swarm.images.digest(PRIVATE)
        assert found.built_for == "linux/amd64 and linux/arm64"
        write(config, auths={REGISTRY: auth("shop:wrong")})
        assert "denies the image" in ask(client, PRIVATE, with_login=True).why_not
    finally:
        client.close()


def test_a_change_that_is_sent_before_the_registry_has_answered_is_pinned_all_the_same(
    swarm: SimulatedSwarm, config: Path, tmp_path: Path
) -> None:
    write(config, auths={REGISTRY: auth()})
    log = tmp_path / "audit.log"
    session = Session(Endpoint(swarm.url, "simulated"), audit_log=log)
    try:
        session.start(lambda: None)
        until(lambda: session.observation().cluster is not None, "the swarm")
        raw = swarm.service("web")
        action = UpdateImage.of(raw, PRIVATE, ImageChoice(credentials=True))
        assert session.apply(action).result(DEAD).warnings == ()
        image = swarm.service("web")["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"]
        assert image == f"{PRIVATE}@{swarm.images.digest(PRIVATE)}"
        assert "--with-registry-auth" in log.read_text()
        assert "hunter2" not in log.read_text()
        assert base64.b64encode(LOGIN.encode()).decode() not in log.read_text()
        loose = UpdateImage.of(swarm.service("web"), "shop/web:missing", ImageChoice())
        [told] = session.apply(loose).result(DEAD).warnings
        assert told == "No digest for shop/web:missing: image not found: manifest unknown: manifest unknown."
    finally:
        session.close()
