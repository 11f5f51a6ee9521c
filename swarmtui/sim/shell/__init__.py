"""The shell of a container that does not exist."""
