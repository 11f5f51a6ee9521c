"""Completion in shells: the script that each needs, and what there is to choose from."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import click
from click.shell_completion import CompletionItem, get_completion_class

__all__ = ["completion", "contexts", "hosts", "scenarios"]

SYSTEM_SSH = Path("/etc/ssh/ssh_config")
SCHEMES = ("ssh://", "unix://", "tcp://")


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(command: click.Context, shell: str) -> None:
    """Print what a shell needs to complete contexts, SSH hosts, scenarios and options.

    \b
    bash:  swarmtui completion bash > ~/.local/share/bash-completion/completions/swarmtui
    zsh:   swarmtui completion zsh > "${fpath[1]}/_swarmtui"
    fish:  swarmtui completion fish > ~/.config/fish/completions/swarmtui.fish

    A directory that is not there yet has to be made first (mkdir -p).
    """
    kind = get_completion_class(shell)
    assert kind is not None
    made = kind(command.find_root().command, {}, "swarmtui", "_SWARMTUI_COMPLETE")
    # Not `source()`: that runs the shell to see how old it is.
    click.echo(made.source_template % made.source_vars(), nl=False)


def contexts(begun: str) -> list[CompletionItem]:
    """The contexts of the docker CLI."""
    from swarmtui.endpoint import list_contexts
    from swarmtui.errors import SwarmtuiError

    try:
        entries = list_contexts(os.environ)
    except SwarmtuiError:
        return []
    return _fitting(begun, ((each.name, each.url or each.problem) for each in entries))


def hosts(begun: str) -> list[CompletionItem]:
    """The schemes of addresses, and the hosts that ssh_config names."""
    from swarmtui.tunnel.ssh_config.config_hosts import named_hosts

    named = named_hosts(Path("~/.ssh/config").expanduser(), SYSTEM_SSH)
    found = _fitting(begun, ((f"ssh://{host}", "ssh_config") for host in named))
    return found or _fitting(begun, ((scheme, "") for scheme in SCHEMES))


def scenarios(begun: str) -> list[CompletionItem]:
    """The demo's scenarios, with their titles."""
    from swarmtui.sim.process.scenarios import SCENARIOS

    return _fitting(begun, ((name, scenario.title) for name, scenario in SCENARIOS.items()))


def _fitting(begun: str, known: Iterable[tuple[str, str]]) -> list[CompletionItem]:
    """What begins so. What cannot be printed on one line of a terminal is no completion."""
    return [
        CompletionItem(name, help=text if text.isprintable() else None)
        for name, text in known
        if name.startswith(begun) and name.isprintable()
    ]
