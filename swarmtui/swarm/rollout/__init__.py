"""A rolling update while it goes on: how far each slot is, what the updater counts, how long it will still take."""
