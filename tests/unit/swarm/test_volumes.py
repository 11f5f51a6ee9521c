"""Cluster volumes: what is told of them, and what their availability does."""

from __future__ import annotations

import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.volumes.availability import SetVolumeAvailability
from swarmtui.swarm.volumes.listed import knows_volumes, volumes_in
from tests.unit.swarm.builders import cluster, managers
from tests.unit.swarm.reading import text

MODE = {"Scope": "single", "Sharing": "none", "MountVolume": {}}
ANSWER = {
    "Volumes": [
        {"Name": "local", "Driver": "local"},
        {
            "Name": "data-10",
            "Driver": "csi",
            "ClusterVolume": {
                "ID": "v10",
                "Version": {"Index": 7},
                "Spec": {"Group": "fast", "AccessMode": MODE, "Later": 1, "Availability": "active"},
                "Info": {"VolumeID": "x", "CapacityBytes": 1 << 30},
                "PublishStatus": [{"NodeID": "node-mgr1", "State": "published"}],
            },
        },
        {"Name": "data-9", "Driver": "csi", "ClusterVolume": {"ID": "v9", "Spec": {"AccessMode": MODE}}},
    ]
}


def test_what_is_told_of_each() -> None:
    first, second = volumes_in(ANSWER)
    swarm = cluster(managers(1))
    assert (first.name, first.where(swarm)) == ("data-9", "not created yet by csi")
    assert (second.name, second.where(swarm), second.availability) == ("data-10", "on mgr1", "active")
    facts = dict(second.facts(swarm))
    assert facts["published"] == "mgr1 (published)"
    assert (facts["group"], facts["capacity"], facts["services"]) == ("fast", "1 GiB", "none")
    assert volumes_in(None) == volumes_in({"Volumes": None}) == ()


def test_its_availability_is_sent_with_all_else_as_it_was() -> None:
    action = SetVolumeAvailability.of(volumes_in(ANSWER)[1], "drain")
    assert action.docker_command == "docker volume update --availability drain data-10"
    assert (action.method, action.target.id, action.parameters) == ("PUT", "v10", {"version": "7"})
    assert action.body() == {"Spec": {"Group": "fast", "AccessMode": MODE, "Later": 1, "Availability": "drain"}}
    assert "Swarm stops the tasks that use it" in text(action, cluster(managers(1)))
    with pytest.raises(NotPossible, match="data-10 is already active"):
        SetVolumeAvailability.of(volumes_in(ANSWER)[1], "active")


def test_engines_before_1_42_know_none() -> None:
    assert [knows_volumes(each) for each in ("1.41", "1.42", "2.0", "")] == [False, True, True, True]
