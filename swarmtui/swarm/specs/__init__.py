"""A spec as the engine keeps it, raw JSON: its fields, its text, what differs, and how two changes of it are merged."""
