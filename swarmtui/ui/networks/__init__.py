"""Networks: their pane and their dialogs."""
