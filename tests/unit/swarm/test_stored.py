"""Secrets and configs: names, sizes, labels; that what they hold does not leak; who uses them."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarmtui.errors import NotPossible
from swarmtui.swarm.files.changes import Content, CreateConfig, CreateSecret, RemoveConfig, RemoveSecret
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.object_names import check_name, labels_from, next_version
from swarmtui.swarm.secret import Secret
from tests.unit.swarm.builders import cluster
from tests.unit.swarm.reading import warnings
from tests.unit.swarm.shared_builders import CONTENT, config, secret, using, with_shared

HIDDEN = Content(Secret("czNjcmV0LXRleHQ="), 11, "/root/key")


@pytest.mark.parametrize("name", ["a", "A9", "a-b_c.d", "x" * 64, "9"])
def test_names_that_the_engine_takes(name: str) -> None:
    check_name(Kind.SECRET, name)
    check_name(Kind.CONFIG, name)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "needs a name"),
        ("x" * 65, "at most 64 characters; this one has 65"),
        ("-a", "begins and ends with a letter or digit"),
        ("a-", "begins and ends"),
        ("a b", "consists of the letters"),
        ("ä", "consists of the letters"),
        ("a\n", "consists of the letters"),
    ],
)
def test_names_that_it_does_not_take(name: str, words: str) -> None:
    with pytest.raises(NotPossible, match=words):
        check_name(Kind.SECRET, name)


def test_networks_have_shorter_names_without_dots() -> None:
    check_name(Kind.NETWORK, "x" * 63)
    for name in ("x" * 64, "a.b"):
        with pytest.raises(NotPossible):
            check_name(Kind.NETWORK, name)


def test_a_name_that_is_taken() -> None:
    with pytest.raises(NotPossible, match="named key already exists"):
        CreateSecret.of("key", CONTENT, taken=frozenset({"key"}))


@pytest.mark.parametrize(
    ("name", "following"),
    [
        ("key", "key-v2"),
        ("key-v2", "key-v3"),
        ("key_v9", "key_v10"),
        ("conf.v1", "conf.v2"),
        ("v1", "v1-v2"),
        ("x" * 64, "x" * 61 + "-v2"),
    ],
)
def test_the_name_of_what_follows(name: str, following: str) -> None:
    assert next_version(name) == following


def test_a_version_that_is_taken_is_passed_over() -> None:
    assert next_version("key", frozenset({"key-v2", "key-v3"})) == "key-v4"


@given(name=st.from_regex(r"[a-zA-Z0-9]([a-zA-Z0-9_.-]{0,62}[a-zA-Z0-9])?", fullmatch=True))
def test_what_follows_has_a_name_that_is_allowed(name: str) -> None:
    following = next_version(name)
    assert following != name
    check_name(Kind.SECRET, following)


# ------------------------------------------------------------------------------------------------ sizes, labels


@pytest.mark.parametrize(
    ("make", "most"), [(CreateSecret.of, 511_999), (CreateConfig.of, 1_023_999)], ids=["secret", "config"]
)
def test_sizes(make: object, most: int) -> None:
    assert callable(make)
    make("a", Content(Secret(""), 1))
    make("a", Content(Secret(""), most))
    with pytest.raises(NotPossible, match=f"{most + 1} bytes"):
        make("a", Content(Secret(""), most + 1))
    with pytest.raises(NotPossible, match="cannot be empty"):
        make("a", Content(Secret(""), 0))


def test_labels_as_they_are_typed() -> None:
    assert labels_from("team=ops tier='front end' beta a=b=c") == (
        ("team", "ops"),
        ("tier", "front end"),
        ("beta", ""),
        ("a", "b=c"),
    )
    assert labels_from("  ") == ()


@pytest.mark.parametrize(
    ("typed", "words"), [("a='b", "not closed"), ("=b", "has no name"), ("a=1 a=2", "a is given twice")]
)
def test_labels_that_make_no_sense(typed: str, words: str) -> None:
    with pytest.raises(NotPossible, match=words):
        labels_from(typed)


# ------------------------------------------------------------------------------------------------ what is sent


def test_what_is_sent() -> None:
    action = CreateSecret.of("key", HIDDEN, (("team", "ops"),))
    assert action.body() == {"Name": "key", "Labels": {"team": "ops"}, "Data": "czNjcmV0LXRleHQ="}
    assert action.docker_command == "docker secret create --label team=ops key /root/key"
    assert CreateConfig.of("conf", CONTENT).docker_command == "docker config create conf -"


def test_what_it_holds_is_nowhere_to_be_read() -> None:
    for action in (CreateSecret.of("key", HIDDEN), CreateConfig.of("conf", HIDDEN)):
        said = f"{action!r} {action} {action.title} {action.docker_command} {action.impact(cluster())}"
        assert "czNjcmV0" not in said
        with pytest.raises(TypeError):
            pickle.dumps(action)


def test_creation_is_done_when_the_name_is_there() -> None:
    action = CreateSecret.of("key", CONTENT)
    assert not action.progress(with_shared(cluster(), [])).settled
    assert action.progress(with_shared(cluster(), [secret("key")])).settled
    assert not action.progress(with_shared(cluster(), [config("key")])).settled


# ------------------------------------------------------------------------------------------------ removal


def test_what_is_used_is_refused_with_the_users_names() -> None:
    key = secret("key")
    known = with_shared(cluster([], [using("web", key), using("api", key), using("db")]), [key])
    with pytest.raises(NotPossible, match="The secret key is used by 2 services: api and web"):
        RemoveSecret.of(key, known)


def test_a_config_of_the_same_id_is_another_thing() -> None:
    conf = config("conf")
    known = with_shared(cluster([], [using("web", secret("key"))]), [conf])
    action = RemoveConfig.of(conf, known)
    assert action.docker_command == "docker config rm conf"
    assert "Its content is lost" in warnings(action, known)[0]


def test_it_is_said_when_a_service_began_to_use_it() -> None:
    key = secret("key")
    action = RemoveSecret.of(key)
    known = with_shared(cluster([], [using("web", key)]), [key])
    assert "web uses it: the engine will refuse this." in warnings(action, known)
    assert action.progress(with_shared(cluster(), [])).settled
    assert not action.progress(known).settled
