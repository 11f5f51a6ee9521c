"""The programs that are measured side by side: how each is told of the engine, and used."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from .first_screen import BARE

__all__ = ["FLOORS", "OURS", "PROFILES", "Profile", "peer"]

POLLING = """
import http.client, socket, sys, time
while True:
    for path in ("/nodes", "/services?status=true", "/tasks"):
        to = http.client.HTTPConnection("engine")
        to.sock = socket.socket(socket.AF_UNIX)
        to.sock.connect(sys.argv[1].removeprefix("unix://"))
        to.request("GET", path)
        to.getresponse().read()
    print("polled", flush=True)
    time.sleep(2)
"""


@dataclass(frozen=True)
class Profile:
    """How a program is used.

    Attributes:
        name: of its column.
        command: what starts it.
        option: what goes before the engine's address on its command line; "" where DOCKER_HOST alone says it.
        to_services: what leads from its first screen to the services: each key with a regular expression of what is on
            the screen when it is pressed.
        to_list: keys after which `down` and `up` move the cursor in the list of services.
        down, up: keys that move its cursor.
        leave: keys that end it.
        variables: added to its environment.
        row: a regular expression of a service's row, with `{name}` and the `{replicas}` that it is to have.
        text: what is on its screen as soon as it stands, for one that has no services.
        busy: it asks for so much that others beside it would wait.
        shows: what there is to see on the screen that is measured, where that is not all of the swarm's services.
    """

    name: str
    command: tuple[str, ...]
    option: str = ""
    to_services: tuple[tuple[str, str], ...] = ()
    to_list: tuple[str, ...] = ()
    down: str = "down"
    up: str = "up"
    leave: tuple[str, ...] = ("q",)
    variables: Mapping[str, str] = field(default_factory=dict)
    row: str = r"{name}\b.*\b{replicas}\b"
    text: str = ""
    busy: bool = False
    shows: str = ""

    def row_of(self, names: Iterable[str], replicas: str = r"\d+") -> str:
        """A regular expression of the row of any of these services, which is to have so many replicas."""
        any_name = "|".join(re.escape(name) for name in names)
        return self.text or self.row.format(name=rf"(?<![\w./-])(?P<name>{any_name})", replicas=replicas)

    def words(self, url: str) -> list[str]:
        """The command line that opens it on an engine."""
        words = [url if word == "{url}" else word for word in self.command]
        return [*words, self.option, url] if self.option else words


COUNTS = r"{name} [^│]*\d/{replicas}\b"
OURS = Profile("swarmtui", (sys.executable, "-m", "swarmtui"), "-H", to_list=("2",), row=COUNTS)
PROFILES = {
    "dry": Profile(
        "dry",
        ("dry",),
        "-H",
        to_services=((r"Containers  \d", "6"),),
        leave=("ctrl+c",),
        row=r"{name} +{replicas} ",
        shows="how many replicas each service is to have, none of how many run; nodes and tasks are other screens",
    ),
    "swarmcli": Profile(
        "swarmcli",
        ("swarmcli",),
        to_services=((r"Stack 1 of [1-9]", "enter"),),
        leave=("ctrl+c", "ctrl+c"),
        variables={"DOCKER_CONTEXT": "default"},  # by which the docker CLI, which it asks, tells it DOCKER_HOST
        row=COUNTS,
        shows="the services of one stack, for which it asks for all tasks; it has no list of all services",
    ),
}
FLOORS = (
    Profile("bare Textual", (sys.executable, "-c", BARE), leave=("ctrl+q",), text="the floor"),
    Profile("raw polling", (sys.executable, "-c", POLLING, "{url}"), leave=("ctrl+c",), text="polled", busy=True),
)


def peer(words: str) -> Profile:
    """A program as it is named on the command line: a name of `PROFILES`, NAME, or NAME=PATH.

    Raises:
        ValueError: it is not there.
    """
    name, _, path = words.partition("=")
    found = shutil.which(path or name)
    if found is None:
        raise ValueError(f"{path or name} is no program on PATH")
    return replace(PROFILES.get(name, Profile(name, ())), name=name, command=(found,))
