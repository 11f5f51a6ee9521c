"""What a secret, a config or a network may be called, and the labels that may be given to it."""

from __future__ import annotations

import re
import shlex

from swarmtui.errors import NotPossible
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind

__all__ = [
    "LONGEST_NAME",
    "PREDEFINED_NETWORKS",
    "check_name",
    "labels_from",
    "labels_text",
    "next_version",
    "taken_names",
]

LONGEST_NAME = 64
"""Of secrets and configs."""
LONGEST_NETWORK_NAME = 63

STORED_NAME = re.compile(r"[a-zA-Z0-9]+(?:[a-zA-Z0-9-_.]*[a-zA-Z0-9])?")
"""Of secrets and configs. Source: swarmkit manager/controlapi/secret.go, `validSecretNameRegexp`."""

NETWORK_NAME = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9-_]*[a-zA-Z0-9])?")
"""Source: swarmkit manager/controlapi/common.go, `isValidDNSName`: without dots, unlike the others."""

PREDEFINED_NETWORKS = frozenset({"bridge", "host", "none", "default"})
"""Source: moby daemon/network, `IsPredefined`: an engine refuses to make one of these."""

VERSION = re.compile(r"(?P<stem>.*?)(?P<mark>[-_.]v)(?P<number>\d+)")


def check_name(kind: Kind, name: str, taken: frozenset[str] = frozenset()) -> None:
    """Tell whether something new can be called so.

    Args:
        kind: secret, config or network.
        taken: the names that there are.

    Raises:
        NotPossible: it cannot; with the reason.
    """
    word = kind.word
    if not name:
        raise NotPossible(f"The {word} needs a name.")
    longest, form, signs = LONGEST_NAME, STORED_NAME, "- _ ."
    if kind is Kind.NETWORK:
        longest, form, signs = LONGEST_NETWORK_NAME, NETWORK_NAME, "- _"
    if len(name) > longest:
        raise NotPossible(f"A {word}'s name has at most {longest} characters; this one has {len(name)}.")
    if not form.fullmatch(name):
        raise NotPossible(
            f"A {word}'s name consists of the letters a-z and A-Z, digits, and {signs} between them;"
            " it begins and ends with a letter or digit."
        )
    if kind is Kind.NETWORK and name in PREDEFINED_NETWORKS:
        raise NotPossible(f"Every engine has a network {name} of its own.", "Choose another name.")
    if name in taken:
        raise NotPossible(f"A {word} named {name} already exists.", "Choose another name.")


def taken_names(cluster: Cluster | None, kind: Kind) -> frozenset[str]:
    """The names that objects of a kind have; none while they are not known."""
    if cluster is None:
        return frozenset()
    return frozenset(thing.name for thing in (cluster.objects(kind) or {}).values())


def next_version(name: str, taken: frozenset[str] = frozenset()) -> str:
    """A name for what follows an object: "web-conf-v2" after "web-conf", "key_v5" after "key_v4".

    Args:
        taken: the names that there are; a number that is in use is passed over.
    """
    found = VERSION.fullmatch(name)
    stem, mark, number = (found["stem"], found["mark"], int(found["number"])) if found else (name, "-v", 1)
    while True:
        number += 1
        ending = f"{mark}{number}"
        fresh = stem[: LONGEST_NAME - len(ending)] + ending
        if fresh not in taken:
            return fresh


def labels_from(text: str) -> tuple[tuple[str, str], ...]:
    """Labels as they are typed: "team=ops tier='front end' beta".

    Raises:
        NotPossible: a quote is left open, or a label has no name.
    """
    try:
        words = shlex.split(text)
    except ValueError:
        raise NotPossible("A quote in the labels is not closed.") from None
    labels: dict[str, str] = {}
    for word in words:
        key, _, value = word.partition("=")
        if not key:
            raise NotPossible(f"A label in '{text.strip()}' has no name.", "Write name=value, separated by spaces.")
        if key in labels:
            raise NotPossible(f"The label {key} is given twice.")
        labels[key] = value
    return tuple(labels.items())


def labels_text(labels: tuple[tuple[str, str], ...]) -> list[str]:
    """Labels as words of a docker command line."""
    return [word for key, value in labels for word in ("--label", f"{key}={value}")]
