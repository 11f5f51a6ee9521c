"""Compose files: what goes along with them, docker's own program here or on the manager, and the comparison."""
