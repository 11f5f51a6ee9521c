"""docker's own program, for the few things that the Engine API has no call for: this machine's, else the manager's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from swarmtui import children
from swarmtui.engine.images.logins import file_of
from swarmtui.engine.stacks import docker_here, docker_on_manager
from swarmtui.engine.stacks.docker_said import LONGEST, Heard, Said, nobody
from swarmtui.engine.stacks.parcel import Parcel
from swarmtui.engine.stacks.reading import registries_of, variables_of
from swarmtui.swarm.stacks.compose_files import ComposeFiles

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient

__all__ = ["DockerProgram", "docker_program"]

WITH_LOGINS = "--with-registry-auth"
Arguments = Callable[[Sequence[str]], Sequence[str]]
"""The words after "docker", from the options that name the compose files."""


class DockerProgram(Protocol):
    """Runs docker on compose files.

    Attributes:
        place: the manager that it runs on; "" for this machine.
    """

    place: str

    def run(
        self, arguments: Arguments, closing: threading.Event, *, within: float = LONGEST, heard: Heard = nobody
    ) -> Said:
        """Run it to its end; raises what `docker_here.run` and `docker_on_manager.run` do."""

    def source_of(self, path: str) -> str:
        """The file on this machine that a path in docker's answer stands for."""


class _DockerHere:
    place = ""

    def __init__(self, client: EngineClient, files: ComposeFiles) -> None:
        self._client = client
        self._files = files

    def run(
        self, arguments: Arguments, closing: threading.Event, *, within: float = LONGEST, heard: Heard = nobody
    ) -> Said:
        words, variables = arguments(self._files.options), variables_of(self._files)
        text = self._files.text
        return docker_here.run(
            self._client.endpoint,
            words,
            closing,
            within=within,
            variables=variables,
            given=None if text is None else text.reveal().encode(),
            heard=heard,
        )

    def source_of(self, path: str) -> str:
        return path


class _DockerOnManager:
    def __init__(self, manager: docker_on_manager.RunsScripts, name: str, files: ComposeFiles) -> None:
        self._manager = manager
        self.place = name
        self._files = files
        self._parcel = Parcel(files)

    def run(
        self, arguments: Arguments, closing: threading.Event, *, within: float = LONGEST, heard: Heard = nobody
    ) -> Said:
        words = arguments(self._parcel.arguments)
        logins = file_of(registries_of(self._files)) if WITH_LOGINS in words else b""
        return docker_on_manager.run(
            self._manager, self.place, words, self._parcel, closing, logins=logins, within=within, heard=heard
        )

    def source_of(self, path: str) -> str:
        return self._parcel.source_of(path)


def docker_program(client: EngineClient, files: ComposeFiles) -> DockerProgram:
    """The docker that is to read compose files.

    Args:
        client: it has spoken with its engine, so that its way is the one that is gone now.
        files: by whole paths.

    Raises:
        DockerMissing: there is none on this machine, and no SSH connection to a manager that may have one.
        NotPossible: the files cannot be sent to the manager.
    """
    gate: object = client.way.gate
    if children.find("docker") is None and isinstance(gate, docker_on_manager.RunsScripts):
        return _DockerOnManager(gate, client.endpoint.name, files)
    docker_here.find()
    return _DockerHere(client, files)
