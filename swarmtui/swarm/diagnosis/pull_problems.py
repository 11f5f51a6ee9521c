"""Why a node has no image for a task, by the error of that task.

The engines up to 29.7 throw the registry's answer away and report "No such image: NAME" whatever the reason was
(moby daemon/cluster/executor/container/controller.go, `Prepare`); only their own log has it. Newer ones report the
registry's answer where the node has no such image (moby #52698 and #53212). Sources of the texts:

    pull access denied for …, manifest for … not found, repository … not found
                          moby daemon/internal/distribution/errors.go, `notFoundError`
    manifest unknown, name unknown, denied, unauthorized, toomanyrequests
                          distribution registry/api/errcode and v2: a registry's error codes
    no matching manifest for … in the manifest list entries
                          moby distribution/pull_v2.go, `noMatchesErr`, and daemon/containerd/image_pull.go
    no match for platform in manifest, insufficient_scope, failed to authorize
                          containerd images/image.go and core/remotes/docker
    no such host, server misbehaving, i/o timeout, connection refused, no route to host, x509
                          Go's net and crypto/x509
    no space left on device
                          the kernel's ENOSPC, while a layer is written
"""

from __future__ import annotations

import re
from enum import Enum

from swarmtui.swarm.objects.task import Task

__all__ = ["PullProblem", "problem_in", "pull_problem"]


class PullProblem(Enum):
    """What kept an image from a node; the value heads a summary."""

    RATE_LIMIT = "registry's rate limit reached"
    DISK_FULL = "no space left on the node"
    PLATFORM = "image is not built for the node's platform"
    CERTIFICATE = "registry's certificate not trusted"
    DNS = "registry's name not resolved"
    UNREACHABLE = "registry out of reach"
    DENIED = "registry denies the image"
    NOT_FOUND = "image not found"
    UNKNOWN = "image not pulled"
    """The engine keeps the reason to itself."""

    @property
    def cause(self) -> str:
        """The likely cause, and what to do where no command does it; "" of UNKNOWN."""
        return _CAUSES.get(self, "")


_CAUSES = {
    PullProblem.RATE_LIMIT: "The registry limits how often this address or account may pull. Wait until the limit"
    " resets, pull with an account (docker login, --with-registry-auth), or use a mirror.",
    PullProblem.DISK_FULL: "The disk that holds the node's images is full. Free some space there: docker system df"
    " shows what takes it, docker image prune removes unused images.",
    PullProblem.PLATFORM: "The image exists, but not for the processor or the system of this node. Build it for that"
    " platform, or keep the service off such nodes by a constraint on node.platform.arch.",
    PullProblem.CERTIFICATE: "The node does not trust the registry's certificate: it has expired, is signed by an"
    " unknown authority, or the registry speaks no TLS. Install the authority in /etc/docker/certs.d on each node.",
    PullProblem.DNS: "The node cannot resolve the registry's name: the name is misspelt, or the node's DNS server"
    " does not answer.",
    PullProblem.UNREACHABLE: "The registry does not answer the node: it is down, or a firewall, a proxy or the"
    " network is in between.",
    PullProblem.DENIED: "The registry wants other credentials, or has no such repository. Nodes get credentials only"
    " with --with-registry-auth, and those expire.",
    PullProblem.NOT_FOUND: "The registry has no such repository or tag: it is misspelt, was never pushed, or was"
    " removed.",
}

_TEXTS: tuple[tuple[PullProblem, re.Pattern[str]], ...] = tuple(
    (problem, re.compile(pattern, re.IGNORECASE))
    for problem, pattern in (
        (PullProblem.RATE_LIMIT, r"toomanyrequests|too many requests|pull rate limit"),
        (PullProblem.DISK_FULL, r"no space left on device|disk quota exceeded"),
        (
            PullProblem.PLATFORM,
            r"no matching manifest for|no match for platform in manifest"
            r"|does not match the (?:specified|detected host) platform|cannot be used on this platform",
        ),
        (PullProblem.CERTIFICATE, r"x509: |tls: failed to verify|server gave HTTP response to HTTPS client"),
        (PullProblem.DNS, r"no such host|server misbehaving|temporary failure in name resolution|lookup \S+.*timeout"),
        (
            PullProblem.UNREACHABLE,
            r"dial tcp .*(?:connection refused|no route to host|network is unreachable|i/o timeout)"
            r"|(?:Get|Head) \"?https?://.*(?:Client\.Timeout|context deadline exceeded|TLS handshake timeout|EOF"
            r"|connection reset by peer|connection refused)",
        ),
        (
            PullProblem.DENIED,
            r"pull access denied|unauthorized: |requested access to the resource is denied|failed to authorize"
            r"|insufficient_scope|no basic auth credentials|401 Unauthorized|403 Forbidden",
        ),
        (
            PullProblem.NOT_FOUND,
            r"manifest for .+ not found|manifest unknown|name unknown|repository \S+ not found"
            r"|failed to resolve reference .*not found",
        ),
        (PullProblem.UNKNOWN, r"^no such image: "),
    )
)
"""In the order in which they are looked for: an error may hold several, from the outermost layer to the cause."""

_BEFORE_RUNNING = frozenset({"rejected", "preparing"})


def problem_in(error: str) -> PullProblem | None:
    """What an error says about a pull; None when it is about something else."""
    if not error:
        return None
    return next((problem for problem, text in _TEXTS if text.search(error)), None)


def pull_problem(task: Task) -> PullProblem | None:
    """What kept the image from a task's node; None when the image is not what is wrong with the task."""
    return problem_in(task.status.err) if task.status.state in _BEFORE_RUNNING else None
