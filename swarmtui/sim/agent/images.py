"""How images behave: which exist, how long they take to pull and to start, which crash or never get well.

Any name works by default. A rule is found by the longest matching beginning of the image's name; some tags have
behaviour of their own, so that a fault can be had with nothing but an image's name:

    NAME:missing   does not exist          NAME:crash      exits with 1 after 3 seconds
    NAME:unhealthy its health check fails  NAME:slow       takes a minute to pull
    NAME:oom       is killed for its memory after 3 seconds
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from swarmtui.sim.objects.spec import JSON

MIB = 1 << 20


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
        platforms: what it is built for, as "system/architecture".
        login: "user:password" that its registry wants; "" where anybody may have it.
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
    platforms: tuple[str, ...] = ("linux/amd64",)
    login: str = ""


@dataclass(frozen=True)
class Made:
    """An image that was made on an engine: built, committed, imported or loaded.

    Attributes:
        base: the source of the image that it was made of, "" for none.
        config: what it says of containers.
        size: bytes of it and its base.
        files: what it holds beside what every image does, by path.
        history: how it was made, newest first, without its base's.
    """

    base: str
    config: JSON
    created: float
    size: int
    files: Mapping[str, bytes] = field(default_factory=dict)
    history: Sequence[JSON] = ()
    comment: str = ""
    author: str = ""


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
        self._pushed: dict[str, int] = {}
        self.made: dict[str, Made] = {}
        """Those that were made on an engine, by ID."""

    def rule(self, image: str, behaviour: Behaviour) -> None:
        """Let an image ("shop/api:2.2"), or all of a name ("shop/api"), behave so from now on."""
        self._rules[plain(image)] = behaviour

    def forget(self, image: str) -> None:
        """Let it behave as usual again."""
        self._rules.pop(plain(image), None)

    def push(self, image: str) -> None:
        """Give the tag to another image of the same behaviour: whoever asks from now on gets another digest."""
        self._pushed[plain(image)] = self._pushed.get(plain(image), 0) + 1

    def behaviour(self, image: str) -> Behaviour:
        """How containers of an image behave."""
        if image in self.made:
            return self.behaviour(self.made[image].base) if self.made[image].base else _USUAL
        name = plain(image)
        repository, tag = split(name)
        for candidate in (name, repository):
            if candidate in self._rules:
                return self._rules[candidate]
        return _BY_TAG.get(tag, _USUAL)

    def config(self, image: str) -> JSON:
        """What an image says of the containers that are made of it."""
        if image in self.made:
            return dict(self.made[image].config)
        command = list(self.behaviour(image).command) or _command(image)
        return {**_CONFIG, "Cmd": command}

    def known(self, image: str) -> bool:
        """Whether all programs in an image are known: those of busybox, and no others."""
        if image in self.made:
            return bool(self.made[image].base) and self.known(self.made[image].base)
        return _base(image) in BASES

    def digest(self, image: str) -> str | None:
        """The digest that a tag stands for; None when there is no such image."""
        if not self.behaviour(image).exists:
            return None
        if "@sha256:" in image:
            return image.partition("@")[2]
        name = plain(image)
        push = self._pushed.get(name, 0)
        return "sha256:" + hashlib.sha256(f"{name}{f' {push}' if push else ''}".encode()).hexdigest()


_USUAL = Behaviour()

BASES = {
    "alpine": "/bin/sh",
    "bash": "bash",
    "busybox": "sh",
    "debian": "bash",
    "hello-world": "/hello",
    "ubuntu": "/bin/bash",
}
"""Images that hold nothing but a shell and its commands, and what they run."""
_CONFIG: JSON = {
    "Hostname": "",
    "Domainname": "",
    "User": "",
    "AttachStdin": False,
    "AttachStdout": False,
    "AttachStderr": False,
    "Tty": False,
    "OpenStdin": False,
    "StdinOnce": False,
    "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    "Cmd": None,
    "Image": "",
    "Volumes": None,
    "WorkingDir": "",
    "Entrypoint": None,
    "OnBuild": None,
    "Labels": None,
}


NO_CONFIG: JSON = {**_CONFIG, "Env": None}
"""What an image says that is made of files alone."""


def _base(image: str) -> str:
    return split(plain(image))[0]


def _command(image: str) -> list[str]:
    base = _base(image)
    return [BASES[base]] if base in BASES else [f"/usr/bin/{base.rpartition('/')[2]}"]


def plain(image: str) -> str:
    """A name without its digest, with its tag, and as short as it is shown: "docker.io/library/x" is "x:latest"."""
    name = image.partition("@")[0]
    for host in ("docker.io/", "index.docker.io/"):
        if name.startswith(host):
            name = name.removeprefix(host).removeprefix("library/")
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def split(image: str) -> tuple[str, str]:
    """Repository and tag of an image's name."""
    name = image.partition("@")[0]
    head, slash, last = name.rpartition("/")
    base, colon, tag = last.partition(":")
    return head + slash + base, tag if colon else "latest"


_ID = re.compile("sha256:[0-9a-f]{64}")


def image_id(image: str) -> str:
    """The ID of the image of a name, the same on all machines; one that was made is called by its ID."""
    if _ID.fullmatch(image):
        return image
    return f"sha256:{random.Random(plain(image)).getrandbits(256):064x}"


def image_size(image: str) -> int:
    """Made up, but the same on all machines."""
    return random.Random(f"{plain(image)}-size").randrange(20, 400) * MIB
