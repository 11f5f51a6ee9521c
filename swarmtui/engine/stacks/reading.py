"""Compose files as they lie on this machine, and the values of their variables."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from functools import reduce
from pathlib import Path
from typing import Any

from swarmtui import children
from swarmtui.errors import NotPossible
from swarmtui.swarm.images.answer import registry_of
from swarmtui.swarm.stacks.compose_files import ComposeFiles
from swarmtui.swarm.stacks.variables import filled_in, read_variables

__all__ = [
    "as_it_stands",
    "file_at",
    "merged",
    "parsed",
    "registries_of",
    "texts_of",
    "variables_of",
    "with_whole_paths",
]

LARGEST = 4 * 1024 * 1024
WHAT = "a compose file"


def with_whole_paths(files: ComposeFiles) -> ComposeFiles:
    """The same files, by paths that hold wherever a program stands.

    Raises:
        NotPossible: one is not there, or cannot be a compose file.
    """
    if files.text is not None:
        return files
    variables = str(file_at(files.variables, "a file of variables")) if files.variables else ""
    return ComposeFiles(tuple(str(file_at(each)) for each in files.paths), variables)


def file_at(path: str, what: str = WHAT) -> Path:
    """A plain file of a sensible size, as the user typed its path; ~ is understood.

    Raises:
        NotPossible: it is none.
    """
    try:
        file = Path(path).expanduser().absolute()
        size = file.stat().st_size if file.is_file() else None
    except (OSError, RuntimeError, ValueError) as error:
        raise NotPossible(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    if size is None:
        raise NotPossible(f"There is no file {file}." if not file.exists() else f"{file} is not a plain file.")
    if size > LARGEST:
        raise NotPossible(f"{file} is too large for {what}: {size} bytes.")
    return file


def texts_of(files: ComposeFiles) -> Iterator[tuple[str, str]]:
    """What is called how, and what it holds.

    Raises:
        NotPossible: a file cannot be read.
    """
    for path in files.paths:
        yield path, _text_of(Path(path)) if files.text is None else files.text.reveal()


def _text_of(file: Path) -> str:
    try:
        return file.read_text(errors="replace")
    except OSError as error:
        raise NotPossible(f"{file} cannot be read: {error.strerror}.") from error


def variables_of(files: ComposeFiles) -> dict[str, str]:
    """This program's environment, and what the file of variables adds. The environment counts first, as docker compose
    has it."""
    added = read_variables(_text_of(Path(files.variables))) if files.variables else {}
    return {**added, **children.environment(os.environ)}


def as_it_stands(files: ComposeFiles) -> Mapping[str, Any]:
    """The files' content, one laid over the other, with variables filled in, as far as that goes without docker.

    Raises:
        NotPossible: a file cannot be read, or is no compose file.
    """
    variables = variables_of(files)
    contents = (parsed(text, str(files) if files.text is not None else path) for path, text in texts_of(files))
    content: Mapping[str, Any] = filled_in(reduce(merged, contents), variables)
    return content


def registries_of(files: ComposeFiles) -> set[str]:
    """The registries that the services' images are from, as far as the files tell without docker."""
    services = as_it_stands(files).get("services")
    parts = services.values() if isinstance(services, Mapping) else ()
    images = {str(each.get("image") or "") for each in parts if isinstance(each, Mapping)}
    return {registry for registry in map(registry_of, images) if registry}


def parsed(text: str, file: str) -> Mapping[str, Any]:
    """A compose file's content.

    Raises:
        NotPossible: it is no YAML, or no compose file.
    """
    import yaml  # only here, and it takes a while to load

    try:
        content = yaml.safe_load(text)
        # As JSON has it: dates and other things that YAML knows are texts to docker as well.
        content = json.loads(json.dumps(content, default=str))
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or "it is not YAML"
        raise NotPossible(f"{file} cannot be read{where}: {problem}.") from error
    if not isinstance(content, Mapping):
        raise NotPossible(f"{file} names no services: it is not a compose file.")
    return content


def merged(base: Any, over: Any) -> Any:
    """A compose file's content with another one's over it: mappings are merged, lists joined, the rest replaced."""
    if isinstance(base, Mapping) and isinstance(over, Mapping):
        both = {key: merged(base[key], over[key]) for key in base.keys() & over.keys()}
        return {**base, **over, **both}
    if isinstance(base, list) and isinstance(over, list):
        return [*base, *(each for each in over if each not in base)]
    return over
