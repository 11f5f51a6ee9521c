"""Dialogs: they ask, return a value, and do nothing themselves."""
