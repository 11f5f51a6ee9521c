"""One file copied out of a container or into it, as a tar of one entry (Engine API, `/containers/{id}/archive`).

What an engine sends is not trusted: of its tar only the first entry is read, its name is not, and links lead nowhere.
"""

from __future__ import annotations

import base64
import io
import json
import os
import stat
import tarfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from swarmtui.errors import AlreadyThere, ConnectionBroken, NotPossible, NotSaved, ObjectNotFound
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.tasks.container_file import CopyIn, CopyOut
from swarmtui.swarm.units import rough_size

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient

__all__ = ["copy_in", "copy_out"]

PIECE = 256 * 1024
BLOCK = tarfile.BLOCKSIZE
TELL_EVERY = 0.2
"""Seconds between two words on how far it is."""
OWN_ALONE = 0o600
"""The mode of a file that comes out of a container: it may hold what only its container should know."""

GO_DIRECTORY, GO_LINK = 1 << 31, 1 << 27
"""Bits of a mode as Go writes it (io/fs, `ModeDir` and `ModeSymlink`), which the engine's stat has."""

Told = Callable[[str], None]


def copy_out(client: EngineClient, asked: CopyOut, told: Told) -> int:
    """Copy a file to this machine. Blocks.

    Args:
        told: called with how far it is.

    Returns:
        The bytes that were written.

    Raises:
        AlreadyThere: a file is there.
        NotPossible: it is no file.
        NotSaved: it cannot be written here.
        ObjectNotFound: there is no such file, or no such container.
    """
    target = Path(asked.here).expanduser().absolute()
    if target.is_dir():
        target /= asked.file_name
    if os.path.lexists(target) and not asked.overwrite:
        raise AlreadyThere(f"{target} is there already.")
    pieces = client.pieces(f"/containers/{asked.container_id}/archive", {"path": asked.inside})
    try:
        next(pieces)
        with _first_entry(pieces, asked.inside) as (content, size), _written(target, asked.overwrite) as file:
            return _copy(content, file, size, told)
    finally:
        pieces.close()


def copy_in(client: EngineClient, asked: CopyIn, told: Told) -> int:
    """Copy a file of this machine into a container. Blocks. Raises as `copy_out`."""
    source = Path(asked.here).expanduser().absolute()
    path = f"/containers/{asked.container_id}/archive"
    if source.exists() and not source.is_file():  # a pipe would hold us for ever
        raise NotPossible(f"{source} is no file.")
    try:
        file = source.open("rb")
    except OSError as problem:
        raise NotPossible(f"{source} cannot be read: {problem.strerror}.") from problem
    with file:
        found = os.fstat(file.fileno())
        _look_where_it_goes(client, path, asked)
        header = tarfile.TarInfo(asked.file_name)
        header.size, header.mode, header.mtime = found.st_size, stat.S_IMODE(found.st_mode), int(found.st_mtime)
        params = {"path": asked.directory, "noOverwriteDirNonDir": "true"}
        client.upload(path, params, _packed(header, file, told), "application/x-tar")
    return found.st_size


def _look_where_it_goes(client: EngineClient, path: str, asked: CopyIn) -> None:
    """Refuse what would overwrite something unasked, or go nowhere."""
    try:
        mode, _ = _stat(client, path, asked.directory)
    except ObjectNotFound as error:
        raise NotPossible(f"There is no directory {asked.directory} in {asked.target.name}.") from error
    if not mode & (GO_DIRECTORY | GO_LINK):
        raise NotPossible(f"{asked.directory} is no directory in {asked.target.name}.")
    try:
        mode, size = _stat(client, path, asked.inside)
    except ObjectNotFound:
        return
    if mode & GO_DIRECTORY:
        raise NotPossible(f"{asked.inside} is a directory in {asked.target.name}.", "Name the file in it.")
    if not asked.overwrite:
        raise AlreadyThere(f"{asked.inside} is there already in {asked.target.name}, {rough_size(size)}.")


def _stat(client: EngineClient, path: str, inside: str) -> tuple[int, int]:
    """The mode, as Go has it, and the size of what is in a container.

    Raises:
        ObjectNotFound: nothing is there.
    """
    headers = {key.lower(): value for key, value in client.head(path, {"path": inside}).items()}
    try:
        said = Raw(json.loads(base64.b64decode(headers.get("x-docker-container-path-stat", ""))))
    except ValueError as error:
        raise ConnectionBroken("The engine's answer about the file is not what the Engine API promises.") from error
    return int(said.number("mode") or 0), int(said.number("size") or 0)


# ------------------------------------------------------------------------------------------------ tar


@contextmanager
def _first_entry(pieces: Generator[bytes], inside: str) -> Iterator[tuple[IO[bytes], int]]:
    """The content and the size of the first entry of a tar that comes in pieces."""
    try:
        with tarfile.open(fileobj=io.BufferedReader(_Pieces(pieces)), mode="r|") as tar:
            entry = tar.next()
            if entry is None:
                raise NotPossible(f"There is nothing at {inside}.")
            if entry.issym() or entry.islnk():
                raise NotPossible(f"{inside} is a link to {entry.linkname}.", "Copy that file instead.")
            if not entry.isfile():
                kind = "a directory" if entry.isdir() else "no file"
                raise NotPossible(f"{inside} is {kind}: one file is copied.")
            content = tar.extractfile(entry)
            assert content is not None
            yield content, entry.size
    except (tarfile.TarError, EOFError) as error:
        raise ConnectionBroken(f"{inside} did not arrive whole.") from error


class _Pieces(io.RawIOBase):
    """Bytes that come in pieces, to be read as a file."""

    def __init__(self, pieces: Generator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count


def _packed(header: tarfile.TarInfo, file: IO[bytes], told: Told) -> Iterator[bytes]:
    """A tar of one entry. A file that has shrunk meanwhile is filled up, as `tar` does it: its size was announced."""
    yield header.tobuf(tarfile.PAX_FORMAT)
    progress = _Progress(header.size, told)
    left = header.size
    while left:
        piece = file.read(min(PIECE, left)) or bytes(min(PIECE, left))
        left -= len(piece)
        progress.moved(len(piece))
        yield piece
    yield bytes(-header.size % BLOCK + 2 * BLOCK)


# ------------------------------------------------------------------------------------------------ here


@contextmanager
def _written(target: Path, overwrite: bool) -> Iterator[IO[bytes]]:
    """A new file, which is there whole or not at all; another one is replaced only where that was agreed on."""
    path = target.with_name(f".{target.name}.{os.getpid()}.part") if overwrite else target
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, OWN_ALONE)
    except FileExistsError as error:
        raise AlreadyThere(f"{path} is there already.") from error
    except OSError as problem:
        raise NotSaved(f"{target} cannot be written: {problem.strerror}.") from problem
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        if overwrite:
            path.replace(target)
    except OSError as problem:
        _remove(path)
        raise NotSaved(f"{target} cannot be written: {problem.strerror}.") from problem
    except BaseException:
        _remove(path)
        raise


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _copy(content: IO[bytes], file: IO[bytes], size: int, told: Told) -> int:
    progress, done = _Progress(size, told), 0
    while piece := content.read(PIECE):
        file.write(piece)
        done += len(piece)
        progress.moved(len(piece))
    if done != size:
        raise ConnectionBroken(f"Only {rough_size(done)} of {rough_size(size)} arrived.")
    return done


class _Progress:
    """Tells how far it is, not too often."""

    def __init__(self, size: int, told: Told) -> None:
        self._size, self._told = size, told
        self._done, self._next = 0, 0.0

    def moved(self, count: int) -> None:
        self._done += count
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + TELL_EVERY
            self._told(f"{rough_size(self._done)} of {rough_size(self._size)}")
