"""Images that are made on an engine: built, committed, imported, and those that are saved and loaded."""
