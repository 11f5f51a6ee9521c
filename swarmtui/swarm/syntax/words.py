"""Names, words of a command, and pairs of name and value."""

from __future__ import annotations

import re
import shlex

from swarmtui.swarm.syntax.unreadable import Unreadable

__all__ = ["read_command", "read_label", "read_service_name", "read_variable"]

_NAME = re.compile(r"[a-zA-Z0-9](?:[-_]*[A-Za-z0-9]+)*", re.ASCII)
LONGEST_NAME = 63


def read_service_name(text: str) -> str:
    """A service's name: a DNS name (swarmkit manager/controlapi/common.go, `validateAnnotations`).

    Raises:
        Unreadable: it is none.
    """
    if len(text) > LONGEST_NAME:
        raise Unreadable(f"at most {LONGEST_NAME} characters")
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
        raise Unreadable("like NAME=value, one per line")
    return name, value


def read_label(text: str) -> tuple[str, str]:
    """ "name=value", or "name" for an empty value.

    Raises:
        Unreadable: there is no name.
    """
    name, _, value = text.strip().partition("=")
    if not name or any(character.isspace() for character in name):
        raise Unreadable("like name=value, one per line")
    return name, value
