"""Logging in to one host: keys, host keys, and what only the user can answer."""
