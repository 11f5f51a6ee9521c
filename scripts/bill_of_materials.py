"""The bill of materials of the self-contained build, as CycloneDX: packages, interpreter, the system's libraries."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

__all__ = ["bill_of_materials"]


def bill_of_materials(place: Path, version: str, file: Path) -> None:
    """Write what is in a build.

    Args:
        place: the build (scripts/bundle.py).
        version: the program's.
    """
    (packages,) = place.glob("lib/python*/*-packages")
    found = sorted(distributions(path=[str(packages)]), key=lambda each: each.name.lower())
    libraries = sorted(path for path in (place / "lib").iterdir() if path.is_file())
    content: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "swarmtui", "version": version}},
        "components": [
            {"type": "platform", "name": platform.python_implementation(), "version": platform.python_version()},
            *(
                {
                    "type": "library",
                    "name": each.name,
                    "version": each.version,
                    "purl": f"pkg:pypi/{each.name.lower().replace('_', '-')}@{each.version}",
                    "licenses": _licences(each),
                }
                for each in found
                if each.name != "swarmtui"
            ),
            *({"type": "file", "name": path.name, "hashes": [_hash(path)]} for path in libraries),
        ],
    }
    file.write_text(json.dumps(content, indent=1) + "\n")


def _licences(distribution: Any) -> list[dict[str, dict[str, str]]]:
    """Its licence, where it names it in a word."""
    words = distribution.metadata.get("License-Expression")
    return [{"license": {"name": words}}] if words else []


def _hash(path: Path) -> dict[str, str]:
    return {"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}
