"""All panes of the main screen, in the order of their keys.

A pane is declared by its class, in the folder of its subject. The main screen's panes and the keys to them, the tabs,
the names in `[columns]` of the settings, and the pages of keys follow from this list.
"""

from __future__ import annotations

from typing import Any

from swarmtui.ui.files.pane import ConfigsPane, SecretsPane
from swarmtui.ui.findings.pane import FindingsPane
from swarmtui.ui.membership.pane import SwarmPane
from swarmtui.ui.networks.pane import NetworksPane
from swarmtui.ui.nodes.pane import NodesPane
from swarmtui.ui.panes.base_pane import Pane
from swarmtui.ui.services.pane import ServicesPane
from swarmtui.ui.stacks.pane import StacksPane
from swarmtui.ui.tasks.pane import TasksPane
from swarmtui.ui.timeline.pane import TimelinePane

__all__ = ["ALONE", "PANES", "TOGETHER"]

TOGETHER: tuple[type[Pane[Any]], ...] = (NodesPane, ServicesPane, TasksPane)
"""Those of every day: where there is room they are shown at once."""

ALONE: tuple[type[Pane[Any]], ...] = (
    StacksPane,
    SecretsPane,
    ConfigsPane,
    NetworksPane,
    SwarmPane,
    TimelinePane,
    FindingsPane,
)
"""Those that are shown by themselves."""

PANES: tuple[type[Pane[Any]], ...] = (*TOGETHER, *ALONE)
