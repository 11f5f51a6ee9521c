"""How images behave: which exist, how long they take to pull and to start, which crash or never get well.

Any name works by default. A rule is found by the longest matching beginning of the image's name; some tags have
behaviour of their own, so that a fault can be had with nothing but an image's name:

    NAME:missing   does not exist          NAME:crash      exits with 1 after 3 seconds
    NAME:unhealthy its health check fails  NAME:slow       takes a minute to pull
    NAME:oom       is killed for its memory after 3 seconds
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Behaviour:
    """What containers of an image do.

    Attributes:
        exists: whether it can be pulled at all.
        error: what the engine says when it cannot.
        pull: seconds that pulling takes on a node that does not have it; None for the usual few.
        start: seconds that starting a container takes; None for the usual.
        exits_after: seconds after which a container ends by itself.
        exit_code: with which code it does.
        oom: that end is the kernel's, for want of memory.
        healthy: whether health checks succeed.
        checked: whether the image brings a health check of its own.
        errs_in_slot: the slot of a service whose containers often write an error; 0 for none.
        stop: seconds that a container takes to stop when asked to; None for the usual.
        command: what it runs when the spec says nothing.
    """

    exists: bool = True
    error: str = "No such image: {image}"
    pull: float | None = None
    start: float | None = None
    exits_after: float | None = None
    exit_code: int = 1
    oom: bool = False
    healthy: bool = True
    checked: bool = False
    errs_in_slot: int = 0
    stop: float | None = None
    command: tuple[str, ...] = ()


_BY_TAG = {
    "missing": Behaviour(exists=False),
    "crash": Behaviour(exits_after=3.0, exit_code=1),
    "oom": Behaviour(exits_after=3.0, exit_code=137, oom=True),
    "unhealthy": Behaviour(healthy=False, checked=True),
    "slow": Behaviour(pull=60.0),
}


class Images:
    """The registry that all nodes pull from, as far as it matters."""

    def __init__(self) -> None:
        self._rules: dict[str, Behaviour] = {}

    def rule(self, image: str, behaviour: Behaviour) -> None:
        """Let an image ("shop/api:2.2"), or all of a name ("shop/api"), behave so from now on."""
        self._rules[_plain(image)] = behaviour

    def forget(self, image: str) -> None:
        """Let it behave as usual again."""
        self._rules.pop(_plain(image), None)

    def behaviour(self, image: str) -> Behaviour:
        """How containers of an image behave."""
        name = _plain(image)
        repository, tag = split(name)
        for candidate in (name, repository):
            if candidate in self._rules:
                return self._rules[candidate]
        return _BY_TAG.get(tag, _USUAL)

    def digest(self, image: str) -> str | None:
        """The digest that a tag stands for; None when there is no such image."""
        if not self.behaviour(image).exists:
            return None
        if "@sha256:" in image:
            return image.partition("@")[2]
        return "sha256:" + hashlib.sha256(_plain(image).encode()).hexdigest()


_USUAL = Behaviour()


def _plain(image: str) -> str:
    """Without its digest, and with its tag."""
    name = image.partition("@")[0]
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest" if ":" not in name else name


def split(image: str) -> tuple[str, str]:
    """Repository and tag of an image's name."""
    name = image.partition("@")[0]
    head, slash, last = name.rpartition("/")
    base, colon, tag = last.partition(":")
    return head + slash + base, tag if colon else "latest"
