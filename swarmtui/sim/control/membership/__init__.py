"""What making a swarm and joining one are made of: addresses, join tokens, the swarm's settings."""
