"""The objects of a swarm, and their form as the engine's JSON."""
