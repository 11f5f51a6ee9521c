"""The fields of a service's containers that are edited in forms: command, health check, names, options, log driver."""

from __future__ import annotations

import re

import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.describe.masking import MASK
from swarmtui.swarm.services.container.forms import (
    SetCommand,
    SetContainerOptions,
    SetHealthCheck,
    SetLogDriver,
    SetNameResolution,
)
from swarmtui.swarm.services.form_change import FormChange
from tests.unit.swarm.builders import cluster, service
from tests.unit.swarm.examples.services import RAW, raw_service


def test_what_is_secret_in_a_command_or_in_options_is_in_no_command_and_no_comparison() -> None:
    command = SetCommand.of(RAW, ("", "serve --password=hunter2 --port=80", "", ""))
    assert command.docker_command == f"docker service update --args 'serve --password={MASK} --port=80' web"
    assert "--password=hunter2" in command.whole_command
    driver = SetLogDriver.of(RAW, ("splunk", "splunk-token=hunter2 splunk-url=https://x"))
    assert f"--log-opt 'splunk-token={MASK}' --log-opt splunk-url=https://x" in driver.docker_command
    assert "--log-opt splunk-token=hunter2" in driver.whole_command
    for action in (command, driver):
        assert "hunter2" not in f"{action.wanted} {action.difference}"
    other = SetLogDriver.of(RAW, ("splunk", "splunk-token=other splunk-url=https://x"))
    assert other.wanted != driver.wanted, "or somebody else's would be overwritten unseen"


@pytest.mark.parametrize(
    ("kind", "texts", "says"),
    [
        (SetCommand, ("", "echo 'open", "", ""), "arguments: a quote is not closed."),
        (SetNameResolution, ("", "db", "", "", ""), "hosts: 'db' is no name:address."),
        (SetNameResolution, ("", "db:10.0.0.300", "", "", ""), "hosts: '10.0.0.300' is no IP address."),
        (SetNameResolution, ("", "", "8.8.8.8 8.8.8.8", "", ""), "DNS servers: 8.8.8.8 is listed twice."),
        (SetContainerOptions, ("", "maybe", *[""] * 7), "init: yes or no."),
        (
            SetContainerOptions,
            (*[""] * 7, "nofile=9:1", ""),
            "ulimits: the soft limit of nofile is above the hard one.",
        ),
        (SetContainerOptions, (*[""] * 8, "net.core.somaxconn"), "sysctls: 'net.core.somaxconn' is no name=value."),
        (SetLogDriver, ("", "max-size=1m"), "driver: options need one."),
        (SetHealthCheck, ("none", "5s", "", "", ""), "Without a check there is nothing else to set"),
    ],
)
def test_what_a_container_cannot_have(kind: type[FormChange], texts: tuple[str, ...], says: str) -> None:
    with pytest.raises(NotPossible, match=re.escape(says)):
        kind.of(RAW, texts)


def test_what_is_not_touched_of_a_container_stays_as_it_is() -> None:
    raw = raw_service()
    odd = {
        "Hosts": ["10.0.0.1 a b"],
        "Ulimits": [{"Name": "x", "Soft": 1}],
    }
    test = ["CMD", "a b", "c"]
    raw["Spec"]["TaskTemplate"]["ContainerSpec"].update(odd, Healthcheck={"Test": test})
    for kind, index, typed in (
        (SetNameResolution, 0, "me"),
        (SetHealthCheck, 1, "5s"),
        (SetContainerOptions, 0, "SIGINT"),
    ):
        texts = [*kind.texts_of(raw["Spec"])]
        texts[index] = typed
        after = kind.of(raw, tuple(texts)).after["TaskTemplate"]["ContainerSpec"]
        assert all(after[name] == value for name, value in odd.items())
        assert after["Healthcheck"]["Test"] == test
    assert SetNameResolution.texts_of(raw["Spec"])[1] == "a:10.0.0.1 b:10.0.0.1"
    assert SetHealthCheck.texts_of(raw["Spec"])[0] == "'a b' c"


@pytest.mark.parametrize(
    ("kind", "texts", "says"),
    [
        (SetCommand, ("", "", "", "srv"), "srv is not an absolute path"),
        (SetContainerOptions, (*[""] * 5, "ALL", "", "", ""), "what root can"),
        (SetLogDriver, ("none", ""), "no log to look at"),
        (SetHealthCheck, ("none", "", "", "", ""), "well or not"),
    ],
)
def test_what_is_warned_of_about_containers(kind: type[FormChange], texts: tuple[str, ...], says: str) -> None:
    action = kind.of(RAW, texts)
    found = [each.text for each in action.consequences(cluster(), service("web", 2), action.after)]
    assert any(says in text for text in found), found
