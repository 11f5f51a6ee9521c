"""Networks of the whole swarm: what can be done to one."""
