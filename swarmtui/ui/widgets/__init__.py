"""Widgets that know nothing of swarms."""
