"""A whole spec that was edited as text: what an engine would refuse of it, and the changes that are in it."""
