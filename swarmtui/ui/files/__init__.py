"""Secrets and configs: their panes and their dialogs."""
