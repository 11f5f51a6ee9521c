"""Image references: registry, repository, tag and digest. The grammar is distribution/reference's."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["ImageName", "without_digest"]

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_HOST = r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])"
_REFERENCE = re.compile(
    rf"(?:(?P<host>{_HOST}(?::[0-9]+)?)/)?(?P<path>{_COMPONENT}(?:/{_COMPONENT})*)"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?(?:@(?P<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?",
    re.ASCII,
)
HUB = "docker.io"


@dataclass(frozen=True)
class ImageName:
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
            ValueError: it is none; the engine would refuse it.
        """
        found = _REFERENCE.fullmatch(text)
        if found is None:
            raise ValueError(_why(text))
        host, path = found["host"] or "", found["path"]
        if host and not ("." in host or ":" in host or host == "localhost"):
            if host != host.lower():
                raise ValueError(_why(f"{host}/{path}"))
            host, path = "", f"{host}/{path}"  # the first part is a registry only when it looks like a host
        if not host or host == f"index.{HUB}":
            host = HUB
        repository = path if host != HUB or "/" in path else f"library/{path}"
        return cls(host, repository, found["tag"] or "", found["digest"] or "")


def without_digest(image: str) -> str:
    """The reference with its tag, as people type it; one that is named by its digest alone stays whole."""
    name, at, _ = image.partition("@")
    return name if at and ":" in name.rpartition("/")[2] else image


def _why(text: str) -> str:
    if any(character.isspace() for character in text):
        return "An image's name has no blanks in it."
    if text.startswith(("http://", "https://")):
        return "An image's name has no http:// before it: begin with the registry's host."
    path = text.partition("@")[0].rpartition(":")[0] or text
    if path != path.lower():
        return f"A repository's name is in small letters: {path.lower()}, not {path}."
    return f"'{text}' is no image: repository:tag, or registry/repository:tag."
