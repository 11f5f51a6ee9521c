"""The demo without a screen: the embedded swarm for the docker CLI, any SDK, and tests in any language."""

from __future__ import annotations

import click

from swarmtui.demo import DemoSwarm
from swarmtui.lifeline import Lifeline

MOST_NAMED = 12
"""How many of the demo's nodes are named with their sockets."""


def serve(options: list[str]) -> int:
    """Serve the embedded swarm until it or this program is ended; the exit status.

    Args:
        options: of `python -m swarmtui.sim`, with --listen.
    """
    lifeline = Lifeline()
    lifeline.start(terminal=False)
    swarm = DemoSwarm(options)
    try:
        _tell(swarm)
        with lifeline.asking(lambda _: swarm.stop()):
            status = swarm.wait()
        return lifeline.status or status
    except KeyboardInterrupt:
        return 0
    finally:
        swarm.close()


def _tell(swarm: DemoSwarm) -> None:
    """Say where everything answers."""
    others = list(swarm.urls.items())[1:]
    click.echo(f"The embedded swarm answers at {swarm.url}; ctrl+c ends it.")
    if others:
        click.echo("Each of the other nodes has its own engine, as in any swarm:")
    for name, url in others[:MOST_NAMED]:
        click.echo(f"  {name}  {url}")
    if len(others) > MOST_NAMED:
        click.echo(f"  … and {len(others) - MOST_NAMED} more")
    click.echo(f"Faults, time and scenarios: {swarm.control} (docs/test-double.md)")
