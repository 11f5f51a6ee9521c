"""Which API versions are spoken, and what they change."""

from __future__ import annotations

import pytest

from swarmtui.sim.agent.release import playing
from swarmtui.sim.api import versions
from swarmtui.sim.api.system import version_of
from swarmtui.sim.cluster import Cluster
from swarmtui.sim.control.errors import ApiError

OLD, NEW = (1, 24), (1, 51)


def test_a_request_without_a_version_gets_the_newest() -> None:
    assert versions.chosen(None, OLD, NEW) == NEW


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            "1.11",
            "client version 1.11 is too old. Minimum supported API version is 1.24, "
            "please upgrade your client to a newer version",
        ),
        ("9.9", "client version 9.9 is too new. Maximum supported API version is 1.51"),
    ],
)
def test_versions_that_are_not_spoken_are_refused(asked: str, sentence: str) -> None:
    with pytest.raises(ApiError) as caught:
        versions.chosen(asked, OLD, NEW)
    assert (caught.value.status, caught.value.message) == (400, sentence)


def test_versions_compare_by_number() -> None:
    assert versions.parsed("1.9") < versions.parsed("1.41")


def test_old_fields_of_events_end_with_1_52() -> None:
    message = {"status": "die", "id": "1", "from": "image", "Type": "container", "Action": "die"}
    assert versions.event(message, (1, 51)) == message
    assert versions.event(message, (1, 52)) == {"Type": "container", "Action": "die"}


def test_info_follows_its_version() -> None:
    def info(version: versions.Version) -> dict[str, object]:
        return versions.info({"RuncCommit": {"ID": "1"}}, version)

    oldest, newest = info((1, 41)), info((1, 55))
    assert (oldest["BridgeNfIptables"], oldest["RuncCommit"]) == (True, {"ID": "1", "Expected": "1"})
    assert (newest["FirewallBackend"], newest["RuncCommit"]) == ({"Driver": "iptables"}, {"ID": "1"})
    assert "BridgeNfIptables" not in newest
    assert "FirewallBackend" not in oldest


@pytest.mark.parametrize(("api", "release"), [("1.41", "20.10"), ("1.44", "25.0"), ("1.51", "28.5"), ("newest", "29.")])
def test_an_older_engine_is_played_as_a_whole(api: str, release: str) -> None:
    """Its release, its API versions, its parts and its words fit each other."""
    cluster = Cluster()
    machine = cluster.add_machine("n1")
    machine.run(playing(api))
    info = cluster.engine("n1").info()
    told = version_of(info, machine.release)
    assert told["Version"] == info["ServerVersion"]
    assert told["Version"].startswith(release)
    assert api in (told["ApiVersion"], "newest")
    assert told["Components"][0]["Details"]["MinAPIVersion"] == told["MinAPIVersion"]
    assert info["ContainerdCommit"]["ID"] == told["Components"][1]["Details"]["GitCommit"]
    assert info["RuncCommit"]["ID"] == told["Components"][2]["Details"]["GitCommit"]
    assert ("logentries" in info["Plugins"]["Log"]) is (api == "1.41")
    words = {"1.41": "Invalid filter 'x'"}.get(api, "invalid filter 'x'")
    assert machine.release.worded("invalid filter 'x'") == words
