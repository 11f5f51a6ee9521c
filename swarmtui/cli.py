"""The command line, and the place where the pieces are put together."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import click

from swarmtui import __version__
from swarmtui.errors import SwarmtuiError

__all__ = ["main"]

logger = logging.getLogger("swarmtui")

EPILOG = """\
Which swarm: -H, else --context, else DOCKER_HOST, else DOCKER_CONTEXT, else the docker CLI's current context, else
the local socket. The docker context store is only read.
"""


@click.group(
    invoke_without_command=True,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("-H", "--host", metavar="URL", help="The engine to talk to: unix:///path or tcp://host:port.")
@click.option("-c", "--context", metavar="NAME", help="A context of the docker CLI.")
@click.option("--read-only", is_flag=True, help="Refuse every change.")
@click.option(
    "--log-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what the program does, and any error of its own, to this file.",
)
@click.version_option(__version__, prog_name="swarmtui")
@click.pass_context
def main(command: click.Context, host: str | None, context: str | None, read_only: bool, log_file: Path | None) -> None:
    """Show a Docker Swarm live, and change it safely from the keyboard."""
    if command.invoked_subcommand is not None:
        return
    _log_to(log_file)
    try:
        code = _open_swarm(host, context, read_only, log_file)
    except SwarmtuiError as error:
        _say(error)
        code = 2
    sys.exit(code)


def _open_swarm(host: str | None, context: str | None, read_only: bool, log_file: Path | None) -> int:
    """Open the program on a swarm; returns the exit code.

    The session starts before Textual is imported, so that the first answers arrive while it loads.
    """
    from swarmtui.config import audit_log_path, crash_log_path
    from swarmtui.endpoint import resolve_endpoint
    from swarmtui.engine.session import Session

    endpoint = resolve_endpoint(host, context, os.environ)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise SwarmtuiError("swarmtui needs a terminal.", "Run it in one, without redirecting its input or output.")
    logger.info("swarmtui %s on %s, from %s", __version__, endpoint.url, endpoint.source)
    session = Session(endpoint, read_only=read_only, audit_log=audit_log_path())
    session.start(lambda: None)
    try:
        from swarmtui.ui.app import SwarmApp

        app = SwarmApp(session, crash_log=log_file or crash_log_path())
        app.run()
        if app.crash_report:
            click.echo(app.crash_report, err=True)
        return app.return_code or 0
    finally:
        session.close()


def _log_to(log_file: Path | None) -> None:
    if log_file is None:
        logging.getLogger("swarmtui").addHandler(logging.NullHandler())
        return
    try:
        handler = logging.FileHandler(log_file, encoding="utf-8")
    except OSError as error:
        raise click.BadParameter(f"cannot write {log_file}: {error.strerror}", param_hint="--log-file") from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


def _say(error: SwarmtuiError) -> None:
    """An error on the terminal after (or instead of) the screen: layer, cause, remedy; no escape sequences."""
    text = f"swarmtui: {error.layer}: {error.message}"
    if error.remedy:
        text += f"\n  {error.remedy}"
    click.echo("".join(char if char.isprintable() or char == "\n" else "?" for char in text), err=True)
