"""Tasks: their pane."""
