"""The form for a new service: what comes of what is typed, and what is wrong with it, field by field."""

from __future__ import annotations

import shlex
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.file import ConfigFile, FileSpec, SecretFile
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.services.create_form import ServiceForm, draft_of

LEAST = ServiceForm(image="nginx:1.27", name="web")

KNOWN = (
    Cluster()
    .with_all(Network, [Network("n1", "front", scope="swarm"), Network("n2", "ingress", scope="swarm", ingress=True)])
    .with_all(SecretFile, [SecretFile("s1", spec=FileSpec("cert"))])
    .with_all(ConfigFile, [ConfigFile("c1", spec=FileSpec("nginx.conf"))])
)


def spec_of(**typed: str) -> dict[str, Any]:
    draft = draft_of(replace(LEAST, **typed), KNOWN)
    assert draft.problems == {}
    return dict(draft.spec)


def container_of(**typed: str) -> dict[str, Any]:
    container: dict[str, Any] = spec_of(**typed)["TaskTemplate"]["ContainerSpec"]
    return container


def problems_of(**typed: str) -> dict[str, str]:
    return dict(draft_of(replace(LEAST, **typed), KNOWN).problems)


def test_an_image_and_a_name_are_enough() -> None:
    draft = draft_of(LEAST, Cluster())
    assert draft.problems == {}
    assert draft.command == "docker service create --name web --replicas 1 nginx:1.27"
    assert draft.spec["TaskTemplate"]["ContainerSpec"]["Image"] == "nginx:1.27"
    assert draft.spec["Mode"] == {"Replicated": {"Replicas": 1}}


def test_an_empty_form_says_what_it_needs() -> None:
    assert dict(draft_of(ServiceForm(), Cluster()).problems) == {"name": "needed", "image": "needed"}


@pytest.mark.parametrize(
    ("typed", "mode"),
    [
        ({"replicas": "5"}, {"Replicated": {"Replicas": 5}}),
        ({"mode": "global", "replicas": "5"}, {"Global": {}}),
        (
            {"mode": "replicated-job", "completions": "9"},
            {"ReplicatedJob": {"MaxConcurrent": 9, "TotalCompletions": 9}},
        ),
        (
            {"mode": "replicated-job", "completions": "9", "concurrency": "3"},
            {"ReplicatedJob": {"MaxConcurrent": 3, "TotalCompletions": 9}},
        ),
        ({"mode": "global-job"}, {"GlobalJob": {}}),
    ],
)
def test_modes(typed: dict[str, str], mode: dict[str, Any]) -> None:
    assert spec_of(**typed)["Mode"] == mode


def test_lists_have_an_entry_a_line() -> None:
    container = container_of(
        environment="A=1\n\nB=two words\n", mounts="data:/d\n/srv:/s:ro", secrets="cert", configs="nginx.conf"
    )
    assert container["Env"] == ["A=1", "B=two words"]
    assert [mount["Type"] for mount in container["Mounts"]] == ["volume", "bind"]
    assert container["Secrets"][0]["SecretID"] == "s1"
    assert container["Configs"][0] == {
        "File": {"Name": "nginx.conf", "UID": "0", "GID": "0", "Mode": 0o444},
        "ConfigID": "c1",
        "ConfigName": "nginx.conf",
    }


def test_networks_are_named_by_name_or_id_and_sent_by_id() -> None:
    for typed in ("front", "n1"):
        assert spec_of(networks=typed)["TaskTemplate"]["Networks"] == [{"Target": "n1"}]
    unknown = draft_of(replace(LEAST, networks="front"), Cluster())
    assert unknown.problems == {}, "they have not been asked for yet: the engine will find it by its name"


def test_commands_are_words() -> None:
    container = container_of(entrypoint="sh -c", arguments="'echo \"hi there\"' $HOME")
    assert container["Command"] == ["sh", "-c"]
    assert container["Args"] == ['echo "hi there"', "$HOME"]


def test_policies_are_filled_up_as_the_docker_command_line_does() -> None:
    spec = spec_of(update_delay="10s", restart_window="1m")
    assert spec["UpdateConfig"] == {
        "Parallelism": 1,
        "Delay": 10**10,
        "FailureAction": "pause",
        "Monitor": 5 * 10**9,
        "MaxFailureRatio": 0,
        "Order": "stop-first",
    }
    assert spec["TaskTemplate"]["RestartPolicy"]["Window"] == 60 * 10**9
    assert "UpdateConfig" not in spec_of()
    assert "UpdateConfig" not in spec_of(mode="global-job", update_delay="10s"), "a job is not updated"


def test_the_networks_that_every_engine_has() -> None:
    for name in ("host", "bridge"):
        assert spec_of(networks=name)["TaskTemplate"]["Networks"] == [{"Target": name}]


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("image", "Nginx", "lowercase"),
        ("name", "a.b", "letters, digits"),
        ("entrypoint", "sh '", "a quote is not closed"),
        ("arguments", 'echo "', "a quote is not closed"),
        ("mode", "sometimes", "one of replicated"),
        ("replicas", "many", "a whole number"),
        ("ports", "8080:80\n8080:81", "port 8080/tcp is published twice"),
        ("ports", "8080:80\nx", "line 2: like 8080:80"),
        ("networks", "back", "the swarm has no network back"),
        ("networks", "ingress", "the routing mesh's own"),
        ("networks", "none", "a service cannot use none"),
        ("image", "UPPER/x:1", "lowercase: upper/x, not UPPER/x"),
        ("mounts", "/data:/d\nx:/y", "a volume's name has two characters or more"),
        ("networks", "front\nn1", "twice"),
        ("environment", "A", "like NAME=value"),
        ("environment", "A=1\nA=2", "A is listed twice"),
        ("labels", "a b=c", "like name=value"),
        ("mounts", "aa:/x\nbb:/x", "two mounts at /x"),
        ("mounts", "nothing", "like data:/var"),
        ("secrets", "key", "the swarm has no secret key"),
        ("secrets", "cert\nsource=cert,mode=0400", "two of them at cert"),
        ("configs", "cert", "the swarm has no config cert"),
        ("constraints", "node.role = worker", "neither == nor !="),
        ("reserve_cpu", "all", "a number of CPUs"),
        ("reserve_memory", "1", "at least 4 MiB"),
        ("limit_cpu", "0", "at least 0.001"),
        ("limit_memory", "much", "a size: 512m"),
        ("restart_condition", "always", "one of none, on-failure, any"),
        ("restart_delay", "5", "a duration with a unit"),
        ("restart_attempts", "-1", "a whole number"),
        ("restart_window", "soon", "a duration"),
        ("update_parallelism", "x", "a whole number"),
        ("update_delay", "x", "a duration"),
        ("update_order", "x", "one of stop-first"),
        ("update_failure", "x", "one of pause"),
        ("update_monitor", "x", "a duration"),
        ("update_ratio", "2", "a share from 0 to 1"),
    ],
)
def test_each_field_tells_what_is_wrong_with_it(field: str, typed: str, words: str) -> None:
    problems = problems_of(**{field: typed})
    assert list(problems) == [field]
    assert words in problems[field]


def test_fields_of_a_job_and_of_a_health_check() -> None:
    job = {"mode": "replicated-job"}
    assert list(problems_of(**job, completions="0")) == ["completions"]
    assert list(problems_of(**job, concurrency="x")) == ["concurrency"]
    assert problems_of(completions="x", concurrency="x") == {}, "they are not asked of a service"
    assert list(problems_of(health="command")) == ["health_command"]
    check = {"health": "command", "health_command": "true"}
    for field in ("health_interval", "health_timeout", "health_retries"):
        assert list(problems_of(**check, **{field: "x"})) == [field]
    assert problems_of(**check, health_interval="1us") == {"health_interval": "at least 1 ms"}
    assert container_of(**check, health_retries="3")["Healthcheck"] == {"Test": ["CMD-SHELL", "true"], "Retries": 3}
    assert container_of(health="none")["Healthcheck"] == {"Test": ["NONE"]}


def test_secrets_that_are_not_known_yet_cannot_be_named() -> None:
    assert draft_of(replace(LEAST, secrets="cert"), Cluster()).problems == {
        "secrets": "the swarm's secrets are not known yet"
    }


def test_values_of_secret_looking_names_are_masked_for_eyes_and_whole_for_the_clipboard() -> None:
    draft = draft_of(
        replace(LEAST, environment="DB_PASSWORD=hunter2\nCERT_KEY=/run/x\nA=b", labels="api.token=t0p"), KNOWN
    )
    assert "hunter2" not in draft.shown_command + repr(draft)
    assert "t0p" not in draft.shown_command + repr(draft)
    assert "DB_PASSWORD=••••" in draft.shown_command
    assert "/run/x" in draft.shown_command
    assert "--env DB_PASSWORD=hunter2" in draft.command
    assert "api.token=t0p" in draft.command


def test_the_form_does_not_tell_its_values() -> None:
    assert "hunter2" not in repr(replace(LEAST, environment="DB_PASSWORD=hunter2"))


typed_texts = st.dictionaries(
    st.sampled_from([each.name for each in fields(ServiceForm)]),
    st.text(max_size=12) | st.sampled_from(("8080:80", "a:/b", "node.role==worker", "A=1", "5s", "command", "--x")),
)


@given(typed_texts)
def test_whatever_is_typed_there_is_a_draft_and_a_command_of_one_line(typed: dict[str, str]) -> None:
    draft = draft_of(replace(LEAST, **typed), KNOWN)
    assert shlex.split(draft.command) == list(draft.words)
    assert draft.words[:3] == ("docker", "service", "create")
    assert set(draft.problems) <= {each.name for each in fields(ServiceForm)}
