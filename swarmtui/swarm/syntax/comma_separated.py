"""Comma-separated settings ("source=cert,target=/etc/cert,mode=0400"), as docker's long forms are written: CSV."""

from __future__ import annotations

import csv
import io

from swarmtui.swarm.syntax.unreadable import Unreadable

__all__ = ["Settings", "read_settings", "settings_text"]

Settings = list[tuple[str, str]]
"""Key and value in their order; a key may come several times. The value of a key without "=" is "true"."""


def read_settings(text: str) -> Settings:
    """Split one line.

    Raises:
        Unreadable: a quote is not closed, or a key is missing.
    """
    try:
        [fields] = csv.reader([text], strict=True)
    except (csv.Error, ValueError) as error:
        raise Unreadable("a quote is not closed, or is inside a word") from error
    settings: Settings = []
    for field in fields:
        key, equals, value = field.strip().partition("=")
        if not key:
            raise Unreadable("there is nothing between two commas" if not equals else "a name is missing before =")
        settings.append((key.lower(), value if equals else "true"))
    return settings


def settings_text(settings: Settings) -> str:
    """Write settings so that `read_settings`, and docker, read the same."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([f"{key}={value}" for key, value in settings])
    return line.getvalue()
