"""The manual page, made of the same words as --help."""

from __future__ import annotations

import inspect
import re

import click

from swarmtui import __version__

__all__ = ["manual", "manual_page"]


@click.command("man")
@click.pass_context
def manual(command: click.Context) -> None:
    """Print the manual page: swarmtui man | man -l -"""
    root = command.find_root()
    assert isinstance(root.command, click.Group)
    click.echo(manual_page(root.command, root), nl=False)


def manual_page(group: click.Group, context: click.Context) -> str:
    """The page in roff, as man reads it."""
    name = "swarmtui"
    lines = [
        f'.TH SWARMTUI 1 "" "swarmtui {__version__}" "User Commands"',
        ".SH NAME",
        f"{name} \\- {_escaped(group.get_short_help_str(200))}",
        ".SH SYNOPSIS",
        f".B {name}",
        _escaped(" ".join(group.collect_usage_pieces(context))),
        ".SH DESCRIPTION",
        *_paragraphs(group.help or ""),
        *_paragraphs(group.epilog or ""),
        ".SH OPTIONS",
        *_options(group, context),
        ".SH COMMANDS",
    ]
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        if command is None or command.hidden:
            continue
        inside = click.Context(command, parent=context, info_name=word)
        usage = " ".join(command.collect_usage_pieces(inside))
        lines += [
            f'.SS "{name} {word} {_escaped(usage)}"',
            *_paragraphs(command.help or ""),
            *_options(command, inside),
        ]
    lines += [".SH SEE ALSO", ".BR docker (1), ssh_config (5)"]
    return "\n".join(lines) + "\n"


def _options(command: click.Command, context: click.Context) -> list[str]:
    lines: list[str] = []
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None:
            words, text = record
            lines += [".TP", f"\\fB{_escaped(words)}\\fR", _escaped(" ".join(text.split()))]
    return lines


def _paragraphs(text: str) -> list[str]:
    """Help as man shows it: paragraphs, and lines that stay lines where click is told so."""
    lines: list[str] = []
    for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(text)):
        if paragraph.startswith("\b"):
            kept = paragraph.removeprefix("\b").strip("\n").split("\n")
            lines += [".PP", ".nf", *map(_escaped, kept), ".fi"]
        else:
            lines += [".PP", _escaped(" ".join(paragraph.split()))]
    return lines


def _escaped(text: str) -> str:
    """Text in which nothing is a command to roff."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...")
    return f"\\&{text}" if text.startswith((".", "'")) else text
