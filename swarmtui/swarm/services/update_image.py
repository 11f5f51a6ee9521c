"""Update a service's image."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Action, Consequence, Spec
from swarmtui.swarm.actions.wording import argument, docker, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.images.answer import ImageAnswer, registry_of
from swarmtui.swarm.images.choice import AS_TYPED, ImageChoice, SendsImage
from swarmtui.swarm.images.remarks import image_remarks, platform_remarks, unresolved_text
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.change import Path, ValueChange
from swarmtui.swarm.services.restarts import as_it_will_be
from swarmtui.swarm.specs.fields import field_of, list_of, with_field, without_field
from swarmtui.swarm.syntax.image import ImageName, short_image, without_digest
from swarmtui.swarm.syntax.unreadable import Unreadable

__all__ = ["UpdateImage"]

PLATFORMS = ("TaskTemplate", "Placement", "Platforms")


@dataclass(frozen=True)
class UpdateImage(ValueChange, SendsImage):
    """Run another image, or what a tag stands for by now. The platforms that it is built for go into the placement.

    Attributes:
        choice: how it is sent.
        platforms: for the placement, raw; () to take those away, None to leave them.
    """

    name: ClassVar[str] = names.UPDATE_IMAGE
    verb: ClassVar[str] = "Update"
    field: ClassVar[str] = "image"
    path: ClassVar[Path] = ("TaskTemplate", "ContainerSpec", "Image")

    choice: ImageChoice = AS_TYPED
    platforms: tuple[Mapping[str, Any], ...] | None = dataclasses.field(default=None, repr=False, compare=False)

    @classmethod
    def typed(cls, raw: Mapping[str, Any]) -> str:
        """What the user begins with: the image that the service has, without digest."""
        image = field_of(raw.get("Spec") or {}, *cls.path)
        if not isinstance(image, str) or not image:
            raise NotPossible("This service runs no container: it has no image.")
        return without_digest(image)

    @classmethod
    def of(cls, raw: Mapping[str, Any], image: str, choice: ImageChoice = AS_TYPED) -> Self:
        """Update the image.

        Args:
            raw: the service's raw JSON.
            image: as typed.
            choice: how it is sent.

        Raises:
            NotPossible: it is no image, or the one that the service has.
        """
        image, target = image.strip(), Target.of_json(Kind.SERVICE, raw)
        if not image:
            raise NotPossible("Type the image: repository:tag.")
        present = str(field_of(raw["Spec"], *cls.path))
        try:
            familiar = ImageName.parse(image).familiar
        except Unreadable as error:
            raise NotPossible(f"{error}.") from error
        new, platforms = choice.sent(familiar)
        is_same = familiar in (present, without_digest(present)) or image in (present, cls.typed(raw))
        if is_same and not choice.credentials:
            _refuse_the_same(target.name, present, familiar, choice)
        return cls(target, raw["Spec"], new, choice, platforms)

    def carried_to(self, raw: Mapping[str, Any]) -> Self:
        """What was changed of the name, the registry, the repository or the tag, is changed in that service's image.

        So one more tag for all leaves each its own repository.
        """
        try:
            new, seen, theirs = (ImageName.parse(each) for each in (self.reference, self.seen, self.typed(raw)))
        except Unreadable as error:
            raise NotPossible(f"{error}.") from error
        image = theirs.changed_as(seen, new)
        if new.digest and image.familiar != new.familiar:
            raise NotPossible("its image has another repository, which has no such digest.")
        is_same = image.familiar == self.typed(raw) and not self.choice.credentials
        if is_same and self.choice.answer_on(image.familiar) is None:
            raise NotPossible("it has this image already; B on the services looks for newer ones behind the tags.")
        return self.of(raw, image.familiar, self.choice)

    @property
    def deed(self) -> str:
        return f"{self.verb} the {self.field} of {self.target.name}"

    @property
    def reference(self) -> str:
        answer = self.choice.answer
        return answer.image if answer is not None and answer.pinned == self.new else str(self.new)

    def resolved(self, answer: ImageAnswer) -> Self:
        choice = self.choice.answered(answer)
        new, platforms = choice.sent(self.reference)
        return replace(self, new=new, platforms=platforms, choice=choice)

    @property
    def title(self) -> str:
        name, old, new = self.target.name, short_image(self.seen), short_image(self.new)
        if old != new:
            return f"Update {name} from {old} to {new}"
        if self.new == self.seen or self.to_resolve:
            return f"Send the credentials for {registry_of(self.reference)} to {name}"
        if "@" not in self.new:
            return f"Unpin {new} of {name} from its digest"
        return f"Update {name} to the newer {new}" if "@" in self.seen else f"Pin {name} to what {new} is now"

    @property
    def docker_command(self) -> str:
        return docker("service", "update", *self.choice.flags, "--image", self.reference, argument(self.target))

    def text_of(self, raw: object) -> str:
        return raw if isinstance(raw, str) else ""

    def shown(self, cluster: Cluster) -> str | None:
        service = cluster.services.get(self.target.id)
        return None if service is None else service.image

    def standing(self, value: str) -> str:
        return f"{self.target.name} has the image {short_image(value)}"

    # -------------------------------------------------------------------------------- the spec

    def change(self, spec: Spec) -> dict[str, Any]:
        return self._placed(super().change(spec))

    @property
    def after(self) -> dict[str, Any]:
        return self._placed(super().after)

    def _placed(self, spec: dict[str, Any]) -> dict[str, Any]:
        if self.platforms is None:
            return spec
        return with_field(spec, PLATFORMS, list(self.platforms)) if self.platforms else without_field(spec, PLATFORMS)

    @property
    def undo(self) -> Action | None:
        before = tuple(list_of(self.spec, *PLATFORMS)) if self.platforms is not None else None
        back = field_of(self.spec, *self.path)
        return replace(self, spec=self.after, new=back, choice=AS_TYPED, platforms=before)

    # -------------------------------------------------------------------------------- what it means

    def consequences(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Consequence]:
        try:
            old, new = ImageName.parse(self.seen), ImageName.parse(self.new)
        except Unreadable:
            return
        yield from _of_registry(self.target.name, old, new, self.choice)
        yield from image_remarks(self.reference, self.choice, was_pinned=bool(old.digest))
        answer = self.choice.answer_on(self.reference)
        yield from platform_remarks(cluster, as_it_will_be(service, after), answer)


def _refuse_the_same(name: str, present: str, image: str, choice: ImageChoice) -> None:
    """Raises NotPossible, unless something comes of setting the same tag: another digest, or none."""
    answer, already = choice.answer_on(image), f"{name} already has this image."
    is_tag = "@" not in image
    if choice.pin and is_tag and answer is None:
        raise NotPossible(f"{already} Asking the registry whether its tag stands for another one now …")
    if choice.pin and answer is not None and is_tag:
        if not answer.found:
            raise NotPossible(f"{already} {unresolved_text(answer)}")
        if answer.pinned == present:
            raise NotPossible(f"{already} Its tag still stands for the digest {answer.short_digest}. Type another tag.")
        return
    if "@" in present and is_tag and not choice.pin:
        return
    pinned = " It stays pinned to its digest." if "@" in present else ""
    raise NotPossible(f"{already} Type another tag.{pinned}")


def _of_registry(name: str, old: ImageName, new: ImageName, choice: ImageChoice) -> Iterator[Consequence]:
    if choice.credentials:
        return
    if old.registry != new.registry:
        yield warning(
            f"The registry changes from {old.registry} to {new.registry}. {name} keeps its credentials: if"
            f" {new.registry} needs others,"
            f" nodes cannot pull the image."
        )
    elif old.repository != new.repository:
        yield warning(
            f"The repository changes from {old.repository} to {new.repository}. Credentials stay as they are."
        )
