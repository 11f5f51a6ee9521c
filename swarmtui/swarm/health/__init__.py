"""Whether nodes, tasks, services, stacks and the swarm are well, and why not: the one place that says so."""
