"""The objects of a swarm as the Engine API gives them, a module for each subject."""
