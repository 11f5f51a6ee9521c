"""The engine's place in a swarm changes: the session notices by itself, and a swarm that was left is forgotten."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from swarmtui.endpoint import Endpoint
from swarmtui.engine.client import reachable_addresses as addresses
from swarmtui.engine.client.reachable_addresses import addresses_of
from swarmtui.engine.polling.observation import Phase, Secret
from swarmtui.errors import EngineRefused, ReadOnly, TooSoon
from swarmtui.swarm.membership.changes import InitSwarm, JoinSwarm, LeaveSwarm, UnlockSwarm
from swarmtui.swarm.membership.swarm_keys import RotateCA, RotateUnlockKey, SetAutolock
from swarmtui.swarm.objects.swarm import Swarm
from tests.patience import DEAD
from tests.stub_engine import StubEngine
from tests.unit.engine.conftest import Watched, eventually, watching


def swarm_of(watched: Watched) -> Swarm:
    swarm = watched.cluster.swarm
    assert swarm is not None
    return swarm


def test_a_swarm_that_is_made_is_seen_at_once(engine: StubEngine) -> None:
    engine.no_swarm()
    with watching(engine.url) as watched:
        eventually(lambda: watched.error == "NotInSwarm" and watched.session.observation().info.name == "mgr1")
        observation = watched.session.observation()
        assert observation.cluster is None
        watched.session.apply(InitSwarm.of(observation.info, "10.0.0.1")).result(DEAD)
        eventually(lambda: watched.phase is Phase.LIVE and watched.cluster.nodes)
        (request,) = engine.asked("POST /swarm/init")
        assert request.body == {"ListenAddr": "0.0.0.0:2377", "AdvertiseAddr": "10.0.0.1", "Spec": {}}


def test_what_was_known_of_a_swarm_goes_when_it_is_left(engine: StubEngine, watched: Watched) -> None:
    info = watched.session.observation().info
    watched.session.apply(LeaveSwarm.of(info, force=True)).result(DEAD)
    eventually(lambda: watched.error == "NotInSwarm" and watched.session.observation().cluster is None)
    (request,) = engine.asked("POST /swarm/leave")
    assert request.query == {"force": "true"}
    watched.session.apply(InitSwarm.of(info)).result(DEAD)
    eventually(lambda: watched.phase is Phase.LIVE and watched.cluster.nodes)


def test_a_swarm_that_somebody_else_takes_the_engine_out_of_stays_to_look_at(
    engine: StubEngine, watched: Watched
) -> None:
    engine.no_swarm()
    eventually(lambda: watched.error == "NotInSwarm")
    assert watched.session.observation().cluster is not None


def test_joining_as_a_worker(engine: StubEngine, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    engine.no_swarm()
    token = engine.swarm["JoinTokens"]["Worker"]
    with watching(engine.url, audit_log=tmp_path / "audit.jsonl") as watched:
        eventually(lambda: watched.error == "NotInSwarm")
        info = watched.session.observation().info
        with pytest.raises(EngineRefused, match="invalid join token"):
            watched.session.apply(JoinSwarm.of(info, Secret("SWMTKN-1-wrong"), "10.0.0.1")).result(DEAD)
        watched.session.apply(JoinSwarm.of(info, Secret(token), "10.0.0.1")).result(DEAD)
        eventually(lambda: watched.error == "NotAManager")
        assert engine.asked("POST /swarm/join")[-1].body["RemoteAddrs"] == ["10.0.0.1:2377"]
    assert "docker swarm join --token '••••••••' 10.0.0.1:2377" in (tmp_path / "audit.jsonl").read_text()
    assert token not in (tmp_path / "audit.jsonl").read_text() + caplog.text


def test_words_about_the_manager_to_join_are_not_taken_for_a_lost_quorum(engine: StubEngine) -> None:
    engine.no_swarm()
    words = "rpc error: code = Unavailable desc = connection error: dial tcp 10.0.0.9:2377: connection refused"
    engine.refuse("POST /swarm/join", 500, words)
    with watching(engine.url) as watched:
        eventually(lambda: watched.error == "NotInSwarm")
        action = JoinSwarm.of(watched.session.observation().info, Secret("SWMTKN-1-x"), "10.0.0.9")
        with pytest.raises(EngineRefused, match="connection refused"):
            watched.session.apply(action).result(DEAD)


def test_unlocking(engine: StubEngine, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    engine.unlock_key = "SWMKEY-1-right"
    engine.locked()
    with watching(engine.url, audit_log=tmp_path / "audit.jsonl") as watched:
        eventually(lambda: watched.error == "SwarmLocked")
        info = watched.session.observation().info
        with pytest.raises(EngineRefused, match="invalid key provided"):
            watched.session.apply(UnlockSwarm.of(info, Secret("SWMKEY-1-wrong"))).result(DEAD)
        watched.session.apply(UnlockSwarm.of(info, Secret("SWMKEY-1-right"))).result(DEAD)
        eventually(lambda: watched.phase is Phase.LIVE)
    assert "SWMKEY-1-right" not in (tmp_path / "audit.jsonl").read_text() + caplog.text


def test_read_only_lets_none_of_it_through(engine: StubEngine) -> None:
    engine.no_swarm()
    with watching(engine.url, read_only=True) as watched:
        eventually(lambda: watched.error == "NotInSwarm")
        with pytest.raises(ReadOnly):
            watched.session.apply(InitSwarm.of(watched.session.observation().info)).result(DEAD)
        assert not engine.asked("POST")


# ------------------------------------------------------------------------------------------------ keys


def test_two_changes_of_keys_never_follow_each_other_at_once(engine: StubEngine, watched: Watched) -> None:
    watched.session.apply(SetAutolock.of(swarm_of(watched), on=True)).result(DEAD)
    key = watched.session.unlock_key().result(DEAD)
    assert key == Secret(engine.unlock_key)
    assert engine.unlock_key not in repr(key)
    eventually(lambda: swarm_of(watched).spec.encryption_config.auto_lock_managers)
    for action in (RotateUnlockKey.of(swarm_of(watched)), RotateCA.of(swarm_of(watched))):
        with pytest.raises(TooSoon, match=r"Try again in \d+ s"):
            watched.session.apply(action).result(DEAD)
    assert len(engine.asked("POST")) == 1


def test_no_key_is_changed_while_somebody_else_s_rotation_of_the_root_is_under_way(
    engine: StubEngine, watched: Watched
) -> None:
    action = SetAutolock.of(swarm_of(watched), on=True)
    engine.swarm["RootRotationInProgress"] = True  # it has begun since the swarm was last asked about
    with pytest.raises(TooSoon, match="The root certificate is being rotated"):
        watched.session.apply(action).result(DEAD)
    assert not engine.asked("POST")


def test_the_unlock_key_is_rotated_and_the_spec_goes_back_as_it_was(engine: StubEngine, watched: Watched) -> None:
    engine.swarm["Spec"]["EncryptionConfig"]["AutoLockManagers"] = True
    engine.unlock_key = "SWMKEY-1-old"
    engine.touch("swarm", engine.swarm)
    watched.session.refresh()
    eventually(lambda: swarm_of(watched).spec.encryption_config.auto_lock_managers)
    spec = dict(engine.swarm["Spec"])
    watched.session.apply(RotateUnlockKey.of(swarm_of(watched))).result(DEAD)
    assert engine.unlock_key != "SWMKEY-1-old"
    assert engine.swarm["Spec"] == spec


# ------------------------------------------------------------------------------------------------ addresses


@pytest.mark.parametrize(
    ("url", "known"),
    [("tcp://10.1.2.3:2376", ("10.1.2.3",)), ("tcp://[fd00::1]:2376", ("fd00::1",)), ("ssh://ops@mgr1", ())],
)
def test_a_remote_engine_is_reached_by_others_where_we_reach_it(url: str, known: tuple[str, ...]) -> None:
    assert addresses_of(Endpoint(url, "test")) == known


def test_the_own_addresses_of_a_local_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "if_inet6"
    table.write_text(
        "00000000000000000000000000000001 01 80 10 80       lo\n"
        "fd000000000000000000000000000002 02 40 00 80     eth0\n"
        "fe800000000000000000000000000002 02 40 20 80     eth0\n"
        "fd110000000000000000000000000001 03 40 00 80  docker0\n"
    )
    monkeypatch.setattr(addresses, "IPV6_TABLE", table)
    found = addresses_of(Endpoint("unix:///run/docker.sock", "test"))
    assert [each for each in found if ":" in each] == ["fd00::2"]
    assert "127.0.0.1" not in found
    monkeypatch.setattr(addresses, "IPV6_TABLE", tmp_path / "none")
    assert not [each for each in addresses_of(Endpoint("unix:///run/docker.sock", "test")) if ":" in each]
