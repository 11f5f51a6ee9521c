"""The keys of a log."""

from __future__ import annotations

from textual.binding import Binding, BindingType

__all__ = ["KEYS"]

KEYS: list[BindingType] = [
    Binding("f", "follow", "Follow", id="logs.follow", tooltip="Go to the newest line and follow"),
    Binding("p,space", "pause", "Pause", id="logs.pause", tooltip="Hold new lines, or show them again"),
    Binding("r", "only('replica')", "Replica", id="logs.only_replica", tooltip="Show only this line's replica, or all"),
    Binding("h", "only('node')", "Node", show=False, id="logs.only_node", tooltip="Show only this line's node, or all"),
    Binding(
        "v",
        "only('service')",
        "Service",
        show=False,
        id="logs.only_service",
        tooltip="Show only this line's service, or all of them",
    ),
    Binding("e", "tally", "Errors", id="logs.tally", tooltip="Count the lines and errors of each replica"),
    Binding(
        "ampersand",
        "context",
        "Only hits",
        show=False,
        id="logs.context",
        tooltip="Show only lines that match, or all",
    ),
    Binding(
        "backspace",
        "widen",
        "Drop filter",
        show=False,
        id="logs.widen",
        tooltip="Take the newest filter away",
    ),
    Binding("a", "all", "All", show=False, id="logs.all", tooltip="Show all lines: no filters, every replica"),
    Binding("t", "times", "Times", id="logs.times", tooltip="Show no times, local times or the engine's"),
    Binding(
        "d",
        "straight",
        "From nodes",
        id="logs.straight",
        tooltip="Read the logs straight from the nodes' own engines, or through the manager",
    ),
    Binding("s", "since", "Since", id="logs.since", tooltip="Show lines since…"),
    Binding("S", "save", "Save", id="logs.save", tooltip="Save the shown lines to a file"),
    Binding("i", "inspect(False)", "Inspect", show=False, id="inspect.readable", tooltip="Show the object in words"),
    Binding("y", "inspect(True)", "YAML", show=False, id="inspect.yaml", tooltip="Show the raw JSON as YAML"),
    Binding("ctrl+r,f5", "reconnect", "Reconnect", show=False, id="logs.reconnect", tooltip="Reconnect the log"),
]
