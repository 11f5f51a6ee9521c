"""The secrets and configs of a service: named by people, sent by their IDs."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.services.container.files import SetConfigs, SetSecrets
from tests.unit.swarm.builders import cluster, node, service
from tests.unit.swarm.examples.services import RAW
from tests.unit.swarm.shared_builders import config, secret, with_shared

SWARM = with_shared(cluster([node("a")], [service("web", 2)]), [secret("key"), secret("key2"), config("conf")])
FILE = {"Name": "tls.key", "UID": "0", "GID": "0", "Mode": 0o400}


def web(**parts: Any) -> dict[str, Any]:
    raw = copy.deepcopy(RAW)
    raw["Spec"]["TaskTemplate"]["ContainerSpec"] |= parts
    return raw


USING = web(Secrets=[{"File": FILE, "SecretID": "secret-key", "SecretName": "key", "New": 1}])
"""What no line says of it stays."""
PLAIN = web(Secrets=[{"File": FILE, "SecretID": "secret-key", "SecretName": "key"}])


def test_a_secret_is_named_and_sent_by_its_id() -> None:
    action = SetSecrets.of(PLAIN, ["source=key2,target=tls.key,mode=0440,uid=9"], SWARM)
    [reference] = action.new
    assert reference == {
        "File": {"Name": "tls.key", "UID": "9", "GID": "0", "Mode": 0o440},
        "SecretID": "secret-key2",
        "SecretName": "key2",
    }
    assert action.docker_command == (
        "docker service update --secret-rm key --secret-add source=key2,target=tls.key,uid=9,mode=0440 web"
    )


def test_files_that_come_and_go_are_told_by_their_paths() -> None:
    text = str(SetSecrets.of(PLAIN, ["key2"], SWARM).impact(SWARM).consequences)
    assert "The containers no longer have /run/secrets/tls.key." in text
    assert "New in the containers: /run/secrets/key2." in text
    assert "/etc/a" in str(SetConfigs.of(RAW, ["source=conf,target=/etc/a"], SWARM).impact(SWARM).consequences)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nope", "The swarm has no secret nope."),
        ("source=key,mode=9", "mode must be octal"),
        ("target=x", "source=… is missing"),
    ],
)
def test_what_is_no_secret_is_refused(line: str, words: str) -> None:
    with pytest.raises(NotPossible, match=words):
        SetSecrets.read(line, SWARM)


def test_two_at_one_file_are_refused() -> None:
    with pytest.raises(NotPossible, match="x is listed twice"):
        SetSecrets.of(RAW, ["source=key,target=x", "source=key2,target=x"], SWARM)


def test_before_the_list_is_known_only_what_is_there_can_be_changed() -> None:
    assert SetSecrets.of(PLAIN, ["source=key,target=other"]).new[0]["SecretID"] == "secret-key"
    with pytest.raises(NotPossible, match="or it is not known yet"):
        SetSecrets.of(PLAIN, ["key2"])


def test_docker_has_no_command_where_it_would_take_away_more() -> None:
    raw = web(Secrets=[*USING["Spec"]["TaskTemplate"]["ContainerSpec"]["Secrets"], *_secrets_of(PLAIN)])
    action = SetSecrets.of(raw, [], SWARM)
    assert action.new == _secrets_of(USING)
    assert action.docker_command.startswith("# docker removes all files of a secret together")


def _secrets_of(raw: dict[str, Any]) -> list[Any]:
    found: list[Any] = raw["Spec"]["TaskTemplate"]["ContainerSpec"]["Secrets"]
    return found
