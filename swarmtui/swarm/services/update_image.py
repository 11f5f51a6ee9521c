"""Update a service's image."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Spec
from swarmtui.swarm.actions.wording import argument, docker, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.change import Path, ValueChange
from swarmtui.swarm.specs.fields import field_of
from swarmtui.swarm.syntax.image import ImageName, short_image, without_digest
from swarmtui.swarm.syntax.unreadable import Unreadable

__all__ = ["UpdateImage"]


@dataclass(frozen=True)
class UpdateImage(ValueChange):
    """Run another image. A digest that the service has goes only because the user names another image."""

    name: ClassVar[str] = names.UPDATE_IMAGE
    verb: ClassVar[str] = "Update"
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
        image, target = image.strip(), Target.of_json(Kind.SERVICE, raw)
        if not image:
            raise NotPossible("Type the image: repository:tag.")
        present = str(field_of(raw["Spec"], *cls.path))
        if image in (present, cls.typed(raw)):
            pinned = " It stays pinned to its digest." if "@" in present else ""
            raise NotPossible(f"{target.name} already has this image. Type another tag.{pinned}")
        try:
            familiar = ImageName.parse(image).familiar
        except Unreadable as error:
            raise NotPossible(f"{error}.") from error
        if familiar == present:
            raise NotPossible(f"{target.name} already has this image. Type another tag.")
        return cls(target, raw["Spec"], familiar)

    @property
    def title(self) -> str:
        return f"Update {self.target.name} from {short_image(self.seen)} to {short_image(self.new)}"

    @property
    def docker_command(self) -> str:
        # docker's client would ask the registry for the digest, even where one is given.
        return docker("service", "update", "--no-resolve-image", "--image", self.new, argument(self.target))

    def text_of(self, raw: object) -> str:
        return raw if isinstance(raw, str) else ""

    def shown(self, cluster: Cluster) -> str | None:
        service = cluster.services.get(self.target.id)
        return None if service is None else service.image

    def standing(self, value: str) -> str:
        return f"{self.target.name} has the image {short_image(value)}"

    def consequences(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Consequence]:
        try:
            old, new = ImageName.parse(self.seen), ImageName.parse(self.new)
        except Unreadable:
            return
        yield from _of_registry(self.target.name, old, new)
        yield from _of_version(old, new)


def _of_registry(name: str, old: ImageName, new: ImageName) -> Iterator[Consequence]:
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


def _of_version(old: ImageName, new: ImageName) -> Iterator[Consequence]:
    if new.digest:
        yield note("It is pinned to a digest: every node runs exactly the same image.")
        return
    was_pinned = " It is no longer pinned to a digest." if old.digest else ""
    if new.tag in ("", "latest"):
        what = "No tag means latest" if not new.tag else "latest changes every so often"
        yield warning(f"{what}: each node pulls whatever it is then, and a rollback may get another image.{was_pinned}")
    else:
        yield note(f"Each node pulls what the tag {new.tag} points to when its task starts.{was_pinned}")
