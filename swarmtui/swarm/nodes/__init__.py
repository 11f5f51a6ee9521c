"""Nodes: what can be done to one, what comes of it, and a node in words."""
