"""Stacks: their pane and their dialogs."""
