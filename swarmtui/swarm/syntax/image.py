"""Image references: registry, repository, tag and digest, read and written. The grammar is distribution/reference's."""

from __future__ import annotations

import re

import msgspec

from swarmtui.swarm.syntax.unreadable import Unreadable

__all__ = ["ImageName", "has_tag", "short_image", "without_digest", "without_registry"]

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_HOST = r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])"
_REFERENCE = re.compile(
    rf"(?:(?P<host>{_HOST}(?::[0-9]+)?)/)?(?P<path>{_COMPONENT}(?:/{_COMPONENT})*)"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?(?:@(?P<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?",
    re.ASCII,
)
HUB = "docker.io"


class ImageName(msgspec.Struct, frozen=True):
    """An image reference taken apart.

    Attributes:
        registry: host and port; Docker Hub where the reference names none.
        repository: the path at the registry.
        tag, digest: "" where there is none.
    """

    registry: str
    repository: str
    tag: str
    digest: str

    @classmethod
    def parse(cls, text: str) -> ImageName:
        """Read a reference.

        Raises:
            Unreadable: it is none; an engine would refuse it.
        """
        found = _REFERENCE.fullmatch(text)
        if found is None:
            raise Unreadable(_why(text))
        host, path = found["host"] or "", found["path"]
        if host and not _is_registry(host):
            if host != host.lower():  # newer engines take it for a registry's host, older ones refuse it
                raise Unreadable(_why(f"{host}/{path}"))
            host, path = "", f"{host}/{path}"  # the first part is a registry only when it looks like a host
        if not host or host == f"index.{HUB}":
            host = HUB
        repository = path if host != HUB or "/" in path else f"library/{path}"
        return cls(host, repository, found["tag"] or "", found["digest"] or "")

    def changed_as(self, before: ImageName, after: ImageName) -> ImageName:
        """This one with the change from one to another made: each part that differs, and the digest of the other."""
        registry = after.registry if after.registry != before.registry else self.registry
        path = after.path if after.path != before.path else self.path
        tag = after.tag if after.tag != before.tag else self.tag
        repository = path if registry != HUB or "/" in path else f"library/{path}"
        return ImageName(registry, repository, tag, after.digest)

    @property
    def path(self) -> str:
        """The repository as docker writes it: Docker Hub's own without "library"."""
        own = self.registry == HUB and self.repository.count("/") == 1
        return self.repository.removeprefix("library/") if own else self.repository

    @property
    def familiar(self) -> str:
        """As docker writes it: without the hub's name, and with a tag where there is neither tag nor digest.

        docker's client sends images so (docker/client service_create.go, `imageWithTagString`).
        """
        name = self.path if self.registry == HUB else f"{self.registry}/{self.path}"
        tag = self.tag or ("" if self.digest else "latest")
        return f"{name}{f':{tag}' if tag else ''}{f'@{self.digest}' if self.digest else ''}"


def without_digest(image: str) -> str:
    """The reference with its tag, as people type it; one that is named by its digest alone stays whole."""
    name, at, _ = image.partition("@")
    return name if at and without_tag(name) != name else image


def has_tag(image: str) -> bool:
    """Whether a reference says which version it means: by tag or digest."""
    return "@" in image or without_tag(image) != image


def short_image(image: str) -> str:
    """An image as people say it: without digest and without Docker Hub's own prefix; the tag is kept.

    An image that is named by its digest alone keeps the digest's start, since that is all that tells it apart.
    """
    name, _, digest = image.partition("@")
    for prefix in ("docker.io/library/", "index.docker.io/library/", "docker.io/", "index.docker.io/"):
        if name.startswith(prefix):
            name = name.removeprefix(prefix)
            break
    if digest and without_tag(name) == name:
        algorithm, _, sum_ = digest.partition(":")
        return f"{name}@{(sum_ or algorithm)[:12]}"
    return name


def without_registry(name: str) -> str:
    """A reference without the registry's host: "registry.example.com:5000/team/api:2.1" is "team/api:2.1"."""
    host, slash, path = name.partition("/")
    return path if slash and _is_registry(host) else name


def _is_registry(first: str) -> bool:
    """Whether the first part of a reference is a registry's host rather than of the repository's path."""
    return "." in first or ":" in first or first == "localhost"


def without_tag(name: str) -> str:
    """The reference up to its tag; a registry's port is none."""
    path, colon, tag = name.rpartition(":")
    return path if colon and "/" not in tag else name


def _why(text: str) -> str:
    if any(character.isspace() for character in text):
        return "An image's name cannot contain spaces"
    if text.startswith(("http://", "https://")):
        return "An image's name does not start with http://: begin with the registry's host"
    path = without_tag(text.partition("@")[0])
    if path != path.lower():
        return f"A repository's name is lowercase: {path.lower()}, not {path}"
    return f"'{text}' is not an image: repository:tag, or registry/repository:tag"
