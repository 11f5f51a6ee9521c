"""Writes docs/keys.md from the program's own bindings: `.venv/bin/python -m scripts.key_table`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from textual.binding import Binding
from textual.keys import format_key

from swarmtui.ui.app import SwarmApp
from swarmtui.ui.dialogs.action import ActionDialog
from swarmtui.ui.dialogs.create_service import CreateServiceDialog
from swarmtui.ui.dialogs.edit_spec import EditSpecDialog
from swarmtui.ui.dialogs.lines import LineInput, LineList
from swarmtui.ui.dialogs.menu import MenuDialog
from swarmtui.ui.dialogs.output import OutputDialog
from swarmtui.ui.dialogs.questions import AnswerInput, QuestionDialog
from swarmtui.ui.dialogs.recovery import RecoveryDialog
from swarmtui.ui.dialogs.related import RelatedDialog
from swarmtui.ui.dialogs.scale import ScaleDialog
from swarmtui.ui.dialogs.tokens import TokensDialog
from swarmtui.ui.dialogs.unlock_key import UnlockKeyDialog
from swarmtui.ui.panes.networks import NetworksPane
from swarmtui.ui.panes.nodes import NodesPane
from swarmtui.ui.panes.pane import FilterLine, Pane
from swarmtui.ui.panes.places import PlacesPane
from swarmtui.ui.panes.services import ServicesPane
from swarmtui.ui.panes.stacks import StacksPane
from swarmtui.ui.panes.stored import ConfigsPane, SecretsPane
from swarmtui.ui.panes.tasks import TasksPane
from swarmtui.ui.screens.connect import AddressLine, ConnectScreen
from swarmtui.ui.screens.inspect import InspectScreen, InspectView
from swarmtui.ui.screens.logs import LogsScreen, LogView
from swarmtui.ui.screens.main import MainScreen
from swarmtui.ui.screens.text_screen import TextScreen
from swarmtui.ui.widgets.choice import Choice
from swarmtui.ui.widgets.form_section import SectionHeading
from swarmtui.ui.widgets.one_of import OneOf
from swarmtui.ui.widgets.table_keys import TableKeys
from swarmtui.ui.widgets.text_keys import TextKeys
from swarmtui.ui.widgets.toggle import Toggle

PAGE = Path(__file__).parents[1] / "docs" / "keys.md"

GROUPS: dict[str, tuple[type, ...]] = {
    "Everywhere": (SwarmApp, MainScreen),
    "In every pane": (Pane, TableKeys),
    "Nodes": (NodesPane,),
    "Services": (ServicesPane,),
    "Tasks": (TasksPane,),
    "Stacks": (StacksPane,),
    "Secrets": (SecretsPane,),
    "Configs": (ConfigsPane,),
    "Networks": (NetworksPane,),
    "In a long text: inspect and logs": (TextScreen, TextKeys),
    "Inspect": (InspectScreen, InspectView),
    "Logs": (LogsScreen, LogView),
    "Choosing a swarm": (PlacesPane, ConnectScreen),
    "While an address is typed": (AddressLine,),
    "In a menu": (MenuDialog,),
    "In a list of lines to edit": (LineList, LineInput),
    "While a filter is typed": (FilterLine,),
    "In a dialog": (ActionDialog, ScaleDialog, Choice, Toggle),
    "Go to…": (RelatedDialog,),
    "What docker said": (OutputDialog,),
    "The form for a new service": (CreateServiceDialog, OneOf, SectionHeading),
    "After editing a spec": (EditSpecDialog,),
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
    return {"plus": "+", "minus": "-", "equals_sign": "=", "greater_than_sign": ">"}.get(key) or format_key(key)


if __name__ == "__main__":
    PAGE.write_text(page())
