"""ImageChoice: how an image is sent to the swarm: with or without its digest, with or without credentials.

docker resolves a tag to a digest whenever a service is created or its image is set, unless it is told
`--no-resolve-image`, and sends the credentials of its login only `--with-registry-auth`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from swarmtui.swarm.images.answer import ImageAnswer, registry_of

__all__ = ["AS_TYPED", "ImageChoice", "SendsImage"]


@dataclass(frozen=True)
class ImageChoice:
    """How an image is sent.

    Attributes:
        pin: with the digest that its tag stands for now, as docker does.
        credentials: with this machine's login for the image's registry. They are never part of an action: they are
            read when it is sent.
        answer: what the registry has said of the image; None where it has not been asked, or has not answered yet.
    """

    pin: bool = True
    credentials: bool = False
    answer: ImageAnswer | None = None

    @property
    def flags(self) -> tuple[str, ...]:
        """docker's options for it."""
        return (
            *(() if self.pin else ("--no-resolve-image",)),
            *(("--with-registry-auth",) if self.credentials else ()),
        )

    def answer_on(self, image: str) -> ImageAnswer | None:
        """What the registry has said, if that is of this image."""
        return self.answer if self.answer is not None and self.answer.image == image else None

    def sent(self, image: str) -> tuple[str, tuple[Mapping[str, str], ...] | None]:
        """What is put into the spec.

        Returns:
            The reference, and the platforms for the placement; None to leave those that are there, as docker does
            where it has no answer, or one without platforms.
        """
        answer = self.answer_on(image) if self.pin else None
        if answer is None or not answer.found:
            return image, None
        return answer.pinned, answer.placement or None

    def is_open(self, image: str) -> bool:
        """Whether the registry has yet to be asked for the digest."""
        return self.pin and self.answer_on(image) is None

    def answered(self, answer: ImageAnswer) -> Self:
        """The same once the registry has said something."""
        return replace(self, answer=answer)


AS_TYPED = ImageChoice(pin=False)
"""docker's `--no-resolve-image`."""


class SendsImage(ABC):
    """Base of the actions that give a service an image, and so may have to ask its registry before they are sent."""

    choice: ImageChoice

    @property
    @abstractmethod
    def reference(self) -> str:
        """The image, as docker writes it, without the digest that the registry has told."""

    @property
    def to_resolve(self) -> str:
        """The image whose digest has to be asked for before this is sent; "" for none."""
        return self.reference if self.choice.is_open(self.reference) else ""

    @abstractmethod
    def resolved(self, answer: ImageAnswer) -> Self:
        """The same with what the registry has said."""

    @property
    def login_for(self) -> str:
        """The registry whose credentials are sent along; "" for none."""
        return registry_of(self.reference) if self.choice.credentials else ""
