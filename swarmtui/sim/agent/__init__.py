"""A node at work: its tasks, its containers, its faults. Source: swarmkit agent."""
