"""Rotating a join token."""

from __future__ import annotations

import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Progress
from swarmtui.swarm.membership.tokens import RotateJoinToken
from swarmtui.swarm.objects.base import Version
from swarmtui.swarm.objects.swarm import Swarm
from tests.unit.swarm.builders import cluster, managers
from tests.unit.swarm.reading import dangers, text

SWARM = Swarm(id="swarm-id", version=Version(20))


@pytest.mark.parametrize(("role", "parameter"), [("worker", "rotateWorkerToken"), ("manager", "rotateManagerToken")])
def test_the_spec_goes_back_as_it_came(role: str, parameter: str) -> None:
    action = RotateJoinToken.of(SWARM, role)
    spec = {"Name": "default", "EncryptionConfig": {"AutoLockManagers": True}, "Later": None}
    assert action.change(spec) == spec
    assert action.parameters == {parameter: "true"}
    assert action.docker_command == f"docker swarm join-token --rotate {role}"
    assert action.title == f"Rotate the {role} join token"
    assert action.value(spec) == action.seen == action.wanted


def test_what_it_means() -> None:
    said = text(RotateJoinToken.of(SWARM, "worker"), cluster(managers(3)))
    assert "The current worker token stops working now" in said
    assert "Nodes that have joined stay" in said


def test_without_a_quorum() -> None:
    assert dangers(RotateJoinToken.of(SWARM, "worker"), cluster(managers(3, unreachable=2)))


def test_there_are_two_tokens() -> None:
    with pytest.raises(NotPossible, match="for the role 'leader'"):
        RotateJoinToken.of(SWARM, "leader")


def test_it_is_over_when_the_swarm_has_changed() -> None:
    action = RotateJoinToken.of(SWARM, "worker")
    assert not action.progress(cluster()).settled
    assert not action.progress(cluster(swarm=SWARM)).settled
    after = cluster(swarm=Swarm(id="swarm-id", version=Version(21)))
    assert action.progress(after) == Progress("the worker token was rotated", settled=True)
