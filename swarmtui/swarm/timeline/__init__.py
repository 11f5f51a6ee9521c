"""What happened in a swarm: events, told by comparing snapshots, by what the swarm keeps, and by what was done here."""
