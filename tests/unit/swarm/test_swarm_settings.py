"""The swarm's settings that are a number or a duration."""

from __future__ import annotations

import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Progress
from swarmtui.swarm.membership.settings import (
    SetCertExpiry,
    SetDispatcherHeartbeat,
    SetKeptSnapshots,
    SetSnapshotInterval,
    SetSwarmNumber,
    SetTaskHistoryLimit,
)
from swarmtui.swarm.units import DAY, HOUR, MINUTE, SECOND
from tests.unit.swarm.builders import cluster, managers, swarm
from tests.unit.swarm.reading import dangers, text, warnings


@pytest.mark.parametrize(
    ("setting", "number", "title", "command"),
    [
        (SetTaskHistoryLimit, 9, "Set the task history limit from 5 to 9", "--task-history-limit 9"),
        (
            SetDispatcherHeartbeat,
            10 * SECOND,
            "Set the dispatcher heartbeat from 5 s to 10 s",
            "--dispatcher-heartbeat 10s",
        ),
        (SetCertExpiry, 30 * DAY, "Set the certificate expiry from 90 d to 30 d", "--cert-expiry 720h"),
        (SetSnapshotInterval, 5000, "Set the Raft snapshot interval from 10000 to 5000", "--snapshot-interval 5000"),
        (SetKeptSnapshots, 3, "Set the kept snapshots from 0 to 3", "--max-snapshots 3"),
    ],
)
def test_what_each_says_and_how_it_is_undone(
    setting: type[SetSwarmNumber], number: int, title: str, command: str
) -> None:
    action = setting.of(swarm(), number)
    assert action.title == title
    assert action.docker_command == f"docker swarm update {command}"
    assert setting.spec_number.read(setting.spec_number.argument_of(number)) == number
    assert action.undo.number == action.number_seen
    assert action.undo.undo == action
    assert text(action, cluster(managers(3)))


@pytest.mark.parametrize(
    ("setting", "number", "why"),
    [
        (SetCertExpiry, HOUR - 1, "cannot be less than 1 h"),
        (SetDispatcherHeartbeat, 0, "cannot be less than 1 s"),
        (SetSnapshotInterval, 0, "cannot be less than 1"),
    ],
)
def test_what_the_engine_would_refuse_or_take_for_nothing(setting: type[SetSwarmNumber], number: int, why: str) -> None:
    with pytest.raises(NotPossible, match=why):
        setting.of(swarm(), number)


def test_a_history_that_was_never_set_is_the_engine_s_own() -> None:
    action = SetTaskHistoryLimit.of(swarm(history=None), 9)
    assert action.seen == "5"
    assert action.value({"Orchestration": {}}) == action.value({}) == "5"


def test_what_is_worth_a_warning() -> None:
    snapshot = cluster(managers(3))
    assert "their errors and logs" in warnings(SetTaskHistoryLimit.of(swarm(), 0), snapshot)[0]
    assert "memory" in warnings(SetTaskHistoryLimit.of(swarm(), 100), snapshot)[0]
    assert (
        "dead node's tasks are replaced only after" in warnings(SetDispatcherHeartbeat.of(swarm(), MINUTE), snapshot)[0]
    )
    assert "looks like a dead node" in warnings(SetDispatcherHeartbeat.of(swarm(), SECOND), snapshot)[0]
    assert "expired" in warnings(SetCertExpiry.of(swarm(), DAY), snapshot)[0]
    assert "all the time" in warnings(SetSnapshotInterval.of(swarm(), 10), snapshot)[0]
    assert "no quorum" in dangers(SetTaskHistoryLimit.of(swarm(), 9), cluster(managers(3, unreachable=2)))[0]


def test_what_came_of_it() -> None:
    action = SetTaskHistoryLimit.of(swarm(), 9)
    assert not action.progress(cluster()).settled
    assert not action.progress(cluster(swarm=swarm())).settled
    assert action.progress(cluster(swarm=swarm(history=9, version=21))).text == "now 9"
    theirs = action.progress(cluster(swarm=swarm(history=3, version=22)))
    assert theirs == Progress.by_others("the task history limit is 3")
    undone = action.undo
    assert undone.progress(cluster(swarm=swarm(history=5, version=22))).text == "now 5"
