"""Subcommands that need little of the rest. Each is loaded when it is asked for (`LATE` in swarmtui/cli.py)."""
