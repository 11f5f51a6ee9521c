"""Every kind of object in words, from JSON as an engine gives it."""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.certificates import certificate_fingerprint, subject_of
from swarmtui.swarm.describe.document import Section
from swarmtui.swarm.describe.masking import MASK, masked, masked_value, without_tokens
from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.object_kinds import describe
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.secret import looks_secret
from swarmtui.swarm.specs.yaml_text import yaml_text
from swarmtui.swarm.tasks.ending import exit_words
from tests.unit.swarm.builders import NOW
from tests.unit.swarm.examples.objects import (
    CONFIG,
    CONTENT,
    KINDS,
    NETWORK,
    NODE,
    SECRET,
    SERVICE,
    SWARM,
    TASK,
    WHOLE,
    scene,
    told,
)


def test_a_service_is_told_whole() -> None:
    service = told(Kind.SERVICE, SERVICE)
    assert service["Service"]["name"] == "web"
    assert service["Service"]["stack"] == "shop"
    assert service["Service"]["mode"] == "replicated: 2 wanted"
    assert service["Service"]["created"] == "2026-03-01 10:00:00 UTC, 2 h ago"
    assert service["Update"]["state"] == "paused"
    assert service["Runs where"]["web.2"] == "running on wrk2 for 10 min"
    assert "failed on wrk1" in service["Runs where"]["web.1"]
    assert service["Ports"]["8080"] == "→ 80/tcp in the container, on every node (routing mesh)"
    assert service["Endpoint"]["shop_net"] == "10.0.9.2/24"
    assert service["Container"]["arguments"] == f"serve '--password={MASK}' --port 80"
    assert service["Container"]["grace period"] == "10 s"
    assert service["Mounts"] == {"/var/lib/x": "volume data; read-only", "/tmp": "tmpfs; 64 MiB"}
    assert service["Secrets"]["web_key"] == "/run/secrets/key  0:0  mode 0444"
    assert service["Configs"]["web_conf"] == "/etc/x.conf  mode 0444"
    assert service["Health check"] == {"test": "curl -f localhost", "every": "10 s", "retries": "3"}
    assert service["Networks"]["shop_net"] == "as www"
    assert service["Placement"] == {"constraint": "node.labels.disk==ssd", "most per node": "2"}
    assert service["Resources"] == {"reserved": "128 MiB of memory", "limit": "2 CPUs"}
    assert service["Restart policy"] == {"when": "on-failure", "after": "5 s", "at most": "3 times"}
    assert service["Logging"]["driver"] == "gelf"
    assert service["Update policy"]["order"] == "start-first"


def before_the_last_change(change: Callable[[dict[str, Any]], object], *, reveal: bool = False) -> dict[str, str]:
    """What is said of a service whose spec before its last change differed so."""
    previous = copy.deepcopy(SERVICE["Spec"])
    change(previous)
    return told(Kind.SERVICE, {**SERVICE, "PreviousSpec": previous}, reveal=reveal)["Before the last change"]


def _task_of(spec: dict[str, Any]) -> dict[str, Any]:
    template: dict[str, Any] = spec["TaskTemplate"]
    return template


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda spec: _task_of(spec)["ContainerSpec"].update(Image="nginx:1.26"), {"image": "nginx:1.26"}),
        (lambda spec: spec["Mode"]["Replicated"].update(Replicas=4), {"replicas": "4"}),
        (lambda spec: _task_of(spec)["ContainerSpec"]["Env"].remove("LANG=C"), {"environment": "without LANG=C"}),
        (lambda spec: _task_of(spec)["ContainerSpec"]["Env"].append("X=1"), {"environment": "X=1"}),
        (lambda spec: _task_of(spec).pop("Networks"), {"networks": "without shop_net"}),
        (lambda spec: _task_of(spec).update(ForceUpdate=7), {"forced updates": "7"}),
        (lambda spec: spec["UpdateConfig"].update(Parallelism=3), {"update policy": "Parallelism=3"}),
        (lambda spec: spec["Labels"].pop("api.token"), {"labels": f"without api.token={MASK}"}),
        (lambda spec: spec.update(Surprise={"a": 1}), {"other fields": "differ"}),
    ],
)
def test_what_the_last_change_changed_is_told_whatever_it_was(
    change: Callable[[dict[str, Any]], object], said: dict[str, str]
) -> None:
    assert before_the_last_change(change) == {**said, "": "R shows the whole difference"}


def test_a_last_change_that_changed_nothing_is_told_as_such() -> None:
    assert before_the_last_change(lambda spec: None) == {"": "nothing differs: the spec was the same"}
    assert before_the_last_change(lambda spec: _task_of(spec)["ContainerSpec"].update(Hosts=[])) == {
        "": "nothing differs: the spec was the same"
    }


def test_a_secret_value_that_was_another_is_not_told() -> None:
    def change(spec: dict[str, Any]) -> None:
        _task_of(spec)["ContainerSpec"]["Env"][0] = "DB_PASSWORD=hunter1"

    assert before_the_last_change(change)["environment"] == "different"
    assert "hunter1" in before_the_last_change(change, reveal=True)["environment"]


def test_what_is_secret_by_its_name_is_masked_until_it_is_revealed() -> None:
    shown = told(Kind.SERVICE, SERVICE)["Environment"]
    assert shown == {
        "DB_PASSWORD": MASK,
        "LANG": "C",
        "URL": f"postgres://app:{MASK}@db/x",
        "TOKEN_FILE": "/run/secrets/t",
        "INHERITED": "(taken from the image)",
    }
    assert told(Kind.SERVICE, SERVICE)["Labels"]["api.token"] == MASK
    assert told(Kind.SERVICE, SERVICE, reveal=True)["Environment"]["DB_PASSWORD"] == "hunter2"
    hidden = yaml_text(masked(SERVICE))
    assert "hunter2" not in hidden
    assert "s3cret" not in hidden
    assert "--password=x" not in hidden
    assert "LANG=C" in hidden
    assert yaml.safe_load(yaml_text(SERVICE)) == SERVICE


def test_a_node_is_told_with_what_is_left_on_it() -> None:
    node = told(Kind.NODE, NODE)
    assert node["Node"]["availability"] == "drain"
    assert node["Status"] == {
        "state": "ready",
        "address": "10.0.0.4",
        "leader": "yes",
        "manager is": "reachable",
        "manager address": "10.0.0.4:2377",
    }
    assert node["Resources"]["CPU"] == "4 CPUs: nothing reserved, 4 CPUs available"
    assert node["Resources"]["memory"] == "8 GiB: 128 MiB reserved, 7.9 GiB available"
    assert node["Resources"]["gpu"] == "a and b: none reserved, 2 available"
    assert node["Resources"]["ssd"] == "3: none reserved, 3 available"
    assert node["Tasks"] == {"web.3": "running for 10 min"}
    assert node["Engine"] == {"version": "26.1.5", "platform": "linux/x86_64"}
    assert node["Plugins"] == {"log": "json-file", "volume": "local"}
    assert node["TLS"]["issued by"] == "CN=swarm-ca"
    assert node["TLS"]["trust root"].startswith("SHA-256 ae:4b:32:80:")
    assert node["Labels"] == {"disk": "ssd"}


def test_a_task_is_told_with_its_slots_history() -> None:
    task = told(Kind.TASK, TASK)
    assert task["Task"]["name"] == "web.1"
    assert task["State"]["error"] == "task: non-zero exit (137)"
    assert task["State"]["exit code"].startswith("137 (SIGKILL")
    assert task["Addresses"] == {"shop_net": "10.0.9.7/24"}
    assert task["Given to it"] == {"gpu": "a, b", "group:fast": "cluster volume at /data"}
    assert list(task["History of its slot"]) == ["task-now", "task-before"]
    assert task["History of its slot"]["task-now"].count("(this one)") == 1


def test_secrets_configs_and_networks_are_told_with_who_uses_them() -> None:
    secret, config, network = told(Kind.SECRET, SECRET), told(Kind.CONFIG, CONFIG), told(Kind.NETWORK, NETWORK)
    assert secret["Secret"]["driver"] == "vault"
    for thing in (secret, config, network):
        assert thing["Used by"] == {"web": "service-web"}
    assert config["Content"][""] == f"listen 80\npassword: {MASK}"
    assert told(Kind.CONFIG, CONFIG, reveal=True)["Content"][""] == CONTENT.rstrip()
    assert network["Network"]["encrypted"].startswith("yes")
    assert network["Addresses"] == {"subnet": "10.0.9.0/24", "gateway": "10.0.9.1"}


def test_a_service_that_installs_a_plugin_tells_which() -> None:
    plugin = {
        "Name": "sshfs",
        "Remote": "vieux/sshfs:latest",
        "Disabled": False,
        "PluginPrivilege": [{"Name": "network", "Value": ["host"]}],
        "Env": ["DEBUG=1", "PASSWORD=x"],
    }
    spec = {"Name": "sshfs", "TaskTemplate": {"Runtime": "plugin", "PluginSpec": plugin}, "Mode": {"Global": {}}}
    assert told(Kind.SERVICE, {"ID": "s", "Spec": spec})["Plugin"] == {
        "name": "sshfs",
        "pulled from": "vieux/sshfs:latest",
        "state": "enabled",
        "may": "network: host",
        "DEBUG": "1",
        "PASSWORD": MASK,
    }
    task = told(Kind.TASK, {"ID": "t", "Spec": {"Runtime": "plugin", "PluginSpec": plugin}})
    assert task["Plugin"]["pulled from"] == "vieux/sshfs:latest"


def test_networks_that_every_engine_has_are_told_by_their_names() -> None:
    names = {"host-of-the-swarm": "host", "gone": ""}
    cluster = Cluster(elsewhere=names).with_all(Network, [Network(id="net-1", name="shop_net")])
    networks = [{"Target": each} for each in ("net-1", "host-of-the-swarm", "gone", "none")]
    raw = {"ID": "s", "Spec": {"Name": "s", "TaskTemplate": {"Networks": networks}}}
    sections = {section.title: section.facts for section in describe(Kind.SERVICE, raw, Scene(cluster, NOW))}
    assert [fact.label for fact in sections["Networks"]] == [
        "shop_net",
        "host",
        "network gone… (not a swarm network)",
        "none",
    ]


def test_a_config_that_is_no_text_is_not_shown_as_text() -> None:
    data = base64.b64encode(b"\x00\x1b[31m").decode()
    assert "binary data" in told(Kind.CONFIG, {"Spec": {"Data": data}})["Content"][""]


def test_the_swarm_is_told_without_its_tokens() -> None:
    swarm = told(Kind.SWARM, SWARM)
    assert swarm["Swarm"]["autolock"].startswith("on")
    assert swarm["Certificates"]["nodes' expire after"] == "90 d"
    assert swarm["Certificates"]["root rotation"] == "under way"
    assert swarm["Raft"]["snapshot every"] == "10000 log entries"
    assert swarm["Dispatcher"] == {"heartbeat": "5 s"}
    assert swarm["Tasks"] == {"history": "5 old tasks kept per slot"}
    for reveal in (False, True):
        assert "SWMTKN" not in str(told(Kind.SWARM, SWARM, reveal=reveal))
    assert "SWMTKN" not in str(without_tokens(SWARM))
    assert "never" not in yaml_text(without_tokens(SWARM))


@pytest.mark.parametrize("name", ["DB_PASSWORD", "api.token", "sshKey", "db-passwd", "MYSQL_PWD", "aws_secret", "Pass"])
def test_names_that_sound_secret(name: str) -> None:
    assert looks_secret(name)
    assert masked_value(name, "x") == MASK


@pytest.mark.parametrize("name", ["PWD", "KEYBOARD", "MONKEY_COUNT", "PATH", "compass", "passenger"])
def test_names_that_do_not(name: str) -> None:
    assert not looks_secret(name)


def test_exit_codes_are_explained() -> None:
    assert exit_words(127) == "127 (the command was not found)"
    assert exit_words(138) == "138 (signal 10)"
    assert exit_words(3) == "3"


def test_texts_of_several_lines_are_blocks_and_the_order_is_the_engines() -> None:
    text = yaml_text({"b": 1, "a": {"text": "one\ntwo\n", "list": ["x", {"k": "v"}]}})
    assert text == "b: 1\na:\n  text: |\n    one\n    two\n  list:\n    - x\n    - k: v\n"


@given(st.text(max_size=60))
def test_certificates_that_are_none_do_no_harm(text: str) -> None:
    assert certificate_fingerprint(text) == ""
    assert isinstance(subject_of(text), str)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(KINDS), JSON)
def test_any_json_at_all_is_described(kind: Kind, raw: object) -> None:
    assert all(isinstance(section, Section) for section in describe(kind, raw, Scene(Cluster(), NOW)))
    assert isinstance(yaml_text(masked(raw)), str)


def test_each_kind_has_an_object_to_describe() -> None:
    assert set(KINDS) == set(WHOLE), "add one to WHOLE"


@given(st.sampled_from([*WHOLE]), st.data())
def test_any_part_of_an_object_may_be_anything(kind: Kind, data: st.DataObject) -> None:
    assert describe(kind, spoilt(WHOLE[kind], data), scene())


def spoilt(value: Any, data: st.DataObject) -> Any:
    """A copy in which some part is missing or something else."""
    if isinstance(value, dict) and value:
        key = data.draw(st.sampled_from(sorted(value)))
        what = data.draw(st.sampled_from(("deeper", "deeper", "deeper", "gone", "other")))
        if what == "gone":
            return {name: item for name, item in value.items() if name != key} or {"ID": "x"}
        return {**value, key: data.draw(JSON) if what == "other" else spoilt(value[key], data)}
    if isinstance(value, list) and value:
        place = data.draw(st.integers(0, len(value) - 1))
        return [*value[:place], spoilt(value[place], data), *value[place + 1 :]]
    return data.draw(JSON)
