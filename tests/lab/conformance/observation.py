"""What a call gave, freed of what differs between any two swarms: IDs, times, addresses, versions."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Any
"""Decoded JSON."""

_TEXT: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), replacement)
    for pattern, replacement in (
        (r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n?", "<certificate>"),
        (r"\d+\.\d+\.\d+\.\d+:5000/", "registry/"),
        (r"SWMTKN-1-[0-9a-z]{50}-[0-9a-z]{25}", "<token>"),
        (r"SWMKEY-1-[A-Za-z0-9+/]{43}", "<key>"),
        (r"sha256:[0-9a-f]{64}", "<digest>"),
        (r"\b[0-9a-f]{64}\b", "<container>"),
        (r"\b[a-z0-9]{25}\b", "<id>"),
        (r"\b(?=[a-z]*\d)[0-9a-z]{12}\b", "<id>"),
        (r"(?m:^)[0-9a-z]{12}(?=\s)", "<id>"),  # one of fifty has no digit, as a word has none
        (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( \+0000 utc|Z)?", "<time>"),
        (r"[A-Z2-7]{4}(:[A-Z2-7]{4}){11}", "<engine>"),
        (r"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/=]{88}", "<public key>"),
        (r"([0-9a-f]{2}:){5}[0-9a-f]{2}", "<mac>"),
        (r"Up (\d+|About|Less)[a-z ]+", "Up <ago>"),
        (r"(less than a second|about an? \w+|\d+ (seconds?|minutes?)) ago", "<ago>"),
        (r"\d+\.\d+\.\d+\.\d+(/\d+)?(:2377)?", "<address>"),
        (r"\b\d+\.\d+\.\d+(\+dfsg1)?\b", "<version>"),
    )
)
"""What is replaced, in this order."""

_VOLATILE = re.compile(
    r"""\$.*\.(
        Slot|Index|CreatedAt|UpdatedAt|Created|Timestamp|StartedAt|CompletedAt|FinishedAt|time|timeNano|SystemTime
        |PID|Pid|NanoCPUs|MemoryBytes|MemTotal|NCPU|NFd|NGoroutines|NEventsListener|KernelVersion
        |vxlanid_list|Data
    )$
    |\$\.(pre)?(cpu|memory|pids|blkio)_stats\..*|\$\.networks\..*
    """,
    re.VERBOSE,
)
"""Values that say nothing when they differ."""


@dataclass(frozen=True)
class Observation:
    """What a call gave.

    Attributes:
        code: the exit code or HTTP status.
        text: the different lines of output, sorted, and those of an error.
        shape: the JSON types at every path of the answer.
        values: the scalars at every path, normalised.
    """

    code: int
    text: tuple[str, ...] = ()
    shape: Mapping[str, frozenset[str]] = field(default_factory=dict)
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)


def of_text(code: int, out: str, err: str, names: Mapping[str, str]) -> Observation:
    """What a command line gave: JSON as JSON, anything else as lines.

    Args:
        names: host names and what they are called in both swarms.
    """
    lines = [line for line in normal(err, names).splitlines() if line]
    if out.lstrip()[:1] in ("[", "{"):
        try:
            return of_json(code, json.loads(out), names, tuple(lines))
        except json.JSONDecodeError:
            pass
    shown = sorted({" ".join(line.split()) for line in normal(out, names).splitlines()})
    return Observation(code, (*shown, *lines))


def of_json(code: int, value: Json, names: Mapping[str, str], text: tuple[str, ...] = ()) -> Observation:
    """What a call of the API gave."""
    shape: dict[str, set[str]] = defaultdict(set)
    values: dict[str, set[str]] = defaultdict(set)
    for path, leaf in _walk(value, "$"):
        shape[path].add(_kind(leaf))
        if not isinstance(leaf, (dict, list)) and leaf is not None and not _VOLATILE.fullmatch(path):
            values[path].add(normal(leaf, names) if isinstance(leaf, str) else json.dumps(leaf))
    return Observation(code, text, _frozen(shape), _frozen(values))


def normal(text: str, names: Mapping[str, str]) -> str:
    """A text without what differs between any two swarms."""
    for pattern, replacement in _TEXT:
        text = pattern.sub(replacement, text)
    if names:
        known = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        text = re.sub(rf"\b({known})\b", lambda match: names[match[0]], text)
    return text


def _frozen(sets: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {path: frozenset(found) for path, found in sets.items()}


def _walk(value: Json, path: str) -> Iterator[tuple[str, Json]]:
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _walk(inner, f"{path}.{_key(str(key))}")
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, f"{path}[]")


def _key(key: str) -> str:
    """Keys that are IDs are alike."""
    return normal(key, {}) if len(key) >= 12 else key


def _kind(value: Json) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, dict) else "array" if isinstance(value, list) else "null"
