"""Autolock, the unlock key and the root certificate."""

from __future__ import annotations

import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.membership.swarm_keys import RotateCA, RotateUnlockKey, SetAutolock
from tests.unit.swarm.builders import cluster, managers, node, swarm
from tests.unit.swarm.reading import dangers, text, warnings


def test_autolock_says_what_a_lost_key_means() -> None:
    action = SetAutolock.of(swarm(), on=True)
    snapshot = cluster(managers(3), swarm=swarm())
    assert action.title == "Turn autolock on"
    assert action.docker_command == "docker swarm update --autolock=true"
    assert "Without the key a locked manager is lost" in dangers(action, snapshot)[0]
    assert "If 2 of 3 managers restart together" in text(action, snapshot)
    assert "This is the only manager" in text(action, cluster(managers(1)))
    assert action.undo is None


def test_autolock_off() -> None:
    action = SetAutolock.of(swarm(autolock=True), on=False)
    assert action.docker_command == "docker swarm update --autolock=false"
    assert "with the key beside them" in warnings(action, cluster(managers(3)))[0]
    with pytest.raises(NotPossible, match="Autolock is already off"):
        SetAutolock.of(swarm(), on=False)
    assert action.progress(cluster(swarm=swarm(version=21))).settled
    assert action.progress(cluster(swarm=swarm(autolock=True, version=21))).failed


def test_the_unlock_key_is_rotated_only_where_there_is_one() -> None:
    with pytest.raises(NotPossible, match="autolock is off"):
        RotateUnlockKey.of(swarm())
    action = RotateUnlockKey.of(swarm(autolock=True))
    assert action.parameters == {"rotateManagerUnlockKey": "true"}
    assert action.docker_command == "docker swarm unlock-key --rotate"
    spec = {"EncryptionConfig": {"AutoLockManagers": True}, "Later": None}
    assert action.change(spec) == spec
    said = warnings(action, cluster(managers(3, unreachable=1)))
    assert "Not reachable now, so still unlocked by the old key when they start: mgr3." in said
    assert action.undo is None


def test_rotating_the_root_counts_up_and_keeps_the_rest() -> None:
    action = RotateCA.of(swarm(rotations=2))
    assert action.docker_command == "docker swarm ca --rotate"
    given = {"CAConfig": {"NodeCertExpiry": 7, "ForceRotate": 2, "SigningCACert": "old", "External": []}, "Later": 1}
    assert action.change(given) == {
        "CAConfig": {"NodeCertExpiry": 7, "ForceRotate": 3, "External": []},
        "Later": 1,
    }
    said = text(action, cluster([*managers(3), node("wrk1", state="down")]))
    assert "Both join tokens change too" in said
    assert "wrk1 cannot get one now" in said


def test_a_rotation_is_over_when_every_node_has_its_certificate() -> None:
    action = RotateCA.of(swarm())
    assert not action.progress(cluster(swarm=swarm())).settled
    turning = action.progress(cluster(swarm=swarm(rotating=True, version=21)))
    assert (turning.settled, turning.text) == (False, "nodes are getting new certificates")
    assert action.progress(cluster(swarm=swarm(rotations=1, version=23))).settled


def test_nothing_of_this_while_the_root_is_being_rotated() -> None:
    turning = swarm(autolock=True, rotating=True)
    for make in (RotateCA.of, RotateUnlockKey.of, lambda swarm: SetAutolock.of(swarm, on=False)):
        with pytest.raises(NotPossible, match="The root certificate is being rotated"):
            make(turning)
    for action in (RotateCA.of(swarm()), RotateUnlockKey.of(swarm(autolock=True)), SetAutolock.of(swarm(), on=True)):
        assert "The root certificate is being rotated" in text(action, cluster(managers(3), swarm=turning))
        assert action.touches_keys
