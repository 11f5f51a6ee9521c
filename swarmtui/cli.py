"""The command line, and the place where the pieces are put together."""

from __future__ import annotations

import gc
import logging
import math
import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from swarmtui import __version__, children, light_start
from swarmtui.errors import SwarmtuiError
from swarmtui.lifeline import Lifeline, end_from_outside
from swarmtui.option_types import seconds, size
from swarmtui.own_terminal import in_a_page, need_a_terminal

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from swarmtui.config import Settings
    from swarmtui.endpoint import Endpoint
    from swarmtui.engine.session import Session
    from swarmtui.ui.shell.app import SwarmApp

__all__ = ["main"]

logger = logging.getLogger("swarmtui")

LEAST_RECORD = 1_000_000
"""Bytes that a record must be allowed to have."""

EPILOG = """\
Which swarm: -H, else --context, else DOCKER_HOST, else DOCKER_CONTEXT, else the docker CLI's current context, else
the local socket. The docker context store is only read.

Over SSH: ssh://[user@]host[:port][/path/to/docker.sock], or an alias of ~/.ssh/config, which is honoured (jump hosts,
keys, agents). known_hosts is always checked. No ssh and no docker program is needed on this side. When the manager
fails, the program continues through another one of the swarm; docs/ssh.md has recipes.
"""


LATE = {
    "config": "swarmtui.commands.settings_file:config",
    "completion": "swarmtui.commands.completion:completion",
    "debug": "swarmtui.commands.debug:debug",
    "man": "swarmtui.commands.manual:manual",
    "serve": "swarmtui.commands.serve:serve",
}
"""Subcommands that are loaded when they are asked for."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted((*super().list_commands(ctx), *LATE))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if (place := LATE.get(cmd_name)) is None:
            return super().get_command(ctx, cmd_name)
        module, _, name = place.partition(":")
        found: click.Command = getattr(import_module(module), name)
        return found


def _choices(what: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """What a shell offers for an option (swarmtui.commands.completion)."""

    def offered(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
        found: list[CompletionItem] = getattr(import_module("swarmtui.commands.completion"), what)(begun)
        return found

    return offered


@click.group(
    cls=_Commands,
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
    shell_complete=_choices("hosts"),
    help="The engine to talk to: unix:///path, tcp://host:port or ssh://[user@]host. "
    "Give it several times for the managers of one swarm: when one fails, the next is used.",
)
@click.option(
    "-c", "--context", metavar="NAME", shell_complete=_choices("contexts"), help="A context of the docker CLI."
)
@click.option("--read-only", is_flag=True, help="Refuse every change.")
@click.option(
    "--log-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Log what the program does, and its own errors, to this file.",
)
@click.version_option(
    __version__,
    prog_name="swarmtui",
    message=f"%(prog)s, version %(version)s (Python {sys.version.split()[0]}; swarmtui debug tells more)",
)
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
        code = _failed(error)
    sys.exit(code)


def _open_swarm(hosts: tuple[str, ...], context: str | None, read_only: bool, log_file: Path | None) -> int:
    """Open the program on a swarm; returns the exit code.

    The session starts before Textual is imported, so that the first answers arrive while it loads.
    """
    light_start.begin()
    from swarmtui.config import config_path, crash_log_path, load_settings, recent_path
    from swarmtui.endpoint import resolve_endpoints
    from swarmtui.engine import starting
    from swarmtui.places.book import AddressBook, nothing_to_reach
    from swarmtui.places.recent import RecentPlaces

    endpoint, *others = resolve_endpoints(hosts, context, os.environ)
    settings = load_settings(config_path())
    need_a_terminal(os.environ)
    lifeline = Lifeline()
    lifeline.start(terminal=not in_a_page(os.environ))
    logger.info("swarmtui %s on %s, from %s", __version__, endpoint.url, endpoint.source)
    # Here, and not in the session's threads: side by side two imports only hold each other up, and the first questions
    # go out later.
    import_module("swarmtui.tunnel.ssh" if endpoint.url.startswith("ssh://") else "swarmtui.engine.client.client")
    open_session = partial(_session_on, settings=settings, read_only=read_only)
    session = open_session(endpoint, others)
    if endpoint.socket_path:  # any other engine is asked through docker's library from the first question on
        starting.hold()
    session.start(lambda: None)
    app: SwarmApp | None = None
    try:
        from swarmtui.ui.shell.app import SwarmApp

        # A visitor of a page is shown one swarm, not all that this user may reach.
        places = None if in_a_page(os.environ) else AddressBook(open_session, RecentPlaces(recent_path()))
        app = SwarmApp(
            session,
            crash_log=log_file or crash_log_path(),
            settings=settings,
            places=places,
            choose=nothing_to_reach(endpoint),
            output_gone=lifeline.output_gone,
            stands=_load_the_rest,
        )
        return _run(app, lifeline)
    finally:
        (session if app is None else app.session).close()
        children.end_all(signal.SIGKILL)


def _load_the_rest() -> None:
    """The first screen is there: now what it did not need, before somebody does."""
    from swarmtui.engine import starting
    from swarmtui.ui.loading import load_in_the_background

    gc.enable()
    starting.release()
    load_in_the_background()


def _session_on(endpoint: Endpoint, others: Sequence[Endpoint] = (), *, settings: Settings, read_only: bool) -> Session:
    """A session on an engine, with the user's settings; it has not started."""
    from swarmtui.config import audit_log_path
    from swarmtui.engine.polling.pace import Limits
    from swarmtui.sessions import session_maker

    return session_maker(settings.record)(
        endpoint,
        others=others,
        ssh_hosts=settings.ssh_hosts,
        read_only=read_only,
        refuses_because=settings.refuses_because,
        protected=settings.protects(*(text for each in (endpoint, *others) for text in (each.name, each.url))),
        entry_when_read_only=settings.exec_when_read_only and not settings.distrust,
        limits=Limits(settings.refresh.interval, settings.refresh.bytes_per_second or math.inf),
        audit_log=audit_log_path(),
    )


@main.command()
@click.option("--format", "form", type=click.Choice(["text", "json", "prometheus"]), default="text", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--severity",
    type=click.Choice(["note", "warning", "critical"]),
    default="warning",
    show_default=True,
    help="Exit with 1 on findings of this severity or worse.",
)
@click.option("--watch", type=click.FloatRange(min=1), metavar="SECONDS", help="Check again and again, until ctrl+c.")
@click.option("--timeout", type=click.FloatRange(min=1), default=60.0, show_default=True, help="Seconds for one check.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file, replaced in one step, instead of the terminal.",
)
@click.pass_context
def check(
    command: click.Context,
    form: str,
    as_json: bool,
    severity: str,
    watch: float | None,
    timeout: float,
    output: Path | None,
) -> None:
    """Say what is wrong with the swarm, why, and what helps, without a screen.

    For cron, CI and monitoring. Exit code 0: healthy. 1: findings of the given severity or worse. 2: the swarm cannot
    be reached. The JSON's schema is docs/check-schema.json; the rules are in docs/findings.md.
    """
    from swarmtui.check import UNREACHABLE, Checked, run

    options = command.parent.params if command.parent is not None else {}
    wanted = Checked("json" if as_json else form, severity, watch, timeout, output)
    try:
        code = run(options.get("hosts", ()), options.get("context"), wanted)
    except SwarmtuiError as error:
        code = _failed(error, UNREACHABLE)
    sys.exit(code)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--max-size",
    callback=size(LEAST_RECORD),
    metavar="SIZE",
    default="100m",
    show_default=True,
    help="Of the file, at most.",
)
@click.option("--max-time", callback=seconds, default="24h", show_default=True, help="How far back it reaches.")
@click.pass_context
def record(command: click.Context, file: Path, max_size: int, max_time: float) -> None:
    """Record what happens to the swarm, without a screen, until ctrl+c or SIGTERM.

    An existing record is continued. The oldest part is dropped when it gets too large or too old. No environment
    variable's value, command, token or key is in it, and labels are masked as on the screen; only you can read it.
    swarmtui replay FILE shows it.
    """
    from swarmtui.engine.recording.record_file import Bounds
    from swarmtui.record import Wanted, run

    options = command.parent.params if command.parent is not None else {}
    try:
        code = run(options.get("hosts", ()), options.get("context"), Wanted(file, Bounds(max_size, max_time)))
    except SwarmtuiError as error:
        code = _failed(error)
    sys.exit(code)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def replay(file: Path) -> None:
    """Open the program on a record, at any moment of it. Nothing can be changed, and no engine is asked."""
    try:
        from swarmtui.replay import open_replay

        code = open_replay(file, _run)
    except SwarmtuiError as error:
        code = _failed(error)
    sys.exit(code)


@main.command()
@click.option("--nodes", type=click.IntRange(1, 10_000), help="Instead of the usual swarm, one with this many nodes.")
@click.option("--managers", type=click.IntRange(0, 100), help="… with this many managers, and nothing else on it.")
@click.option("--services", type=click.IntRange(0, 10_000), help="… with this many services.")
@click.option("--tasks", type=click.IntRange(0, 1_000_000), help="… and this many tasks.")
@click.option("--seed", type=int, help="The same seed gives the same run.")
@click.option("--speed", type=click.FloatRange(0, 1000), help="How fast time passes; 1 is real time.")
@click.option(
    "--scenario", metavar="NAME", shell_complete=_choices("scenarios"), help="Play a scenario from the start."
)
@click.option("--api-version", metavar="1.41", help="Play an older engine: 1.41, 1.44, 1.45, 1.47, 1.51 or newest.")
@click.option("--listen", metavar="unix:///PATH", help="Serve the first manager's API there, without a screen.")
@click.pass_context
def demo(command: click.Context, /, listen: str | None, **choices: object) -> None:
    """Open the program on an embedded swarm, to look at and to break. It needs no Docker, no root and no network.

    With --listen nothing is shown: the docker CLI or any SDK can be pointed at that socket until the demo is ended.
    """
    given = {name.replace("_", "-"): str(value) for name, value in choices.items() if value is not None}
    options = [word for name, value in given.items() for word in (f"--{name}", value)]
    try:
        read_only = command.parent is not None and bool(command.parent.params["read_only"])
        if listen:
            from swarmtui import demo_served

            code = demo_served.serve([*options, "--listen", listen])
        else:
            code = _open_demo(options, read_only)
    except SwarmtuiError as error:
        code = _failed(error)
    sys.exit(code)


def _open_demo(options: list[str], read_only: bool) -> int:
    light_start.begin()
    from swarmtui.config import config_path, crash_log_path, load_settings
    from swarmtui.demo import DemoSwarm
    from swarmtui.endpoint import Endpoint
    from swarmtui.engine import starting
    from swarmtui.engine.session import Session

    need_a_terminal(os.environ)
    lifeline = Lifeline()
    lifeline.start(terminal=not in_a_page(os.environ))
    swarm = DemoSwarm(options)
    try:
        from swarmtui.ui.demo.demo_app import DemoApp  # while the swarm comes up

        endpoint = Endpoint(swarm.url, "demo", "the demo", description="embedded swarm")
        session = Session(endpoint, read_only=read_only, node_urls=swarm.urls, registry=swarm.registry)
        starting.hold()
        session.start(lambda: None)
        try:
            app = DemoApp(
                session,
                swarm,
                crash_log=crash_log_path(),
                settings=load_settings(config_path()),
                output_gone=lifeline.output_gone,
                stands=_load_the_rest,
            )
            return _run(app, lifeline)
        finally:
            session.close()
    finally:
        swarm.close()
        children.end_all(signal.SIGKILL)


def _run(app: SwarmApp, lifeline: Lifeline) -> int:
    """Run an app to its end, whatever brings that about; returns the exit status."""
    with lifeline.asking(app.end):
        app.run()
    if app.crash_report:
        click.echo(app.crash_report, err=True)
    return lifeline.status or app.return_code or 0


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


def _failed(error: SwarmtuiError, status: int = 2) -> int:
    """Say what failed, unless this program is being ended; the exit status."""
    from swarmtui.error_output import say_error

    if ending := end_from_outside():
        return ending
    say_error(error)
    return status
