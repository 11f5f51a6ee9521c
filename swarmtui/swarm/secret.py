"""Secret: a text that must not leak."""

from __future__ import annotations

__all__ = ["Secret"]


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
