"""The quorum is lost: what that means, and how a swarm gets it back. It only tells; nothing is done from here."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from swarmtui.engine.observation import Observation
from swarmtui.swarm.actions.wording import docker
from swarmtui.swarm.quorum import Quorum
from swarmtui.ui.text import visible

__all__ = ["RecoveryDialog"]

MEANS = (
    "More than half of the managers must reach each other. Until they do, nothing can be changed, and nothing that"
    " fails is started again. Tasks that run go on running."
)
BRING_BACK = (
    "1. Bring the lost managers back: their machines, their network, their engines; unlock those that are locked. As"
    " soon as a majority is there, all is as before."
)
LAST_RESORT = (
    "2. Only if they are lost for good: make a swarm of one manager out of what one that is left knows. Type this on"
    " its machine:"
)
WARNINGS = (
    "Services, networks, secrets and workers are kept; changes of the last moments may be lost. Every other manager is"
    " out: should it come back, it must leave (docker swarm leave --force) and join anew. Never do it on two managers,"
    " nor while the others may still be running somewhere: two swarms would start the same services. Then promote"
    " workers until there are three managers again."
)


class RecoveryDialog(ModalScreen[None]):
    """Tells what can be done.

    Args:
        observation: the newest that is known: the engine's address, and the managers as they were last seen.
    """

    BINDINGS: ClassVar = [
        Binding("escape,ctrl+c,q", "close", "Close", id="dialog.cancel", tooltip="Close this"),
        Binding("c", "copy", "Copy", id="recovery.copy", tooltip="Send the command to the terminal's clipboard"),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
    ]

    def __init__(self, observation: Observation) -> None:
        super().__init__()
        self._observation = observation

    @property
    def command(self) -> str:
        """What makes a swarm of one manager, with the engine's own address where that is known."""
        address = self._observation.info.swarm.node_addr or "ADDRESS"
        return docker("swarm", "init", "--force-new-cluster", "--advertise-addr", address)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("The managers have lost their quorum", classes="dialog-title")
            with VerticalScroll(id="findings"):
                yield Static(Content(f"{MEANS}\n\n{self._managers()}{BRING_BACK}\n\n{LAST_RESORT}\n"))
                yield Static(Content(f"$ {visible(self.command)}"), classes="command")
                yield Static(Content(f"\n{WARNINGS}"))
            yield Static(id="said")
            yield Static("This program does not run it.   c Copy the command   ↑↓ scroll   esc Close", classes="dim")

    def _managers(self) -> str:
        cluster = self._observation.cluster
        if cluster is None or not cluster.managers:
            return ""
        away = [node.name for node in cluster.managers if not node.is_reachable_manager]
        names = f"; not reachable: {', '.join(away)}" if away else ""
        return visible(f"As last seen: {Quorum.of(cluster).sentence}{names}.") + "\n\n"

    def on_mount(self) -> None:
        self.query_one("#findings").focus()

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self.command)
        self.query_one("#said", Static).update(Content("The command was sent to the terminal. It has not been run."))

    def action_scroll(self, lines: int) -> None:
        self.query_one("#findings", VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_close(self) -> None:
        self.dismiss(None)
