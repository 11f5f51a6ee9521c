"""The swarm as a whole: its pane, its keys, its settings, and the engine's place in it."""
