"""The grammar of the tiny shell: a text becomes lists of pipelines of commands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field


class GrammarError(Exception):
    """A text that is no script; the words are busybox's."""


@dataclass
class Simple:
    """A command with its words and redirections, before anything is filled in."""

    words: list[str] = field(default_factory=list)
    redirections: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Group:
    """Commands in braces or brackets."""

    body: Script


@dataclass
class If:
    """Conditions, each with what follows from it."""

    branches: list[tuple[Script, Script]]
    otherwise: Script


@dataclass
class Loop:
    """`while`, or `until`."""

    condition: Script
    body: Script
    until: bool


@dataclass
class For:
    """A variable goes through words."""

    name: str
    words: list[str]
    body: Script


@dataclass
class Case:
    """A word, and what follows from the patterns that it may have."""

    word: str
    branches: list[tuple[list[str], Script]]


Command = Simple | Group | If | Loop | For | Case


@dataclass
class Pipeline:
    """Commands that read each other's output.

    Attributes:
        operator: what stands before it: ";", "&&" or "||".
    """

    commands: list[Command]
    operator: str
    negated: bool = False


Script = list[Pipeline]

_OPERATOR = re.compile(r"2>&1|1>&2|>&2|2>>|2>|>>|&&|\|\||;;|[;|&\n()<>]")
REDIRECTIONS = frozenset({"2>&1", "1>&2", ">&2", "2>>", "2>", ">>", ">", "<"})
ALONE = frozenset({"2>&1", "1>&2", ">&2"})
"""Redirections that name no file."""
_ENDS = frozenset({";", "\n", "&"})
_CLOSING = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "}"})


def parsed(text: str) -> Script:
    """A text as a script; GrammarError where it is none."""
    parser = _Parser(_tokens(text))
    script = parser.script(frozenset())
    if parser.peek() is not None:
        raise GrammarError(f'syntax error: unexpected "{parser.peek()}"')
    return script


@dataclass(frozen=True)
class _Token:
    text: str
    operator: bool


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while at < len(text):
        if text[at] in " \t\r" or text.startswith("\\\n", at):
            at += 2 if text[at] == "\\" else 1
        elif text[at] == "#":
            at = (text.find("\n", at) + len(text) + 1) % (len(text) + 1)
        elif match := _OPERATOR.match(text, at):
            found.append(_Token(match.group(), True))
            at = match.end()
        else:
            end = word_end(text, at)
            found.append(_Token(text[at:end], False))
            at = end
    return found


def word_end(text: str, at: int) -> int:
    """Where the word that begins there ends: quotes and `$(…)` belong to it."""
    while at < len(text) and text[at] not in " \t\r\n;&|()<>":
        if text[at] == "\\":
            at += 2
        elif text[at] in "'\"`":
            at = _quoted_end(text, at)
        elif text.startswith("$(", at):
            at = closing(text, at + 1)
        elif text.startswith("${", at):
            at = text.find("}", at) + 1 or len(text)
        else:
            at += 1
    return min(at, len(text))


def _quoted_end(text: str, at: int) -> int:
    quote, at = text[at], at + 1
    while at < len(text) and text[at] != quote:
        if text[at] == "\\" and quote != "'":
            at += 1
        elif quote == '"' and text.startswith("$(", at):
            at = closing(text, at + 1) - 1
        at += 1
    if at >= len(text):
        raise GrammarError("syntax error: unterminated quoted string")
    return at + 1


def closing(text: str, at: int) -> int:
    """What stands after the bracket that closes the one there."""
    depth = 0
    while at < len(text):
        if text[at] in "'\"`":
            at = _quoted_end(text, at) - 1
        elif text[at] == "(":
            depth += 1
        elif text[at] == ")":
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    raise GrammarError('syntax error: unexpected end of file (expecting ")")')


class _Parser:
    """Takes tokens, one after the other."""

    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def peek(self) -> str | None:
        """The next token's text."""
        return self._tokens[self._at].text if self._at < len(self._tokens) else None

    def _next_is(self, *texts: str, operator: bool = True) -> bool:
        if self._at >= len(self._tokens):
            return False
        token = self._tokens[self._at]
        return token.operator is operator and token.text in texts

    def _take(self, *texts: str, operator: bool = True) -> bool:
        if self._next_is(*texts, operator=operator):
            self._at += 1
            return True
        return False

    def _need(self, text: str, *, operator: bool = False) -> None:
        if not self._take(text, operator=operator):
            raise self._unexpected(text)

    def _unexpected(self, wanted: str) -> GrammarError:
        got = self.peek()
        found = f'unexpected "{got}"' if got is not None else "unexpected end of file"
        return GrammarError(f'syntax error: {found} (expecting "{wanted}")')

    def script(self, until: frozenset[str]) -> Script:
        """Pipelines until one of these words (or a closing bracket, or ";;")."""
        found: Script = []
        operator = ";"
        while True:
            while self._take(*_ENDS):
                operator = ";"
            if self._at >= len(self._tokens) or self._next_is(")", ";;"):
                return found
            if self._next_is(*(until or _CLOSING), operator=False):
                return found
            negated = self._take("!", operator=False)
            commands = [self._command()]
            while self._take("|"):
                while self._take("\n"):
                    pass
                commands.append(self._command())
            found.append(Pipeline(commands, operator, negated))
            operator = self.peek() or ";"
            if self._take("&&", "||"):
                while self._take("\n"):
                    pass
            elif not self._next_is(*_ENDS, ")", ";;"):
                if self._at < len(self._tokens):
                    raise GrammarError(f'syntax error: unexpected "{self.peek()}"')
                return found

    def _command(self) -> Command:
        found = self._compound()
        if found is None:
            return self._simple()
        while self._next_is(*REDIRECTIONS):
            self._redirection(Simple())
        return found

    def _compound(self) -> Command | None:
        if self._take("(", operator=True):
            body = self.script(frozenset())
            self._need(")", operator=True)
            return Group(body)
        for word, read in _COMPOUNDS.items():
            if self._take(word, operator=False):
                return read(self)
        return None

    def group(self) -> Command:
        """After "{"."""
        body = self.script(frozenset({"}"}))
        self._need("}")
        return Group(body)

    def if_(self) -> Command:
        """After "if"."""
        branches, otherwise = [], Script()
        while True:
            condition = self.script(frozenset({"then"}))
            self._need("then")
            branches.append((condition, self.script(frozenset({"elif", "else", "fi"}))))
            if self._take("elif", operator=False):
                continue
            if self._take("else", operator=False):
                otherwise = self.script(frozenset({"fi"}))
            self._need("fi")
            return If(branches, otherwise)

    def while_(self) -> Command:
        """After "while"."""
        return self._loop(until=False)

    def until_(self) -> Command:
        """After "until"."""
        return self._loop(until=True)

    def _loop(self, *, until: bool) -> Command:
        condition = self.script(frozenset({"do"}))
        return Loop(condition, self._body(), until)

    def _body(self) -> Script:
        self._need("do")
        body = self.script(frozenset({"done"}))
        self._need("done")
        return body

    def for_(self) -> Command:
        """After "for"."""
        name, words = self._word(), ["$@"]
        if self._take("in", operator=False):
            words = []
            while self._at < len(self._tokens) and not self._tokens[self._at].operator:
                words.append(self._word())
        while self._take(*_ENDS):
            pass
        return For(name, words, self._body())

    def case_(self) -> Command:
        """After "case"."""
        word = self._word()
        branches: list[tuple[list[str], Script]] = []
        self._need("in")
        while True:
            while self._take("\n", ";"):
                pass
            if self._take("esac", operator=False):
                return Case(word, branches)
            self._take("(")
            patterns = [self._word()]
            while self._take("|"):
                patterns.append(self._word())
            self._need(")", operator=True)
            branches.append((patterns, self.script(frozenset({"esac"}))))
            self._take(";;")

    def _word(self) -> str:
        if self._at >= len(self._tokens) or self._tokens[self._at].operator:
            raise self._unexpected("word")
        self._at += 1
        return self._tokens[self._at - 1].text

    def _simple(self) -> Simple:
        command = Simple()
        while self._at < len(self._tokens):
            if self._next_is(*REDIRECTIONS):
                self._redirection(command)
            elif self._tokens[self._at].operator:
                break
            else:
                command.words.append(self._word())
        if not command.words and not command.redirections:
            raise GrammarError(f'syntax error: unexpected "{self.peek()}"')
        return command

    def _redirection(self, command: Simple) -> None:
        operator = self._tokens[self._at].text
        self._at += 1
        command.redirections.append((operator, "" if operator in ALONE else self._word()))


_COMPOUNDS = {
    "{": _Parser.group,
    "if": _Parser.if_,
    "while": _Parser.while_,
    "until": _Parser.until_,
    "for": _Parser.for_,
    "case": _Parser.case_,
}
