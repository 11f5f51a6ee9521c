"""Services: their pane and their dialogs."""
