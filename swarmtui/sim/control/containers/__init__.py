"""The containers of one engine: of tasks, and those that somebody makes there."""
