"""The command line, and the place where the pieces are put together."""

from __future__ import annotations

import gc
import logging
import math
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from swarmtui import __version__
from swarmtui.errors import SwarmtuiError

if TYPE_CHECKING:
    from swarmtui.ui.app import SwarmApp

__all__ = ["main"]

logger = logging.getLogger("swarmtui")

MOST_NAMED = 12
"""How many of the demo's nodes are named with their sockets."""

EPILOG = """\
Which swarm: -H, else --context, else DOCKER_HOST, else DOCKER_CONTEXT, else the docker CLI's current context, else
the local socket. The docker context store is only read.

Over SSH: ssh://[user@]host[:port][/path/to/docker.sock], or an alias of ~/.ssh/config, which is honoured (jump hosts,
keys, agents). known_hosts is always checked. No ssh and no docker program is needed on this side. When the manager
fails, the program goes on through another one that the swarm tells of; docs/ssh.md has recipes.
"""


@click.group(
    invoke_without_command=True,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "-H",
    "--host",
    "hosts",
    metavar="URL",
    multiple=True,
    help="The engine to talk to: unix:///path, tcp://host:port or ssh://[user@]host. "
    "Give it several times for the managers of one swarm: when one fails, the next is used.",
)
@click.option("-c", "--context", metavar="NAME", help="A context of the docker CLI.")
@click.option("--read-only", is_flag=True, help="Refuse every change.")
@click.option(
    "--log-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what the program does, and any error of its own, to this file.",
)
@click.version_option(__version__, prog_name="swarmtui")
@click.pass_context
def main(
    command: click.Context, hosts: tuple[str, ...], context: str | None, read_only: bool, log_file: Path | None
) -> None:
    """Show a Docker Swarm live, and change it safely from the keyboard."""
    _log_to(log_file)
    if command.invoked_subcommand is not None:
        return
    try:
        code = _open_swarm(hosts, context, read_only, log_file)
    except SwarmtuiError as error:
        _say(error)
        code = 2
    sys.exit(code)


def _open_swarm(hosts: tuple[str, ...], context: str | None, read_only: bool, log_file: Path | None) -> int:
    """Open the program on a swarm; returns the exit code.

    The session starts before Textual is imported, so that the first answers arrive while it loads.
    """
    from swarmtui.config import audit_log_path, config_path, crash_log_path, load_settings, recent_path
    from swarmtui.endpoint import Endpoint, resolve_endpoints
    from swarmtui.engine.pace import Limits
    from swarmtui.engine.session import Session
    from swarmtui.places.book import AddressBook, nothing_to_reach
    from swarmtui.places.recent import RecentPlaces

    def open_session(endpoint: Endpoint, others: Sequence[Endpoint] = ()) -> Session:
        return Session(
            endpoint,
            others=others,
            ssh_hosts=settings.ssh_hosts,
            read_only=read_only or settings.read_only,
            protected=bool({endpoint.name, endpoint.url} & set(settings.protected)),
            limits=Limits(settings.refresh.interval, settings.refresh.bytes_per_second or math.inf),
            audit_log=audit_log_path(),
        )

    endpoint, *others = resolve_endpoints(hosts, context, os.environ)
    settings = load_settings(config_path())
    _need_a_terminal()
    logger.info("swarmtui %s on %s, from %s", __version__, endpoint.url, endpoint.source)
    # Imports and the first answers make nothing but what stays; else the collector walks it all a dozen times.
    gc.set_threshold(50_000, 20, 100)
    # Here, and not in the session's threads: side by side two imports only hold each other up, and the first questions
    # go out a tenth of a second later.
    import_module("swarmtui.tunnel.ssh" if endpoint.url.startswith("ssh://") else "swarmtui.engine.client")
    _remove_sockets_on_signals()
    session = open_session(endpoint, others)
    session.start(lambda: None)
    app: SwarmApp | None = None
    try:
        from swarmtui.ui.app import SwarmApp

        places = AddressBook(open_session, RecentPlaces(recent_path()))
        app = SwarmApp(
            session,
            crash_log=log_file or crash_log_path(),
            settings=settings,
            places=places,
            choose=nothing_to_reach(endpoint),
        )
        app.run()
        if app.crash_report:
            click.echo(app.crash_report, err=True)
        return app.return_code or 0
    finally:
        (session if app is None else app.session).close()


@main.command()
@click.option("--path", "show_path", is_flag=True, help="Only say where the file is.")
@click.option("--check", is_flag=True, help="Say what is wrong with the file; exit with 1 when anything is.")
def config(show_path: bool, check: bool) -> None:
    """Print a settings file that sets nothing, with every setting explained in it.

    To begin with: swarmtui config > "$(swarmtui config --path)"

    What can be set: the theme (dark, light, high contrast, or Textual's own), other keys, the columns of each pane,
    how often the engine is asked, read-only, protected endpoints (each change asks for the endpoint's name to be
    typed), and the SSH targets of managers. A mistake in the file is told with its line, and stops nothing.
    """
    from swarmtui.config import config_path, default_file, load_settings

    path = config_path()
    if show_path:
        path.parent.mkdir(parents=True, exist_ok=True)
        click.echo(path)
    elif check:
        problems = load_settings(path).problems
        for problem in problems or (f"{path} is in order." if path.exists() else f"There is no {path}.",):
            click.echo(problem)
        sys.exit(bool(problems))
    else:
        click.echo(default_file(), nl=False)


@main.command()
@click.option("--nodes", type=click.IntRange(1, 10_000), help="Instead of the usual swarm, one of so many nodes.")
@click.option("--services", type=click.IntRange(0, 10_000), help="… with so many services.")
@click.option("--tasks", type=click.IntRange(0, 1_000_000), help="… and so many tasks.")
@click.option("--seed", type=int, help="The same seed gives the same run.")
@click.option("--speed", type=click.FloatRange(0, 1000), help="How fast time passes; 1 is real time.")
@click.option("--scenario", metavar="NAME", help="Play a scenario from the start.")
@click.option("--listen", metavar="unix:///PATH", help="Serve the first manager's API there, without a screen.")
def demo(listen: str | None, **choices: object) -> None:
    """Open the program on an embedded swarm, to look at and to break. It needs no Docker, no root and no network.

    With --listen nothing is shown: the docker CLI or any SDK can be pointed at that socket until the demo is ended.
    """
    options = [word for name, value in choices.items() if value is not None for word in (f"--{name}", str(value))]
    try:
        code = _serve_demo([*options, "--listen", listen]) if listen else _open_demo(options)
    except SwarmtuiError as error:
        _say(error)
        code = 2
    sys.exit(code)


def _open_demo(options: list[str]) -> int:
    from swarmtui.config import config_path, crash_log_path, load_settings
    from swarmtui.demo import DemoSwarm
    from swarmtui.endpoint import Endpoint
    from swarmtui.engine.session import Session

    _need_a_terminal()
    swarm = DemoSwarm(options)
    try:
        from swarmtui.ui.demo import DemoApp  # while the swarm comes up

        session = Session(Endpoint(swarm.url, "demo", "the demo", description="embedded swarm"))
        session.start(lambda: None)
        try:
            app = DemoApp(session, swarm, crash_log=crash_log_path(), settings=load_settings(config_path()))
            app.run()
        finally:
            session.close()
        if app.crash_report:
            click.echo(app.crash_report, err=True)
        return app.return_code or 0
    finally:
        swarm.close()


def _serve_demo(options: list[str]) -> int:
    from swarmtui.demo import DemoSwarm

    swarm = DemoSwarm(options)
    try:
        others = list(swarm.urls.items())[1:]
        click.echo(f"The embedded swarm answers at {swarm.url}; ctrl+c ends it.")
        if others:
            click.echo("Each of the other nodes has an engine of its own, as in any swarm:")
        for name, url in others[:MOST_NAMED]:
            click.echo(f"  {name}  {url}")
        if len(others) > MOST_NAMED:
            click.echo(f"  … and {len(others) - MOST_NAMED} more beside them")
        return swarm.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        swarm.close()


def _remove_sockets_on_signals() -> None:
    """SIGHUP (the terminal is gone) and SIGTERM leave no tunnel's socket behind either."""
    from swarmtui.tunnel.places import remove_on_signals

    remove_on_signals()


def _need_a_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise SwarmtuiError("swarmtui needs a terminal.", "Run it in one, without redirecting its input or output.")


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
