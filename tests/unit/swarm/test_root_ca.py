"""A root certificate of one's own, and authorities outside: what is sent, refused and told."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.membership.root_ca import (
    CERTIFICATE,
    PRIVATE_KEY,
    Pem,
    ReplaceRootCA,
    SetExternalCAs,
    read_urls,
)
from swarmtui.swarm.objects.swarm import Swarm, TLSInfo
from tests.unit.swarm.builders import cluster, managers, node, swarm
from tests.unit.swarm.reading import dangers, text, warnings

OWN = "-----BEGIN CERTIFICATE-----\nTWlu\nZQ==\n-----END CERTIFICATE-----\n"
KEY = "-----BEGIN PRIVATE KEY-----\naHVudGVyMg==\n-----END PRIVATE KEY-----\n"
ROOT, ROOT_KEY = Pem.of(CERTIFICATE, "our root.pem", OWN), Pem.of(PRIVATE_KEY, "key.pem", KEY)
URL = "https://ca.example.net/sign"


def trusting(root: str, **more: bool) -> Swarm:
    return msgspec.structs.replace(swarm(version=23, **more), tls_info=TLSInfo(root))


def test_a_root_of_ones_own_is_sent_with_its_key_which_nothing_shows() -> None:
    action = ReplaceRootCA.of(swarm(), ROOT, ROOT_KEY)
    assert action.docker_command == "docker swarm ca --rotate --ca-cert 'our root.pem' --ca-key key.pem"
    assert action.change({"CAConfig": {"NodeCertExpiry": 7, "ForceRotate": 2}, "Later": 1}) == {
        "CAConfig": {"NodeCertExpiry": 7, "ForceRotate": 2, "SigningCACert": OWN, "SigningCAKey": KEY},
        "Later": 1,
    }
    assert "aHVudGVyMg" not in repr(action) + action.title + action.whole_command
    said = text(action, cluster([*managers(3), node("wrk1", state="down")]))
    assert "Both join tokens change too" in said
    assert "wrk1 cannot get one now" in said


def test_a_root_whose_key_only_others_have() -> None:
    action = ReplaceRootCA.of(swarm(), ROOT, None, (URL,))
    assert action.docker_command == (
        f"docker swarm ca --rotate --ca-cert 'our root.pem' --external-ca protocol=cfssl,url={URL}"
    )
    assert action.change({})["CAConfig"] == {
        "SigningCACert": OWN,
        "SigningCAKey": "",
        "ExternalCAs": [{"Protocol": "cfssl", "URL": URL, "CACert": OWN}],
    }
    assert "while none answers, no node can join" in dangers(action, cluster(managers(3)))[0]


def test_it_is_done_when_the_nodes_trust_that_root_alone() -> None:
    action = ReplaceRootCA.of(swarm(), ROOT, ROOT_KEY)
    turning = action.progress(cluster(swarm=trusting("old", rotating=True)))
    assert (turning.settled, turning.text) == (False, "nodes are getting new certificates")
    assert action.progress(cluster(swarm=trusting(OWN.replace("\nZQ", "ZQ")))).text.startswith("every node has")
    assert action.progress(cluster(swarm=trusting("another"))).overtaken


@pytest.mark.parametrize(
    ("what", "content", "words"),
    [
        (CERTIFICATE, "", "x.pem holds no certificate"),
        (CERTIFICATE, KEY, "x.pem holds no certificate"),
        (CERTIFICATE, OWN * 2, "holds 2 certificates; a swarm takes exactly one"),
        (PRIVATE_KEY, OWN, "x.pem holds no private key"),
        (PRIVATE_KEY, KEY.replace("PRIVATE", "ENCRYPTED PRIVATE"), "has a passphrase"),
    ],
)
def test_files_that_are_none(what: str, content: str, words: str) -> None:
    with pytest.raises(NotPossible, match=words):
        Pem.of(what, "x.pem", content)


def test_what_managers_would_refuse() -> None:
    with pytest.raises(NotPossible, match="Somebody must be able to sign"):
        ReplaceRootCA.of(swarm(), ROOT)
    with pytest.raises(NotPossible, match="the swarm's root certificate already"):
        ReplaceRootCA.of(trusting(OWN), ROOT, ROOT_KEY)
    for make in (lambda turning: ReplaceRootCA.of(turning, ROOT, ROOT_KEY), lambda s: SetExternalCAs.of(s, (URL,))):
        with pytest.raises(NotPossible, match="is being rotated"):
            make(swarm(rotating=True))
    assert read_urls(f" {URL}, {URL} https://b") == (URL, "https://b")
    with pytest.raises(NotPossible, match="'http://ca' is not the address of a CA"):
        read_urls("http://ca")


def test_authorities_outside_sign_by_the_root_that_there_is() -> None:
    action = SetExternalCAs.of(trusting(OWN), (URL,))
    assert action.docker_command == f"docker swarm update --external-ca protocol=cfssl,url={URL}"
    spec = action.change({"CAConfig": {"NodeCertExpiry": 7}})
    assert spec["CAConfig"]["ExternalCAs"] == [{"Protocol": "cfssl", "URL": URL, "CACert": OWN}]
    assert (action.value({}), action.value(spec), action.is_made(spec)) == ("none", URL, True)
    assert "they alone sign certificates" in warnings(action, cluster(managers(3)))[0]
    undo = replace(action.undo, target=action.target)
    assert undo.docker_command.startswith("# docker has no option that removes them. Engine API: POST /swarm/update?")
    assert undo.change(spec)["CAConfig"]["ExternalCAs"] == []
