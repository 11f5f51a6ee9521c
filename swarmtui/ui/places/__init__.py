"""Where a swarm could be: the list to choose from, and the way from one swarm to another."""
