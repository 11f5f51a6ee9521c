"""An error on standard error: after the screen, or where there is none."""

from __future__ import annotations

import click

from swarmtui.errors import SwarmtuiError
from swarmtui.substitutes import written
from swarmtui.swarm.printable import printable

__all__ = ["say_error"]


def say_error(error: SwarmtuiError) -> None:
    """Write layer, cause and remedy, in characters of the user's locale, and without escape sequences."""
    text = f"swarmtui: {error.after_layer(error.message)}"
    if error.remedy:
        text += f"\n  {error.remedy}"
    click.echo(written(printable(text, keep="\n")), err=True)
