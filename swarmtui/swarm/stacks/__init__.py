"""Stacks: what belongs to one, what a compose file would change, and what can be done to one."""
