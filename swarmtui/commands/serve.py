"""The command `swarmtui serve`."""

from __future__ import annotations

import sys

import click

from swarmtui.error_output import say_error
from swarmtui.errors import SwarmtuiError

__all__ = ["arguments_of", "serve"]


@click.command()
@click.option(
    "--demo", is_flag=True, help="Give each visitor an embedded swarm of their own, to break with --writable."
)
@click.option("--writable", is_flag=True, help="Let visitors change the swarm. Without it each page is read-only.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any that is free.")
@click.option("--public-url", metavar="URL", help="What browsers have to use where it is not that: behind a proxy.")
@click.pass_context
def serve(command: click.Context, *, demo: bool, writable: bool, host: str, port: int, public_url: str | None) -> None:
    """Show the swarm as a page in browsers, for a class or a wall.

    Whoever knows the page's address, which holds a secret, can look; each visitor has a program of their own, which
    ends with the page. A page behind another address than this machine's own needs --public-url, and a proxy with TLS:
    without it everybody on the way can read the address. It needs the extra: pip install 'swarmtui[serve]'.
    """
    options = command.parent.params if command.parent is not None else {}
    arguments = arguments_of(options.get("hosts", ()), options.get("context"), demo=demo, writable=writable)
    if options.get("read_only") and writable:
        raise click.UsageError("--read-only and --writable exclude each other.")
    if host not in {"127.0.0.1", "localhost", "::1"} and not public_url:
        raise click.UsageError(f"--host {host} needs --public-url: what browsers have to use, https://… best.")
    try:
        try:
            from swarmtui.commands import page_server
        except ImportError as error:
            raise SwarmtuiError(
                f"Pages need a library that is not there: {error.name}.", "Install it: pip install 'swarmtui[serve]'."
            ) from error
        what = "The demo" if demo else "The swarm"
        page_server.serve(
            arguments, host=host, port=port, public_url=public_url, title=f"{what}{'' if writable else ', read-only'}"
        )
    except SwarmtuiError as error:
        say_error(error)
        sys.exit(2)


def arguments_of(hosts: tuple[str, ...], context: str | None, *, demo: bool, writable: bool) -> list[str]:
    """The arguments with which each visitor's program is started."""
    which = [] if demo else [word for host in hosts for word in ("-H", host)] + (["-c", context] if context else [])
    return [*which, *([] if writable else ["--read-only"]), *(["demo"] if demo else [])]
