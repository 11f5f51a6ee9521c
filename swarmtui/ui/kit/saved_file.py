"""Files that the user asks for: written whole, and never in place of another one unasked."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from swarmtui.errors import NotSaved
from swarmtui.own_terminal import need_own_files

__all__ = ["save_picture", "write_file"]


def write_file(path: Path, text: str, *, overwrite: bool) -> None:
    """Write a text to a file. Only the user may read a new one.

    Raises:
        FileExistsError: it is there, and is not to be overwritten.
        NotSaved: it cannot be written.
    """
    need_own_files(os.environ)
    flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | (os.O_TRUNC if overwrite else os.O_EXCL)
    try:
        with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except FileExistsError:
        raise
    except (OSError, ValueError) as error:  # a path may hold a null character
        raise NotSaved(f"{path} cannot be written: {getattr(error, 'strerror', None) or error}.") from error


def save_picture(svg: str, directory: Path, stem: str) -> Path:
    """Write an SVG picture into a directory, which is made where it is missing; returns the file, named by the time.

    Raises:
        NotSaved: it cannot be written.
    """
    path = directory / f"{stem}-{datetime.now().astimezone():%Y%m%d-%H%M%S-%f}.svg"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        write_file(path, svg, overwrite=False)
    except FileExistsError as error:
        raise NotSaved(f"{path} already exists.") from error
    except OSError as error:
        raise NotSaved(f"{directory} cannot be created: {error.strerror}.") from error
    return path
