from __future__ import annotations

from typing import Any

import pytest

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.diagnosis import Diagnosis
from swarmtui.swarm.diagnosis.finding import Finding, Severity
from swarmtui.swarm.diagnosis.pull_problems import PullProblem, problem_in
from swarmtui.swarm.images.answer import ImageAnswer
from swarmtui.swarm.images.tag_list import TagList
from tests.unit.swarm.builders import NOW, ago, cluster, node, service, task
from tests.unit.swarm.diagnosis.finding_of import finding_of, rules_on

TEXTS = {
    PullProblem.DENIED: (
        "pull access denied for shop/web, repository does not exist or may require 'docker login': denied: requested"
        " access to the resource is denied",
        "unauthorized: authentication required",
        "failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized",
        'Head "https://ghcr.io/v2/shop/web/manifests/1": denied: requested access to the resource is denied',
    ),
    PullProblem.NOT_FOUND: (
        "manifest for shop/web:9 not found: manifest unknown: manifest unknown",
        "manifest unknown",
        "repository shop/wob not found: name unknown: repository name not known to registry",
        'failed to resolve reference "docker.io/shop/web:9": docker.io/shop/web:9: not found',
    ),
    PullProblem.RATE_LIMIT: (
        "toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating",
    ),
    PullProblem.DNS: (
        'Get "https://registry.shop/v2/": dial tcp: lookup registry.shop on 10.0.0.2:53: no such host',
        'Get "https://registry.shop/v2/": dial tcp: lookup registry.shop on 10.0.0.2:53: server misbehaving',
        'Get "https://r.shop/v2/": dial tcp: lookup r.shop: read udp 10.0.0.9:4->10.0.0.2:53: i/o timeout',
    ),
    PullProblem.CERTIFICATE: (
        'Get "https://r.shop/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
        'Get "https://registry.shop/v2/": x509: certificate has expired or is not yet valid',
        'Get "https://10.0.0.5:5000/v2/": http: server gave HTTP response to HTTPS client',
    ),
    PullProblem.UNREACHABLE: (
        'Get "http://10.0.0.5:5000/v2/": dial tcp 10.0.0.5:5000: connect: connection refused',
        'Get "https://registry.shop/v2/": net/http: request canceled while waiting for connection (Client.Timeout'
        " exceeded while awaiting headers)",
    ),
    PullProblem.DISK_FULL: ("failed to register layer: write /usr/lib/libx.so: no space left on device",),
    PullProblem.PLATFORM: ("no matching manifest for linux/arm64/v8 in the manifest list entries",),
    PullProblem.UNKNOWN: ("No such image: shop/web:9",),
}


@pytest.mark.parametrize(("text", "problem"), [(text, problem) for problem, texts in TEXTS.items() for text in texts])
def test_each_error_of_a_pull_is_told_apart(text: str, problem: PullProblem) -> None:
    assert problem_in(text) is problem


@pytest.mark.parametrize(
    "text", ["", "task: non-zero exit (1)", 'invalid mount config for type "bind": x does not exist']
)
def test_other_errors_are_no_trouble_with_an_image(text: str) -> None:
    assert problem_in(text) is None


def rejected(text: str, image: str = "shop/web:9", *, times: int = 3, others: str = "") -> Cluster:
    ends = [
        task(
            "web", 1, "wrk1", state="rejected", desired="shutdown", created=age, since=age - 1, error=text, image=image
        )
        for age in (16, 11, 6)[-times:]
    ]
    waiting = task("web", 1, "wrk1", state="ready", desired="ready", created=4, image=image)
    running = [task("web", 2, others, image=image)] if others else []
    web = service("web", 1 + len(running), image=image, status=(len(running), 1 + len(running)), rollback_to=True)
    return cluster([node("wrk1"), node("wrk2")], [web], [*ends, waiting, *running])


def pulling(text: str, image: str = "shop/web:9") -> Finding:
    return finding_of("image-not-pulled", rejected(text, image))


def test_an_image_that_is_not_there_is_told_with_the_ways_back() -> None:
    found = pulling("manifest for shop/web:9 not found: manifest unknown: manifest unknown")
    assert found.severity is Severity.CRITICAL
    assert found.summary == "image not found: shop/web:9 on wrk1"
    assert found.evidence[0].startswith("web.1 on wrk1: rejected 3 times, last 5 s ago: manifest for shop/web:9")
    assert "misspelt" in found.cause
    assert [each.command for each in found.remedies] == ["service.rollback", "service.image", "service.force"]
    assert found.since == NOW - 15
    assert rules_on(rejected("manifest unknown")) == {"image-not-pulled"}


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("pull access denied for shop/web", "--with-registry-auth"),
        ("toomanyrequests: You have reached your pull rate limit", "docker login"),
        ("dial tcp: lookup registry.shop: no such host", "DNS server"),
        ("x509: certificate signed by unknown authority", "/etc/docker/certs.d"),
        ("no space left on device", "docker image prune"),
        ("no matching manifest for linux/arm64/v8 in the manifest list entries", "node.platform.arch"),
        ("dial tcp 10.0.0.5:5000: connect: connection refused", "firewall"),
    ],
)
def test_each_trouble_with_an_image_has_its_hint(text: str, hint: str) -> None:
    assert hint in pulling(text).cause


def test_an_engine_that_keeps_the_reason_to_itself_is_read_together_with_the_digest() -> None:
    unpinned = pulling("No such image: shop/web:9")
    assert unpinned.summary == "image not pulled: shop/web:9 on wrk1"
    assert "name or tag is probably wrong" in unpinned.cause
    assert "journalctl -u docker" in unpinned.evidence[-1]
    pinned = f"shop/web:9@sha256:{'a' * 64}"
    assert "its digest is pinned" in pulling(f"No such image: {pinned}", pinned).cause


def test_an_image_that_another_node_got_exists() -> None:
    found = finding_of("image-not-pulled", rejected("No such image: shop/web:9", others="wrk2"))
    assert found.cause.startswith("wrk2 got this image, so it exists.")


def test_a_pull_that_failed_once_and_was_made_up_for_elsewhere_is_a_warning() -> None:
    once = task("web", 1, "wrk1", state="rejected", desired="shutdown", created=20, since=15, error="No such image: x")
    again = task("web", 1, "wrk2", created=10, since=8)
    snapshot = cluster([node("wrk1"), node("wrk2")], [service("web", 1, status=(1, 1))], [once, again])
    assert finding_of("image-not-pulled", snapshot).severity is Severity.WARNING


OLD, NEW = (f"shop/web:1@sha256:{letter * 64}" for letter in "ab")


def replicas(state: str, *images: str) -> Cluster:
    web = service("web", 2, image=NEW, status=(2, 2), update=state, update_started=ago(300) if state else "")
    tasks = [task("web", slot, f"wrk{slot}", image=image) for slot, image in enumerate(images, 1)]
    return cluster([node("wrk1"), node("wrk2")], [web], tasks)


def test_a_replica_with_an_older_image_of_the_same_tag_is_found() -> None:
    found = finding_of("mixed-digests", replicas("completed", NEW, OLD))
    assert found.summary == "1 task runs another image than shop/web:1 is now"
    assert found.evidence == ("the service's digest: bbbbbbbbbbbb", "web.2 on wrk2: aaaaaaaaaaaa")
    assert [each.command for each in found.remedies] == ["service.force"]


def test_an_update_to_another_digest_is_no_trouble() -> None:
    assert rules_on(replicas("updating", NEW, OLD)) == set()
    assert rules_on(replicas("completed", NEW, NEW)) == set()


def test_a_tag_that_a_registry_has_moved_is_found_once_somebody_has_asked() -> None:
    def found(digest: str) -> list[Finding]:
        diagnosis = Diagnosis()
        diagnosis.learn_of_images({"shop/web:1": ImageAnswer("shop/web:1", digest)})
        diagnosis.advance(replicas("completed", NEW, NEW), NOW)
        return [each for each in diagnosis.findings if each.rule == "newer-image"]

    [newer] = found("sha256:" + "c" * 64)
    assert newer.summary == "newer image behind shop/web:1"
    assert newer.evidence == ("the service's digest: bbbbbbbbbbbb", "its tag stands for: cccccccccccc")
    assert found(NEW.partition("@")[2]) == []
    assert found("") == []


def test_newer_tags_are_found_once_somebody_has_asked() -> None:
    def found(**known: Any) -> list[Finding]:
        diagnosis = Diagnosis()
        diagnosis.learn_of_tags(TagList("shop/web", asked_at=NOW - 120, **known))
        diagnosis.advance(replicas("completed", NEW, NEW), NOW)
        return [each for each in diagnosis.findings if each.rule == "newer-tag"]

    [newer] = found(tags=("1", "2", "3", "2-alpine", "latest"))
    assert newer.summary == "newer tags of shop/web:1: 3, 2"
    assert newer.evidence == ("the repository has 5 tags, asked 2 min ago",)
    assert found(tags=("1", "latest")) == []
    assert found(why_not="denied") == []


def test_a_denied_pull_leads_to_the_login() -> None:
    refused = task("web", 1, "wrk1", state="rejected", error="unauthorized: authentication required", since=5)
    snapshot = cluster([node("wrk1")], [service("web", 1, status=(0, 1))], [refused])
    [first, *_] = finding_of("image-not-pulled", snapshot).remedies
    assert (first.command, first.values) == ("service.image", (("credentials", "send"),))
