"""Logs: where their lines come from."""
