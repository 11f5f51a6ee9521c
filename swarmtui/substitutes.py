"""Other characters for those that a terminal does not show, each as wide as what it stands for.

They are put in place where something is written, so that nothing else needs to know of it.
"""

from __future__ import annotations

import os
import string
import unicodedata
from collections.abc import Callable

from swarmtui.own_terminal import Characters, characters_shown

__all__ = ["Substitutes", "written"]

LIKE_ASCII = {
    **dict.fromkeys("─━═╌╴╶╸╺┄┈—–−‐‑", "-"),
    **dict.fromkeys("│┃║▏▕▌▐┆┊", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯╔╗╚╝┏┓┗┛┣┫╋", "+"),
    **dict.fromkeys("█▇▆▅▰■◼▣▓", "#"),
    **dict.fromkeys("▄▃▒", "="),
    **dict.fromkeys("▁▂▔", "_"),
    **dict.fromkeys("▱□▢░·", "."),
    **dict.fromkeys("▀", '"'),
    **dict.fromkeys("●•◆", "*"),
    **dict.fromkeys("○", "o"),
    **dict.fromkeys("◌", ":"),
    **dict.fromkeys("✔✓", "v"),
    **dict.fromkeys("✖×✗", "x"),
    **dict.fromkeys("▲↑", "^"),
    **dict.fromkeys("▼↓▽▾", "v"),
    **dict.fromkeys("→►▸▶›»⟩≥", ">"),
    **dict.fromkeys("←◂◄‹«⏎↵≤", "<"),
    "↻": "@",
    "‖": "=",
    "µ": "u",
    "μ": "u",
    "…": "~",
    "“": '"',
    "”": '"',
    "„": '"',
    "‘": "'",
    "’": "'",
    "\N{NO-BREAK SPACE}": " ",
}
"""What stands for a sign where there is nothing but ASCII."""

ON_A_CONSOLE = {
    **dict.fromkeys("╭┏╔", "┌"),
    **dict.fromkeys("╮┓╗", "┐"),
    **dict.fromkeys("╰┗╚", "└"),
    **dict.fromkeys("╯┛╝", "┘"),
    **dict.fromkeys("━═╌┄┈", "─"),
    **dict.fromkeys("┃║┆┊", "│"),
    **dict.fromkeys("▰■◼▇▆", "█"),
    **dict.fromkeys("▱", "░"),
    "\N{GREEK SMALL LETTER MU}": "\N{MICRO SIGN}",
}
"""Where a console has something better than that."""

CONSOLE_HAS = frozenset("─│┌┐└┘├┤┬┴┼█░▒▓▀▄")
"""Beside ASCII and the Latin letters (ISO 8859-1): what consoles' usual fonts share with the old code page 437."""


class Substitutes(dict[int, str]):
    """A table for `str.translate`; each character is looked up once.

    Args:
        characters: what the terminal shows; for `Characters.ALL` there is nothing to put in place.
        cells: how many cells of the terminal a character is taken to have by who lays out the text.
    """

    def __init__(self, characters: Characters, cells: Callable[[str], int]) -> None:
        super().__init__({ord(each): each for each in map(chr, range(0x80))})
        self._cells = cells
        self._console = characters is Characters.CONSOLE

    def __missing__(self, code: int) -> str:
        self[code] = found = self._substitute(chr(code))
        return found

    def _substitute(self, character: str) -> str:
        if self._console:
            if character in CONSOLE_HAS or (0xA0 < ord(character) <= 0xFF and character != "\N{SOFT HYPHEN}"):
                return character
            if character in ON_A_CONSOLE:
                return ON_A_CONSOLE[character]
        if character in LIKE_ASCII:
            return LIKE_ASCII[character]
        wide = self._cells(character)
        letter = unicodedata.normalize("NFKD", character)[:1]
        if letter and letter in string.ascii_letters and wide == 1:
            return letter
        return "?" * wide


def written(text: str) -> str:
    """A text as it is written to standard output or standard error, in characters of the user's locale."""
    characters = characters_shown("auto", os.environ)
    return text if characters is Characters.ALL else text.translate(Substitutes(characters, len))
