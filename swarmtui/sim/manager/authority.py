"""The swarm's root certificate and its rotation, as far as they are felt. Source: swarmkit ca/reconciler.go.

In a rotation every node gets a certificate by the new root first; when all have one, the new root is trusted alone, and
the join tokens, which name it, are new as well. A node that is down holds it up until it is back or removed.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from swarmtui.sim.control.errors import invalid
from swarmtui.sim.objects.ids import Identities
from swarmtui.sim.objects.spec import JSON

if TYPE_CHECKING:
    from swarmtui.sim.cluster import Cluster
    from swarmtui.sim.objects.objects import Swarm

RENEWS_WITHIN = (0.5, 3.0)
"""Seconds until a node that is there has its new certificate."""
RETRIES_AFTER = 5.0
_ISSUER = ("CertIssuerSubject", "CertIssuerPublicKey")


def certificate(ids: Identities) -> JSON:
    """Something that looks like a swarm's root certificate."""
    body = "MIIBazCCARCgAwIBAgIU" + base64.b64encode(bytes.fromhex(ids.hex(642))).decode()
    lines = "\n".join(body[start : start + 64] for start in range(0, len(body), 64))
    return {
        "TrustRoot": f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n",
        "CertIssuerSubject": "MBMxETAPBgNVBAMTCHN3YXJtLWNh",
        "CertIssuerPublicKey": "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE" + ids.hex(87) + "=",
    }


def shown(swarm: Swarm) -> JSON:
    """The swarm's TLSInfo: in a rotation it trusts the old root, and issues by the new one."""
    return {**swarm.ca, **{name: swarm.next_ca[name] for name in _ISSUER}} if swarm.next_ca else swarm.ca


def wanted(cluster: Cluster, swarm: Swarm, given: JSON, kept: JSON) -> JSON | None:
    """The root that an update of the swarm's spec asks for; None for the one that there is.

    Rule: swarmkit controlapi/ca_rotation.go (validateCAConfig). No authority outside can be reached from here, and
    whether a key belongs to a certificate is not looked at.

    Args:
        given: CAConfig as it was sent.
        kept: as it will be kept.
    """
    pem, key = (str(given.get(name) or "").strip() for name in ("SigningCACert", "SigningCAKey"))
    if key and not pem:
        raise invalid("if a signing CA key is provided, the signing CA cert must also be provided")
    if not pem:
        again = kept.get("ForceRotate", 0) != swarm.spec["CAConfig"].get("ForceRotate", 0)
        return certificate(cluster.ids) if again else None
    if pem.count("-----BEGIN CERTIFICATE-----") != 1:
        raise invalid("the desired CA certificate cannot contain multiple certificates")
    if not key:
        raise invalid(
            "there must be at least one valid, reachable external CA corresponding to the desired CA certificate"
        )
    if pem == swarm.ca["TrustRoot"].strip():
        return None
    return {**certificate(cluster.ids), "TrustRoot": f"{pem}\n"}


def rotate(cluster: Cluster, root: JSON) -> None:
    """Begin a rotation; one that is under way is given up for it."""
    swarm = cluster.store.swarm
    assert swarm is not None
    swarm.next_ca = root
    for node_id in cluster.store.nodes:
        _later(cluster, swarm, swarm.next_ca, node_id)


def _later(cluster: Cluster, swarm: Swarm, root: JSON, node_id: str, delay: float | None = None) -> None:
    def renew() -> None:
        if cluster.store.swarm is not swarm or root not in (swarm.ca, swarm.next_ca):
            return
        node = cluster.store.nodes.get(node_id)
        if node is not None and not (node.machine.reachable and cluster.raft.can_commit):
            _later(cluster, swarm, root, node_id, RETRIES_AFTER)
            return
        if node is not None:
            node.machine.tls = shown(swarm)
            node.machine.described_anew()
            cluster.store.update_node(node)
        _finish(cluster, swarm)

    cluster.clock.later(cluster.rng.uniform(*RENEWS_WITHIN) if delay is None else delay, renew)


def _finish(cluster: Cluster, swarm: Swarm) -> None:
    """Trust the new root alone, once every node has its certificate from there."""
    nodes, key = cluster.store.nodes.values(), "CertIssuerPublicKey"
    if not swarm.next_ca or any(node.machine.tls[key] != swarm.next_ca[key] for node in nodes):
        return
    swarm.ca, swarm.next_ca = swarm.next_ca, {}
    swarm.token_root = cluster.ids.token_root()
    swarm.worker_token, swarm.manager_token = cluster.token(swarm), cluster.token(swarm)
    cluster.store.update_swarm()
    for node_id in cluster.store.nodes:
        _later(cluster, swarm, swarm.ca, node_id)
