"""From questions and events to the newest snapshot."""
