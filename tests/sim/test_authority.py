"""The root certificate is rotated: node by node, then the tokens."""

from __future__ import annotations

import pytest

from swarmtui.sim.control.errors import ApiError

from .rig import JSON, Rig

PATIENCE = 20.0


def rotate(rig: Rig) -> JSON:
    """As `docker swarm ca --rotate` asks for it; the swarm as it was before."""
    before = rig.engine.swarm.inspect()
    config = {**before["Spec"]["CAConfig"], "ForceRotate": before["Spec"]["CAConfig"].get("ForceRotate", 0) + 1}
    rig.engine.swarm.update(before["Version"]["Index"], {**before["Spec"], "CAConfig": config})
    return before


def certified(rig: Rig, key: str) -> list[str]:
    """The nodes whose certificate is as the swarm has it."""
    wanted = rig.engine.swarm.inspect()["TLSInfo"][key]
    machines = (rig.cluster.machine(each) for each in rig.cluster.node_ids())
    return [each.hostname for each in machines if rig.node(each.hostname)["Description"]["TLSInfo"][key] == wanted]


def rotating(rig: Rig) -> bool:
    return bool(rig.engine.swarm.inspect()["RootRotationInProgress"])


def test_all_nodes_get_certificates_and_the_tokens_are_new() -> None:
    rig = Rig(3, 2)
    before = rotate(rig)
    now = rig.engine.swarm.inspect()
    assert now["RootRotationInProgress"]
    assert now["TLSInfo"]["TrustRoot"] == before["TLSInfo"]["TrustRoot"], "the old one, until all have the new one"
    assert now["JoinTokens"] == before["JoinTokens"]
    assert certified(rig, "CertIssuerPublicKey") == []
    rig.until(lambda: not rotating(rig), PATIENCE)
    after = rig.engine.swarm.inspect()
    assert after["TLSInfo"]["TrustRoot"] != before["TLSInfo"]["TrustRoot"]
    assert after["JoinTokens"]["Worker"].split("-")[2] != before["JoinTokens"]["Worker"].split("-")[2]
    rig.until(lambda: len(certified(rig, "TrustRoot")) == 5, PATIENCE)
    machine = rig.cluster.add_machine("late")
    body = {"ListenAddr": "0.0.0.0", "RemoteAddrs": [rig.cluster.machine("m1").address]}
    with pytest.raises(ApiError, match="remote CA does not match fingerprint"):
        rig.cluster.engine(machine.id).swarm.join({**body, "JoinToken": before["JoinTokens"]["Worker"]})
    rig.cluster.engine(machine.id).swarm.join({**body, "JoinToken": after["JoinTokens"]["Worker"]})


def test_a_node_that_is_down_holds_it_up_until_it_is_removed() -> None:
    rig = Rig(3, 2)
    rig.cluster.faults.kill("w2")
    rig.until(lambda: rig.node_state("w2") == "down", 60.0)
    rotate(rig)
    rig.advance(60.0)
    assert rotating(rig)
    assert len(certified(rig, "CertIssuerPublicKey")) == 4
    rig.engine.nodes.remove("w2")
    rig.advance(10.0)
    assert not rotating(rig)


def test_any_other_change_of_the_swarm_rotates_nothing() -> None:
    rig = Rig(1, 1)
    rotate(rig)
    rig.until(lambda: not rotating(rig), PATIENCE)
    found = rig.engine.swarm.inspect()
    rig.engine.swarm.update(found["Version"]["Index"], found["Spec"])
    assert not rotating(rig)


OWN = "-----BEGIN CERTIFICATE-----\nTWluZQ==\n-----END CERTIFICATE-----\n"


def asked(rig: Rig, **config: object) -> None:
    found = rig.engine.swarm.inspect()
    spec = {**found["Spec"], "CAConfig": {**found["Spec"]["CAConfig"], **config}}
    rig.engine.swarm.update(found["Version"]["Index"], spec)


def test_a_root_of_ones_own_is_trusted_in_the_end_and_not_shown_in_the_spec() -> None:
    rig = Rig(1, 1)
    asked(rig, SigningCACert=OWN, SigningCAKey="key")
    assert rotating(rig)
    rig.until(lambda: not rotating(rig), PATIENCE)
    found = rig.engine.swarm.inspect()
    assert found["TLSInfo"]["TrustRoot"] == OWN
    assert set(found["Spec"]["CAConfig"]) == {"NodeCertExpiry"}
    asked(rig, SigningCACert=OWN, SigningCAKey="key")
    assert not rotating(rig), "it is the root already"


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"SigningCAKey": "key"}, "the signing CA cert must also be provided"),
        ({"SigningCACert": OWN}, "at least one valid, reachable external CA"),
        ({"SigningCACert": OWN * 2, "SigningCAKey": "key"}, "cannot contain multiple certificates"),
    ],
)
def test_roots_that_are_refused(config: JSON, words: str) -> None:
    with pytest.raises(ApiError, match=words):
        asked(Rig(1, 0), **config)
