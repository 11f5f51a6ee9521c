"""The quorum is lost: what that means, and how a swarm gets it back. It only tells; nothing is done from here."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from swarmtui.engine.polling.observation import Observation
from swarmtui.swarm.actions.wording import docker
from swarmtui.swarm.membership.quorum import Quorum
from swarmtui.ui.kit.dialogs.dialog import DialogScreen, leaving
from swarmtui.ui.kit.texts.text import visible

__all__ = ["RecoveryDialog"]

MEANS = (
    "More than half of the managers must reach each other. Until they do, nothing can be changed, and what fails is"
    " not started again. Tasks keep running."
)
BRING_BACK = (
    "1. Bring the lost managers back: machines, network, engines; unlock locked ones. With a majority, everything"
    " works again."
)
LAST_RESORT = (
    "2. Only if they are lost for good: make one remaining manager a swarm of its own. Run this on its machine:"
)
WARNINGS = (
    "Services, networks, secrets and workers are kept; the most recent changes may be lost. Every other manager"
    " is out: if it comes back, it must leave (docker swarm leave --force) and join again."
    " Never do this on two managers, nor while the others may still be running: two swarms would start the same"
    " services."
    " Then promote"
    " workers until there are three managers again."
)


class RecoveryDialog(DialogScreen[None]):
    """Tells what can be done.

    Args:
        observation: the newest that is known: the engine's address, and the managers as they were last seen.
    """

    BINDINGS: ClassVar = [
        leaving("Close", "Close this", more="q"),
        Binding("c", "copy", "Copy", id="recovery.copy", tooltip="Copy the command"),
    ]

    HEADING: ClassVar = "The managers have lost their quorum"
    FIRST_FOCUS: ClassVar = ""

    def __init__(self, observation: Observation) -> None:
        super().__init__()
        self._observation = observation

    @property
    def command(self) -> str:
        """What makes a swarm of one manager, with the engine's own address where that is known."""
        address = self._observation.info.swarm.node_addr or "ADDRESS"
        return docker("swarm", "init", "--force-new-cluster", "--advertise-addr", address)

    def compose_body(self) -> ComposeResult:
        yield Static(Content(f"{MEANS}\n\n{self._managers()}{BRING_BACK}\n\n{LAST_RESORT}\n"), id="impact")
        yield Static(Content(f"$ {visible(self.command)}"), classes="command")
        yield Static(Content(f"\n{WARNINGS}"))

    def compose_foot(self) -> ComposeResult:
        with Vertical(classes="dialog-foot"):
            yield Static(id="said")
            yield Static("This program does not run it.   c Copy the command   ↑↓ scroll   esc Close", classes="dim")

    def _managers(self) -> str:
        cluster = self._observation.cluster
        if cluster is None or not cluster.managers:
            return ""
        away = [node.name for node in cluster.managers if not node.is_reachable_manager]
        names = f"; not reachable: {', '.join(away)}" if away else ""
        return visible(f"As last seen: {Quorum.of(cluster).sentence}{names}.") + "\n\n"

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self.command)
        self.query_one("#said", Static).update(Content("Command copied (if your terminal allows it). It was not run."))
