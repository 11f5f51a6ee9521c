"""Update a service's image."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Finding, Spec
from swarmtui.swarm.actions.raw import field_of
from swarmtui.swarm.actions.service_change import Path, ValueChange, target_of
from swarmtui.swarm.actions.wording import argument, docker, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.description import short_image
from swarmtui.swarm.image import ImageName, without_digest
from swarmtui.swarm.objects import Service

__all__ = ["UpdateImage"]


@dataclass(frozen=True)
class UpdateImage(ValueChange):
    """Run another image. A digest that the service has goes only because the user names another image."""

    name: ClassVar[str] = "service.image"
    verb: ClassVar[str] = "Update"
    label: ClassVar[str] = "Update the image of a service"
    field: ClassVar[str] = "image"
    path: ClassVar[Path] = ("TaskTemplate", "ContainerSpec", "Image")

    @classmethod
    def typed(cls, raw: Mapping[str, Any]) -> str:
        """What the user begins with: the image that the service has, without digest."""
        image = field_of(raw.get("Spec") or {}, *cls.path)
        if not isinstance(image, str) or not image:
            raise NotPossible("This service runs no container: it has no image.")
        return without_digest(image)

    @classmethod
    def of(cls, raw: Mapping[str, Any], image: str) -> Self:
        """Update the image.

        Args:
            raw: the service's raw JSON.
            image: as typed.

        Raises:
            NotPossible: it is no image, or the one that the service has.
        """
        image, target = image.strip(), target_of(raw)
        if not image:
            raise NotPossible("Type the image: repository:tag.")
        present = str(field_of(raw["Spec"], *cls.path))
        if image in (present, cls.typed(raw)):
            pinned = " The digest that it is pinned to stays." if "@" in present else ""
            raise NotPossible(f"{target.name} has this image now. Type another tag.{pinned}")
        try:
            ImageName.parse(image)
        except ValueError as error:
            raise NotPossible(str(error)) from error
        return cls(target, raw["Spec"], image)

    @property
    def title(self) -> str:
        return f"Update {self.target.name} from {short_image(self.seen)} to {short_image(self.new)}"

    @property
    def docker_command(self) -> str:
        # docker's client would ask the registry for the digest; here the image goes to the swarm as it was typed.
        as_typed = () if "@" in self.new else ("--no-resolve-image",)
        return docker("service", "update", *as_typed, "--image", self.new, argument(self.target))

    def text_of(self, raw: object) -> str:
        return raw if isinstance(raw, str) else ""

    def findings(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Finding]:
        try:
            old, new = ImageName.parse(self.seen), ImageName.parse(self.new)
        except ValueError:
            return
        yield from _of_registry(self.target.name, old, new)
        yield from _of_version(old, new)


def _of_registry(name: str, old: ImageName, new: ImageName) -> Iterator[Finding]:
    if old.registry != new.registry:
        yield warning(
            f"The registry changes from {old.registry} to {new.registry}. {name} keeps the credentials that it has:"
            f" if {new.registry} asks for others, nodes cannot pull the image."
        )
    elif old.repository != new.repository:
        yield warning(
            f"The repository changes from {old.repository} to {new.repository}. Credentials stay as they are."
        )


def _of_version(old: ImageName, new: ImageName) -> Iterator[Finding]:
    if new.digest:
        yield note("It is pinned to a digest: every node runs the very same image.")
        return
    was_pinned = " The digest that it was pinned to goes." if old.digest else ""
    if new.tag in ("", "latest"):
        what = "No tag means latest" if not new.tag else "latest is another image every so often"
        yield warning(
            f"{what}: each node pulls what it is at that moment, and a rollback may get another one.{was_pinned}"
        )
    else:
        yield note(f"Each node pulls what the tag {new.tag} means when its task starts.{was_pinned}")
