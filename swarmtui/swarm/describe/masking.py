"""What must not be read over somebody's shoulder: values whose names say that they are secret.

Swarm has secrets for such things; but passwords stand in environment variables, labels and options all the same.
They are masked in what is shown until the user asks for them. Join tokens and the keys of the swarm's certificate
authority are left out for good: there is a dialog for the one, and nobody needs to see the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from swarmtui.swarm.secret import looks_secret

__all__ = ["MASK", "masked", "masked_lines", "masked_value", "without_tokens"]

MASK = "••••••••"

_LOGIN = re.compile(r"(?<=://)([^\s/:@]*):[^\s/@]+(?=@)")
_INLINE = re.compile(r"((?:password|passwd|passphrase|pass|token|secret|credential)s?=)([^\s,;&]+)", re.IGNORECASE)
_FLAG = re.compile(r"(--?[\w.-]+)=(.+)", re.DOTALL)
_ASSIGNMENT = re.compile(r"""^(\s*(?:export\s+)?["']?([\w.-]+)["']?\s*[:=]\s*)(\S.*)$""")

_FREE = frozenset(
    {"Labels", "Options", "DriverOpts", "Attributes", "Sysctls"}
    | {"environment", "labels", "options", "driver_opts", "sysctls"}
)
"""The objects of the API whose keys users choose, and those of compose files."""
_VARIABLES = frozenset({"Env", "environment"})
_ARGUMENTS = frozenset({"Args", "Command", "Entrypoint", "command", "entrypoint"})
_NEVER = frozenset({"JoinTokens", "UnlockKey", "SigningCAKey"})


def masked_value(name: str, value: str) -> str:
    """A value as it may be shown: dots for what is secret by its name; a login in an address loses its password.

    A path stays: NAME_FILE=/run/secrets/x is how a secret is passed properly.
    """
    if value and looks_secret(name) and not value.startswith("/"):
        return MASK
    return _INLINE.sub(rf"\1{MASK}", _LOGIN.sub(rf"\1:{MASK}", value))


def masked_lines(text: str) -> str:
    """A file's content with the values masked of lines such as `password: x` and `TOKEN=x`."""
    lines = []
    for line in text.split("\n"):
        found = _ASSIGNMENT.match(line)
        lines.append(found[1] + masked_value(found[2], found[3]) if found else masked_value("", line))
    return "\n".join(lines)


def without_tokens(value: object) -> object:
    """A copy of raw JSON without what is never shown."""
    if isinstance(value, Mapping):
        return {key: without_tokens(item) for key, item in value.items() if key not in _NEVER}
    if isinstance(value, list):
        return [without_tokens(item) for item in value]
    return value


def masked(value: object, *, under: str = "") -> object:
    """A copy of raw JSON with its secret values masked.

    Args:
        under: the key that the value stands under.
    """
    if isinstance(value, Mapping):
        return {key: _masked_member(under, str(key), item) for key, item in value.items() if key not in _NEVER}
    if isinstance(value, list):
        if under in _VARIABLES:
            return [_masked_variable(item) for item in value]
        if under in _ARGUMENTS:
            return _masked_arguments(value)
        return [masked(item) for item in value]
    return value


def _masked_member(under: str, key: str, item: object) -> object:
    if under in _FREE and isinstance(item, str):
        return masked_value(key, item)
    return masked(item, under=key)


def _masked_variable(item: object) -> object:
    if not isinstance(item, str) or "=" not in item:
        return item
    name, _, value = item.partition("=")
    return f"{name}={masked_value(name, value)}"


def _masked_arguments(items: list[object]) -> list[object]:
    """`--password=x` and `--password x`."""
    shown: list[object] = []
    before = ""
    for item in items:
        if not isinstance(item, str):
            shown.append(item)
            continue
        flag = _FLAG.fullmatch(item)
        if flag:
            shown.append(f"{flag[1]}={masked_value(flag[1], flag[2])}")
        elif before.startswith("-") and "=" not in before and not item.startswith("-"):
            shown.append(masked_value(before, item))
        else:
            shown.append(masked_value("", item))
        before = item
    return shown
