"""The base of all dialogs, and those that ask the same of anything."""
