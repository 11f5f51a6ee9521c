"""JSON as Go reads it from a stream: the first value counts, and what is none is refused in Go's words.

Source: Go's `encoding/json/scanner.go`.
"""

from __future__ import annotations

import json
import re


class Number(str):
    """A number, as it was written: whether it fits depends on what it is for."""

    __slots__ = ()


class Members(list[tuple[str, object]]):
    """The members of an object in their order; a name may occur twice."""

    __slots__ = ()


class SyntaxFault(Exception):
    """What was sent is no JSON; the sentence is Go's."""


def parsed(text: str) -> object:
    """The first value of a text.

    Raises:
        SyntaxFault: there is none.
    """
    start = _SPACE.match(text)
    begin = start.end() if start else 0
    try:
        value, _ = _READER.raw_decode(text, begin)
    except (ValueError, RecursionError):
        raise SyntaxFault(complaint(text)) from None
    return value


def plain(value: object) -> object:
    """The same as Python's own values, for what has no type."""
    if isinstance(value, Members):
        return {name: plain(each) for name, each in value}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, Number):
        return int(value) if _WHOLE.fullmatch(value) else float(value)
    return value


def _no_constant(name: str) -> object:
    raise ValueError(name)


_READER = json.JSONDecoder(object_pairs_hook=Members, parse_float=Number, parse_int=Number, parse_constant=_no_constant)
_SPACE = re.compile(r"[ \t\n\r]*")
_WHOLE = re.compile(r"-?\d{1,4000}")

# ---------------------------------------------------------------------------------------- what is wrong

_VALUE = "looking for beginning of value"
_KEY = "looking for beginning of object key string"
_LITERALS = {"t": "true", "f": "false", "n": "null"}
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_DEEPEST = 10_000


def complaint(text: str) -> str:
    """Go's sentence for a text that is no JSON."""
    return _Scan(text).complaint()


class _End(Exception):
    """The text ends too early."""


class _Wrong(Exception):
    """A character that cannot stand there."""


class _Scan:
    """Walks through a text until something is wrong."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def complaint(self) -> str:
        try:
            self._walk()
        except _End:
            return "unexpected EOF"
        except _Wrong as wrong:
            return f"invalid character {_quoted(self._text[self._at])} {wrong}"
        return "invalid JSON"

    def _walk(self) -> None:
        """Values and what stands between them; `inside` holds the brackets that are open."""
        inside: list[str] = []
        while True:
            opened = self._begin_value()
            if opened:
                inside.append(opened)
                if len(inside) > _DEEPEST:
                    self._at -= 1
                    raise _Wrong("exceeded max depth")
                if self._peek() != ("}" if opened == "{" else "]"):
                    self._key(opened)
                    continue
                self._at += 1
                inside.pop()
            while inside and not self._goes_on(inside):
                pass
            if not inside:
                return

    def _goes_on(self, inside: list[str]) -> bool:
        """After a value: whether another one follows; closes what ends here."""
        found = self._peek()
        if found == ("}" if inside[-1] == "{" else "]"):
            self._at += 1
            inside.pop()
            return False
        if found != ",":
            raise _Wrong("after object key:value pair" if inside[-1] == "{" else "after array element")
        self._at += 1
        self._key(inside[-1])
        return True

    def _key(self, opened: str) -> None:
        if opened == "[":
            return
        if self._peek() != '"':
            raise _Wrong(_KEY)
        self._string()
        if self._peek() != ":":
            raise _Wrong("after object key")
        self._at += 1

    def _begin_value(self) -> str:
        """Read a value; the bracket, where it only begins."""
        found = self._peek()
        if found in "{[":
            self._at += 1
            return found
        if found == '"':
            self._string()
        elif found in _LITERALS:
            self._literal(_LITERALS[found])
        elif found == "-" or found in _DIGITS:
            self._number()
        else:
            raise _Wrong(_VALUE)
        return ""

    def _peek(self) -> str:
        """The next character that is no space."""
        space = _SPACE.match(self._text, self._at)
        self._at = space.end() if space else self._at
        return self._here()

    def _here(self) -> str:
        if self._at >= len(self._text):
            raise _End
        return self._text[self._at]

    def _literal(self, word: str) -> None:
        for wanted in word:
            if self._here() != wanted:
                raise _Wrong(f"in literal {word} (expecting '{wanted}')")
            self._at += 1

    def _string(self) -> None:
        self._at += 1
        while True:
            run = _PLAIN.match(self._text, self._at)
            self._at = run.end() if run else self._at
            found = self._here()
            if found == "\\":
                self._escape()
                continue
            if found != '"':
                raise _Wrong("in string literal")
            self._at += 1
            return

    def _escape(self) -> None:
        self._at += 1
        if self._here() not in 'bfnrt\\/"u':
            raise _Wrong("in string escape code")
        digits = 4 if self._here() == "u" else 0
        self._at += 1
        for _ in range(digits):
            if self._here() not in "0123456789abcdefABCDEF":
                raise _Wrong("in \\u hexadecimal character escape")
            self._at += 1

    def _number(self) -> None:
        if self._here() == "-":
            self._at += 1
        if self._here() == "0":
            self._at += 1
        else:
            self._digits("in numeric literal")
        if self._text[self._at : self._at + 1] == ".":
            self._at += 1
            self._digits("after decimal point in numeric literal")
        if self._text[self._at : self._at + 1] in ("e", "E"):
            self._at += 1
            if self._here() in "+-":
                self._at += 1
            self._digits("in exponent of numeric literal")

    def _digits(self, where: str) -> None:
        if self._here() not in _DIGITS:
            raise _Wrong(where)
        while self._text[self._at : self._at + 1] in _DIGITS_OR_MORE:
            self._at += 1


_DIGITS = "0123456789"
_DIGITS_OR_MORE = frozenset(_DIGITS)


def _quoted(character: str) -> str:
    """A character as Go quotes it: of a longer one it has only the first byte."""
    byte = character.encode(errors="replace")[0]
    if byte == ord("'"):
        return r"'\''"
    if byte == ord('"'):
        return "'\"'"
    named = {7: r"\a", 8: r"\b", 9: r"\t", 10: r"\n", 11: r"\v", 12: r"\f", 13: r"\r", 92: r"\\"}
    if byte in named:
        return f"'{named[byte]}'"
    if byte < 32 or byte == 127:
        return f"'\\x{byte:02x}'"
    return f"'{chr(byte)}'" if byte < 127 or byte >= 161 else f"'\\u{byte:04x}'"
