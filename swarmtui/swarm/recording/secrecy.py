"""What of a snapshot's objects may stand in a record: they are masked as the program masks what it shows.

Snapshots hold marks in place of environment variables and commands, and no token at all. What is left are texts that
users choose: labels, options, health checks, errors. The swarm's certificate is public, but a record goes to others, so
a fingerprint stands in its place.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any, TypeVar

import msgspec

from swarmtui.swarm.describe.masking import MASK, masked, masked_value
from swarmtui.swarm.objects.base import Record
from swarmtui.swarm.objects.swarm import TLSInfo
from swarmtui.swarm.objects.task_template import Healthcheck

__all__ = ["masked_text", "without_secrets"]

R = TypeVar("R", bound=Record)

TOKEN = re.compile(r"SWM(?:TKN|KEY)-\S+")
PEM = re.compile(r"-----BEGIN [^-]*-----.*?(?:-----END [^-]*-----|\Z)", re.DOTALL)
NAMED = frozenset({"labels", "labels_given", "options"})
"""The fields whose entries have names that users choose."""
TELLING = ("=", "://", "SWM", "-----BEGIN")
"""A text without any of these is masked nowhere."""


def masked_text(text: str) -> str:
    """A text from outside without logins, `password=…`, tokens of the swarm, and keys or certificates."""
    if not any(each in text for each in TELLING):
        return text
    return masked_value("", PEM.sub(MASK, TOKEN.sub(MASK, text)))


def without_secrets(thing: R) -> R:
    """An object of a snapshot as a record holds it; the very same where nothing in it is masked."""
    changed: dict[str, Any] = {}
    for name in thing.__struct_fields__:
        value = getattr(thing, name)
        if value:
            kept = _kept(thing, name, value)
            if kept is not value:
                changed[name] = kept
    return msgspec.structs.replace(thing, **changed) if changed else thing


def _kept(thing: Record, name: str, value: Any) -> Any:
    """The value of a field."""
    if isinstance(value, str):
        return _fingerprint(value) if isinstance(thing, TLSInfo) else _same_or(value, masked_text(value))
    if isinstance(value, Record):
        return without_secrets(value)
    if isinstance(value, tuple):
        if isinstance(thing, Healthcheck):
            return _same_or(value, tuple(map(masked_text, _arguments(value))))
        return _same_or(value, tuple(_kept(thing, name, each) for each in value))
    if isinstance(value, dict):
        return _same_or(value, {key: _entry(name, key, each) for key, each in value.items()})
    return value


def _entry(name: str, key: str, value: Any) -> Any:
    """A label, an option; or a mark, which tells nothing."""
    if not isinstance(value, str):
        return value
    return masked_value(key, masked_text(value)) if name in NAMED else masked_text(value)


def _arguments(words: tuple[str, ...]) -> list[str]:
    kept: Any = masked(list(words), under="Command")
    return [str(each) for each in kept]


def _fingerprint(certificate: str) -> str:
    return f"sha256:{sha256(certificate.encode(errors='surrogatepass')).hexdigest()}"


def _same_or(value: Any, kept: Any) -> Any:
    """The value itself where it stays, so that nothing is made again."""
    return value if kept == value else kept
