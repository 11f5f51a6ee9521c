"""ImageAnswer: what a registry has said of an image, or why nothing is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.diagnosis.pull_problems import PullProblem, problem_in
from swarmtui.swarm.objects.node import Platform
from swarmtui.swarm.short_text import clipped, listed
from swarmtui.swarm.syntax.image import ImageName
from swarmtui.swarm.syntax.unreadable import Unreadable

__all__ = ["ImageAnswer", "read_answer", "refused_answer", "registry_of"]

SHOWN_OF_DIGEST = 12
LONGEST_REASON = 160
_BY_STATUS = {401: PullProblem.DENIED, 403: PullProblem.DENIED, 429: PullProblem.RATE_LIMIT}
_HAVE_NO_CALL = ("page not found",)
"""What is said by whoever answers for an engine and has no such call: a proxy in front of it."""


@dataclass(frozen=True)
class ImageAnswer:
    """What is known of an image.

    Attributes:
        image: the reference that was asked for, as docker writes it.
        digest: "sha256:…", what the registry has under that name; "" where that is not known.
        platforms: what the image is built for; () where the registry does not tell.
        problem: why there is no digest; None where there is one.
        said: the words of whoever has said no.
        has_login: docker on this machine is logged in to the image's registry.
        with_login: the registry was asked with that login.
    """

    image: str
    digest: str = ""
    platforms: tuple[Platform, ...] = ()
    problem: PullProblem | None = None
    said: str = ""
    has_login: bool = False
    with_login: bool = False

    @property
    def found(self) -> bool:
        """Whether the registry has the image."""
        return bool(self.digest)

    @property
    def pinned(self) -> str:
        """The reference with its digest, as docker sends it; one that names a digest already stays as it is."""
        return f"{self.image}@{self.digest}" if self.digest and "@" not in self.image else self.image

    @property
    def short_digest(self) -> str:
        """ "1a2b3c4d5e6f"."""
        return self.digest.partition(":")[2][:SHOWN_OF_DIGEST]

    @property
    def placement(self) -> tuple[Mapping[str, str], ...]:
        """The platforms as docker puts them into a service's placement.

        It leaves ARM's architecture out, since nodes name variants of it that images do not (docker/client
        service_create.go, `imageDigestAndPlatforms`; moby/swarmkit issue 2294).
        """
        return tuple(_placed(each) for each in self.platforms)

    @property
    def built_for(self) -> str:
        """ "linux/amd64, linux/arm64"; "" where that is not told."""
        return listed(list(dict.fromkeys(f"{each.os}/{each.architecture}" for each in self.real_platforms)))

    @property
    def real_platforms(self) -> tuple[Platform, ...]:
        """Without those of attestations, which are listed beside the images as "unknown"."""
        return tuple(each for each in self.platforms if each.os not in ("", "unknown"))

    @property
    def why_not(self) -> str:
        """Why there is no digest, in a clause: "registry out of reach: dial tcp …"."""
        if self.problem is None:
            return ""
        said = clipped(" ".join(self.said.split()), LONGEST_REASON)
        if self.problem is PullProblem.UNKNOWN:
            return said or "the registry could not be asked"
        return f"{self.problem.value}{f': {said}' if said else ''}"


def _placed(platform: Platform) -> Mapping[str, str]:
    architecture = "" if platform.architecture.lower() == "arm" else platform.architecture
    return {
        **({"Architecture": architecture} if architecture else {}),
        **({"OS": platform.os} if platform.os else {}),
    }


def read_answer(image: str, content: Any) -> ImageAnswer:
    """Read an engine's answer to `GET /distribution/{name}/json`."""
    raw = Raw(content)
    digest = raw.text("Descriptor", "digest")
    platforms = tuple(Platform(each.text("architecture"), each.text("os")) for each in raw.each("Platforms"))
    if not digest:
        return ImageAnswer(image, problem=PullProblem.UNKNOWN, said="the registry named no digest")
    return ImageAnswer(image, digest, platforms)


def refused_answer(image: str, status: int, said: str) -> ImageAnswer:
    """What an error of that call says.

    Args:
        status: of HTTP; 0 where there was no answer.
        said: the engine's words.
    """
    if any(words in said for words in _HAVE_NO_CALL):
        return ImageAnswer(image, problem=PullProblem.UNKNOWN, said="this engine does not ask registries")
    problem = problem_in(said)
    if problem is None or problem is PullProblem.UNKNOWN:
        problem = _BY_STATUS.get(status, PullProblem.NOT_FOUND if status == 404 else PullProblem.UNKNOWN)
    return ImageAnswer(image, problem=problem, said=said)


def registry_of(image: str) -> str:
    """The registry's host; "" of what is no image."""
    try:
        return ImageName.parse(image).registry
    except Unreadable:
        return ""
