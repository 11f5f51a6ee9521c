"""What a bug report needs to say of the place where the program runs; nothing in it is secret, and no host is named."""

from __future__ import annotations

import locale
import os
import platform
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version

import click

from swarmtui import __version__, children
from swarmtui.errors import SwarmtuiError
from swarmtui.swarm.printable import printable

__all__ = ["debug", "report"]

LIBRARIES = (
    "textual",
    "rich",
    "docker",
    "requests",
    "urllib3",
    "asyncssh",
    "cryptography",
    "msgspec",
    "click",
    "PyYAML",
)
TERMINAL = ("TERM", "COLORTERM", "NO_COLOR", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "LANG", "LC_ALL", "LC_CTYPE")
"""Variables whose values say what the terminal is."""
WHETHER_SET = ("TMUX", "STY", "SSH_CONNECTION", "SSH_AUTH_SOCK", "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY")
"""Variables of which it matters that they are set. Their values may name people and machines."""


@click.command()
def debug() -> None:
    """Print what a bug report needs: versions, terminal, kinds of endpoints, settings. No secrets, no hosts."""
    for title, lines in report(os.environ).items():
        click.echo(f"{title}:")
        for name, value in lines:
            click.echo(f"  {name:<22} {printable(value)}".rstrip())


def report(environ: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """Everything, by title: names and values."""
    return {
        "versions": list(_versions()),
        "terminal": list(_terminal(environ)),
        "endpoints": list(_endpoints(environ)),
        "settings": list(_settings()),
    }


def _versions() -> Iterator[tuple[str, str]]:
    yield "swarmtui", __version__
    yield "Python", f"{platform.python_version()} ({platform.python_implementation()})"
    yield "system", f"{platform.system()} {platform.release()} {platform.machine()}"
    yield "C library", " ".join(platform.libc_ver()).strip()
    for name in LIBRARIES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            yield name, "not found"


def _terminal(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    from swarmtui.own_terminal import characters_shown

    size = shutil.get_terminal_size((0, 0))
    yield "size", f"{size.columns}x{size.lines}" if sys.stdout.isatty() else "output is no terminal"
    for name in TERMINAL:
        yield name, environ.get(name, "not set")
    yield "encoding", f"{sys.stdout.encoding}, locale {locale.getpreferredencoding(do_setlocale=False)}"
    yield "characters", characters_shown("auto", environ).value


def _endpoints(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    from swarmtui.endpoint import Endpoint, list_contexts, resolve_endpoint

    try:
        meant: Endpoint | None = resolve_endpoint(None, None, environ)
    except SwarmtuiError as error:
        meant = None
        yield "meant", f"cannot be told ({error.layer})"
    if meant is not None:
        source = "a context" if meant.source.startswith("context") else meant.source
        yield "meant", f"{_kind(meant.url)}{', with TLS' if meant.tls else ''}, from {source}"
    try:
        kinds = Counter(_kind(each.url) for each in list_contexts(environ))
        yield "contexts", ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    except SwarmtuiError as error:
        yield "contexts", f"cannot be listed ({error.layer})"
    for name in WHETHER_SET:
        yield name, "set" if environ.get(name) else "not set"
    for name in ("docker", "ssh"):
        yield f"{name} program", "found" if children.find(name) else "none"


def _kind(url: str) -> str:
    return url.partition("://")[0] or "unknown"


def _settings() -> Iterator[tuple[str, str]]:
    from swarmtui.config import config_path, crash_log_path, load_settings

    there = config_path().exists()
    yield "file", "present" if there else "none"
    settings = load_settings(config_path())
    for name in ("theme", "characters", "unhealthy", "read_only", "figures", "exec_when_read_only"):
        yield name, str(getattr(settings, name)) or "usual"
    for name in ("protected", "keys", "columns", "ssh_hosts", "problems"):
        yield name, f"{len(getattr(settings, name))}"
    yield "refresh", f"interval {settings.refresh.interval:g}, {settings.refresh.bytes_per_second} bytes/s"
    yield "record", "always" if settings.record.always else "on request"
    yield "crash log", "present" if crash_log_path().exists() else "none"
