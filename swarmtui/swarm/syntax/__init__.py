"""Docker's short ways of writing things, read and written: ports, mounts, sizes, spans of time, references.

Each reader takes what a user has typed and gives a value, or raises `Unreadable` with words to set beside the field.
"""
