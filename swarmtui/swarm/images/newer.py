"""Which services run an older image than their tag stands for now, as far as registries were asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.syntax.image import ImageName, without_digest
from swarmtui.swarm.syntax.unreadable import Unreadable

if TYPE_CHECKING:
    from swarmtui.swarm.images.answer import ImageAnswer

__all__ = ["Answers", "has_newer", "standing", "tag_of", "tags_of"]

Answers = Mapping[str, "ImageAnswer"]
"""What registries have said, by the image that they were asked for."""


def tag_of(service: Service) -> str:
    """The image of a service without its digest, as docker writes it; "" where it is named by its digest alone."""
    image = without_digest(service.image)
    try:
        return "" if "@" in image or not image else ImageName.parse(image).familiar
    except Unreadable:
        return ""


def tags_of(services: Iterable[Service]) -> tuple[str, ...]:
    """The images to ask for, each once."""
    return tuple(sorted({tag for service in services if (tag := tag_of(service))}))


def has_newer(service: Service, answers: Answers) -> bool:
    """Whether its tag stands for another digest than the one that it is pinned to."""
    answer = answers.get(tag_of(service))
    return answer is not None and answer.found and "@" in service.image and not service.image.endswith(answer.digest)


def standing(service: Service, answers: Answers) -> str:
    """ "newer", "current", "not pinned", "unknown"; "" where nobody has asked."""
    answer = answers.get(tag_of(service))
    if answer is None:
        return ""
    if not answer.found:
        return "unknown"
    if "@" not in service.image:
        return "not pinned"
    return "newer" if has_newer(service, answers) else "current"
