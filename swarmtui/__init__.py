"""swarmtui: a terminal program that shows a Docker Swarm live and changes it safely from the keyboard."""

__version__ = "0.1.0"
