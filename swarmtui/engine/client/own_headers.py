"""Headers that docker sends along because its user wants so, for a proxy: `HttpHeaders` of docker's config.json."""

from __future__ import annotations

import json
from collections.abc import Mapping

from swarmtui.endpoint import config_directory

__all__ = ["own_headers"]


def own_headers(environ: Mapping[str, str]) -> dict[str, str]:
    """By their names; none where the file cannot be read: whoever needs it for more tells what is wrong with it."""
    try:
        content = json.loads((config_directory(environ) / "config.json").read_bytes())
    except (OSError, ValueError, RuntimeError):  # the last: nobody knows where this user is at home
        return {}
    headers = content.get("HttpHeaders") if isinstance(content, dict) else None
    if not isinstance(headers, dict):
        return {}
    return {str(name): str(value) for name, value in headers.items() if f"{name}{value}".isprintable()}
