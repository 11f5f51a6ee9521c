"""Nodes: their pane and their dialogs."""
