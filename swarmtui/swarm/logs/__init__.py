"""Logs: where their lines come from, who writes them, and which of them tell of an error."""
