"""The embedded swarm as a process: started, steered, and put through scenarios."""
