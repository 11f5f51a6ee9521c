"""Images, names, words of a command, and pairs of name and value."""

from __future__ import annotations

import re
import shlex

from swarmtui.swarm.syntax.unreadable import Unreadable

__all__ = ["has_tag", "read_command", "read_image", "read_label", "read_service_name", "read_variable"]

# distribution/reference/regexp.go; a host is told from the first part of a path by a dot, a port or "localhost".
_HOST = r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_PART = r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*"
_IMAGE = re.compile(
    rf"(?:{_HOST}/)?{_PART}(?:/{_PART})*(:\w[\w.-]{{0,127}})?(@[A-Za-z][A-Za-z0-9+._-]*:[0-9a-fA-F]{{32,}})?", re.ASCII
)
_NAME = re.compile(r"[a-zA-Z0-9](?:[-_]*[A-Za-z0-9]+)*", re.ASCII)
LONGEST_NAME = 63


def read_image(text: str) -> str:
    """An image's name as a registry knows it.

    Raises:
        Unreadable: it is none.
    """
    if _IMAGE.fullmatch(text):
        return text
    path = text.partition("@")[0].rpartition("/")[2].partition(":")[0]
    raise Unreadable(
        "an image's name is in lower case" if path != path.lower() else "like nginx:1.27 or host/team/web:2"
    )


def has_tag(image: str) -> bool:
    """Whether an image's name says which version of it: by tag or digest."""
    return "@" in image or ":" in image.rpartition("/")[2]


def read_service_name(text: str) -> str:
    """A service's name: a DNS name (swarmkit manager/controlapi/common.go, `validateAnnotations`).

    Raises:
        Unreadable: it is none.
    """
    if len(text) > LONGEST_NAME:
        raise Unreadable(f"{LONGEST_NAME} characters at most")
    if not _NAME.fullmatch(text):
        raise Unreadable("letters, digits, - and _; a letter or digit first and last")
    return text


def read_command(text: str) -> list[str]:
    """The words of a command line, as a shell splits them; nothing is expanded.

    Raises:
        Unreadable: a quote is not closed.
    """
    try:
        return shlex.split(text)
    except ValueError as error:
        raise Unreadable("a quote is not closed") from error


def read_variable(text: str) -> tuple[str, str]:
    """ "NAME=value". The value is taken as it stands.

    Raises:
        Unreadable: it is no assignment.
    """
    name, equals, value = text.lstrip().partition("=")
    if not equals or not name or any(character.isspace() for character in name):
        raise Unreadable("like NAME=value, one a line")
    return name, value


def read_label(text: str) -> tuple[str, str]:
    """ "name=value", or "name" for an empty value.

    Raises:
        Unreadable: there is no name.
    """
    name, _, value = text.strip().partition("=")
    if not name or any(character.isspace() for character in name):
        raise Unreadable("like name=value, one a line")
    return name, value
