"""Every object of a swarm in words, from its raw JSON."""
