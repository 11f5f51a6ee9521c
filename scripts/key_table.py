"""Writes docs/keys.md from the program's own bindings: `.venv/bin/python -m scripts.key_table`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from textual.binding import Binding
from textual.keys import format_key

from swarmtui.ui.across.dialog import AcrossDialog
from swarmtui.ui.across.screen import AcrossScreen
from swarmtui.ui.changes.action_dialog import ActionDialog
from swarmtui.ui.changes.edit_spec import EditSpecDialog
from swarmtui.ui.changes.operations_dialog import OperationsDialog
from swarmtui.ui.forwards.listing import ForwardsDialog
from swarmtui.ui.inspect.screen import InspectScreen, InspectView
from swarmtui.ui.kit.dialogs.dialog import DialogScreen
from swarmtui.ui.kit.dialogs.menu import MenuDialog
from swarmtui.ui.kit.dialogs.output import OutputDialog
from swarmtui.ui.kit.filter_line import FilterLine
from swarmtui.ui.kit.forms.choice import Choice
from swarmtui.ui.kit.forms.form_section import SectionHeading
from swarmtui.ui.kit.forms.one_of import OneOf
from swarmtui.ui.kit.forms.toggle import Toggle
from swarmtui.ui.kit.tables.table_keys import TableKeys
from swarmtui.ui.kit.texts.text_keys import TextKeys
from swarmtui.ui.kit.texts.text_screen import TextScreen
from swarmtui.ui.logs.log_view import LogView
from swarmtui.ui.logs.screen import LogsScreen
from swarmtui.ui.logs.tally_dialog import TallyDialog
from swarmtui.ui.membership.recovery import RecoveryDialog
from swarmtui.ui.membership.tokens import TokensDialog
from swarmtui.ui.membership.unlock_key import UnlockKeyDialog
from swarmtui.ui.navigation.related import RelatedDialog
from swarmtui.ui.panes.base_pane import Pane
from swarmtui.ui.panes.registry import PANES
from swarmtui.ui.placement.screen import PlacementScreen
from swarmtui.ui.placement.view import PlacementView
from swarmtui.ui.places.connect import AddressLine, ConnectScreen
from swarmtui.ui.places.pane import PlacesPane
from swarmtui.ui.replay.replay_app import ReplayApp
from swarmtui.ui.rollout.drain_screen import DrainScreen
from swarmtui.ui.rollout.screen import RolloutScreen
from swarmtui.ui.rollout.watch_screen import WatchScreen
from swarmtui.ui.services.create import CreateServiceDialog
from swarmtui.ui.services.lines_dialog import LineInput, LineList
from swarmtui.ui.services.scale import ScaleDialog
from swarmtui.ui.shell.app import SwarmApp
from swarmtui.ui.shell.main_screen import MainScreen
from swarmtui.ui.shell.questions import AnswerInput, QuestionDialog
from swarmtui.ui.stacks.edit import EditStackDialog
from swarmtui.ui.stats.usage_screen import UsageScreen
from swarmtui.ui.tasks.slot_screen import SlotScreen

PAGE = Path(__file__).parents[1] / "docs" / "keys.md"

GROUPS: dict[str, tuple[type, ...]] = {
    "Everywhere": (SwarmApp, MainScreen),
    "In every pane": (Pane, TableKeys),
    **{pane.TITLE: (pane,) for pane in PANES if "BINDINGS" in vars(pane)},
    "In a record (swarmtui replay)": (ReplayApp,),
    "In a long text: inspect, logs, a slot": (TextScreen, TextKeys),
    "Inspect": (InspectScreen, InspectView),
    "Logs": (LogsScreen, LogView),
    "Logs: lines and errors of each replica": (TallyDialog,),
    "What a slot went through": (SlotScreen,),
    "Placement: who runs where": (PlacementScreen, PlacementView),
    "The update or scaling of a service": (WatchScreen, RolloutScreen),
    "The drain of a node": (WatchScreen, DrainScreen),
    "A command in several containers": (AcrossScreen, AcrossDialog),
    "What something uses": (UsageScreen,),
    "Forwarded ports": (ForwardsDialog,),
    "Choosing a swarm": (PlacesPane, ConnectScreen),
    "While an address is typed": (AddressLine,),
    "In a menu": (MenuDialog,),
    "In a list of lines to edit": (LineList, LineInput),
    "While a filter is typed": (FilterLine,),
    "In a dialog": (DialogScreen, ActionDialog, ScaleDialog, Choice, Toggle),
    "Go to…": (RelatedDialog,),
    "Changes under way": (OperationsDialog,),
    "What docker said": (OutputDialog,),
    "The form for a new service": (CreateServiceDialog, OneOf, SectionHeading),
    "After editing a spec": (EditSpecDialog,),
    "After editing a stack": (EditStackDialog,),
    "Join tokens": (TokensDialog,),
    "Unlock key": (UnlockKeyDialog,),
    "Quorum lost": (RecoveryDialog,),
    "When SSH asks something": (QuestionDialog, AnswerInput),
}

HEAD = """# Keys

The footer shows the keys of the focused pane, `?` all that are live, and `:` finds them by words.
This page is written by `scripts/key_table.py`, and a test keeps it true.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for title, classes in GROUPS.items():
        rows = [row for owner in classes for row in rows_of(owner)]
        if rows:
            parts.append(f"## {title}\n\n| key | does | id |\n| --- | --- | --- |\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def rows_of(owner: type) -> Iterable[str]:
    """A row for each binding that a class itself declares."""
    bases: set[Binding] = set()
    for base in owner.__bases__:
        bases.update(each for each in getattr(base, "BINDINGS", ()) if isinstance(each, Binding))
    for binding in getattr(owner, "BINDINGS", ()):
        if isinstance(binding, Binding) and binding.id and binding not in bases:
            keys = ", ".join(f"`{shown(key)}`" for key in binding.key.split(","))
            yield f"| {keys} | {binding.tooltip} | {binding.id} |"


def shown(key: str) -> str:
    """A key as it stands on a keyboard."""
    return {"plus": "+", "minus": "-", "equals_sign": "=", "greater_than_sign": ">", "at": "@"}.get(key) or format_key(
        key
    )


if __name__ == "__main__":
    PAGE.write_text(page())
