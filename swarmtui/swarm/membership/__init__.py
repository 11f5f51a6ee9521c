"""The swarm as a whole: who belongs to it, its quorum, its keys, its settings."""
