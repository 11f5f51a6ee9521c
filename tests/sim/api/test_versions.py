"""Which API versions are spoken, and what they change."""

from __future__ import annotations

import pytest

from swarmtui.sim.api import versions
from swarmtui.sim.control.errors import ApiError


def test_a_request_without_a_version_gets_the_newest() -> None:
    assert versions.Range().chosen(None) == versions.NEWEST


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            "1.24",
            "client version 1.24 is too old. Minimum supported API version is 1.41, "
            "please upgrade your client to a newer version",
        ),
        ("9.9", "client version 9.9 is too new. Maximum supported API version is 1.55"),
    ],
)
def test_versions_that_are_not_spoken_are_refused(asked: str, sentence: str) -> None:
    with pytest.raises(ApiError) as caught:
        versions.Range().chosen(asked)
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
