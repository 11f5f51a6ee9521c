"""ComposeFiles: the files that a stack is deployed from, as the user named them."""

from __future__ import annotations

import msgspec

from swarmtui.errors import NotPossible
from swarmtui.swarm.secret import Secret

__all__ = ["ComposeFiles"]


class ComposeFiles(msgspec.Struct, frozen=True):
    """What docker is given to read.

    Attributes:
        paths: the compose files; each is merged into those before it, and relative paths in all of them start at the
            first one's directory. "-" is the text.
        variables: a file with values of the variables in them, as `.env`; "" for none. docker itself reads none.
        text: what docker reads on its standard input, and on no disk: passwords may stand in it. None where there are
            files.
    """

    paths: tuple[str, ...]
    variables: str = ""
    text: Secret | None = None

    @classmethod
    def of_text(cls, text: str) -> ComposeFiles:
        """One compose file that is no file; relative paths in it start at this program's directory."""
        return cls(("-",), text=Secret(text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")))

    @classmethod
    def written(cls, first: str, more: str = "", variables: str = "") -> ComposeFiles:
        """As they are typed into a form.

        Args:
            more: further files, separated by commas.

        Raises:
            NotPossible: no file is named.
        """
        if not first:
            raise NotPossible("Name a compose file.")
        return cls((first, *(each.strip() for each in more.split(",") if each.strip())), variables)

    @property
    def options(self) -> tuple[str, ...]:
        """As docker takes them on its command line."""
        return tuple(word for path in self.paths for word in ("--compose-file", path))

    def __str__(self) -> str:
        return "the edited file" if self.text is not None else ", ".join(self.paths)
