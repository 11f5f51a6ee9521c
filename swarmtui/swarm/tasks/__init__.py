"""Tasks: their states, the history of their slots, why they ended, and a task in words."""
