"""Records as files: written while a swarm is watched, and shown again as a session."""
