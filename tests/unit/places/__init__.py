"""Places where a swarm could be."""
