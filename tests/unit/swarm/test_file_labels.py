"""The labels of secrets and configs: all that can be changed of one."""

from __future__ import annotations

from swarmtui.swarm.files.labels import SetConfigLabels, SetSecretLabels
from swarmtui.swarm.objects.stack_label import STACK_LABEL
from tests.unit.swarm.builders import cluster
from tests.unit.swarm.reading import notes, warnings
from tests.unit.swarm.shared_builders import config, secret, with_shared

KEY, CONF = secret("key"), config("conf", stack="shop")
SWARM = with_shared(cluster(), [KEY, CONF])


def test_what_changes_is_said_and_nothing_restarts() -> None:
    action = SetSecretLabels.of(KEY, {"team": "ops", "api.token": "hunter2"})
    said = notes(action, SWARM)
    assert "team=ops is added." in said
    assert "No task is restarted." in said
    assert "hunter2" not in f"{said} {action.wanted} {action.docker_command}"
    assert action.change({"Name": "key", "New": 1}) == {
        "Name": "key",
        "New": 1,
        "Labels": {"team": "ops", "api.token": "hunter2"},
    }
    assert action.docker_command == (
        "# No docker command changes a secret. Engine API: POST /secrets/secret-key/update?version=10"
    )


def test_a_stack_that_loses_or_gets_one_is_named() -> None:
    assert "conf leaves the stack shop, until its next deploy takes it back." in warnings(
        SetConfigLabels.of(CONF, {}), SWARM
    )
    joined = warnings(SetSecretLabels.of(KEY, {STACK_LABEL: "shop"}), SWARM)
    assert joined == ["key joins the stack shop: it is removed with that stack."]


def test_what_others_have_set_beside_stays() -> None:
    action = SetSecretLabels.of(KEY, {"team": "ops"})
    assert action.change({"Labels": {"other": "1"}})["Labels"] == {"other": "1", "team": "ops"}
    assert action.undo.labels == {}
    [contested] = action.contested({"Labels": {"team": "dev"}})
    assert contested.theirs == "dev"
