"""The domain: what a swarm is, pure of I/O, threads and clocks."""
