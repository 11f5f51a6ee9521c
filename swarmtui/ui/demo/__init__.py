"""The demo: its line of narration, and its menu of things that can go wrong."""
