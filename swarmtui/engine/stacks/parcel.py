"""Parcel: all that docker needs to read compose files on another machine: the files, those that they name, variables.

Nothing of it is written to a disk here. What the files say stays the same there: relative sources of mounts are those
that docker here would make of them, and only the variables that they refer to are sent.
"""

from __future__ import annotations

import io
import re
import shlex
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

from swarmtui.engine.stacks.reading import LARGEST, texts_of, variables_of
from swarmtui.errors import NotPossible
from swarmtui.swarm.stacks.compose_files import ComposeFiles
from swarmtui.swarm.stacks.file_references import Reference, Sort, exchanged, inherited_names
from swarmtui.swarm.stacks.variables import filled_in

__all__ = ["LOGINS", "VARIABLES", "Parcel"]

VARIABLES = "variables"
"""The file of variables in the parcel: shell commands that set them."""
LOGINS = "config.json"
"""docker's logins in the parcel, where they are sent along."""
MOST = 16 * LARGEST
"""Bytes of all files together: far above what a swarm's secrets and configs may hold."""


class Parcel:
    """Packs compose files.

    Args:
        files: by whole paths.

    Attributes:
        names: the compose files, as they are named in the parcel.

    Raises:
        NotPossible: a file that is named by them cannot be read, or they are no YAML.
    """

    def __init__(self, files: ComposeFiles) -> None:
        import yaml

        self._directory = Path(files.paths[0]).parent
        self._variables = variables_of(files)
        self._content: dict[str, bytes] = {}
        self._sources: dict[str, Path] = {}
        self.names: list[str] = []
        needed = set[str]()
        for path, text in ((Path(name), text) for name, text in texts_of(files)):
            try:
                needed |= inherited_names(text)
                packed = exchanged(text, self._packer(path, needed))
            except (yaml.YAMLError, RecursionError) as error:
                raise NotPossible(f"{path} cannot be read: it is not YAML.") from error
            name = self._name_for(path)
            self._put(name, packed.encode(), path)
            self.names.append(name)
        self._put(VARIABLES, _settings(needed, self._variables).encode(), Path(files.variables or VARIABLES))

    @property
    def arguments(self) -> tuple[str, ...]:
        """The compose files, as docker takes them on its command line where the parcel was unpacked."""
        return tuple(word for name in self.names for word in ("--compose-file", name))

    def source_of(self, path: str) -> str:
        """The file here that a path there stands for; the path itself where it stands for none."""
        return str(self._sources.get(Path(path).name, path))

    def archive(self, logins: bytes = b"") -> bytes:
        """All of it, as tar takes it; readable for its owner alone.

        Args:
            logins: docker's config.json, which is to be used instead of the one there.
        """
        written = io.BytesIO()
        with tarfile.open(fileobj=written, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for name, content in (*self._content.items(), *([(LOGINS, logins)] if logins else [])):
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = len(content), 0o600
                archive.addfile(entry, io.BytesIO(content))
        return written.getvalue()

    # -------------------------------------------------------------------------------- packing

    def _packer(self, compose: Path, needed: set[str]) -> Callable[[Reference], str]:
        def pack(reference: Reference) -> str:
            text = filled_in(reference.text, self._variables)
            if reference.sort is Sort.BIND:
                return self._whole(text) if text.startswith((".", "~")) else reference.text
            path = self._path(text)
            content = _read(path, compose, reference.sort)
            if reference.sort is Sort.ENV_FILE:
                needed.update(_bare_names(content))
            name = self._name_for(path)
            self._put(name, content, path)
            return name

        return pack

    def _path(self, text: str) -> Path:
        try:
            return (self._directory / Path(text).expanduser()).absolute()
        except (RuntimeError, ValueError) as error:
            raise NotPossible(f"{text} cannot be a path: {error}.") from error

    def _whole(self, mount: str) -> str:
        """A mount whose source is relative, as docker here would send it."""
        source, colon, rest = mount.partition(":")
        parts: list[str] = []
        for part in self._path(source).parts:
            parts = parts[:-1] if part == ".." and len(parts) > 1 else [*parts, part]
        return str(Path(*parts)).replace("$", "$$") + colon + rest.replace("$", "$$")

    def _name_for(self, path: Path) -> str:
        return f"{len(self._content)}-{re.sub(r'[^A-Za-z0-9._-]', '_', path.name)[-40:]}"

    def _put(self, name: str, content: bytes, source: Path) -> None:
        self._content[name] = content
        self._sources[name] = source
        if sum(map(len, self._content.values())) > MOST:
            raise NotPossible(f"The files that the stack names are too large to be sent: more than {MOST} bytes.")


def _read(path: Path, compose: Path, sort: Sort) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise NotPossible(f"{path} is too large to be sent along.")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NotPossible(f"There is no file {path}, which {compose} names ({sort.value}).") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise NotPossible(f"{path}, which {compose} names ({sort.value}), cannot be read: {reason}.") from error


def _bare_names(env_file: bytes) -> list[str]:
    """The variables of an env_file that have no value there: docker takes it from where it runs."""
    return re.findall(r"^\s*([A-Za-z_][A-Za-z0-9_]*)\s*$", env_file.decode(errors="replace"), re.MULTILINE)


def _settings(names: set[str], variables: Mapping[str, str]) -> str:
    """Shell commands that give variables the values that they have here. One that is unset here is unset there."""
    return "".join(
        f"export {name}={shlex.quote(variables[name])}\n" if name in variables else f"unset {name}\n"
        for name in sorted(names)
    )
