"""What any program of this kind is made of: nothing here knows a swarm."""
