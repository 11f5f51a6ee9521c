"""Secret: a text that must not leak; and which names tell that a value had better not."""

from __future__ import annotations

import re

__all__ = ["Secret", "looks_secret"]

_ANYWHERE = re.compile(
    r"PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|AUTH_?KEY", re.IGNORECASE
)
_WORDS = frozenset({"PASS", "PWD", "KEY", "KEYS", "CREDS", "CRED", "SALT", "DSN"})
_BOUNDARY = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])")


def looks_secret(name: str) -> bool:
    """Whether a name says that its value is secret: DB_PASSWORD, api.token, sshKey; PWD alone is a directory."""
    if _ANYWHERE.search(name):
        return True
    words = [word.upper() for word in _BOUNDARY.split(name) if word]
    return len(words) > 0 and words != ["PWD"] and not _WORDS.isdisjoint(words)


class Secret:
    """A text that must not leak: it shows as dots wherever it is printed, logged or formatted.

    `reveal` is the only way to the text, so that every place that uses it can be found.
    """

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """The text itself."""
        return self.__text

    def __repr__(self) -> str:
        return "Secret(••••••••)"

    def __str__(self) -> str:
        return "••••••••"

    def __format__(self, format_spec: str) -> str:
        return format(str(self), format_spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.__text == self.__text

    def __hash__(self) -> int:
        return hash(self.__text)

    def __reduce__(self) -> str:
        raise TypeError("a secret is not pickled")
