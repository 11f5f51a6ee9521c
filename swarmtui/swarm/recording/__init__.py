"""What a record of a swarm is made of: the differences between snapshots, without what is secret."""
