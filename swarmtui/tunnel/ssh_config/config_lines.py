"""The lines of ssh_config files: keyword and words, as OpenSSH splits them. Imports no asyncssh, and runs nothing.

The rules are OpenSSH's (readconf.c `process_config_line_depth`; misc.c `argv_split`, `strdelim`): a "#" begins a
comment where a word could begin; quotes of both sorts hold words together; one "=" may stand behind the keyword.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

__all__ = ["DEEPEST_INCLUDE", "ConfigError", "Line", "included", "lines_of", "match_words", "split_words"]

DEEPEST_INCLUDE = 16
"""How many files may include one another (readconf.h, READCONF_MAX_DEPTH)."""

BLANK = " \t\r\n\f"
KEYWORD = re.compile(r'[ \t]*"?([^ \t\r\n\f"=]+)"?[ \t\r\n\f]*=?[ \t\r\n\f]*(.*)', re.DOTALL)
MATCH_WORD = re.compile(r'(?:"([^"]*)"?|([^ \t\r\n\f"=]*))[ \t\r\n\f]*=?[ \t\r\n\f]*')


class ConfigError(ValueError):
    """A line that cannot be understood; the text names file and line."""


class Line(msgspec.Struct, frozen=True):
    """A line that says something.

    Attributes:
        path: the file.
        number: counted from 1.
        keyword: in small letters.
        rest: what follows the keyword, as it stands there, a comment included.
    """

    path: Path
    number: int
    keyword: str
    rest: str

    @property
    def place(self) -> str:
        """ "file:line"."""
        return f"{self.path}:{self.number}"

    @property
    def words(self) -> list[str]:
        """The words that follow the keyword.

        Raises:
            ConfigError: a quote is not closed.
        """
        try:
            return split_words(self.rest)
        except ValueError as error:
            raise self.wrong(str(error)) from error

    def wrong(self, text: str) -> ConfigError:
        """The error that this line is."""
        return ConfigError(f"{self.path} line {self.number}: {text}")


def lines_of(path: Path) -> Iterator[Line]:
    """The lines of one file; an Include is one of them.

    Raises:
        OSError, UnicodeDecodeError: it cannot be read.
    """
    for number, text in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        found = KEYWORD.fullmatch(text.rstrip(BLANK))
        if found is not None and not found[1].startswith("#"):
            yield Line(path, number, found[1].lower(), found[2])


def split_words(text: str) -> list[str]:
    """Split what follows a keyword into words (misc.c, `argv_split`).

    Raises:
        ValueError: a quote is not closed.
    """
    words: list[str] = []
    rest = text.lstrip(" \t")
    while rest and not rest.startswith("#"):
        word, rest = _first_word(rest)
        words.append(word)
        rest = rest.lstrip(" \t")
    return words


def _first_word(text: str) -> tuple[str, str]:
    word, quote, index = "", "", 0
    while index < len(text):
        char, following = text[index], text[index + 1 : index + 2]
        if char == "\\" and following and (following in "'\"\\" or (following == " " and not quote)):
            word += following
            index += 1
        elif not quote and char in " \t":
            break
        elif not quote and char in "'\"":
            quote = char
        elif quote and char == quote:
            quote = ""
        else:
            word += char
        index += 1
    if quote:
        raise ValueError("a quote is not closed")
    return word, text[index:]


def match_words(text: str) -> list[str]:
    """The words behind `Match`, where "=" divides as blanks do (misc.c, `strdelim`)."""
    words, rest = [], text.strip(BLANK)
    while rest and not rest.startswith("#"):
        found = MATCH_WORD.match(rest)
        if found is None or not found.end():
            break
        words.append(found[2] if found[1] is None else found[1])
        rest = rest[found.end() :]
    return words


def included(words: Sequence[str], home: Path) -> Iterator[Path]:
    """The files that an Include names, each pattern's in the order of the alphabet.

    Args:
        home: what relative names are relative to: ~/.ssh, or /etc/ssh in the machine's file.
    """
    for word in words:
        wanted = home / Path(word).expanduser()
        for found in sorted(glob.glob(str(wanted))):  # noqa: PTH207 (a Path cannot glob an absolute pattern)
            if Path(found).is_file():
                yield Path(found)
